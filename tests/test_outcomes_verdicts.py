"""What the rules say of a course: every verdict with its rule, and a reason where there is none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinic.instruments import catalogue, instrument
from clinic.outcomes import baseline as b
from clinic.outcomes import counting, verdicts
from clinic.outcomes.following import follow
from clinic.outcomes.verdicts import NAMES, NOT_JUDGED
from tests.course_frames import DOSE_ONE, ZONE, at, doses, score, scores, treatments

BASELINE = score(at(-1), 20, timing="baseline")
DOSES = doses(0, 3, 7)


def judged(*rows, given=DOSES, name="phq9", ended=(), course="e1"):
    frame = scores(*rows)
    starts = (
        counting.starts_of(given) if len(given) else given.assign(start=[])[["patient", "episode", "start"]]
    )
    first = starts["start"].iloc[-1] if len(starts) else None
    chosen = {name: b.choose(frame[frame["instrument"] == name], first, zone=ZONE)}
    it = follow({name: instrument(name)}, frame, given, starts, course, chosen, zone=ZONE)[0]
    return verdicts.of_scale(it, verdicts.since_first_dose(ended, starts, course, ZONE))


def values(of):
    return {each.name: each.value for each in of.verdicts}


def test_each_verdict_names_a_rule_with_its_version():
    of = judged(BASELINE, score(at(28), 8))
    assert [each.name for each in of.verdicts] == list(NAMES)
    assert {each.name: each.rule for each in of.verdicts} == {
        "change": "phq9.change.nhs6 v1.0",
        "response": "phq9.response.fall50 v1.0",
        "remission": "phq9.remission.lt5 v1.0",
        "holding": "durability.lost_twice_5d v1",
        "early signal": "counting.72h_7d v1",
    }
    assert values(of) == {
        "change": "improved",
        "response": "met",
        "remission": "not met",
        "holding": "holds",
        "early signal": NOT_JUDGED,
    }
    assert of.named("response").detail == "PHQ-9 20 to 8 on day 28, 60 % better"


@pytest.mark.parametrize(
    ("total", "response"), [(10, "met"), (11, "partly"), (15, "partly"), (16, "not met")]
)
def test_response_is_half_and_partly_a_quarter(total, response):
    assert values(judged(BASELINE, score(at(28), total)))["response"] == response


@pytest.mark.parametrize(
    ("total", "change"), [(14, "improved"), (15, "unchanged"), (25, "unchanged"), (26, "worse")]
)
def test_change_is_reliable_from_six_points_either_way(total, change):
    verdict = judged(BASELINE, score(at(28), total)).named("change")
    assert verdict.value == change
    assert verdict.grave == (change == "worse")
    assert verdict.holds == (change != "unchanged")


def test_no_response_is_read_before_day_14_though_change_is():
    of = judged(BASELINE, score(at(13), 4))
    assert values(of)["response"] == values(of)["remission"] == NOT_JUDGED
    assert of.named("response").detail == "judged from day 14 on; the last score is of day 13"
    assert values(of)["change"] == "improved"


def test_a_score_soon_after_a_dose_is_an_early_signal_and_nothing_else():
    of = judged(BASELINE, score(at(1), 8))
    assert set(values(of).values()) == {NOT_JUDGED, "PHQ-9 20 to 8 on day 1, 60 % better"}
    early = of.named("early signal")
    assert early.holds is None
    assert early.detail == "14-day recall, 1 day after a dose; drawn, not counted towards response"
    later = judged(BASELINE, score(at(1), 8), score(at(20), 18))
    assert later.named("early signal").value == NOT_JUDGED


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([score(at(28), 8)], "no valid baseline"),
        ([score(at(-1), 9), score(at(28), 3)], "baseline too mild: 9 is below 10, phq9."),
        ([BASELINE, score(at(28), 8, prorated=True, missing=1)], "only prorated scores since the first dose"),
        ([BASELINE], "no score that counts yet"),
    ],
)
def test_why_there_is_no_verdict(rows, why):
    verdict = judged(*rows).named("response")
    assert verdict.holds is None
    assert verdict.detail.startswith(why)


def test_before_the_first_dose_nothing_is_judged():
    of = judged(BASELINE, given=treatments())
    assert {each.detail for each in of.verdicts if each.name != "early signal"} == {
        "no dose in this course yet"
    }


def test_a_mild_baseline_still_has_a_reliable_change():
    assert values(judged(score(at(-1), 9), score(at(28), 15)))["change"] == "worse"


def test_another_version_of_the_scale_is_not_compared():
    of = judged(BASELINE, score(at(28), 4, version="0.9"))
    assert "another version" in of.named("response").detail
    assert of.score is None


RESPONDED = (BASELINE, score(at(14), 8), score(at(28), 6))


def test_fading_is_one_reading_and_loss_is_two_five_days_apart():
    assert values(judged(*RESPONDED))["holding"] == "holds"
    fading = judged(*RESPONDED, score(at(42), 14)).named("holding")
    assert (fading.value, fading.holds, fading.grave) == ("fading", False, True)
    near = judged(*RESPONDED, score(at(42), 14), score(at(46), 15)).named("holding")
    assert near.value == "fading"
    lost = judged(*RESPONDED, score(at(42), 14), score(at(47), 15)).named("holding")
    assert lost.value == "lost"
    assert lost.detail == ("the response of day 14 was lost between day 28 and day 42, seen again on day 47.")


def test_a_response_regained_is_said_and_no_longer_grave():
    again = judged(*RESPONDED, score(at(42), 14), score(at(49), 15), score(at(63), 7)).named("holding")
    assert again.value == "lost"
    assert again.detail.endswith("It is met again at the last score.")
    assert not again.grave


def test_an_admission_ends_a_response_at_once():
    on = (DOSE_ONE + timedelta(days=35)).date()
    lost = judged(*RESPONDED, ended=[(on, "admission for the condition")]).named("holding")
    assert lost.detail == "the response of day 14 ended on day 35: admission for the condition."
    before = judged(*RESPONDED, ended=[(on - timedelta(days=60), "admission for the condition")])
    assert before.named("holding").value == "holds"


def test_post_traumatic_stress_is_judged_in_points():
    scale = instrument("pcl5_week")
    form = {"instrument": scale.id, "version": scale.version}
    of = judged(score(at(-1), 50, **form), score(at(28), 35, **form), name=scale.id)
    assert values(of)["response"] == "met"
    assert of.named("response").detail == f"{scale.title} 50 to 35 on day 28, −15 points"
    less = judged(score(at(-1), 50, **form), score(at(28), 36, **form), name=scale.id)
    assert values(less)["response"] == "not met"


def test_a_second_course_is_judged_by_its_own_scores():
    given = doses(0, 100).assign(episode=["e1", "e2"])
    of = judged(
        score(at(-1), 22), score(at(28), 4), score(at(99), 16), score(at(128), 15), given=given, course="e2"
    )
    assert (of.baseline, of.score, of.night) == (16, 15, 28)
    assert values(of)["response"] == "not met"
    assert values(of)["holding"] == NOT_JUDGED


def test_every_scale_that_was_used_and_has_a_total_is_followed():
    frame = scores(
        BASELINE, score(at(28), 8), score(at(28), 5, instrument="gad7"), score(at(2), instrument="cssrs")
    )
    found = follow(catalogue(), frame, DOSES, counting.starts_of(DOSES), "e1", {}, zone=ZONE)
    assert {it.scale.id: len(it.rows) for it in found} == {"phq9": 1, "gad7": 1}
