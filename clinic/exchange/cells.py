"""What one cell says: a number, a date, a word. What cannot be read for certain is not read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ISO = "iso"
EXCEL = "excel"
_EXCEL_ZERO = date(1899, 12, 30)
_EARLIEST = date(1900, 1, 1)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO_TIME = re.compile(
    _ISO_DAY.pattern + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_NUMERIC_DAY = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{2}|[0-9]{4})")
_NUMBER = {".": re.compile(r"[+-]?[0-9]+(\.[0-9]+)?"), ",": re.compile(r"[+-]?[0-9]+(,[0-9]+)?")}
# strptime's signs as people write them.
_WORDS = {"%d": "DD", "%m": "MM", "%Y": "YYYY", "%y": "YY", "%H": "hh", "%M": "mm", "%S": "ss"}


class Unreadable(ValueError):
    """What is wrong with a cell, in a sentence that begins with what stands there."""


def number(text: str, decimal: str = ".") -> float:
    if _NUMBER[decimal].fullmatch(text):
        return float(text.replace(",", "."))
    other = "," if decimal == "." else "."
    if _NUMBER[other].fullmatch(text):
        raise Unreadable(
            f"“{text}” has a decimal {_sign(other)}, but the map says decimal {_sign(decimal)} "
            f'(decimal = "{decimal}" under [file]).'
        )
    raise Unreadable(f"“{text}” is not a number.")


def whole(text: str, decimal: str = ".") -> int:
    value = number(text, decimal)
    if not value.is_integer():
        raise Unreadable(f"“{text}” is not a whole number.")
    return int(value)


def word(text: str, words: Mapping[str, object]) -> object:
    """What the map's word list has for this cell; capitals and blanks at the ends do not matter."""
    if text.casefold() not in words:
        raise Unreadable(f"“{text}” is not among the words of the map ({', '.join(words)}).")
    return words[text.casefold()]


def day(text: str, form: str = ISO) -> date:
    """A date without a time; a time that stands there too is read and left out."""
    read = moment(text, form, ZoneInfo("UTC"))
    return read.date() if isinstance(read, datetime) else read


def moment(text: str, form: str, zone: ZoneInfo) -> date | datetime:
    """A date, or a time where the cell has one; times without an offset are those of `zone`."""
    read = _read(text, form)
    if (read.date() if isinstance(read, datetime) else read) < _EARLIEST:
        raise Unreadable(f"“{text}” lies before 1900.")
    return _aware(text, read, zone) if isinstance(read, datetime) else read


def has_time(form: str) -> bool:
    return any(sign in form for sign in ("%H", "%I"))


def swapped(form: str) -> str:
    """The form with day and month exchanged."""
    return form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def fits(text: str, form: str) -> bool:
    try:
        _read(text, form)
    except Unreadable:
        return False
    return True


def shown(form: str) -> str:
    for sign, letters in _WORDS.items():
        form = form.replace(sign, letters)
    return form


def _sign(decimal: str) -> str:
    return "comma" if decimal == "," else "point"


def _read(text: str, form: str) -> date | datetime:
    return _excel(text) if form == EXCEL else _iso(text) if form == ISO else _formatted(text, form)


def _formatted(text: str, form: str) -> date | datetime:
    try:
        read = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added by `moment`
    except ValueError as fault:
        if str(fault).startswith(("time data", "unconverted")):
            raise Unreadable(f"“{text}” is not written as {shown(form)}.") from None
        raise Unreadable(f"“{text}” is not a day of the calendar.") from None
    return read if has_time(form) else read.date()


def _iso(text: str) -> date | datetime:
    if not (_ISO_DAY.fullmatch(text) or _ISO_TIME.fullmatch(text)):
        raise Unreadable(_not_iso(text))
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"“{text}” is not a day of the calendar.") from None


def _not_iso(text: str) -> str:
    if re.fullmatch(r"[0-9]{5}", text):
        return (
            f"“{text}” looks like Excel's number of a day ({_excel(text):%-d %b %Y}); "
            f'if it is one, write format = "{EXCEL}" in the map.'
        )
    if found := _NUMERIC_DAY.fullmatch(text):
        return _which_first(text, *found.groups())
    if re.fullmatch(r"[0-9]{4}(-[0-9]{2})?", text):
        return f"“{text}” is not a whole date: the day is missing."
    return f"“{text}” is not a date written as YYYY-MM-DD."


def _which_first(text: str, first: str, sign: str, second: str, year: str) -> str:
    """A date with numbers only: whether the day or the month comes first is for the map to say."""
    letter = "Y" if len(year) == 4 else "y"
    day_first, month_first = f"%d{sign}%m{sign}%{letter}", f"%m{sign}%d{sign}%{letter}"
    if int(first) > 12 or int(second) > 12:
        form = day_first if int(first) > 12 else month_first
        return f'“{text}” is not written as YYYY-MM-DD; give its form in the map: format = "{form}".'
    return (
        f"“{text}” can be read with the day or the month first; say which in the map: "
        f'format = "{day_first}" or format = "{month_first}".'
    )


def _excel(text: str) -> date | datetime:
    try:
        days = number(text)
        read = datetime.combine(_EXCEL_ZERO, time()) + timedelta(days=days)
    except (Unreadable, OverflowError):
        raise Unreadable(f"“{text}” is not Excel's number of a day.") from None
    if days.is_integer():
        return read.date()
    return (read + timedelta(microseconds=500_000)).replace(microsecond=0)


def _aware(text: str, read: datetime, zone: ZoneInfo) -> datetime:
    if read.tzinfo is not None:
        return read
    local = read.replace(tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != read:
        raise Unreadable(f"“{text}” does not exist in {zone.key}: the clocks were put forward.")
    return local
