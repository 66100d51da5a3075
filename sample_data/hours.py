"""When the sample clinic is open, and how its wall clock becomes the UTC that is stored."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE_NAME = "Europe/London"
ZONE = ZoneInfo(ZONE_NAME)
OPENS, CLOSES = 8.5, 18.0  # hours of the wall clock


def utc(day: date, hour: float) -> datetime:
    """The moment at which the clinic's clock shows `hour` (14.25 is 14:15), to the whole minute."""
    minutes = round(hour * 60)
    wall = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=ZONE)
    return wall.astimezone(UTC)


def day_of(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def hour_of(at: datetime) -> float:
    wall = at.astimezone(ZONE)
    return wall.hour + wall.minute / 60


def is_open(day: date) -> bool:
    return day.weekday() < 5 and not is_holiday(day)


def is_holiday(day: date) -> bool:
    """Christmas, Boxing Day and New Year's Day; the movable ones are left out."""
    return (day.month, day.day) in {(12, 25), (12, 26), (1, 1)}


def open_day(day: date) -> date:
    """That day, or the next one on which the clinic is open."""
    while not is_open(day):
        day += timedelta(days=1)
    return day


def before_holiday(day: date) -> date:
    """That day; in place of a holiday that falls on a weekday, the working day before it."""
    if day.weekday() < 5:
        while not is_open(day):
            day -= timedelta(days=1)
    return day


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def in_hours(at: datetime, minutes: float) -> datetime:
    """`minutes` of opening hours after `at`: who writes on Saturday night is read on Monday morning."""
    day, hour = day_of(at), hour_of(at)
    if not is_open(day) or hour >= CLOSES:
        day, hour = open_day(day + timedelta(days=1)), OPENS
    hour = max(hour, OPENS) + minutes / 60
    while hour > CLOSES:
        day, hour = open_day(day + timedelta(days=1)), hour - CLOSES + OPENS
    return max(utc(day, hour), at)


def autumn_change(before: date) -> date:
    """The last Sunday of October, on which the clocks went back, at or before a date."""
    for year in (before.year, before.year - 1):
        last = date(year, 10, 31)
        sunday = last - timedelta(days=(last.weekday() + 1) % 7)
        if sunday <= before:
            return sunday
    raise AssertionError("every two years hold an October")
