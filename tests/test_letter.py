"""The letter for the referrer: it says what was chosen, fits on one page, and leaves a row behind."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from sqlmodel import select

from clinic import access, assessments, episodes, instruments, letter, patients, settings, treatments
from clinic.charts.letter import WIDTH, days_of, letter_figure
from clinic.charts.letter_axis import MOST, dates
from clinic.letter import Chosen, making, page, parts
from clinic.letter.choosing import checked
from clinic.letter.gathering import Facts, gathered
from clinic.outcomes import sentence
from clinic.outcomes.baseline import choose
from clinic.refused import BadInput, NotAllowed, NotFound
from clinic.report import typesetting
from clinic.report.svg import drawn
from data_model import Actor, AuditRow, Letter, Medication, Patient, connection, database
from tests import course_frames as frames
from tests.browser import chromium
from tests.people import course, days_ago, patient, phq9, scored, staff, treated

SVG = "{http://www.w3.org/2000/svg}"
TODAY = days_ago(0).date()
NAUSEA = {"term": "Nausea", "severity": "moderate", "serious": False}


@pytest.fixture(scope="module")
def operator() -> Actor:
    return access.command_line("test run")


@pytest.fixture(scope="module")
def ada(migrated_sqlite, tmp_path_factory, operator) -> Iterator[Patient]:
    """One store for all that only read it."""
    path = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("letter") / "clinic.sqlite")
    with pytest.MonkeyPatch.context() as patched:
        connection.forget_engines()
        patched.setenv("CLINIC_DATABASE_URL", f"sqlite:///{path}")
        yield somebody(operator)
        connection.forget_engines()


@pytest.fixture
def eve(sqlite_store, operator) -> Patient:
    """The same in a store of her own."""
    return somebody(operator)


def somebody(operator) -> Patient:
    """PHQ-9 16 before the first dose, 10 and 9 later; a score of an earlier year; two treatments, one with nausea."""
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        scored(db, made, days_ago(400), phq9(3))
        scored(db, made, days_ago(50), phq9(2))
        treated(db, made, days_ago(49), events=(NAUSEA,))
        treated(db, made, days_ago(45), given_mg=49.0)
        scored(db, made, days_ago(22), phq9(1, 1, 1, 1, 1, 1, 1, 2, 1))
        scored(db, made, days_ago(12), phq9(1, 1, 1, 1, 1, 1, 1, 1, 1))
        scored(db, made, days_ago(2), {f"q{n}": 1 for n in range(1, 8)}, "gad7")
        drug = {"patient_id": made.id, "author": "x"}
        db.add(Medication(drug="Sertraline", dose="100 mg", started=TODAY - timedelta(300), **drug))
        stopped = TODAY - timedelta(200)
        db.add(Medication(drug="Lithium", started=TODAY - timedelta(300), stopped=stopped, **drug))
    return made


def chosen(db, of: Patient, **other) -> Chosen:
    usual = Chosen(
        episodes.of_patient(db, of)[-1].key, "Dr Hale\nThe Surgery", ("phq9",), TODAY - timedelta(60), TODAY
    )
    return replace(usual, **other)


def facts(operator, of: Patient, **other) -> Facts:
    with database(operator) as db:
        return gathered(db, of, chosen(db, of, **other))


def html(operator, of: Patient, **other) -> str:
    with database(operator) as db:
        return letter.html(db, of, chosen(db, of, **other))


def words(markup: str) -> str:
    """What a reader sees, on one line."""
    body = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", markup, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


# ---- what it says ----------------------------------------------------------------------------------------------


def test_it_says_what_was_chosen(ada, operator):
    said = words(html(operator, ada, plan="Go on <b>weekly</b> & *see*", remark="Back at work."))
    with database(operator) as db:
        scores, given = assessments.scores(db, ada), treatments.given(db, ada)
    scale = instruments.instrument("phq9")
    baseline = choose(scores[scores["instrument"] == "phq9"], given["started_at"].min())
    header = sentence.header(scale, scores, given, baseline, pd.Timestamp.now(tz="UTC"))
    assert header.replace("item 9 = ", "item\u00a09\u00a0=\u00a0").replace("\u00a0", " ") in said
    assert "fell from 16 to 9" in header
    for part in (
        "Dr Hale The Surgery",
        "Byron, Ada SM-1 · born 10 Dec 1985 · female",
        "PHQ-9, 0–27 3 16 · ",
        "−7 (−44 %)",
        "2 treatments with racemic ketamine IV, 0.5 to 0.7 mg/kg (35 to 49 mg)",
        "Nausea: in 1 of 2 treatments, at most moderate",
        "Sertraline 100 mg, since ",
        "PHQ-9 item 9 = 1 on ",
        "Plan Go on <b>weekly</b> & *see*",
        "Remark Back at work.",
        "phq9.response.fall50 1.0",
        "phq9.remission.lt5 1.0",
        "baseline.last_complete_14d",
        "suicidality.last28d",
        "3 scores, 2 treatments",
        "not shown, outside these dates: 1 score, 0 treatments",
        "Observed, without a comparison group",
        "data as of ",
    ):
        assert part in said, part
    assert "Lithium" not in said
    assert "Not part of this letter" not in said


def test_what_is_left_out_is_named_and_nowhere_else(ada, operator):
    whole = html(operator, ada, treatments=False, side_effects=False, medication=False, suicide=False)
    assert "Not part of this letter: treatments, side effects, medication, answers about suicide." in words(
        whole
    )
    said = re.sub(r"<style>.*?</style>", "", whole, flags=re.S).replace("answers about suicide", "")
    for trace in ("suicid", "item 9", "item\u00a09", "Nausea", "Sertraline"):
        assert trace not in said, trace


def test_none_recorded_is_not_none(ada, operator):
    with database(operator) as db:
        other = patient(db, "SM-2")
        course(db, other)
    said = words(html(operator, other))
    for part in ("No PHQ-9 score yet", "No treatment in these dates", "None recorded.", "never asked about"):
        assert part in said, part
    assert "none valid" in said
    assert "no score" in said


def test_a_list_too_long_is_cut_and_says_so(ada, operator):
    of = facts(operator, ada)
    many = tuple(
        Medication(patient_id=ada.id, drug=f"Drug {n}", started=TODAY - timedelta(100)) for n in range(12)
    )
    lines = parts.part(replace(of, drugs=many), "medication", "x")["lines"]
    assert len(lines) == parts.MOST
    assert lines[-1] == "and 5 more, not listed here"
    assert lines[-2].startswith("Drug 6,")


def test_the_serious_come_first_and_an_event_counts_once_per_treatment(ada, operator):
    of = facts(operator, ada)
    one, two = of.given["treatment"]
    events = (
        (one, "nausea", "mild", False),
        (one, "Nausea", "moderate", False),
        (two, "Nausea", "mild", False),
        (two, "Vomiting", "mild", True),
        (two, "Dizziness", "severe", False),
    )
    assert list(parts.side_effects(replace(of, events=events))) == [
        "Vomiting: in 1 of 2 treatments, at most mild, serious",
        "Dizziness: in 1 of 2 treatments, at most severe",
        "Nausea: in 2 of 2 treatments, at most moderate",
    ]


def test_drafts_and_what_was_taken_back_are_not_in_it(eve, operator):
    with database(operator) as db:
        last = assessments.scores(db, eve).query("instrument == 'phq9'")["assessment"].iloc[-1]
        assessments.void(db, last, "the sheet was somebody else's")
        treatments.open_draft(db, eve.key)
        row = db.exec(select(Medication).where(Medication.drug == "Sertraline")).one()
        row.status, row.void_reason = "void", "never taken"
    said = words(html(operator, eve))
    assert "fell from 16 to 10" in said
    assert "2 scores, 2 treatments" in said
    assert "Sertraline" not in said


def test_initials_stand_in_it_in_privacy_mode(ada):
    discreet = staff("clinician", "mina")
    with database(discreet) as db:
        patients.keep_private(db, True)
    with database(replace(discreet, preferences=(("privacy", "on"),))) as db:
        said = letter.html(db, ada, chosen(db, ada))
    assert "Byron" not in said
    assert "10 Dec 1985" not in said
    assert "SM-1" in said


# ---- one page --------------------------------------------------------------------------------------------------


def crowded(of: Facts) -> Facts:
    """Three scales, 500 scores, 100 treatments on two routes, and every list longer than its part."""
    rng = np.random.default_rng(3)
    rows = [
        frames.score(frames.at(day), total, instrument=name, prorated=bool(n % 9 == 0), version="1.0")
        for name, top in (("phq9", 27), ("gad7", 21), ("madrs", 60))
        for n, (day, total) in enumerate(
            zip(np.linspace(-5, 250, 167), rng.integers(0, top, 167), strict=True)
        )
    ]
    scores = frames.scores(*rows[:500])
    given = frames.treatments(
        *(
            frames.treatment(
                frames.at(2.5 * n),
                route="IV" if n % 2 else "IM",
                mg_per_kg=float("nan") if n == 7 else 0.5,
                stopped_early=n == 9,
            )
            for n in range(100)
        )
    )
    scales = tuple(instruments.instrument(name) for name in ("phq9", "gad7", "madrs"))
    each = {s.id: choose(scores[scores["instrument"] == s.id], frames.DOSE_ONE) for s in scales}
    drugs = [f"Drug {n} of a rather long name" for n in range(12)]
    return replace(
        of,
        scales=scales,
        chosen=replace(of.chosen, scales=tuple(s.id for s in scales)),
        scores=scores,
        all_scores=scores,
        given=given,
        all_given=given,
        baselines=each,
        starts=pd.DataFrame({"patient": ["p1"], "episode": ["e1"], "start": [frames.DOSE_ONE]}),
        events=tuple((given["treatment"][n], f"Event {n}", "mild", False) for n in range(20)),
        drugs=tuple(Medication(patient_id=1, drug=name, dose="10 mg", started=TODAY) for name in drugs),
    )


def nothing(of: Facts) -> Facts:
    return replace(
        of, scores=of.scores[:0], all_scores=of.scores[:0], given=of.given[:0], events=(), drugs=()
    )


def one_score(of: Facts) -> Facts:
    return replace(of, scores=of.scores[:1], given=of.given[:0])


def wordy(of: Facts) -> Facts:
    return replace(of, chosen=replace(of.chosen, plan="Lorem ipsum dolor. " * 60, remark="Sit amet. " * 120))


def odd_letters(of: Facts) -> Facts:
    text = "\U0001f600 שלום \u202e" + "x" * 300
    return replace(of, chosen=replace(of.chosen, plan=text, remark="مرحبا"))


def test_it_is_one_page_as_pdf_and_from_a_browser_that_asks_nobody_for_anything(ada, operator):
    with chromium() as browser:
        for kind in (crowded, nothing, one_score, wordy, odd_letters):
            data = making.fitted(kind(facts(operator, ada)))
            assert pages(typesetting.pdf(making.FILE, data)) == 1, kind
            window, asked = browser.new_page(), []
            window.on("request", lambda request, asked=asked: asked.append(request.url))
            window.set_content(markup := page.html(data))
            window.evaluate("document.fonts.ready")
            assert pages(window.pdf(prefer_css_page_size=True)) == 1, kind
            assert [url for url in asked if not url.startswith("data:")] == []
            assert "<script" not in markup


def test_text_beyond_a_page_is_refused_with_how_much_it_is(ada, operator):
    with pytest.raises(BadInput, match="The plan is 5 letters too long for one page"):
        html(operator, ada, plan="word " * 301)
    with pytest.raises(BadInput, match=r"about \d+ lines too long for one page") as refusal:
        html(operator, ada, plan="line\n" * 40, remark="line\n" * 40)
    lines = int(re.search(r"about (\d+) lines", str(refusal.value))[1])
    with pytest.raises(BadInput) as worse:
        html(operator, ada, plan="line\n" * 50, remark="line\n" * 40)
    assert int(re.search(r"about (\d+) lines", str(worse.value))[1]) - lines in (9, 10, 11)


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"recipient": " \n "}, "to whom"),
        ({"recipient": "line\n" * 7}, "7 lines; there is room for 6"),
        ({"recipient": "x" * 80}, "10 letters too long"),
        ({"scales": ()}, "at least one scale"),
        ({"scales": ("phq9", "gad7", "madrs", "wsas")}, "room for 3 scales, not 4"),
        ({"scales": ("phq9", "phq9")}, "chosen twice"),
        ({"scales": ("nope",)}, "no scale “nope”"),
        ({"scales": ("cssrs",)}, "no total"),
        ({"since": TODAY, "until": TODAY - timedelta(1)}, "after the last"),
    ],
)
def test_what_cannot_be_chosen_is_refused_in_words(wrong, sentence):
    usual = Chosen("c", "Dr Hale", ("phq9",), TODAY, TODAY)
    with pytest.raises(BadInput, match=sentence):
        checked(replace(usual, **wrong), instruments.catalogue())


def test_another_persons_course_and_a_record_taken_out_are_refused(eve, operator):
    with database(operator) as db:
        other = patient(db, "SM-2")
        mine = chosen(db, eve)
        course(db, other)
        with pytest.raises(NotFound, match="somebody else"):
            letter.pdf(db, other, mine)
        gone = db.get(Patient, eve.id)
        gone.status, gone.void_reason = "void", "twice"
        with pytest.raises(BadInput, match="taken out"):
            letter.pdf(db, gone, mine)


# ---- the figure ------------------------------------------------------------------------------------------------


def figure_of(of: Facts, **other) -> dict:
    span = days_of(of.scores["taken_at"], "UTC")
    return letter_figure(of.scores, of.given, of.scales, of.baselines, (span.min(), span.max()), **other)


def test_every_score_is_in_the_figure_at_its_height(ada, operator):
    of = crowded(facts(operator, ada))
    spec = figure_of(of)
    go.Figure(spec)
    for scale in of.scales:
        traces = [each for each in spec["data"] if each["name"] == scale.title]
        points = [
            (x, y) for each in traces for x, y in zip(each["x"], each["y"], strict=True) if y is not None
        ]
        mine = of.of(scale)
        assert points == list(zip(days_of(mine["taken_at"], "UTC"), mine["total"], strict=True))
    bars = [x for each in spec["data"] if each["type"] == "bar" for x in each["x"]]
    unknown = [x for each in spec["data"] if each["name"] == "dose unknown" for x in each["x"]]
    assert sorted(bars + unknown) == sorted(days_of(of.given["started_at"], "UTC"))
    assert len(unknown) == 1
    drawing = ElementTree.fromstring(drawn(spec, WIDTH))
    assert len(drawing.findall(f".//{SVG}path[@class='mark']")) == len(of.scores)


def test_marks_and_gaps_are_told_apart_without_colour():
    scores = frames.scores(
        frames.score(frames.at(-1), 20),
        frames.score(frames.at(1), 15),
        frames.score(frames.at(9), 12, prorated=True),
        frames.score(frames.at(10), float("nan")),
        frames.score(frames.at(60), 8),
        frames.score(frames.at(61), 9, version="2.0"),
    )
    scale = instruments.instrument("phq9")
    spec = letter_figure(scores, frames.doses(0), [scale], {}, (0.0, 1.0))
    first, second, without = spec["data"][:3]
    assert first["marker"]["symbol"] == ["circle", "diamond", "square-x", "circle", "circle"]
    assert first["y"] == [20, 15, 12, None, 8]
    assert (second["y"], without["name"], len(without["x"])) == ([9], "no total", 1)
    markup = drawn(spec, WIDTH)
    assert {c for c in re.findall(r"#([0-9A-Fa-f]{6})", markup) if len({c[:2], c[2:4], c[4:]}) > 1} == set()
    texts = "".join(ElementTree.fromstring(markup).itertext())
    assert {ord(each) for each in texts} <= typesetting.covered()[0], (
        "another font would be put in for the whole line"
    )
    for word in ("within 72 h of a dose", "prorated", "no total", "self-report"):
        assert word in markup


def test_a_treatment_outside_the_dates_still_makes_a_score_early():
    scores = frames.scores(frames.score(frames.at(1), 15))
    scale = instruments.instrument("phq9")
    early = letter_figure(scores, frames.doses(), [scale], {}, (0, 1), dosed=frames.doses(0))
    assert early["data"][0]["marker"]["symbol"] == ["diamond"]


def test_the_words_of_the_figure_are_read_out(ada, operator):
    markup = html(operator, ada)
    assert re.search(r'aria-label="PHQ-9: 3 scores, from 16 on .* to 9 on .*2 treatments', markup)


@pytest.mark.parametrize("days", [0.5, 3, 12, 25, 40, 100, 400, 1500, 9000])
def test_the_axis_has_a_handful_of_dates(days):
    low = (date(2026, 3, 2) - date(1970, 1, 1)).days - 0.3
    found = dates(low, low + days)
    assert len(found) <= MOST
    assert all(low <= (day - date(1970, 1, 1)).days <= low + days for day in found)
    assert len(found) >= (3 if days >= 12 else 0)
    if 12 < days < 80:
        assert all(day.weekday() == 0 for day in found) or all(day.day == 1 for day in found) or days < 18


# ---- what it leaves behind -------------------------------------------------------------------------------------


@pytest.fixture
def bea(both_stores, operator) -> Patient:
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        scored(db, made, days_ago(3), phq9(2))
    return made


def test_each_file_is_a_row_and_an_export(bea):
    mina = staff("clinician", "mina")
    with database(mina) as db:
        what = chosen(db, bea, plan="As before.")
        files = [letter.pdf(db, bea, what), letter.html(db, bea, what).encode()]
    with database(mina) as db:
        rows = letter.of_patient(db, bea)[::-1]
        assert [row.fingerprint for row in rows] == [hashlib.sha256(file).hexdigest() for file in files]
        assert [(row.form, row.author, row.recipient) for row in rows] == [
            ("pdf", "Mina Test", "Dr Hale\nThe Surgery"),
            ("html", "Mina Test", "Dr Hale\nThe Surgery"),
        ]
        assert rows[0].chosen["plan"] == "As before."
        assert rows[0].chosen["scales"] == ["phq9"]
        assert rows[1].key.encode() in files[1]
        exports = db.exec(select(AuditRow).where(AuditRow.verb == "printed").order_by(AuditRow.id)).all()
        assert [row.after["fingerprint"] for row in exports] == [row.fingerprint for row in rows]
        assert {row.patient_id for row in exports} == {bea.id}
        assert letter.words(rows[0], settings.zone(db)).endswith("PDF to Dr Hale, by Mina Test")


def test_looking_leaves_no_row(ada, operator):
    with database(operator) as db:
        before = len(db.exec(select(Letter)).all())
        assert letter.picture(db, ada, chosen(db, ada)).startswith(b"\x89PNG")
        assert len(db.exec(select(Letter)).all()) == before


@pytest.mark.parametrize("role", ["lead", "auditor", "administrator"])
def test_only_who_treats_writes_letters(ada, operator, role):
    with database(operator) as db:
        what = chosen(db, ada)
    actor = staff(role)
    for make in (letter.pdf, letter.html, letter.picture):
        with database(actor) as db, pytest.raises(NotAllowed):
            make(db, ada, what)


def test_the_logo_of_the_clinic_stands_on_it(eve, operator):
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
    with database(operator) as db:
        settings.change(db, logo=f"data:image/png;base64,{dot}", clinic_name="Clinic <& Sons>")
        markup = letter.html(db, eve, chosen(db, eve))
        assert pages(letter.pdf(db, eve, chosen(db, eve))) == 1
    assert dot in markup
    assert "Clinic &lt;&amp; Sons&gt;" in markup


def test_a_logo_that_cannot_be_read_keeps_no_letter_back(eve, operator):
    with database(operator) as db:
        settings.change(db, logo="data:image/svg+xml;base64,bm90IGEgcGljdHVyZQ==")
        assert pages(letter.pdf(db, eve, chosen(db, eve))) == 1


def test_what_is_proposed():
    known = instruments.catalogue()
    used = ["gad7", "wsas", "phq9", "cssrs"]
    assert letter.proposed_scales(known["phq9"], used, known) == ["phq9", "wsas"]
    assert letter.proposed_scales(known["phq9"], ["gad7"], known) == ["phq9"]
