"""Words that the sentences and the rows about a scale share: numbers of items, lists, points."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from clinic.instruments.definition import Instrument
from clinic.instruments.items import Item

EVIDENCE_WORDS = {
    "published": "seen in a publication or label",
    "open code": "seen in open scoring code",
    "unverified": "not verified",
    "ours": "our decision",
}
COUNTS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def signed(value: float) -> str:
    """With a real minus sign."""
    return f"{value:g}".replace("-", "−")


def count(number: int) -> str:
    """In words up to twelve."""
    return COUNTS[number] if number < len(COUNTS) else str(number)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def joined(parts: Sequence[str], last: str = "and") -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def runs(numbers: Iterable[int]) -> str:
    """`1 to 4, 6 and 8`: three or more in a row are written by their ends."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    parts = [
        part
        for run in found
        for part in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(number) for number in run])
    ]
    return joined(parts)


def numbers_of(scale: Instrument, ids: Iterable[str]) -> str:
    """The numbers alone, as on the form."""
    known = {item.id: item.number for item in scale.items}
    return runs(known[name] for name in ids)


def items_of(scale: Instrument, ids: Sequence[str]) -> str:
    """`item 9`, `items 7 to 11`, and by their headings where items share a number: `the fear ratings 1 to 24`."""
    if scale.columns:
        return _in_columns(scale, ids)
    return f"{'item' if len(ids) == 1 else 'items'} {numbers_of(scale, ids)}"


def _in_columns(scale: Instrument, ids: Sequence[str]) -> str:
    columns = {
        title.lower(): [name for name in ids if letter(name) == key] for key, title in scale.columns.items()
    }
    used = {title: numbers_of(scale, names) for title, names in columns.items() if names}
    if len(used) > 1 and len(set(used.values())) == 1:
        return f"{joined(list(used))} of {_noun(scale)} {next(iter(used.values()))}"
    return joined([f"the {title} ratings {numbers}" for title, numbers in used.items()])


def letter(item_id: str) -> str:
    return re.sub(r"[0-9]", "", item_id)


def _noun(scale: Instrument) -> str:
    """What the numbers of a form with columns count, by its own labels: `Situation 1, fear` counts situations."""
    first = {item.text.split()[0].lower() for item in scale.items}
    return f"{first.pop()}s" if len(first) == 1 else "items"


def points_by_label(item: Item) -> str:
    """`Either disagreement counts 1, either agreement 0.`, or the answers one by one."""
    labels, groups = dict(item.options), {}
    for answer, worth in item.weights:
        label = labels.get(answer, str(answer))
        groups.setdefault(worth, []).append(signed(answer) if label == str(answer) else f"“{label}”")
    (first, worth), *others = [(_either(names) or joined(names), worth) for worth, names in groups.items()]
    counts = "count" if " and " in first else "counts"
    return (
        capital(", ".join([f"{first} {counts} {worth}", *(f"{names} {each}" for names, each in others)]))
        + "."
    )


def _either(labels: Sequence[str]) -> str:
    """Two labels that end on the same word go under that word: full disagreement and disagreement."""
    last = {label.strip("“”").split()[-1].lower() for label in labels}
    return f"either {last.pop()}" if len(labels) == 2 and len(last) == 1 else ""
