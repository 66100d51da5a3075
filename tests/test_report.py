"""The record of one treatment on paper: everything stored stands on it, and nothing that is not stored."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from clinic import report, signing, treatments
from clinic.refused import NotAllowed
from clinic.report import typesetting, words
from clinic.report.cells import printable
from clinic.report.page import footer, quoted
from clinic.report.treatment import TEMPLATE
from data_model import Alert, AuditRow, Firing, Treatment, database
from data_model.columns import Status
from tests.people import PASSWORD, course, patient, staff, treated
from tests.reported import START, bare, signs, unsaid, whole

MINE = "I gave and watched this treatment"
STRANGE = (
    "*bold* _it_ #let x = 1; $x^2$ `raw` @label <label> \\ // comment [link](http://x) ~",
    '#panic("no") #import "sheet.typ" #{1/0}',
    "<script>alert(1)</script> &amp; </style><svg onload=alert(1)> ' \" --",
    "Zoë Ørsted-Łuczak Ñandú Ἀθηνᾶ Пётр",
    "עדה ביירון",
    "آدا بايرون",
    "Ada 😀 中村 \u202egnp.exe \u0007 \x1b[31m",
    "x" * 300,
    "word " * 400,
)


def cells_of(data: dict) -> list[dict]:
    """Every cell of every table and fact."""
    found = []
    for section in data["sections"]:
        for block in section["blocks"]:
            found += [fact["value"] for fact in block.get("facts", [])]
            found += [cell for row in block.get("rows", []) for cell in row["cells"]]
    return found


def says(data: dict) -> str:
    """Everything that stands on the sheet, as one text."""
    loud = [block["text"] for block in data["state"]]
    plain = [b["text"] for s in data["sections"] for b in s["blocks"] if b["kind"] == "says"]
    titles = [b.get("title", "") for s in data["sections"] for b in s["blocks"]]
    return "\n".join([*loud, *plain, *titles, *(cell["text"] for cell in cells_of(data))])


def struck(data: dict) -> list[tuple[list[str], str]]:
    return [(cell["old"], cell["text"]) for cell in cells_of(data) if cell["old"]]


def facts_of(data: dict, title: str) -> dict[str, dict]:
    section = next(each for each in data["sections"] if each["title"] == title)
    return {fact["label"]: fact["value"] for block in section["blocks"] for fact in block.get("facts", [])}


def table_of(data: dict, section: str, title: str) -> list[list[str]]:
    blocks = next(each for each in data["sections"] if each["title"] == section)["blocks"]
    block = next(each for each in blocks if each["kind"] == "table" and each["title"] == title)
    return [[cell["text"] for cell in row["cells"]] for row in block["rows"]]


def printed(actor, key: str) -> dict:
    with database(actor) as db:
        return report.data(db, treatments.by_key(db, key))


def html_of(actor, key: str) -> str:
    with database(actor) as db:
        return report.html(db, treatments.by_key(db, key))


# ---- what stands on it -------------------------------------------------------------------------------------------


def test_a_row_of_everything_stands_on_the_sheet(sqlite_store, operator):
    said = says(printed(operator, whole(operator)))
    for word in (
        "56 mg esketamine IN",
        "Known from elsewhere",
        "56 mg at a first treatment.",
        "Byron, Ada · born 10 Dec 1985",
        "do not start",
        "by Mina Holm: Her sister comes at noon",
        "Lorazepam 1 mg",
        "sneezed",
        "Ondansetron",
        "Ben Byron",
        "Nobody at this clinic has approved it yet",
    ):
        assert word in said, word


def test_every_observation_is_a_row_with_what_its_limits_saw(sqlite_store, operator):
    rows = table_of(printed(operator, whole(operator)), "Vital signs", "Observations")
    assert [(row[0], row[2]) for row in rows] == [
        ("-10", "124/78"),
        ("20", "124/78"),
        ("41", "164/96"),
        ("60", "142/78"),
        ("118", "124/78"),
    ]
    assert "AMBER Systolic blood pressure 164 mmHg" in rows[2][6]
    assert [row[4] for row in rows] == ["98", "98", "98", "n. r.", "98"]


def test_what_is_not_recorded_says_so(sqlite_store, operator):
    data = printed(operator, bare(operator))
    dose, leaving = facts_of(data, "Dose"), facts_of(data, "Leaving")
    assert {dose[name]["text"] for name in ("Lot", "Product", "Stop", "Ordered")} == {"not recorded"}
    assert {leaving[name]["text"] for name in ("Ready", "Left", "Escort")} == {"not recorded"}
    said = says(data)
    for sentence in (
        "No vital signs were recorded.",
        "none was entered, not that there was none",
        "No rescue drug is recorded.",
        "No verdict of the gate is recorded",
        "No alert belongs to this treatment.",
        "Not signed.",
    ):
        assert sentence in said


def test_stopped_early_is_not_answered_before_the_dose_stopped(sqlite_store, operator):
    assert facts_of(printed(operator, bare(operator)), "Dose")["Stopped early"]["missing"]


def test_each_criterion_of_leaving_has_a_state_of_its_own(sqlite_store, operator):
    data = printed(operator, whole(operator))
    (leaving,) = [each for each in data["sections"] if each["title"] == "Leaving"]
    criteria = next(b for b in leaving["blocks"] if b.get("title", "").startswith("Criteria"))
    states = {row["cells"][0]["text"]: row["cells"][1]["text"] for row in criteria["rows"]}
    assert states["Observed for the minimum time"] == "met"
    assert states["Walks steadily"] == "met"
    assert states["Nausea controlled"] == "not met"
    assert states["Orientated"] == "not assessed"
    assert facts_of(data, "Leaving")["Ready"]["text"] != facts_of(data, "Leaving")["Left"]["text"]


def test_both_answers_to_one_criterion_stand(sqlite_store, operator):
    rows = table_of(printed(operator, whole(operator)), "Leaving", "")
    assert [row[1] for row in rows if row[0] == "Walks steadily"] == ["not met", "met"]


def test_what_was_taken_back_stays_readable_and_an_empty_row_is_nothing(sqlite_store, operator):
    data = printed(operator, whole(operator))
    assert [row[0] for row in table_of(data, "Taken back", "")] == ["adverse event"]
    assert "term Headache" in struck(data)[-1][0][0]


def test_the_alert_of_a_serious_event_stands_with_what_was_done(sqlite_store, operator):
    said = says(printed(operator, whole(operator)))
    assert "Vomiting" in said
    assert "not seen yet" in said


def test_an_alert_that_another_treatment_joined_later_still_stands_here(sqlite_store, operator):
    key = bare(operator)
    with database(operator) as db:
        of = treatments.by_key(db, key)
        rule = {"rule": "bp.red", "rule_version": "1", "saw": "Systolic 190."}
        made = Alert(patient_id=of.patient_id, urgency="U1", acknowledged_by="Mina Holm", **rule)
        db.add(made)
        db.flush()
        subject = f"treatment:{of.key}:amount 35"
        db.add(Firing(alert_id=made.id, patient_id=of.patient_id, subject=subject, at=START, **rule))
        db.add(
            Alert(patient_id=of.patient_id, urgency="U3", rule="other", rule_version="1", saw="Elsewhere.")
        )
    said = says(printed(operator, key))
    assert "Systolic 190." in said
    assert "Elsewhere." not in said


def test_the_time_of_entry_stands_where_it_is_far_from_the_event(sqlite_store, operator):
    """More than 15 minutes: docs/clinical.md H."""
    zone, happened = ZoneInfo("UTC"), START
    entered = [words.entered("Nora", happened + timedelta(minutes=m), happened, zone) for m in (15, 16)]
    assert entered[0] == "Nora"
    assert entered[1].startswith("Nora, entered ")


def test_an_observation_added_after_signing_stands_as_an_amendment(sqlite_store, operator):
    key = bare(operator)
    with database(staff("nurse")) as db:
        signing.sign(db, key, PASSWORD, MINE)
    with database(staff("clinician")) as db:
        signing.add_late(
            db, key, {"minute": 75, "systolic_mmhg": 171, "diastolic_mmhg": 99}, "found on paper"
        )
    data = printed(operator, key)
    assert "75" in [row[0] for row in table_of(data, "Vital signs", "Observations")]
    rows = table_of(data, "Signatures", "Amended after signing")
    assert rows[0][2] == "found on paper"
    assert "systolic 171" in rows[0][1]
    assert "No longer holds" in says(data)


def test_the_figure_on_paper_is_that_of_the_record(sqlite_store, operator):
    """Its bars are the observations with a whole pressure; pauses and rescue drugs are pinned."""
    data = printed(operator, whole(operator))
    figure = next(b for s in data["sections"] for b in s["blocks"] if b["kind"] == "figure")
    assert figure["svg"].count('class="bar"') == 5
    for word in (
        "paused",
        "Ondansetron",
        "Vomiting, severe",
        "ready 112",
        "left 125",
        "minimum observation 120",
    ):
        assert word in figure["svg"]
    assert figure["alt"].startswith("Blood pressure 124/78 at minute -10")


def test_a_planned_treatment_prints_too(sqlite_store, operator):
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        planned = unsaid(db, made)
        data = report.data(db, planned)
        assert data["state"][0]["text"].startswith("Planned")
        assert report.pdf(db, planned).startswith(b"%PDF")


# ---- signatures and amendments -----------------------------------------------------------------------------------


@pytest.fixture
def amended(sqlite_store, operator) -> str:
    key = whole(operator)
    with database(staff("nurse")) as db:
        signing.sign(db, key, PASSWORD, MINE)
    with database(staff("clinician")) as db:
        row = treatments.by_key(db, key)
        signing.amend(db, key, "treatment", row.key, {"lot": "LX-78"}, "misread the label")
        signing.amend(db, key, "treatment", row.key, {"lot": "LX-79"}, "misread again")
        seen = treatments.stored_rows(db, row)[2]
        signing.amend(db, key, "vital_signs", seen.key, {"systolic_mmhg": 146}, "typed wrong")
    return key


def test_a_signature_that_holds_says_so(sqlite_store, operator):
    key = whole(operator)
    with database(staff("nurse")) as db:
        made = signing.sign(db, key, PASSWORD, MINE)
        hashed = made.content_hash
    said = says(printed(operator, key))
    assert "Holds: the record is as it was signed." in said
    assert hashed in said
    assert MINE in said
    assert "no longer holds" not in said


def test_an_unsigned_record_says_so(sqlite_store, operator):
    assert "Nobody has signed this record yet." in says(printed(operator, whole(operator)))


def test_a_changed_record_says_that_its_signature_no_longer_holds(amended, operator):
    data = printed(operator, amended)
    assert data["state"][0] == {
        "kind": "says",
        "text": "This record was changed after it was signed: a signature on it no longer holds.",
        "loud": True,
    }
    assert "No longer holds: changed after signing." in says(data)


def test_an_amendment_stands_beside_every_original_with_reason_and_name(amended, operator):
    data = printed(operator, amended)
    assert (["LX-77", "LX-78"], "LX-79") in struck(data)
    assert (["164/96"], "146/96") in struck(data)
    said = says(data)
    assert "misread the label" in said
    assert "Clinician Test" in said
    html = html_of(operator, amended)
    assert "<s><bdi>LX-77</bdi></s> <s><bdi>LX-78</bdi></s> <bdi>LX-79</bdi>" in html
    assert "<s><bdi>164/96</bdi></s> <bdi>146/96</bdi>" in html


# ---- the three forms of it ---------------------------------------------------------------------------------------


def test_html_says_all_that_the_data_say(amended, operator):
    data, html = printed(operator, amended), html_of(operator, amended)
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))
    for cell in cells_of(data):
        for said in (cell["text"], *cell["old"]):
            assert " ".join(said.split()) in text
    assert footer(data["stamp"])[-64:] in html


def test_html_is_one_file_without_script(amended, operator):
    html = html_of(operator, amended)
    assert "<script" not in html
    assert not re.search(r"(src|href)\s*=|url\((?!data:)|@import", html)
    assert html.count("<svg") == 1


def test_the_pdf_is_tagged_and_many_rows_run_over_pages(sqlite_store, operator):
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        key = treated(
            db, made, START, [signs(minute) for minute in range(-5, 175, 3)], note="long " * 400
        ).key
    with database(operator) as db:
        of = treatments.by_key(db, key)
        made = report.pdf(db, of)
        pages = typesetting.pictures(TEMPLATE.file, report.data(db, of), 40)
    assert made.startswith(b"%PDF")
    assert b"pdfuaid" in made
    assert len(pages) >= 3


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_no_text_breaks_or_becomes_markup(sqlite_store, operator, text):
    """It stands in the HTML as it was typed, and the PDF is made; typst would refuse a letter that it cannot set."""
    key = bare(operator, family_name=text[:60], given_name=text[:60])
    with database(operator) as db:
        of = treatments.by_key(db, key)
        of.note, of.lot, of.room = text, text[:100], text[:40]
    with database(operator) as db:
        of = treatments.by_key(db, key)
        html = report.html(db, of)
        assert report.pdf(db, of).startswith(b"%PDF")
    assert html.count("<svg") == 0
    assert "<script" not in html
    assert printable(text).strip() in unescape(html)
    assert html.count("</style>") == 1


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_every_text_can_be_set_in_our_fonts(text):
    """Typst refuses a document for screen readers with a letter that no font has."""
    assert typesetting.accessible(TEMPLATE.file, sheet(printable(text))).startswith(b"%PDF")


def test_the_fonts_have_what_the_list_says():
    letters = [chr(each) for font in typesetting.covered() for each in sorted(font)]
    plain = "\n".join(each for each in letters if unicodedata.category(each)[0] not in "MC")
    assert typesetting.in_our_letters(plain) == plain
    assert typesetting.accessible(TEMPLATE.file, sheet(plain)).startswith(b"%PDF")


def test_a_text_that_the_standard_refuses_is_printed_all_the_same(monkeypatch):
    monkeypatch.setattr(typesetting, "in_our_letters", str)
    with pytest.raises(typst.TypstError):
        typesetting.accessible(TEMPLATE.file, sheet("中"))
    assert typesetting.pdf(TEMPLATE.file, sheet("中")).startswith(b"%PDF")


def test_a_letter_that_no_font_has_is_printed_as_its_code():
    assert typesetting.in_our_letters("Ada 😀") == "Ada [U+1F600]"
    assert typesetting.in_our_letters("\u05e2\u05b8 я\u05b8") == "\u05e2\u05b8 я[U+05B8]"
    assert printable("a\u202eb\x07") == "a[U+202E]b[U+0007]"


def test_the_longest_words_may_be_broken():
    assert typesetting.breakable("x" * 45, 20) == f"{'x' * 20}\u200b{'x' * 20}\u200b{'x' * 5}"
    assert typesetting.breakable("plain words", 20) == "plain words"


def test_a_string_of_css_cannot_be_left():
    assert quoted("a'b</style>\\") == "'a\\27 b\\3c \\2f style\\3e \\5c '"


def sheet(text: str) -> dict:
    stamp = dict.fromkeys(("clinic", "by", "at", "template", "data", "hash"), "x")
    block = {"kind": "says", "text": text, "loud": False}
    return {
        **dict.fromkeys(("title", "name", "line", "clinic", "what"), "x"),
        "state": [],
        "sections": [{"title": "Letters", "blocks": [block]}],
        "stamp": stamp,
    }


# ---- who, and what it leaves behind ------------------------------------------------------------------------------


def test_every_print_leaves_a_row_in_the_trail(sqlite_store, operator):
    key, nurse = whole(operator), staff("nurse")
    with database(nurse) as db:
        of = treatments.by_key(db, key)
        report.pdf(db, of)
        report.html(db, of)
        report.rems(db, of)
        hashed, patient_id = signing.content_hash(db, of), of.patient_id
    with database(operator) as db:
        rows = db.exec(select(AuditRow).where(AuditRow.verb == "printed").order_by(AuditRow.id)).all()
        assert [(row.after["what"], row.after["as"]) for row in rows] == [
            ("treatment 1.0", "PDF"),
            ("treatment 1.0", "HTML"),
            ("rems 2024-06", "PDF"),
        ]
        assert {row.after["content_hash"] for row in rows} == {hashed}
        assert {(row.actor, row.patient_id) for row in rows} == {(nurse.name, patient_id)}


def test_the_footer_says_who_when_from_what_and_on_what(sqlite_store, operator):
    key, nurse = whole(operator), staff("nurse")
    with database(nurse) as db:
        of = treatments.by_key(db, key)
        stamp, hashed = report.data(db, of)["stamp"], signing.content_hash(db, of)
    assert stamp["by"] == "Nurse Test"
    assert stamp["template"] == "treatment 1.0"
    assert stamp["hash"] == hashed
    assert stamp["data"].startswith("data as of ")
    assert stamp["data"].endswith("UTC")


def test_an_administrator_may_not_print(sqlite_store, operator):
    key = bare(operator)
    with database(staff("administrator")) as db, pytest.raises(NotAllowed):
        report.data(db, db.exec(select(Treatment).where(Treatment.key == key)).one())


def test_who_may_not_see_names_gets_none(sqlite_store, operator):
    html = html_of(staff("lead"), whole(operator))
    assert "Byron, Ada" not in html
    assert "SM-1" not in html
    assert "the name is not yours to see" in html


def test_a_void_record_says_so(sqlite_store, operator):
    key = bare(operator)
    with database(operator) as db:
        of = treatments.by_key(db, key)
        of.status, of.void_reason = Status.VOID, "wrong patient"
    assert printed(operator, key)["state"][0]["text"] == "Taken out: wrong patient."
