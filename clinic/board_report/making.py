"""The report and the tables as files: made at the click, and each an export in the audit trail."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clinic import settings, trail
from clinic.access import require
from clinic.board_report import contents, definitions, prose
from clinic.board_report.contents import Figure
from clinic.charts.footers import as_of_words
from clinic.outcomes.suppression import Scheme, clinic_minimum
from clinic.refused import BadInput
from clinic.report import cells, page, typesetting, words
from clinic.report.export import Template
from data_model import Database
from data_model.columns import now

TEMPLATE = Template("board", "1.0", "board_1.typ")
FILE = Path(__file__).parent / "templates" / TEMPLATE.file
CAVEAT = (
    "Observed without a comparison group; people come at their worst, so some of the change would have happened "
    "anyway."
)
# A spreadsheet would run these as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def smallest_count(db: Database) -> Scheme:
    """By the clinic's setting at this moment."""
    return clinic_minimum(settings.current(db)["smallest_count"])


def pdf(db: Database, chosen: Sequence[Figure]) -> bytes:
    """On A4, tagged. Raises BadInput where nothing is chosen or the figures are of different choices of people."""
    data = report(db, chosen)
    made = typesetting.pdf(FILE, data)
    _noted(db, chosen, "PDF", made)
    return made


def html(db: Database, chosen: Sequence[Figure]) -> str:
    """The same as one file without any other."""
    made = page.html(report(db, chosen))
    _noted(db, chosen, "HTML", made.encode())
    return made


def table_csv(db: Database, figure: Figure) -> str:
    """The table of one figure with what counts hidden, who was counted, and by which rules."""
    require(db, "see outcomes")
    scheme = smallest_count(db)
    shown = contents.outgoing(figure, scheme)
    if shown is None:
        raise BadInput("Each row of this table is one person; it cannot be taken out.")
    lines = io.StringIO()
    write = csv.writer(lines)
    write.writerow(map(in_a_cell, shown.table.columns))
    write.writerows(
        [in_a_cell(text) for text in row] for row in shown.table.itertuples(index=False, name=None)
    )
    write.writerow([])
    write.writerow([in_a_cell(figure.footer(prose.sentence(figure.n, scheme, shown.populations)))])
    write.writerow(
        [f"hidden: a count below {scheme.below}, a number derived from one, or what would give one away"]
    )
    made = lines.getvalue()
    _noted(db, [figure], "CSV", made.encode())
    return made


def in_a_cell(text: str) -> str:
    """As text also where a spreadsheet would calculate."""
    return f"'{text}" if text.startswith(FORMULA) else text


def report(db: Database, chosen: Sequence[Figure]) -> dict[str, Any]:
    """What is printed, before anybody typesets it."""
    require(db, "see outcomes")
    if not chosen:
        raise BadInput("Tick at least one figure.")
    if len({each.filters for each in chosen}) > 1:
        raise BadInput("These figures are of different choices of people; show them again under one choice.")
    scheme, clinic = smallest_count(db), settings.current(db)["clinic_name"]
    made = contents.sections(chosen, scheme)
    data = {
        "title": "Outcomes",
        "name": "Report of chosen figures",
        "line": "",
        "clinic": cells.printable(clinic),
        "what": cells.printable("; ".join(chosen[0].filters)),
        "state": [
            cells.says(CAVEAT),
            cells.says(f"Counts from 1 to {scheme.below - 1} are hidden, with all that would give one away."),
        ],
        "sections": [*made, _definitions(chosen)],
    }
    return data | {"stamp": _stamp(db, data, chosen, clinic)}


def _definitions(chosen: Sequence[Figure]) -> dict[str, Any]:
    rules = [rule for each in chosen for rule in each.rules]
    rows = [("", [cells.cell(text) for text in each]) for each in definitions.definitions(rules)]
    columns = {"Rule and version": 26, "What it says": 52, "Source": 26}
    return cells.section(
        "Definitions",
        cells.says(f"Who is in: {'; '.join(chosen[0].filters)}."),
        cells.table("", columns, rows, empty="No rule was used."),
    )


def _stamp(db: Database, data: dict[str, Any], chosen: Sequence[Figure], clinic: str) -> dict[str, str]:
    """The data are as old as the figure that was drawn first."""
    zone, oldest = settings.zone(db), min(each.as_of for each in chosen)
    return {
        "clinic": cells.printable(clinic),
        "by": cells.printable(db.actor.name),
        "at": f"{words.moment(zone)(now())} {zone.key}",
        "template": TEMPLATE.name,
        "data": as_of_words(oldest, zone.key),
        "hash": hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest(),
    }


def _noted(db: Database, chosen: Sequence[Figure], form: str, made: bytes) -> None:
    trail.note(
        db,
        "exported",
        table="outcomes",
        after={
            "what": TEMPLATE.name if form != "CSV" else "table of Outcomes",
            "as": form,
            "figures": [each.key for each in chosen],
            "filters": list(chosen[0].filters),
            "smallest_count": smallest_count(db).below,
            "fingerprint": hashlib.sha256(made).hexdigest(),
        },
    )
