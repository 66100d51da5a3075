"""The pages of docs/instruments/: one for each shipped scale and a table of all, read off the definitions, the
validation rows and the mutation run. `make docs` writes them, tests/test_docs.py compares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from clinic.instruments import Instrument, prose, prose_rows
from clinic.instruments.library import DEFINITIONS, current
from clinic.instruments.table import HEADINGS, line, range_words
from clinic.instruments.validation import rows_of
from tests import markdown, mutants

NOTE = "<!-- Written by `make docs` from the definitions. Change those, not this page. -->"
FOLDER = "docs/instruments"


def pages() -> dict[str, Callable[[], str]]:
    """path -> what writes it, for every shipped scale and for the table of all."""
    scales = current(DEFINITIONS).values()
    return {f"{FOLDER}/README.md": shelf} | {f"{FOLDER}/{scale.id}.md": _one(scale) for scale in scales}


def _one(scale: Instrument) -> Callable[[], str]:
    return lambda: page(scale)


def shelf() -> str:
    """The table of all scales, and what altering their numbers came to."""
    scales = list(current(DEFINITIONS).values())
    rows = [[f"[{scale.title}]({scale.id}.md)", *line(scale, len(rows_of(scale.id)))[2:]] for scale in scales]
    return markdown.page(
        "The rating scales",
        NOTE,
        "The same table comes from `python -m clinic scales list`. How a definition is made, read and changed: "
        "[instruments.md](../instruments.md). None of the definitions has been checked by a clinician yet unless "
        "its page says by whom.",
        markdown.table(HEADINGS[1:], rows),
        "## If a number were wrong",
        "Each number of each definition is altered, one at a time: every cut-off, count, maximum and point one up "
        "and one down, boundaries of bands on both sides, items together with their total, comparisons, defaults, "
        "items left out ([tests/mutants.py](../../tests/mutants.py)). The check of published fingerprints is switched "
        "off meanwhile. *Refused* means that the loader sees the contradiction; *caught* that a validation row fails, "
        "written by hand from the publication. What nobody notices *survives*, and a test allows none.",
        markdown.table(("scale", "altered", "refused", "caught", "survived", "noticed"), _kill_rates(scales)),
    )


def _kill_rates(scales: Sequence[Instrument]) -> list[list[str]]:
    counts = {scale.title: mutants.tally_of(scale.id) for scale in scales}
    rows = [_rate(title, one.all, one.refused, one.caught) for title, one in counts.items()]
    total = [sum(getattr(one, what) for one in counts.values()) for what in ("all", "refused", "caught")]
    return [*rows, _rate("**all**", *total)]


def _rate(title: str, altered: int, refused: int, caught: int) -> list[str]:
    noticed = refused + caught
    share = f"{100 * noticed / altered:.1f} %".replace("100.0", "100")
    return [title, *map(str, (altered, refused, caught, altered - noticed)), share]


def page(scale: Instrument) -> str:
    """Everything that the catalogue page of the application shows, in the same words."""
    trust = [prose.review(scale), f"{len(rows_of(scale.id))} validation rows.", *scale.unverified]
    owner = [f"{scale.holder} {prose.SHOWN[scale.text]}", scale.licence, scale.notice]
    return markdown.page(
        scale.title,
        NOTE,
        f"{scale.name}. {scale.measures}",
        f"{prose.heading(scale)} · {range_words(scale)} · id `{scale.id}` · [all scales](README.md)",
        *_section("How it is scored", [*prose.scoring(scale), prose.suicide(scale)]),
        *_section("Easily got wrong", scale.traps),
        *_section("When", [scale.timing]),
        *_rows("Bands", prose_rows.BAND_HEADINGS, prose_rows.bands(scale)),
        *_rows("Rules", prose_rows.RULE_HEADINGS, prose_rows.rules(scale)),
        *_rows("Reliability", prose_rows.RELIABILITY_HEADINGS, prose_rows.reliability(scale)),
        *_rows("Beside the result", prose_rows.SUBSCALE_HEADINGS, prose_rows.beside(scale)),
        *_rows(f"The form: {scale.stem}" if scale.items else "", ("item", "text", "answers"), form(scale)),
        *_section("Whose it is", owner),
        *_section("How far to trust it", trust),
        f"Source: {scale.source}. {prose.codes(scale)}",
    )


def form(scale: Instrument) -> list[tuple[str, str, str]]:
    return [(str(item.number), item.text, prose.answers(item)) for item in scale.items]


def _section(title: str, sentences: Iterable[str]) -> list[str]:
    lines = [f"- {said}" for said in sentences if said]
    return [f"## {title}", "\n".join(lines)] if lines else []


def _rows(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    used = [at for at in range(len(headings)) if any(row[at] for row in rows)]
    kept = [[row[at] for at in used] for row in rows]
    return [f"## {title}", markdown.table([headings[at] for at in used], kept)]
