"""A clock that says what the story says, for functions of the clinic that note the time themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from data_model import columns


class Moved:
    """What time it is."""

    at: datetime


@contextmanager
def moved_clock(at: datetime) -> Iterator[Moved]:
    """`columns.now`, which everybody asks, says what `Moved.at` says."""
    clock = Moved()
    clock.at = at

    class Now(datetime):
        @classmethod
        def now(cls, tz=None) -> datetime:
            return clock.at.astimezone(tz)

    real, columns.datetime = columns.datetime, Now
    try:
        yield clock
    finally:
        columns.datetime = real
