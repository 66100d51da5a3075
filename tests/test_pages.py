"""Every page as every role, through the script that Streamlit runs; and each page file alone, as a stranger."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from clinic import accounts, alerts, assessments, episodes, instruments, patients, treatments
from data_model import database
from tests.people import PASSWORD, access_key, course, days_ago, patient, phq9, scored, staff, treated

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "pages" / "menu.py"
ROLES = ("nurse", "clinician", "lead", "administrator", "auditor")

# page -> the roles that may open it, and a word that stands on it (its signed-in twin sees something)
PAGES = {
    "clinical/today.py": ({"nurse", "clinician"}, "Today"),
    "clinical/patients.py": ({"nurse", "clinician", "lead", "auditor"}, "Patients"),
    "clinical/register.py": ({"nurse", "clinician"}, "Register a patient"),
    "clinical/patient.py": ({"nurse", "clinician", "lead", "auditor"}, None),
    "clinical/assessment.py": ({"nurse", "clinician"}, "PHQ-9: Byron, Ada"),
    "clinical/rooms.py": ({"nurse", "clinician"}, "Rooms"),
    "clinical/treatment.py": ({"nurse", "clinician", "lead", "auditor"}, None),
    "clinical/scales.py": (set(ROLES), "Rating scales"),
    "service/outcomes.py": ({"clinician", "lead"}, "Outcomes"),
    "service/safety.py": ({"clinician", "lead", "auditor"}, "Safety"),
    "service/drug_log.py": ({"nurse", "clinician", "lead", "auditor"}, "Drug log"),
    "clinical/protocols.py": (set(ROLES), "Protocols"),
    "admin/accounts.py": ({"administrator"}, "Accounts"),
    "admin/settings.py": ({"administrator"}, "Settings"),
    "admin/audit.py": ({"administrator", "auditor"}, "Audit trail"),
}


@pytest.fixture
def ada(sqlite_store, operator):
    """A patient with a course, a baseline, two treatments, and later scores."""
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        scored(db, made, days_ago(50), phq9(2))
        treated(db, made, days_ago(49))
        treated(db, made, days_ago(45), given_mg=49.0)
        scored(db, made, days_ago(22), phq9(1))
        scored(db, made, days_ago(2), {f"q{n}": 1 for n in range(1, 8)}, "gad7")
    return made


def app(key: str | None, **query: str) -> AppTest:
    test = AppTest.from_file(str(SCRIPT), default_timeout=30)
    if key is not None:
        test.user = {"access": key}
    for name, value in query.items():
        test.query_params[name] = value
    return test


def opened(key: str | None, page: str, **query: str) -> AppTest:
    """The page as that person sees it; ValueError when the menu does not hold it."""
    test = app(key).run()
    test.switch_page(page)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def words(test: AppTest) -> str:
    kinds = (test.title, test.header, test.subheader, test.text, test.caption, test.markdown, test.error)
    return " ".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


@pytest.mark.parametrize("role", ROLES)
def test_each_page_for_each_role(ada, role):
    key = access_key(staff(role))
    for page, (roles, word) in PAGES.items():
        if role in roles:
            test = opened(key, page, patient=ada.key)
            assert not test.exception, f"{page}: {test.exception}"
            assert not test.error, f"{page}: {[e.value for e in test.error]}"
            if word and page != "clinical/register.py":
                assert word in words(test), page
        else:
            with pytest.raises(ValueError, match="page"):
                opened(key, page, patient=ada.key)


def test_the_table_above_names_every_page():
    files = {
        str(f.relative_to(ROOT / "pages"))
        for f in (ROOT / "pages").glob("*/*.py")
        if f.parent.name not in ("shared", "chair", "patient", "patients", "today", "outcomes")
    }
    assert files == set(PAGES)


@pytest.mark.parametrize("key", [None, "", "made-up"])
def test_a_stranger_sees_only_that_they_are_not_signed_in(ada, key):
    test = app(key, patient=ada.key).run()
    assert "not signed in" in test.error[0].value
    assert "Byron" not in words(test)
    assert not test.dataframe


@pytest.mark.parametrize("page", PAGES)
def test_each_page_file_run_alone_by_a_stranger_shows_nothing(ada, page):
    """As Streamlit's old pages/ mechanism would run it: without the menu, without an actor."""
    test = AppTest.from_file(str(ROOT / "pages" / page), default_timeout=30)
    test.query_params["patient"] = ada.key
    test.run()
    assert test.exception, "it must not even pretend to work"
    assert "Byron" not in words(test)
    assert not test.dataframe
    assert not test.metric


def test_a_revoked_account_is_out_at_its_next_action(ada, operator):
    mina = staff("clinician", "mina")
    test = app(access_key(mina)).run()
    assert "Today" in words(test)
    with database(operator) as db:
        accounts.change(db, accounts.listing(db).set_index("username").loc["mina", "key"], active=False)
    test.run()
    assert "not signed in" in test.error[0].value
    assert "Today" not in words(test)


def test_the_lead_lands_on_patients_without_names(ada):
    test = opened(access_key(staff("lead")), "clinical/patient.py", patient=ada.key)
    assert patients.pseudonym(ada.key) in words(test)
    assert "Byron" not in words(test)
    assert "SM-1" not in words(test)


def test_the_patient_page_says_the_same_in_sentence_and_table(ada):
    test = opened(access_key(staff("nurse")), "clinical/patient.py", patient=ada.key)
    assert "PHQ-9 fell from 16 to 8 (−50 %" in words(test)
    table = test.dataframe[0].value
    assert table["Score"].tolist() == ["7", "8", "16"]
    assert table["Scale"].tolist() == ["GAD-7", "PHQ-9", "PHQ-9"]
    assert len(test.get("plotly_chart")) == 1


def test_nothing_of_one_patient_shows_under_another(ada, operator):
    with database(operator) as db:
        ben = patient(db, "SM-2", family_name="Babbage", given_name="Ben")
        course(db, ben)
    key = access_key(staff("nurse"))
    test = opened(key, "clinical/treatment.py", patient=ada.key)
    test.number_input[0].set_value(81).run()
    assert test.number_input[0].value == 81
    del test.query_params["treatment"]
    test.query_params["patient"] = ben.key
    test.run()
    assert "Babbage" in words(test)
    assert test.number_input[0].value is None
    assert not any(ada.key in str(name) for name in test.session_state)


NASTY = "![x](http://127.0.0.1:9/pixel) [click](http://127.0.0.1:9) *bold* :red[x]"


def test_what_people_typed_is_never_markup(sqlite_store, operator):
    """A name, a note or a reason is shown with its marks: no link, no picture, no colour comes of it."""
    with database(operator) as db:
        made = patient(db, family_name=NASTY, record_number="*SM* [1](x)")
        course(db, made)
        alerts.raise_alert(db, "entry.unlikely", made.id, NASTY)
        treatments.open_draft(db, made.key)
    key = access_key(staff("nurse"))
    for page in ("clinical/today.py", "clinical/patient.py", "clinical/treatment.py", "clinical/register.py"):
        test = opened(key, page, patient=made.key)
        assert not test.exception
        kinds = (
            test.title,
            test.header,
            test.subheader,
            test.caption,
            test.markdown,
            test.error,
            test.warning,
        )
        said = [str(element.value) for kind in kinds for element in kind] + [
            button.label for button in test.button
        ]
        assert not [text for text in said if re.search(r"(?<!\\)\]\(|(?<!\\):red", text)], page


def test_an_address_that_mixes_two_patients_is_refused(ada, operator):
    with database(operator) as db:
        ben = patient(db, "SM-2", family_name="Babbage", given_name="Ben")
        course(db, ben)
        of_ada = treatments.given(db, ada).iloc[0]["treatment"]
    test = opened(access_key(staff("nurse")), "clinical/treatment.py", patient=ben.key, treatment=of_ada)
    assert "somebody else" in test.error[0].value
    assert "35 mg" not in words(test)


def test_a_form_that_is_refused_keeps_what_was_typed(ada):
    test = opened(access_key(staff("nurse")), "clinical/register.py")
    test.text_input(key="new:family").set_value("Cleo").run()
    test.button[-1].click().run()
    assert any("given name is missing" in error.value for error in test.error)
    assert test.text_input(key="new:family").value == "Cleo"


def test_registering_with_a_course_leads_to_the_patient(ada, operator):
    test = opened(access_key(staff("nurse")), "clinical/register.py")
    for field, value in (("family", "Lovelace"), ("given", "Cleo"), ("number", "SM-77")):
        test.text_input(key=f"new:{field}").set_value(value)
    test.date_input(key="new:born").set_value(days_ago(9999).date())
    test.run()
    test.button[-1].click().run()
    assert not test.error
    with database(operator) as db:
        [(person, episode)], _ = patients.search(db, "lovelace")
    assert person.record_number == "SM-77"
    assert episode.indication == "generalised anxiety"


def test_a_paper_total_is_entered_and_marked(ada, operator):
    test = opened(access_key(staff("nurse")), "clinical/assessment.py", patient=ada.key, instrument="phq9")
    test.segmented_control[0].set_value("A total from paper").run()
    test.number_input[0].set_value(11.0).run()
    test.button[-1].click().run()
    with database(operator) as db:
        last = assessments.scores(db, ada).iloc[-1]
    assert (last.total, last.how, last.suicide_state) == (11, "paper", "not asked")


# ---- rating scales -------------------------------------------------------------------------------------------


def html(test: AppTest) -> str:
    return " ".join(each.proto.body for each in test.get("html")).replace("<wbr>", "")


@pytest.fixture
def nurse(ada) -> AppTest:
    """One signed-in session, to be sent from page to page."""
    return app(access_key(staff("nurse"))).run()


def at(test: AppTest, page: str, **query: str) -> AppTest:
    test.switch_page(page)
    test.query_params.clear()
    for name, value in query.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception, f"{page} {query}: {test.exception}"
    return test


@pytest.mark.parametrize("role", ROLES)
def test_everybody_may_read_how_a_scale_is_scored(ada, role):
    key = access_key(staff(role))
    assert f"{len(instruments.catalogue())} scales" in words(opened(key, "clinical/scales.py"))
    test = opened(key, "clinical/scales.py", scale="phq9")
    assert not test.exception
    assert "PHQ-9" in [title.value.replace("\\", "") for title in test.title]
    assert "phq9.response.fall50" in html(test)
    assert "Item 9" in html(test) or "PHQ-9 item 9 asks about suicide." in html(test)


def test_a_scale_that_is_none_is_a_sentence(nurse):
    for nonsense in ("phq99", "../phq9", "<b>"):
        test = at(nurse, "clinical/scales.py", scale=nonsense)
        assert [error.value.replace("\\", "") for error in test.error] == [
            "There is no such rating scale. Look for it in the list of scales."
        ]


def test_every_scale_has_its_page_in_the_catalogue(nurse):
    for scale in instruments.catalogue().values():
        test = at(nurse, "clinical/scales.py", scale=scale.id)
        assert not test.error, scale.id
        said = words(test) + html(test)
        assert scale.title in said
        assert f"Definition {scale.id} {scale.version}." in said
        assert f"{scale.id}.csv" not in said
        for rule in scale.rules:
            assert rule.id in html(test), rule.id


def test_every_scale_has_its_form(nurse, ada):
    """Answers where items may be shown, a total where there is one; both where both make sense."""
    for scale in instruments.catalogue().values():
        test = at(nurse, "clinical/assessment.py", patient=ada.key, instrument=scale.id)
        assert not test.error, scale.id
        assert f"{scale.title}: Byron, Ada" in words(test), scale.id
        choice = [control for control in test.segmented_control if "A total from paper" in control.options]
        assert bool(choice) is (scale.has_total and not scale.totals_only), scale.id
        assert bool(test.number_input) is scale.totals_only, scale.id
        assert bool(test.metric) is not scale.totals_only, scale.id


@pytest.mark.parametrize("table", ["patient", "assessment"])
def test_a_form_opens_whatever_its_random_key_is(nurse, ada, operator, table):
    """One key in 370 has two underscores in a row, which Streamlit keeps for itself."""
    test = at(nurse, "clinical/assessment.py", patient=ada.key, instrument="phq9")
    person = ada.key
    with database(operator) as db:
        which = "record_number = 'SM-1'" if table == "patient" else "status = 'draft'"
        db.execute(text(f"UPDATE {table} SET key = 'Gc9__yc-A__S' WHERE {which}"))
        person = "Gc9__yc-A__S" if table == "patient" else person
    test = at(nurse, "clinical/assessment.py", patient=person, instrument="phq9")
    assert "PHQ-9: Byron, Ada" in words(test)
    assert [metric.label for metric in test.metric] == ["PHQ-9, 0 of 9 answered"]


def test_a_totals_only_scale_has_no_entry_of_answers(nurse, ada, operator):
    scale = next(each for each in instruments.catalogue().values() if each.totals_only)
    test = at(nurse, "clinical/assessment.py", patient=ada.key, instrument=scale.id)
    assert not test.segmented_control
    assert [button.label for button in test.button] == ["Save the total"]
    test.number_input[0].set_value(float(scale.maximum)).run()
    test.button[0].click().run()
    assert not test.error
    with database(operator) as db:
        assert assessments.scores(db, ada).iloc[-1][["instrument", "total"]].tolist() == [
            scale.id,
            scale.maximum,
        ]


@pytest.mark.parametrize("name", ["cssrs", "cssrs_since"])
def test_the_columbia_forms_have_no_entry_of_a_total(nurse, ada, name):
    test = at(nurse, "clinical/assessment.py", patient=ada.key, instrument=name)
    assert not test.segmented_control
    assert not test.number_input
    assert "never a no" not in words(test), "an untouched form is not told off"
    assert "Columbia triage, not a prediction." in words(test)


def test_the_columbia_result_stands_in_the_table_as_item_and_behaviour(nurse, ada, operator):
    with database(operator) as db:
        for days, answers in (
            (1, {"q1": 1, "q2": 0, "q6": 0}),
            (0.9, {"q1": 0, "q2": 0, "q6": 0}),
            (0.8, {"q1": 0, "q2": 0, "q6": 1, "r6": 0, "d6": "2019"}),
            (0.7, {"q1": 0, "q2": 0, "q6": 1, "r6": 1}),
        ):
            scored(db, ada, days_ago(days), answers, "cssrs")
    table = at(nurse, "clinical/patient.py", patient=ada.key).dataframe[0].value
    assert table[["Score", "Suicide item"]].to_numpy().tolist()[:4] == [
        ["B", "behaviour"],
        ["level 0", "past behaviour"],
        ["level 0", "0"],
        ["level 1", "item 1"],
    ]


def test_the_answers_of_a_chosen_score_can_be_read(nurse, ada):
    test = at(nurse, "clinical/patient.py", patient=ada.key)
    assert "Feeling down" not in html(test)
    choose(test, 1)
    assert not test.exception
    assert [expander.label for expander in test.expander if "PHQ-9 of" in expander.label]
    assert "PHQ-9, complete: 8 · mild" in html(test)
    assert html(test).count("1 Several days") == 8
    assert "0 Not at all" in html(test)


def lowest(scale: instruments.Instrument) -> dict[str, int | str]:
    """The form with the lowest answer everywhere, as far as its questions are asked."""
    second = {pair[1] for pair in scale.one_of}
    return {
        item.id: item.minimum
        for item in scale.items
        if item.ask_if is None and not item.is_date and item.id not in second
    }


def test_a_score_of_every_scale_can_be_chosen_and_read(nurse, ada, operator):
    everything = list(instruments.catalogue().values())
    with database(operator) as db:
        [episode] = episodes.of_patient(db, ada)
        for scale in everything:
            given = {"total": float(scale.minimum)} if scale.totals_only else {"answers": lowest(scale)}
            assessments.record(db, ada, scale, taken_at=days_ago(1), episode=episode, **given)
    test = at(nurse, "clinical/patient.py", patient=ada.key)
    for row, scale in enumerate(reversed(everything)):
        choose(test, row)
        assert not test.exception, scale.id
        assert not test.error, scale.id
        assert any(expander.label.startswith(f"{scale.title} of") for expander in test.expander), scale.id
        assert "A total without its answers." in words(test) or "<td" in html(test), scale.id
        [why] = [field.label for field in test.text_input if field.label.startswith("Why")]
        assert "nan" not in why, why


def choose(test: AppTest, row: int) -> None:
    """As a click on a row of the scores does it."""
    key = next(name for name in test.session_state if str(name).endswith(":scores"))
    test.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    test.run()


def test_the_sign_in_of_the_tests_is_the_real_one(sqlite_store):
    staff("nurse", "nora")
    assert accounts.sign_in("nora", PASSWORD).token


def test_a_treatment_is_planned_for_another_day_and_the_form_is_empty_again(ada):
    own = f"of:{ada.key}:plan"
    test = opened(access_key(staff("nurse")), "clinical/patient.py", patient=ada.key)
    assert not test.date_input, "what nobody opened is not built"
    test.session_state[f"{own} 0"] = True
    test.run()
    test.button(key=f"{own} 0 it").click().run()
    assert "Choose the day and the time." in words(test)
    test.date_input(key=f"{own} 0 day").set_value(days_ago(-2).date())
    test.button(key=f"{own} 0 it").click().run()
    assert not test.exception
    assert [each.label for each in test.button if each.label.startswith("Treatment planned")]
    assert not test.date_input
    test.session_state[f"{own} 1"] = True
    assert test.run().date_input(key=f"{own} 1 day").value is None
