"""From a patient's page to a score on the chart: by keyboard, by mouse, on a phone; and what must not go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, pairwise

import pytest
from playwright.sync_api import Locator, expect

from clinic import alerts, assessments, patients
from data_model import database
from tests.browser import OPERATOR, PHONE, Clinic, Window, a_clinic, eventually
from tests.people import course, days_ago, patient, phq9, scored

pytestmark = pytest.mark.browser

NUMBERS = count(1)
AT_MOST = 12  # keys and clicks from a patient's page to the saved score


@pytest.fixture(scope="module")
def clinic(migrated_sqlite, tmp_path_factory) -> Iterator[Clinic]:
    with a_clinic(migrated_sqlite, tmp_path_factory.mktemp("assessment")) as clinic:
        yield clinic


@pytest.fixture
def window(clinic) -> Iterator[Window]:
    with clinic.window("nora") as window:
        yield window


@pytest.fixture
def person(clinic) -> str:
    """Somebody new with a PHQ-9 of 16, so that no test meets what another one left."""
    with database(OPERATOR) as db:
        made = patient(db, f"T-{next(NUMBERS)}", family_name="Cantor", given_name="Cleo")
        course(db, made)
        scored(db, made, days_ago(9), phq9(2))
    return made.key


def begun(window: Window, person: str) -> None:
    """The empty form, with the first item in focus."""
    window.open(f"/assessment?patient={person}&instrument=phq9")
    expect(answer(window, 1, 0)).to_be_focused()


def answer(window: Window, item: int, value: int) -> Locator:
    return window.page.locator("fieldset").nth(item - 1).locator(f"input[value='{value}']")


def chosen(window: Window) -> list[str]:
    return window.page.locator("fieldset input:checked").evaluate_all(
        "found => found.map((one) => one.value)"
    )


def of(person: str) -> list[tuple]:
    """(scale, total, how) of every score that counts, oldest first."""
    with database(OPERATOR) as db:
        found = assessments.scores(db, patients.get(db, person))
    return list(found[["instrument", "total", "how"]].itertuples(index=False, name=None))


def test_twelve_keys_and_clicks_at_most_from_the_patient_to_the_score_on_the_chart(window, person):
    window.open(f"/patient?patient={person}")
    assert window.drawn_scores() == [16]
    window.count_from_now()
    window.click(window.button("Record PHQ-9"))
    expect(answer(window, 1, 0)).to_be_focused()
    window.type("211211110", delay=30)
    window.press("Enter")
    eventually(window.drawn_scores, [16, 10])
    print(f"PHQ-9 from the patient's page to the chart: {window.touches} keys and clicks")
    assert window.touches <= AT_MOST
    eventually(lambda: [row[-6:-3] for row in window.table()][:1], [["PHQ-9", "10", "moderate"]])
    assert of(person)[1:] == [("phq9", 10, "self-report")]


@pytest.mark.parametrize("looks", [{}, PHONE], ids=["mouse", "phone"])
def test_clicks_or_taps_alone_lead_there_too(clinic, person, looks):
    with clinic.window("nora", **looks) as window:
        window.open(f"/patient?patient={person}")
        window.count_from_now()
        window.click(window.button("Record PHQ-9"))
        for item, value in enumerate((3, 2, 3, 2, 1, 1, 0, 0, 0), 1):
            window.click(answer(window, item, value))
        window.sees("PHQ-9, complete")
        window.click(window.button("Save"))
        eventually(window.drawn_scores, [16, 12])
        print(f"PHQ-9 by clicks or taps alone: {window.touches}")
        assert window.touches <= AT_MOST
        assert (
            window.page.evaluate("document.documentElement.scrollWidth") == window.page.viewport_size["width"]
        )


def test_a_refresh_keeps_the_half_filled_form(window, person):
    begun(window, person)
    window.type("301", delay=30)
    window.sees("PHQ-9, 3 of 9 answered")
    window.reload()
    window.sees("PHQ-9, 3 of 9 answered")
    assert chosen(window) == ["3", "0", "1"]
    expect(answer(window, 4, 0)).to_be_focused()
    window.type("000000", delay=30)
    window.press("Enter")
    eventually(window.drawn_scores, [16, 4])


def test_clicking_save_four_times_saves_once(window, person):
    begun(window, person)
    window.type("111111110", delay=30)
    window.sees("PHQ-9, complete")
    window.button("Save").click(click_count=4)
    eventually(window.drawn_scores, [16, 8])
    window.title("Cantor, Cleo")
    assert of(person) == [("phq9", 16, "import"), ("phq9", 8, "self-report")]


def test_a_digit_that_is_no_answer_changes_nothing_and_loses_nothing(window, person):
    begun(window, person)
    window.type("12", delay=30)
    expect(answer(window, 3, 0)).to_be_focused()
    window.type("4", delay=30)
    expect(answer(window, 3, 0)).to_be_focused()
    assert chosen(window) == ["1", "2"]
    window.type("3", delay=30)
    window.sees("PHQ-9, 3 of 9 answered")
    assert chosen(window) == ["1", "2", "3"]


def test_the_suicide_item_is_said_at_once_and_stored_before_anybody_saves(window, person):
    begun(window, person)
    window.click(answer(window, 9, 1))
    window.sees("Ask before they leave.")
    with database(OPERATOR) as db:
        [(concern, _)] = alerts.open_ones(db, patients.get(db, person))
    assert concern.rule == alerts.SUICIDE


def test_a_date_in_the_future_gets_a_sentence_and_the_answers_stay(window, person):
    begun(window, person)
    window.type("111111110", delay=30)
    window.sees("PHQ-9, complete")
    window.page.get_by_text("When and how").click()
    window.page.get_by_role("spinbutton", name="day").click()
    window.type("31122099", delay=30)
    window.button("Save").click()
    window.sees("The date, 31 Dec 2099, lies in the future.")
    assert len(chosen(window)) == 9
    assert len(of(person)) == 1


def test_a_paper_total_above_the_scale_gets_a_sentence_and_one_on_it_is_saved_as_paper(window, person):
    begun(window, person)
    window.page.get_by_text("A total from paper").click()
    total = window.field("Total (0–27)")
    total.fill("28")
    window.button("Save the total").click()
    window.sees("27")
    expect(window.page.get_by_role("alert")).to_be_visible()
    expect(total).to_have_value("28")
    total.fill("7")
    window.button("Save the total").click()
    eventually(window.drawn_scores, [16, 7])
    assert of(person)[-1] == ("phq9", 7, "paper")


def test_the_next_patients_form_shows_nothing_of_the_one_before(clinic, window, person):
    begun(window, person)
    window.type("222", delay=30)
    window.sees("PHQ-9, 3 of 9 answered")
    window.page.get_by_role("link", name="Patients").click()
    window.page.get_by_role("button", name="Babbage, Ben").click()
    window.title("Babbage, Ben")
    window.click(window.button("Record PHQ-9"))
    window.title("PHQ-9: Babbage, Ben")
    window.sees("PHQ-9, 0 of 9 answered")
    assert chosen(window) == []
    assert "Cantor" not in window.page.locator("[data-testid=stMain]").inner_text()
    window.open(f"/assessment?patient={person}&instrument=phq9")
    window.sees("PHQ-9, 3 of 9 answered")
    assert chosen(window) == ["2", "2", "2"]


# ---- forms of other shapes -----------------------------------------------------------------------------------


def opened(window: Window, person: str, scale: str) -> None:
    window.open(f"/assessment?patient={person}&instrument={scale}")
    window.page.locator("fieldset input").first.wait_for(state="attached")


def item(window: Window, words: str) -> Locator:
    """The group of one question, by what it is called; hidden ones too."""
    return window.page.locator("fieldset").filter(has_text=words)


def shown(window: Window) -> list[str]:
    """The numbers of the questions that are on the screen."""
    return [
        text.partition(".")[0]
        for text in window.page.locator("fieldset:not([hidden]) legend").all_inner_texts()
    ]


def so_far(person: str) -> dict:
    """What is stored of the one form in work."""
    with database(OPERATOR) as db:
        found = assessments.drafts(db, patients.get(db, person))
    return found[0][0].answers if found else {}


def last(person: str):
    """The score that was saved last, with its answers."""
    with database(OPERATOR) as db:
        found = assessments.scores(db, patients.get(db, person))
        return assessments.by_key(db, found.iloc[-1].assessment)


def focused(window: Window) -> str:
    """The name and value of the input that has the focus, inside whichever component."""
    return window.page.evaluate(
        """() => { let at = document.activeElement;
            while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
            return at?.name || at?.type || ""; }"""
    )


def test_the_columbia_form_asks_three_to_five_only_after_a_yes_to_two_and_forgets_them_after_a_no(
    window, person
):
    opened(window, person, "cssrs")
    assert shown(window) == ["1", "2", "6"]
    eventually(lambda: focused(window), "item-q1")
    window.type("01", delay=60)
    eventually(lambda: shown(window), ["1", "2", "3", "4", "5", "6"])
    eventually(lambda: focused(window), "item-q3")
    window.type("yn", delay=60)
    eventually(lambda: so_far(person), {"q1": 0, "q2": 1, "q3": 1, "q4": 0})
    window.sees("item 3 endorsed")
    window.sees("A concern is open")
    window.click(item(window, "2. Thoughts").locator("input[value='0']"))
    eventually(lambda: shown(window), ["1", "2", "6"])
    eventually(lambda: so_far(person), {"q1": 0, "q2": 0})
    window.click(item(window, "2. Thoughts").locator("input[value='1']"))
    eventually(lambda: shown(window), ["1", "2", "3", "4", "5", "6"])
    eventually(lambda: so_far(person), {"q1": 0, "q2": 1})
    assert chosen(window) == ["0", "1"], "an answer that was forgotten does not come back"
    window.reload()
    eventually(lambda: shown(window), ["1", "2", "3", "4", "5", "6"])
    eventually(lambda: focused(window), "item-q3")


def test_the_columbia_form_is_saved_when_every_question_is_answered(window, person):
    opened(window, person, "cssrs")
    window.type("00", delay=60)
    window.press("Enter")
    window.sees("C-SSRS screener wants an answer to every question asked. Open: 6.")
    window.type("1", delay=60)
    eventually(lambda: shown(window), ["1", "2", "6", "6", "6"])
    window.type("0", delay=60)
    date = item(window, "Date of the most recent behaviour").get_by_role("textbox")
    expect(date).to_be_focused()
    for wrong in ("May 2019", "2019-02-31"):
        date.fill(wrong)
        window.press("Enter")
        window.sees(f"takes a date as 2026-05-03, not '{wrong}'")
        assert len(of(person)) == 1, "nothing is saved without the date that somebody typed"
    date.fill("2019-05")
    window.press("Tab")
    eventually(lambda: so_far(person), {"q1": 0, "q2": 0, "q6": 1, "r6": 0, "d6": "2019-05"})
    window.button("Save").click()
    window.title("Cantor, Cleo")
    row = last(person)
    assert row.answers == {"q1": 0, "q2": 0, "q6": 1, "r6": 0, "d6": "2019-05"}
    assert (row.suicide, row.suicide_state, row.note) == (0, "yes", None)


def test_what_they_declined_is_saved_as_open(window, person):
    opened(window, person, "cssrs")
    window.type("00", delay=60)
    window.page.get_by_text("They declined the rest").click()
    window.settled()
    window.button("Save").click()
    window.title("Cantor, Cleo")
    row = last(person)
    assert (row.answers, row.suicide_state) == ({"q1": 0, "q2": 0}, "skipped")
    assert row.note == "The person declined to answer the rest."
    window.sees("A skipped suicide item is treated as a positive answer")


def test_of_a_pair_one_is_answered(window, person):
    """QIDS: appetite is less or more, weight down or up; sixteen answers of 1 are nine domains of 1."""
    opened(window, person, "qids_sr16")
    expect(item(window, "6. appetite")).to_contain_text("Answer this or 7, not both.")
    expect(item(window, "8. weight")).to_contain_text("Answer this or 9, not both.")
    window.type("111111", delay=40)
    eventually(lambda: focused(window), "item-q7")
    window.press("ArrowDown", "ArrowDown")
    window.type("12211111", delay=40)
    window.sees("complete")
    window.press("Enter")
    window.title("Cantor, Cleo")
    row = last(person)
    assert row.answers == {f"q{n}": 1 for n in range(1, 17) if n not in (7, 8)} | {"q10": 2, "q11": 2}
    assert (row.total, row.prorated, row.missing) == (11, False, 0)


def test_two_ratings_of_a_situation_stand_side_by_side_and_the_keyboard_goes_through_both(window, person):
    opened(window, person, "lsas_sr")
    for name in ("item-f1", "item-a1", "item-f2", "item-a2"):
        eventually(lambda: focused(window), name)
        window.type("2" if "f" in name else "1")
    eventually(lambda: focused(window), "item-f3")
    eventually(lambda: so_far(person), {"f1": 2, "a1": 1, "f2": 2, "a2": 1})
    fear, avoidance = (
        window.page.get_by_role("group", name=f"Situation 1 (performance), {each}", exact=True)
        for each in ("Fear", "Avoidance")
    )
    assert fear.bounding_box()["y"] == avoidance.bounding_box()["y"]
    assert fear.bounding_box()["x"] < avoidance.bounding_box()["x"]
    window.type("0" * 44, delay=20)
    window.sees("LSAS-SR, complete")
    window.press("Enter")
    window.title("Cantor, Cleo")
    assert (last(person).total, last(person).missing) == (6, 0)


def test_a_line_is_answered_by_slider_or_number_and_untouched_it_is_no_answer(window, person):
    opened(window, person, "vas_mood")
    slider, number = window.page.get_by_role("slider"), window.page.get_by_label("as a number")
    expect(slider).to_be_focused()
    window.button("Save").click()
    window.sees("No item of")
    slider.focus()
    window.press("ArrowRight")
    eventually(lambda: so_far(person), {"q1": 51})
    expect(number).to_have_value("51")
    number.fill("150")
    window.press("Tab")
    window.sees("takes 0 to 100, not 150")
    assert so_far(person) == {"q1": 51}
    number.fill("73")
    window.press("Tab")
    eventually(lambda: so_far(person), {"q1": 73})
    expect(slider).to_have_value("73")
    box = slider.bounding_box()
    slider.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    eventually(lambda: so_far(person), {"q1": 50})
    number.fill("20")
    window.press("Enter")
    window.title("Cantor, Cleo")
    assert (last(person).total, last(person).answers) == (20, {"q1": 20})


def test_the_middle_of_an_untouched_line_is_an_answer_once_it_is_touched(window, person):
    opened(window, person, "vas_mood")
    slider = window.page.get_by_role("slider")
    box = slider.bounding_box()
    slider.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    eventually(lambda: so_far(person), {"q1": 50})


def test_each_item_may_have_answers_of_its_own(window, person):
    opened(window, person, "auditc")
    expect(item(window, "2.").first).to_contain_text("3 or 4")
    window.type("402", delay=40)
    window.sees("AUDIT-C, complete")
    window.press("Enter")
    window.title("Cantor, Cleo")
    assert (last(person).total, last(person).answers) == (6, {"q1": 4, "q2": 0, "q3": 2})


@pytest.mark.parametrize("looks", [{}, PHONE], ids=["desk", "phone"])
def test_many_answers_with_words_stand_below_each_other(clinic, person, looks):
    with clinic.window("nora", **looks) as window:
        opened(window, person, "cgi_s")
        boxes = [label.bounding_box() for label in window.page.locator("fieldset label").all()]
        assert len(boxes) == 8
        assert len({box["x"] for box in boxes}) == 1
        assert all(above["y"] + above["height"] <= below["y"] for above, below in pairwise(boxes))
        assert min(box["height"] for box in boxes) >= 24, "a finger hits one of them"
        window.click(window.page.locator("fieldset label").nth(4))
        window.sees("CGI-S, complete")
        window.click(window.button("Save"))
        window.title("Cantor, Cleo")
        assert (last(person).total, last(person).answers) == (5, {"q1": 5})


def test_the_form_of_a_score_is_read_by_a_click_on_its_row(window, person):
    window.open(f"/patient?patient={person}")
    canvas = window.page.locator("[data-testid=stDataFrame] canvas").first
    canvas.click(position={"x": 12, "y": 52}, force=True)  # the boxes in which a row is chosen
    window.sees("PHQ-9, complete: 16")
    expect(window.page.locator(".sheet-table tbody tr, .sheet-table tr:has(td)")).to_have_count(9)
    window.sees("2 More than half the days")


WIDE = """() => {
  const host = [...document.querySelectorAll("*")].find((one) => one.shadowRoot?.querySelector(".items"));
  const shown = [...(host?.shadowRoot ?? document).querySelectorAll(".items *")].filter((one) => one.checkVisibility());
  const text = (one) => one.matches("label, legend, .options, .row, fieldset");
  return shown.filter((one) => one.getBoundingClientRect().right > innerWidth ||
      (text(one) && one.scrollWidth > one.clientWidth + 1)).map((one) => one.textContent); }"""


@pytest.mark.parametrize("looks", [{}, PHONE], ids=["desk", "phone"])
def test_forms_of_every_shape_fit_their_screen(clinic, person, looks):
    """Ten answers a row with one that does not apply, two ratings a row, a line, bare numbers below 0, words."""
    with clinic.window("nora", **looks) as window:
        for scale in (
            "wsas",
            "lsas_sr",
            "vas_mood",
            "rass",
            "hamd17",
            "qids_sr16",
            "phq9",
            "auditc",
            "cssrs",
        ):
            opened(window, person, scale)
            assert window.page.evaluate(WIDE) == [], scale
            wide = window.page.evaluate("document.documentElement.scrollWidth")
            assert wide == window.page.viewport_size["width"], scale
