"""Times as people say them, in the clinic's zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from data_model.columns import now

# Bounds of every date field. A date outside its field's bounds never reaches the server, which would go on with
# the one before; so they are wide, and what is wrong is refused in words. The calendar lists each year between.
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)


def ago(at: datetime) -> str:
    """The age of a value in words; every stale value on a page carries it."""
    minutes = (now() - at).total_seconds() / 60
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes:.0f} min ago"
    if minutes < 60 * 24:
        return f"{minutes / 60:.0f} h ago"
    days = int(minutes / 60 / 24)
    return "yesterday" if days == 1 else f"{days} days ago"


def day(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%-d %b %Y}"


def moment(at: datetime, zone: ZoneInfo, date_only: bool = False) -> str:
    return day(at, zone) if date_only else f"{at.astimezone(zone):%-d %b %Y %H:%M}"
