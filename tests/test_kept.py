"""What a page keeps between runs must never be older than the rows, nor be another patient's."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from clinic import episodes
from data_model import database
from pages.shared.kept import _same
from tests.people import access_key, course, days_ago, patient, phq9, scored, staff, treated
from tests.test_pages import opened, words

PAGE = "clinical/patient.py"


@pytest.fixture
def ada(sqlite_store, operator):
    with database(operator) as db:
        made = patient(db)
        course(db, made)
        first = scored(db, made, days_ago(52), phq9(2))
        scored(db, made, days_ago(50), phq9(1))
        treated(db, made, days_ago(49))
        scored(db, made, days_ago(20), phq9(1))
    return made, first


def asked_twice() -> None:
    import streamlit as st

    from pages.shared.kept import kept

    done = st.session_state.setdefault("done", [])

    def work(number: int, *, word: str) -> str:
        done.append(number)
        return word * number

    st.text(kept("of:somebody:word", work, st.number_input("How often", value=2), word="ab"))


def test_work_is_done_once_for_the_same_inputs_and_again_for_others():
    test = AppTest.from_function(asked_twice).run()
    test.run()
    assert (test.session_state["done"], test.text[0].value) == ([2], "abab")
    test.number_input[0].set_value(3).run()
    test.run()
    assert (test.session_state["done"], test.text[0].value) == ([2, 3], "ababab")


def test_a_frame_is_the_same_only_if_it_is_that_very_frame():
    frame = pd.DataFrame({"total": [1.0, None]})
    assert _same((frame, 1), (frame, 1))
    assert not _same((frame, 1), (frame.copy(), 1))
    assert not _same((frame,), (frame, 1))


def test_a_score_saved_elsewhere_is_on_the_page_at_its_next_run(ada, operator):
    test = opened(access_key(staff("nurse")), PAGE, patient=ada[0].key)
    assert test.dataframe[0].value["Score"].tolist() == ["8", "8", "16"]
    before = test.get("plotly_chart")[0].proto.spec
    with database(operator) as db:
        scored(db, ada[0], days_ago(1), phq9(3))
    test.run()
    assert test.dataframe[0].value["Score"].tolist() == ["24", "8", "8", "16"]
    assert "PHQ-9 rose from 8 to 24" in words(test)
    assert test.get("plotly_chart")[0].proto.spec != before


def test_a_treatment_given_elsewhere_counts_at_the_next_run(ada, operator):
    test = opened(access_key(staff("nurse")), PAGE, patient=ada[0].key)
    assert "over 1 treatment" in words(test)
    with database(operator) as db:
        treated(db, ada[0], days_ago(30))
    test.run()
    assert "over 2 treatments" in words(test)


def test_a_baseline_chosen_elsewhere_holds_at_the_next_run(ada, operator):
    test = opened(access_key(staff("nurse")), PAGE, patient=ada[0].key)
    assert "PHQ-9 is 8" in words(test)
    with database(operator) as db:
        episodes.choose_baseline(db, ada[1].key, "the later form was filled in by somebody else")
    test.run()
    assert "PHQ-9 fell from 16 to 8" in words(test)


def test_what_was_kept_for_one_patient_goes_with_them(ada, operator):
    with database(operator) as db:
        ben = patient(db, "SM-2", family_name="Babbage", given_name="Ben")
        course(db, ben)
    test = opened(access_key(staff("nurse")), PAGE, patient=ada[0].key)
    assert _kept_for(test, ada[0].key)
    test.query_params["patient"] = ben.key
    test.run()
    assert _kept_for(test, ben.key)
    assert not _kept_for(test, ada[0].key)


def _kept_for(test: AppTest, key: str) -> list[str]:
    return [name for name in test.session_state if name.startswith(f"of:{key}:kept")]
