"""Orders at both sides of every limit, doses that contradict themselves, slips, ladders and intervals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.protocols.dose import LastTreatment, Order, check_dose, not_judged, severity, worst
from clinic.protocols.library import catalogue, protocol
from clinic.protocols.measures import DOSE_TIERS, worse
from clinic.protocols.weight import pounds_of
from clinic.refused import BadInput

ADULT = protocol("adult")
NOW = datetime(2026, 6, 12, 10, 0, tzinfo=ZoneInfo("Europe/London"))
KETAMINE, ESKETAMINE = "racemic ketamine", "esketamine"
STEP = 1e-6  # one step beside a limit

# 0.5 mg/kg of 80 kg over 40 minutes, 0.8 mL of 50 mg/mL, a week after the same: no rule has anything to say.
LAST = LastTreatment(NOW - timedelta(days=7), KETAMINE, "IV", 40, 0.5, "actual", "none")
PLAIN = Order(
    KETAMINE,
    "IV",
    NOW,
    mg=40,
    mg_per_kg=0.5,
    weight_kg=80,
    weighed_on=date(2026, 6, 12),
    last_weight_kg=80,
    height_cm=180,
    sex="male",
    age_years=40,
    concentration=50,
    volume_ml=0.8,
    diluted=True,
    minutes=40,
    last=LAST,
    previous_on_route=3,
    sessions_in_7_days=1,
    sessions_in_30_days=3,
    stage="induction",
    week=2,
)
SPRAY = Order(
    ESKETAMINE,
    "IN",
    NOW,
    mg=56,
    devices=2,
    minutes_between_devices=5,
    weight_kg=80,
    weighed_on=date(2026, 6, 12),
    age_years=40,
    last=LastTreatment(NOW - timedelta(days=4), ESKETAMINE, "IN", 56, None, None, "mild"),
    previous_on_route=2,
    sessions_in_7_days=1,
    sessions_in_30_days=2,
    week=2,
)


def ids(order, by=ADULT) -> dict[str, str]:
    return {finding.id: finding.tier for finding in check_dose(by, order)}


def tier(order) -> int:
    """−1 where no rule saw anything."""
    found = worst(check_dose(ADULT, order))
    return severity(found) if found else -1


def bare(substance, route, **numbers) -> Order:
    """An order of somebody who had this route before; nothing else is known unless given."""
    return Order(substance, route, NOW, previous_on_route=5, **numbers)


def test_an_ordinary_order_raises_nothing():
    assert check_dose(ADULT, PLAIN) == []
    assert check_dose(ADULT, SPRAY) == []
    assert not_judged(ADULT, PLAIN) == ()


# ---- every limit of an order, both sides --------------------------------------------------------------------

ROUTES = {
    (limit.route, limit.substance)
    for limit in ADULT.limits
    if limit.phase == "order" and limit.route and limit.substance
}


def order_with(limit, value) -> Order:
    """An order of which this measure has this value and as little else as possible is known."""
    route, substance = limit.route or "IV", limit.substance or KETAMINE
    order = bare(substance, route, stage=limit.when.stage, week=limit.when.week_from or limit.when.week_to)
    if limit.when.first_on_route:
        order = replace(order, previous_on_route=0)
    last = LastTreatment(NOW - timedelta(days=10), substance, route, worst_event="none")
    day = timedelta(days=1)
    made = {
        "mg": lambda: replace(order, mg=value),
        "mg_per_kg": lambda: replace(order, mg_per_kg=value),
        "mg_per_kg_per_min": lambda: replace(order, mg_per_kg=value * 50, minutes=50),
        "minutes": lambda: replace(order, minutes=value),
        "devices": lambda: replace(order, devices=value),
        "minutes_between_devices": lambda: replace(order, minutes_between_devices=value),
        "mg_difference_percent": lambda: replace(
            order, mg=40, mg_per_kg=0.4 * (1 + value / 100), weight_kg=100
        ),
        "volume_difference_percent": lambda: replace(
            order, mg=40, volume_ml=4 * (1 + value / 100), concentration=10
        ),
        "weight_kg": lambda: replace(order, weight_kg=value),
        "weight_age_days": lambda: replace(order, weighed_on=NOW.date() - round(value) * day),
        "weight_change_percent": lambda: replace(order, weight_kg=100 + value, last_weight_kg=100),
        "bmi": lambda: replace(order, weight_kg=value * 4, height_cm=200),
        "age_years": lambda: replace(order, age_years=value),
        "calendar_days_since_last": lambda: replace(order, last=replace(last, at=NOW - round(value) * day)),
        "hours_since_last": lambda: replace(order, last=replace(last, at=NOW - timedelta(hours=value))),
        "sessions_in_7_days": lambda: replace(order, sessions_in_7_days=round(value) - 1),
        "sessions_in_30_days": lambda: replace(order, sessions_in_30_days=round(value) - 1),
        "step_mg_per_kg": lambda: replace(order, mg_per_kg=2 + value, last=replace(last, mg_per_kg=2)),
        "step_percent": lambda: replace(order, mg_per_kg=1 + value / 100, last=replace(last, mg_per_kg=1)),
        "step_mg": lambda: replace(order, mg=28 + value, last=replace(last, mg=28)),
        "tolerated_sessions": lambda: replace(
            order, mg=41, tolerated=round(value), last=replace(last, mg=40)
        ),
        "hours_since_event": lambda: replace(
            order,
            mg=41,
            last=replace(last, mg=40, worst_event="moderate", event_at=NOW - timedelta(hours=value)),
        ),
    }
    return made[limit.measure]()


WHOLE = (
    "devices",
    "weight_age_days",
    "calendar_days_since_last",
    "sessions_in_7_days",
    "sessions_in_30_days",
    "tolerated_sessions",
)
LADDER = "ladder_steps"  # has tests of its own below
OF_AN_ORDER = [limit for limit in ADULT.limits if limit.phase == "order" and limit.measure != LADDER]


@pytest.mark.parametrize("limit", OF_AN_ORDER, ids=lambda limit: limit.id)
def test_each_limit_of_an_order_is_broken_on_its_side_only(limit):
    step = 1 if limit.measure in WHOLE else 0.001 if "hours" in limit.measure else STEP
    up = limit.comparison[0] == ">"
    beyond, within = limit.value + (step if up else -step), limit.value - (step if up else -step)
    assert limit.id in ids(order_with(limit, beyond))
    assert limit.id not in ids(order_with(limit, within))
    assert (limit.id in ids(order_with(limit, limit.value))) is ("=" in limit.comparison)


@pytest.mark.parametrize("limit", OF_AN_ORDER, ids=lambda limit: limit.id)
def test_each_finding_has_the_tier_and_the_words_of_its_limit(limit):
    step = 1 if limit.measure in WHOLE else 0.001 if "hours" in limit.measure else STEP
    beyond = limit.value + (step if limit.comparison[0] == ">" else -step)
    (found,) = [f for f in check_dose(ADULT, order_with(limit, beyond)) if f.id == limit.id]
    assert found.tier == limit.tier
    assert limit.says in found.says
    assert found.value == pytest.approx(beyond, abs=1e-5)


@pytest.mark.parametrize(
    "limit", [each for each in OF_AN_ORDER if each.stricter_first], ids=lambda limit: limit.id
)
def test_the_first_dose_by_a_route_is_judged_one_tier_stricter(limit):
    order = order_with(limit, limit.value + STEP)
    assert ids(replace(order, previous_on_route=0))[limit.id] == worse(DOSE_TIERS, limit.tier, 1)
    assert ids(replace(order, previous_on_route=1))[limit.id] == limit.tier
    (unknown,) = [f for f in check_dose(ADULT, replace(order, previous_on_route=None)) if f.id == limit.id]
    assert unknown.tier == worse(DOSE_TIERS, limit.tier, 1), "unknown counts as the first"
    assert "not recorded" in unknown.says


def test_a_last_treatment_by_the_route_says_that_this_is_not_the_first():
    order = replace(PLAIN, previous_on_route=None, mg=62, mg_per_kg=0.775, volume_ml=1.24)
    assert ids(order)["dose.iv.mg_per_kg.warn"] == "warn"


@pytest.mark.parametrize("by", catalogue().values(), ids=lambda by: by.id)
def test_a_clinics_own_number_is_the_one_that_counts(by):
    limits = tuple(
        replace(limit, value=0.6) if limit.id == "dose.iv.mg_per_kg.block" else limit for limit in by.limits
    )
    order = bare(KETAMINE, "IV", mg_per_kg=0.65)
    assert "dose.iv.mg_per_kg.block" not in ids(order, by)
    assert ids(order, replace(by, limits=limits))["dose.iv.mg_per_kg.block"] == "block"


# By hand from docs/clinical.md F.2 and F.4 and table 1.2 of the reference; previous doses by the route unless said.
@pytest.mark.parametrize(
    "order, tiers",
    [
        (bare(KETAMINE, "IM", mg_per_kg=1.0, weight_kg=70), set()),
        (bare(KETAMINE, "IM", mg_per_kg=1.01, weight_kg=70), {"strong"}),
        (bare(KETAMINE, "IM", mg_per_kg=1.5, weight_kg=50), {"strong"}),
        (bare(KETAMINE, "IM", mg_per_kg=1.51, weight_kg=50), {"strong", "block"}),
        (bare(KETAMINE, "IM", mg=151, weight_kg=190), {"warn", "strong", "block"}),
        (bare(KETAMINE, "IV", mg_per_kg=0.5, weight_kg=80, minutes=40), set()),
        (replace(bare(KETAMINE, "IV", mg_per_kg=0.51, weight_kg=80), previous_on_route=0), {"warn"}),
        (bare(ESKETAMINE, "IN", mg=84), set()),
        (replace(bare(ESKETAMINE, "IN", mg=84), previous_on_route=0), {"warn"}),
        (replace(bare(ESKETAMINE, "IN", mg=84), previous_on_route=0, emergency=True), set()),
        (bare(ESKETAMINE, "IN", mg=28), {"warn"}),
        (bare(ESKETAMINE, "IN", mg=112), {"strong", "block"}),
        (bare(ESKETAMINE, "IN", mg=70), {"strong", "block"}),
        (bare(ESKETAMINE, "IM", mg=20), {"block"}),
    ],
)
def test_tiers_by_hand(order, tiers):
    assert set(ids(order).values()) == tiers


# ---- properties --------------------------------------------------------------------------------------------

routes = st.sampled_from(sorted(ROUTES))
milligrams = st.floats(0.5, 800)


@given(routes, st.floats(40, 150), milligrams, milligrams, st.sampled_from([0, 4, None]))
def test_more_milligrams_never_lower_the_worst_tier(way, kg, one, other, previous):
    """Above the lower limits, which a larger dose leaves; whole devices for what comes in devices."""
    route, substance = way
    low, high = sorted((one, other))
    low, high = low + 0.2 * kg, high + 0.2 * kg
    if way == ("IN", ESKETAMINE):
        low, high = (28 * max(round(mg / 28), 2) for mg in (low, high))
    order = Order(substance, route, NOW, weight_kg=kg, previous_on_route=previous, minutes=40)
    assert tier(replace(order, mg=low)) <= tier(replace(order, mg=high))


@given(st.floats(40, 150), st.floats(0.1, 2), st.sampled_from([10, 50]))
def test_an_order_that_agrees_with_itself_is_not_said_to_differ(kg, mg_per_kg, mg_per_ml):
    mg = mg_per_kg * kg
    order = replace(
        PLAIN, mg=mg, mg_per_kg=mg_per_kg, weight_kg=kg, concentration=mg_per_ml, volume_ml=mg / mg_per_ml
    )
    assert not [id for id in ids(order) if id.startswith(("consistency", "slip.dose.tenfold."))]


@given(st.floats(40, 150), st.floats(-0.3, 0.6))
def test_pounds_typed_as_kilograms_never_pass(kg, change):
    """Whatever the true change of weight since: as a slip while it is small, and always as a change."""
    entered = round(pounds_of(ADULT.weighing, kg * (1 + change)), 1)
    found = ids(replace(PLAIN, weight_kg=entered, last_weight_kg=kg))
    assert found["weight.change.warn"] == "warn"
    if abs(change) <= 0.08:
        assert found["slip.weight.pounds"] == "strong"


@given(
    st.floats(40, 150), st.floats(0.2, 1.0), st.sampled_from(["mg", "mg_per_kg", "volume_ml"]), st.booleans()
)
def test_a_tenfold_slip_in_one_number_is_caught(kg, mg_per_kg, which, up):
    mg = kg * mg_per_kg
    right = replace(PLAIN, weight_kg=kg, last_weight_kg=kg, mg=mg, mg_per_kg=mg_per_kg, volume_ml=mg / 50)
    slipped = replace(right, **{which: getattr(right, which) * (10 if up else 0.1)})
    found = ids(slipped)
    assert {"slip.dose.tenfold", "slip.dose.tenth"} & found.keys()
    assert "block" in found.values(), "a difference of more than 10 % stops the order"


@given(st.floats(20, 60))
def test_ten_times_the_last_dose_is_caught_without_any_other_number(mg):
    last = replace(LAST, mg=mg, mg_per_kg=None)
    assert ids(replace(bare(KETAMINE, "IV", mg=mg * 10), last=last))["slip.dose.tenfold"] == "strong"
    assert ids(replace(bare(KETAMINE, "IV", mg=mg / 10), last=last))["slip.dose.tenth"] == "strong"


def test_a_slip_says_all_its_numbers():
    (found,) = [f for f in check_dose(ADULT, replace(PLAIN, mg=400)) if f.id == "slip.dose.tenfold"]
    assert (
        "Ordered 400 mg, mg/kg × weight make 40 mg, mL × mg/mL make 40 mg, the last dose was 40 mg"
        in found.says
    )
    (found,) = [f for f in check_dose(ADULT, replace(PLAIN, weight_kg=176)) if f.id == "slip.weight.pounds"]
    assert "Weight 176 kg, last 80 kg, 176 lb are 79.83 kg" in found.says


@pytest.mark.parametrize(
    "missing", ["mg", "mg_per_kg", "volume_ml", "concentration", "age_years", "last_weight_kg"]
)
def test_a_missing_number_adds_no_breach_and_hides_none(missing):
    """Two milligrams per kilogram are over the limit by whichever numbers are left."""
    order = replace(PLAIN, mg=160, mg_per_kg=2, volume_ml=3.2)
    whole, less = ids(order), ids(replace(order, **{missing: None}))
    assert less.keys() <= whole.keys()
    assert less["dose.iv.mg_per_kg.block"] == "block"


# ---- weight, age, products, devices ------------------------------------------------------------------------


def test_the_weight_is_the_one_on_the_basis_chosen():
    """Man of 180 cm: ideal 50 + 2.3 × (70.866 − 60) = 74.992 kg; 0.5 mg/kg of it are 37.5 mg."""
    heavy = replace(PLAIN, weight_kg=120, last_weight_kg=120, weight_basis="ideal", mg=37.5, volume_ml=0.75)
    heavy = replace(heavy, last=replace(LAST, weight_basis="ideal"))
    assert ids(heavy) == {"weight.bmi.info": "info"}
    assert ids(replace(heavy, weight_basis="actual", last=LAST))["consistency.weight.block"] == "block"


def test_a_change_of_basis_is_said():
    order = replace(PLAIN, weight_basis="ideal", mg=37.5, volume_ml=0.75)
    assert ids(order) == {"basis.changed": "warn"}
    assert ids(replace(order, last=replace(LAST, weight_basis=None))) == {}


@pytest.mark.parametrize(
    "change", [{"weight_kg": None}, {"weight_basis": None}, {"weight_basis": "ideal", "height_cm": 150}]
)
def test_a_dose_by_weight_without_a_weight_is_stopped(change):
    assert ids(replace(PLAIN, **change))["weight.missing"] == "block"


def test_a_dose_by_devices_needs_no_weight():
    assert check_dose(ADULT, replace(SPRAY, weight_kg=None)) == []


@pytest.mark.parametrize(
    "concentration, substance, known", [(50, KETAMINE, True), (25, KETAMINE, False), (25, ESKETAMINE, True)]
)
def test_strengths_belong_to_the_substance(concentration, substance, known):
    found = ids(bare(substance, "IV", concentration=concentration))
    assert ("product.unknown" not in found) is known


@pytest.mark.parametrize(
    "route, concentration, diluted, stopped",
    [
        ("IV", 100, False, True),
        ("IV", 100, None, True),
        ("IV", 100, True, False),
        ("IV", 50, False, False),
        ("IM", 100, False, False),
    ],
)
def test_the_strongest_vial_is_diluted_before_it_goes_into_a_vein(route, concentration, diluted, stopped):
    found = ids(bare(KETAMINE, route, concentration=concentration, diluted=diluted))
    assert ("product.undiluted" in found) is stopped


@pytest.mark.parametrize(
    "mg, devices, wrong", [(56, 2, False), (56, None, False), (56, 3, True), (50, 2, True), (50, None, True)]
)
def test_esketamine_comes_in_whole_devices(mg, devices, wrong):
    assert ("esketamine.not_devices" in ids(replace(SPRAY, mg=mg, devices=devices))) is wrong


def test_more_in_the_syringe_than_in_the_order_is_judged_too():
    """40 mg ordered, 4 mL of 50 mg/mL drawn: the 200 mg are what would be given."""
    found = ids(replace(PLAIN, volume_ml=4.1))
    assert found["dose.iv.mg.block"] == "block"
    assert found["dose.iv.mg_per_kg.block"] == "block"


# ---- from dose to dose -------------------------------------------------------------------------------------


def glue(now, before=None, days=7, **more) -> Order:
    last = LastTreatment(NOW - timedelta(days=days), KETAMINE, "SC", None, before, "actual", "mild")
    order = Order(
        KETAMINE, "SC", NOW, mg_per_kg=now, weight_kg=80, ladder="ladder.glue_sc", previous_on_route=2
    )
    return replace(order, last=last if before else None, previous_on_route=2 if before else 0, **more)


@pytest.mark.parametrize(
    "now, before", [(0.25, None), (0.5, 0.25), (1.0, 0.5), (1.0, 1.0), (0.5, 1.0), (0.25, 1.0), (0.51, 0.25)]
)
def test_steps_on_the_ladder_raise_nothing(now, before):
    assert ids(glue(now, before)) == {}


def test_without_the_ladder_the_same_steps_are_steep():
    assert ids(replace(glue(0.5, 0.25), ladder=None)) == {"escalation.sc.percent.strong": "strong"}
    found = ids(replace(glue(1.0, 0.5), ladder=None))
    assert found.keys() == {
        "dose.sc.mg_per_kg.warn",
        "escalation.sc.step.warn",
        "escalation.sc.percent.strong",
    }


def test_two_steps_at_once_are_strong_and_not_excused():
    found = ids(glue(1.0, 0.25))
    assert found["escalation.ladder.strong"] == "strong"
    assert found["escalation.sc.percent.strong"] == "strong"
    assert ids(glue(0.5))["escalation.ladder.strong"] == "strong", "the ladder begins at its first step"


def test_leaving_the_ladder_warns():
    assert ids(glue(0.4, 0.25))["ladder.left"] == "warn"
    assert ids(glue(0.5, 0.4))["ladder.left"] == "warn"


def test_the_ladder_excuses_no_limit_in_milligrams_and_none_that_is_stronger():
    assert ids(glue(1.0, 0.5, weight_kg=110)) == {"dose.sc.mg.strong": "strong"}
    assert ids(glue(1.01, 0.5))["dose.sc.mg_per_kg.strong"] == "strong"


def test_a_step_sooner_than_the_ladder_says():
    assert ids(glue(0.5, 0.25, days=6)) == {"ladder.sooner": "warn"}
    assert ids(glue(0.5, 0.5, days=6)) == {}, "staying is no step"


def test_a_ladder_that_nobody_knows_is_refused():
    with pytest.raises(BadInput, match=r"no ladder “ladder\.none”"):
        check_dose(ADULT, replace(PLAIN, ladder="ladder.none"))


def test_lowering_the_dose_is_free():
    last = replace(LAST, mg=80, mg_per_kg=1.0, worst_event="severe", event_at=NOW - timedelta(hours=1))
    assert ids(replace(PLAIN, last=replace(last, at=LAST.at))) == {}


def test_doses_of_another_route_or_substance_are_not_compared():
    """0.5 mg/kg into a vein after 5 mg/kg under the tongue is neither a fall nor a rise."""
    for last in (replace(LAST, route="SL", mg=4, mg_per_kg=0.05), replace(LAST, substance=ESKETAMINE, mg=4)):
        assert not [id for id in ids(replace(PLAIN, last=last)) if id.startswith(("escalation", "slip"))]


@pytest.mark.parametrize(
    "worst_event, found", [("moderate", True), ("severe", True), ("mild", False), ("none", False)]
)
def test_a_rise_needs_a_tolerated_session(worst_event, found):
    order = replace(PLAIN, mg=44, mg_per_kg=0.55, volume_ml=0.88, last=replace(LAST, worst_event=worst_event))
    assert ("escalation.tolerated.warn" in ids(order)) is found


def test_a_rise_after_nobody_recorded_how_it_went_is_said():
    order = replace(PLAIN, mg=44, mg_per_kg=0.55, volume_ml=0.88, last=replace(LAST, worst_event=None))
    (found,) = check_dose(ADULT, order)
    assert (found.id, found.tier) == ("escalation.tolerated.warn", "warn")
    assert "not recorded" in found.says


def test_the_calendar_day_is_the_clinics():
    """00:30 UTC is 01:30 in London in June; 23:30 UTC the evening before is 00:30 of the same London day."""
    london = ZoneInfo("Europe/London")
    late = datetime(2026, 6, 11, 23, 30, tzinfo=ZoneInfo("UTC"))
    order = replace(PLAIN, now=datetime(2026, 6, 12, 10, 0, tzinfo=london), last=replace(LAST, at=late))
    assert ids(order)["interval.same_day.strong"] == "strong"
    before = replace(LAST, at=late - timedelta(hours=1))
    assert "interval.same_day.strong" not in ids(replace(order, last=before))


def test_the_shorter_night_of_the_clocks_counts_as_the_hours_it_had():
    """London, 29 March 2026: from noon on the 28th to noon on the 30th are 47 hours."""
    london = ZoneInfo("Europe/London")
    now, at = (datetime(2026, 3, day, 12, 0, tzinfo=london) for day in (30, 28))
    order = replace(PLAIN, now=now, weighed_on=now.date(), last=replace(LAST, at=at))
    assert ids(order)["interval.hours.warn"] == "warn"


def test_this_session_is_counted():
    assert "interval.week.warn" in ids(replace(PLAIN, sessions_in_7_days=3))
    assert "interval.week.warn" not in ids(replace(PLAIN, sessions_in_7_days=2))


# ---- what comes out ----------------------------------------------------------------------------------------


def test_findings_come_worst_first_with_the_rule_and_the_numbers():
    found = check_dose(ADULT, replace(PLAIN, mg=130, mg_per_kg=1.625, volume_ml=2.6))
    assert [each.tier for each in found] == sorted(
        (each.tier for each in found), key=DOSE_TIERS.index, reverse=True
    )
    assert found[0].id == "dose.iv.mg_per_kg.block"
    assert found[0].says == "Dose 1.625 mg/kg: more than 1.5 mg/kg."
    assert worst(found) == found[0]
    assert worst([]) is None


def test_what_could_not_be_judged_is_named():
    assert set(not_judged(ADULT, Order(KETAMINE, "IV", NOW, mg=40))) == {
        "dose",
        "rate",
        "duration of the dose",
        "dosing weight",
        "age of the weight",
        "age",
    }
    assert not_judged(ADULT, replace(PLAIN, age_years=None)) == ("age",)


def test_every_rule_and_slip_of_an_order_is_reached_somewhere():
    orders = [
        bare(ESKETAMINE, "IM", mg=20),
        replace(SPRAY, mg=70),
        bare(KETAMINE, "IV", concentration=25, mg_per_kg=0.5),
        bare(KETAMINE, "IV", concentration=100),
        replace(PLAIN, weight_basis="ideal", mg=37.5),
        glue(0.4, 0.25),
        glue(0.5, 0.25, days=6),
        replace(PLAIN, weight_kg=176),
        replace(PLAIN, weight_kg=36),
        replace(PLAIN, mg=400),
        replace(PLAIN, mg=4),
    ]
    seen = {id for order in orders for id in ids(order)}
    assert {each.id for each in (*ADULT.rules, *ADULT.slips)} <= seen
