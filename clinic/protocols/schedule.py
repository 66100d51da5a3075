"""When the next look at somebody is due: from the stored start and end of the dose, whatever clock shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from clinic.protocols.definition import Protocol
from clinic.protocols.limit import Limit
from clinic.protocols.shapes import Stretch
from clinic.refused import NotFound

STATES = ("due in", "due", "overdue", "done", "missed")


@dataclass(frozen=True, slots=True)
class Due:
    """One observation of the schedule. `minute` counts from the start; it is "due in" until its window opens, "due"
    until its time, "overdue" until the window closes, then "missed"; `done_at` is the observation that met it."""

    name: str
    minute: float
    at: datetime
    opens: datetime
    closes: datetime
    state: str
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Time:
    """A moment of the schedule and how far an observation may lie before and after it."""

    name: str
    at: datetime
    early: timedelta
    late: timedelta


def due(
    protocol: Protocol,
    route: str | None,
    substance: str | None,
    started: datetime,
    stopped: datetime | None,
    done: Iterable[datetime],
    now: datetime,
    *,
    left: datetime | None = None,
) -> tuple[Due, ...]:
    """Every observation in order of time; while an infusion runs, up to the next one. `done` are the times of
    observations, each of which meets at most one. What is due after somebody `left` is not asked for.
    Times are in UTC: across a change of the clocks a zone's own arithmetic is an hour out.
    Raises NotFound where the protocol has no schedule: nothing due must not look like nothing to do."""
    schedule = protocol.schedule(route, substance)
    if schedule is None:
        raise NotFound(f"{protocol.title} has no schedule of observations for {substance} {route}.")
    minimum = protocol.limit(schedule.minimum)
    leaving = end_of_minimum(minimum, started, stopped)
    times = {
        time.at: time
        for stretch in schedule.stretches
        for time in times_of(protocol, stretch, started, stopped, leaving, now)
    }
    if leaving:
        times[leaving] = Time("before leaving", leaving, *windows(protocol, "after"))
    before = Time("before the dose", started, minutes(protocol, protocol.windows.pre), timedelta())
    asked = [before, *(times[at] for at in sorted(times) if left is None or at <= left)]
    return tuple(matched(asked, done, started, now))


def end_of_minimum(minimum: Limit, started: datetime, stopped: datetime | None) -> datetime | None:
    """When the minimum observation is over; None while an infusion on whose end it depends is running."""
    since = {"minutes_since_start": started, "minutes_since_stop": stopped}[minimum.measure]
    return since and since + timedelta(minutes=minimum.value)


def times_of(
    protocol: Protocol,
    stretch: Stretch,
    started: datetime,
    stopped: datetime | None,
    leaving: datetime | None,
    now: datetime,
) -> Iterator[Time]:
    anchor = {"start": started, "stop": stopped}[stretch.after]
    if anchor is None:
        return
    early, late = windows(protocol, stretch.window)
    for at in clock_times(stretch, anchor, stopped, leaving, now):
        yield Time(f"{(at - started) // timedelta(minutes=1)} min", at, early, late)


def clock_times(
    stretch: Stretch, anchor: datetime, stopped: datetime | None, leaving: datetime | None, now: datetime
) -> Iterator[datetime]:
    if stretch.every is None:
        yield from (anchor + timedelta(minutes=minute) for minute in stretch.at)
        return
    step = timedelta(minutes=stretch.every)
    ends = {"stop": stopped or max(now, anchor) + step, "leaving": leaving}
    until = ends[stretch.until] if stretch.until in ends else anchor + timedelta(minutes=stretch.until)
    at = anchor + timedelta(minutes=stretch.begins) + step
    while until is not None and at <= until:
        yield at
        at += step


def windows(protocol: Protocol, name: str) -> tuple[timedelta, timedelta]:
    width = minutes(protocol, getattr(protocol.windows, name))
    return width, width


def minutes(protocol: Protocol, limit: str) -> timedelta:
    return timedelta(minutes=protocol.limit(limit).value)


def matched(
    asked: Iterable[Time], done: Iterable[datetime], started: datetime, now: datetime
) -> Iterator[Due]:
    """Each due time takes the earliest observation in its window that no earlier one has taken; that leaves the
    fewest unmet. Only what was done by `now` counts."""
    free = sorted(at for at in done if at <= now)
    for time in asked:
        opens, closes = time.at - time.early, time.at + time.late
        met = next((at for at in free if opens <= at <= closes), None)
        if met is not None:
            free.remove(met)
        minute = (time.at - started) / timedelta(minutes=1)
        yield Due(time.name, minute, time.at, opens, closes, state(time.at, opens, closes, met, now), met)


def state(at: datetime, opens: datetime, closes: datetime, met: datetime | None, now: datetime) -> str:
    if met is not None:
        return "done"
    if now < opens:
        return "due in"
    if now <= at:
        return "due"
    return "overdue" if now <= closes else "missed"
