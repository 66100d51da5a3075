"""The letter as a file; each one made is an export and leaves a row behind."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from clinic import trail
from clinic.access import require
from clinic.charts.letter import WIDTH, heights
from clinic.letter import page
from clinic.letter.choosing import Chosen
from clinic.letter.contents import TEMPLATE, contents
from clinic.letter.gathering import Facts, gathered
from clinic.letter.parts import MOST
from clinic.outcomes.wording import plural
from clinic.refused import BadInput
from clinic.report import typesetting
from data_model import Database, Letter, Patient

FILE = Path(__file__).parent / "templates" / TEMPLATE.file
LOWEST, HIGHEST = 0.6, 1.6  # height of the figure's panels, as a share of their usual one
CUT = (5, 3)  # lines of a list, where the page is full
SAFE_MM = 4  # left empty where it can be: a browser breaks lines a little differently
MM_PER_PX = 178 / WIDTH  # the figure is as wide as the text
LINE_MM = 3.8  # from one line of the text to the next


def pdf(db: Database, patient: Patient, chosen: Chosen) -> bytes:
    """On one page of A4, tagged for screen readers. Raises BadInput for what cannot be chosen or does not fit."""
    facts, data = _ready(db, patient, chosen)
    made = typesetting.pdf(FILE, data)
    _noted(db, patient, facts, data["number"], "pdf", made)
    return made


def html(db: Database, patient: Patient, chosen: Chosen) -> str:
    """The same as one file without any other, to be read or printed on one page."""
    facts, data = _ready(db, patient, chosen)
    made = page.html(data)
    _noted(db, patient, facts, data["number"], "html", made.encode())
    return made


def picture(db: Database, patient: Patient, chosen: Chosen) -> bytes:
    """The page as PNG, to be looked at before it is taken out: nothing has left yet, and no row is written."""
    _, data = _ready(db, patient, chosen)
    return typesetting.pictures(FILE, data, ppi=144)[0]


def _ready(db: Database, patient: Patient, chosen: Chosen) -> tuple[Facts, dict[str, Any]]:
    require(db, "write letters")
    facts = gathered(db, patient, chosen)
    return facts, fitted(facts)


def fitted(facts: Facts) -> dict[str, Any]:
    """The letter with a figure as high as one page has room for, and then with its lists cut shorter; raises
    BadInput where even that is too long."""
    data = contents(facts)
    spare = millimetres_left(data)
    wanted = 1 + (spare - SAFE_MM) / (sum(heights(len(facts.scales))) * MM_PER_PX)
    for share, most in ((min(max(wanted, LOWEST), HIGHEST), MOST), *((LOWEST, most) for most in CUT)):
        data = contents(facts, share, most)
        if (spare := millimetres_left(data)) > 0:
            return data
    lines = plural(max(round(-spare / LINE_MM), 1), "line")
    raise BadInput(
        f"The letter is about {lines} too long for one page. Shorten the plan or the remark, or leave out a "
        "part or a scale."
    )


def millimetres_left(data: dict[str, Any]) -> float:
    """How much of the first page stays empty; less than 0 where the text runs on beyond it."""
    end = typesetting.said(FILE, data, "end")
    if end["page"] == 1:
        return end["room"] - end["used"]
    return -max((end["page"] - 2) * end["room"] + end["used"], 0.1)


def _noted(db: Database, patient: Patient, facts: Facts, number: str, form: str, made: bytes) -> None:
    """The row that tells one paper from another, and that of the audit trail, in the same transaction."""
    fingerprint = hashlib.sha256(made).hexdigest()
    letter = Letter(
        key=number,
        patient_id=patient.id,
        episode_id=facts.course.id,
        recipient="\n".join(facts.chosen.recipient_lines),
        form=form,
        chosen=facts.chosen.stored(),
        data_as_of=facts.read_at,
        fingerprint=fingerprint,
        author=db.actor.name,
        author_id=db.actor.account_id,
    )
    db.add(letter)
    db.flush()
    trail.note(
        db,
        "printed",
        patient_id=patient.id,
        table="letter",
        record_id=letter.id,
        after={"what": TEMPLATE.name, "as": form.upper(), "record": number, "fingerprint": fingerprint},
    )
