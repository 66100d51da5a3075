"""What each figure of Outcomes is called in print, and how much of it may leave."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`drawn`: "rows" where each row of the table is one place on an axis, so that hidden rows can be taken out of the
    figure; "whole" where it is printed only if its table hides nothing; "never" where marks are single people.
    `table` False: a row is one person. `nested` and `typed`: see `hiding.hide`. `leading`: the bars show the leading
    count alone, so that a row which keeps that one is drawn."""

    title: str
    drawn: str
    table: bool = True
    nested: bool = False
    typed: bool = False
    leading: bool = False


ROWS, WHOLE, NEVER = "rows", "whole", "never"
KINDS = {
    "states": Kind("Of everyone who started", ROWS),
    "states_of_courses": Kind("Every course that started", ROWS),
    "states_by_indication": Kind("The states by indication", WHOLE),
    "rates_by_indication": Kind("Response, by indication", ROWS),
    "rates_by_outcome": Kind("Response, remission and worse", ROWS),
    "reliable_scatter": Kind("Reliable change", NEVER),
    "talking_therapies": Kind("By the rules of NHS Talking Therapies", ROWS),
    "published": Kind("Beside what was published", WHOLE),
    "flow": Kind("From the first treatment to maintenance", ROWS, nested=True),
    "reasons": Kind("Why people stopped", ROWS, typed=True),
    "shift": Kind("Severity over three looks", WHOLE),
    "swim": Kind("Courses over time", NEVER, table=False),
    "waterfall": Kind("Change of each person", NEVER),
    "ecdf": Kind("How many improved by how much", NEVER, nested=True),
    "weeks": Kind("Over the weeks", NEVER),
    "soon": Kind("Time to response", WHOLE, nested=True),
    "soon treatments": Kind("Response by treatment number", ROWS, nested=True),
    "lasting": Kind("How long a response lasted", WHOLE, nested=True),
    "benefit": Kind("Days of benefit by treatment number", NEVER),
    "doses months": Kind("Dose by month", ROWS),
    "doses numbers": Kind("Dose by treatment number", WHOLE),
    "harms": Kind("Adverse events", ROWS),
    "suicide": Kind("Answers about suicide", ROWS, leading=True),
    "completeness": Kind("Recorded of what was due", WHOLE),
    "variation": Kind("Month by month", ROWS),
    "variation by": Kind("Variation between clinicians or sites", WHOLE),
}
UNKNOWN = Kind("A figure that nobody has looked at", NEVER, table=False)


def kind(key: str) -> Kind:
    """By the longest name that the key begins with; a figure that is not in the list does not leave."""
    names = [name for name in KINDS if key == name or key.startswith(f"{name} ")]
    return KINDS[max(names, key=len)] if names else UNKNOWN
