"""A treatment printed from its page: the file that arrives, the row in the trail, and the form said to be sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import select

from data_model import AuditRow, DutyDone, database
from tests.browser import OPERATOR, Clinic, Window, a_clinic, eventually
from tests.people import course, patient, treated
from tests.reported import ESKETAMINE, EVENTS, START, VITALS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def clinic(migrated_sqlite, tmp_path_factory) -> Iterator[Clinic]:
    with a_clinic(migrated_sqlite, tmp_path_factory.mktemp("printing")) as clinic:
        yield clinic


@pytest.fixture
def window(clinic) -> Iterator[Window]:
    with clinic.window("nora") as window:
        yield window


@pytest.fixture
def opened(window) -> Window:
    with database(OPERATOR) as db:
        made = patient(
            db, f"P-{len(db.exec(select(AuditRow.id)).all())}", family_name="Curie", given_name="Marie"
        )
        course(db, made)
        of = treated(db, made, START, VITALS, EVENTS, **ESKETAMINE)
    window.open(f"/treatment?patient={made.key}&treatment={of.key}")
    window.title("Treatment: Curie, Marie")
    return window


def downloaded(window: Window, name: str) -> tuple[str, bytes]:
    with window.page.expect_download() as arriving:
        window.page.get_by_role("button", name=name, exact=True).click()
    return arriving.value.suggested_filename, arriving.value.path().read_bytes()


def prints() -> list[tuple[str, str]]:
    with database(OPERATOR) as db:
        rows = db.exec(select(AuditRow).where(AuditRow.verb == "printed").order_by(AuditRow.id)).all()
        return [(row.after["what"], row.after["as"]) for row in rows]


def test_each_button_brings_its_file_and_leaves_its_row(opened):
    before = len(prints())
    for button, kind, ending, begins in (
        ("PDF", "treatment", ".pdf", b"%PDF"),
        ("HTML", "treatment", ".html", b"<!DOCTYPE html>"),
        ("REMS sheet", "rems", ".pdf", b"%PDF"),
    ):
        name, content = downloaded(opened, button)
        assert name.startswith(f"{kind}-")
        assert name.endswith(ending)
        assert "Curie" not in name
        assert content.startswith(begins)
    assert prints()[before:] == [("treatment 1.0", "PDF"), ("treatment 1.0", "HTML"), ("rems 2024-06", "PDF")]


def test_the_form_is_marked_as_sent(opened):
    opened.page.get_by_role("button", name="Mark the form as sent").click()
    opened.page.get_by_label("How, and to whom").fill("faxed to the REMS office")
    opened.page.get_by_role("button", name="It was sent").click()
    opened.sees("Form sent: Nora")

    def notes() -> list[str | None]:
        with database(OPERATOR) as db:
            return [row.note for row in db.exec(select(DutyDone)).all()]

    eventually(notes, ["faxed to the REMS office"])
