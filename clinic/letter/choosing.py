"""What somebody chose to put into a letter, what is proposed, and what cannot be chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from clinic.instruments.definition import Instrument
from clinic.outcomes.wording import plural
from clinic.refused import BadInput

FUNCTIONING = ("functioning", "quality of life")  # constructs, the first one that was measured is proposed
MOST_SCALES = 3
MOST_LINES = 6  # of the recipient
LONGEST_LINE = 70  # letters of one of them
LONGEST = {"plan": 1500, "remark": 1500}  # letters; the page itself may have room for less


@dataclass(frozen=True, slots=True)
class Chosen:
    """`course` is the key of the course whose baseline counts; `since` and `until` are days of the clinic, both
    included. `plan` and `remark` are printed as they were typed."""

    course: str
    recipient: str
    scales: tuple[str, ...]
    since: date
    until: date
    treatments: bool = True
    side_effects: bool = True
    medication: bool = True
    suicide: bool = True
    plan: str = ""
    remark: str = ""

    def stored(self) -> dict[str, Any]:
        """Fit for JSON; the recipient has a column of its own."""
        kept = {name: each for name, each in asdict(self).items() if name != "recipient"}
        return kept | {
            "scales": list(self.scales),
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
        }

    @property
    def left_out(self) -> list[str]:
        """What could have been said and was not chosen."""
        return [words for name, words in PARTS.items() if not getattr(self, name)]

    @property
    def recipient_lines(self) -> list[str]:
        return [line.strip() for line in self.recipient.splitlines() if line.strip()]


PARTS = {
    "treatments": "treatments",
    "side_effects": "side effects",
    "medication": "medication",
    "suicide": "answers about suicide",
}
TEXTS = tuple(each.name for each in fields(Chosen) if each.name in LONGEST)


def checked(chosen: Chosen, catalogue: Mapping[str, Instrument]) -> Chosen:
    """The same; raises BadInput with everything that is wrong at once."""
    problems = [
        *_recipient_problems(chosen.recipient_lines),
        *_scale_problems(chosen.scales, catalogue),
        *(problem for name in TEXTS if (problem := _text_problem(name, getattr(chosen, name)))),
    ]
    if chosen.since > chosen.until:
        problems.append("The first day lies after the last one.")
    if problems:
        raise BadInput(*problems)
    return chosen


def _recipient_problems(lines: list[str]) -> Iterable[str]:
    if not lines:
        yield "Say to whom the letter goes."
    if len(lines) > MOST_LINES:
        yield f"The recipient takes {len(lines)} lines; there is room for {MOST_LINES}."
    for line in lines:
        if len(line) > LONGEST_LINE:
            yield f"The recipient's line “{line[:20]}…” is {plural(len(line) - LONGEST_LINE, 'letter')} too long."


def _scale_problems(scales: tuple[str, ...], catalogue: Mapping[str, Instrument]) -> Iterable[str]:
    if not scales:
        yield "Choose at least one scale."
    if len(set(scales)) > MOST_SCALES:
        yield f"One page has room for {MOST_SCALES} scales, not {len(set(scales))}."
    if len(set(scales)) < len(scales):
        yield "A scale is chosen twice."
    for name in scales:
        if name not in catalogue:
            yield f"There is no scale “{name}”."
        elif not catalogue[name].has_total:
            yield f"{catalogue[name].title} comes to no total and cannot be drawn over time."


def _text_problem(name: str, text: str) -> str | None:
    over = len(text) - LONGEST[name]
    return f"The {name} is {plural(over, 'letter')} too long for one page." if over > 0 else None


def proposed_scales(
    primary: Instrument, used: Collection[str], catalogue: Mapping[str, Instrument]
) -> list[str]:
    """The leading scale, and one of functioning if there is a score of one."""
    known = [catalogue[name] for name in used if name in catalogue and catalogue[name].has_total]
    beside = [scale for wanted in FUNCTIONING for scale in known if scale.construct == wanted]
    first = next((scale.id for scale in beside if scale.id != primary.id), None)
    return [primary.id, *([first] if first else [])]


def proposed_since(times: Iterable[datetime | None], zone: ZoneInfo) -> date:
    """The first day of a course: the earliest of its opening, its first dose and its baseline, as far as known."""
    return min(at.astimezone(zone).date() for at in times if at is not None)
