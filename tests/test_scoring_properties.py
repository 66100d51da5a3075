"""What must hold for every possible form of every scale, whatever the answers."""

from __future__ import annotations

from itertools import chain

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clinic.instruments import Instrument, Item, catalogue, half_up, score, score_frame
from clinic.instruments.items import LEVEL

SHELF = catalogue()


def every(wanted) -> pytest.MarkDecorator:
    """The test for each scale of the shelf that is wanted."""
    return pytest.mark.parametrize(
        "scale", [pytest.param(scale, id=id) for id, scale in SHELF.items() if wanted(scale)]
    )


def weighted(scale: Instrument) -> bool:
    """Whether an answer is worth other points than itself, so that one more of it may be better."""
    return any(item.weights for item in scale.items)


every_form = every(lambda scale: not scale.totals_only)
every_total = every(lambda scale: scale.has_total and not scale.totals_only)
every_worse = every(lambda scale: scale.has_total and not scale.totals_only and not weighted(scale))


def answers_of(item: Item, blanks: bool) -> some.SearchStrategy:
    """Everything that may be ticked, and a blank."""
    if item.is_date:
        return some.one_of(some.none(), some.sampled_from(["2026", "2026-05", "2026-05-03"]))
    codes = [
        code
        for code in (item.not_assessed, item.as_blank)
        if code is not None and (blanks or code == item.not_assessed)
    ]
    rated = some.integers(item.minimum, item.maximum)
    return some.one_of(rated, *(some.just(code) for code in codes), *([some.none()] if blanks else []))


@some.composite
def forms(draw, scale: Instrument, blanks: bool = True):
    """Possible forms: what is not asked has no answer. Without `blanks` every question asked has one, and of a pair
    one or both."""
    form = {}
    for item in scale.items:
        form[item.id] = draw(answers_of(item, blanks)) if item.asked(form) else None
    for pair in scale.one_of:
        if not blanks and draw(some.booleans()):
            form[draw(some.sampled_from(pair))] = None
    return form


def severity(scale: Instrument, band: str | None) -> int:
    return [each.name for each in scale.bands].index(band) if scale.bands else 0


def worse_by_one(scale: Instrument, form: dict) -> list[str]:
    """Items of the total whose answer can rise by one point."""
    asks_more = {item.ask_if for item in scale.items if item.ask_if}
    return [
        item.id
        for item in scale.scored_items
        if form[item.id] is not None and item.minimum <= form[item.id] < item.maximum
        if form[item.id] > 0
        or item.id not in asks_more  # a first yes opens questions that have no answer yet
    ]


@every_form
@settings(max_examples=60, deadline=None)
@given(data=some.data())
def test_a_total_lies_on_the_scale(scale: Instrument, data):
    scored = score(scale, data.draw(forms(scale)))
    assert scored.total is None or scale.minimum <= scored.total <= scale.maximum
    assert (scored.band is None) == (scored.total is None or not scale.bands)
    assert scale.has_total or scored.total is None


@every_form
@settings(max_examples=40, deadline=None)
@given(data=some.data())
def test_a_whole_form_has_a_result(scale: Instrument, data):
    """A total where the scale has one, otherwise its level or its profile, and nothing missing or prorated."""
    scored = score(scale, data.draw(forms(scale, blanks=False)))
    assert (scored.missing, scored.prorated) == ((), False)
    assert (scored.total is not None) == scale.has_total
    assert "unknown" not in scored.levels.values()


@every_total
@settings(max_examples=40, deadline=None)
@given(data=some.data())
def test_the_total_is_the_sum_of_the_points(scale: Instrument, data):
    """Of the scored items that were asked, or of the highest of each domain; reckoned here anew."""
    form = data.draw(forms(scale, blanks=False))
    points = {item.id: item.points(form[item.id]) for item in scale.scored_items}
    points = {item: value for item, value in points.items() if value is not None}
    groups = [domain.items for domain in scale.domains] or [(item,) for item in points]
    assert score(scale, form).total == sum(max(points[i] for i in group if i in points) for group in groups)


@every_worse
@settings(max_examples=60, deadline=None)
@given(data=some.data())
def test_one_more_point_never_looks_milder(scale: Instrument, data):
    """On a whole form and on a prorated one alike: total, band and flags only rise with an answer."""
    form = data.draw(forms(scale, blanks=bool(scale.allow_missing or scale.allow_not_applicable)))
    before, rising = score(scale, form), worse_by_one(scale, form)
    if not rising or before.total is None:
        return
    item = data.draw(some.sampled_from(rising))
    after = score(scale, form | {item: form[item] + 1})
    assert after.total >= before.total
    assert scale.scoring == "domains" or after.total > before.total
    assert severity(scale, after.band) >= severity(scale, before.band)
    order = ["none", "review", "urgent"]
    for name in before.flags:
        if before.flags[name] != "unknown":
            assert order.index(after.levels[name]) >= order.index(before.levels[name])


@every(lambda scale: scale.scoring == "level")
@settings(max_examples=100, deadline=None)
@given(data=some.data())
def test_one_more_yes_never_lowers_the_triage(scale: Instrument, data):
    """Thoughts or behaviour endorsed in addition, whatever was endorsed before."""
    form = data.draw(forms(scale, blanks=False))
    noes = [item.id for item in scale.items if item.scored and form[item.id] == 0]
    if not noes:
        return
    more = form | {data.draw(some.sampled_from(noes)): 1}
    more |= {item.id: 0 for item in scale.items if item.scored and item.asked(more) and more[item.id] is None}
    before, after = score(scale, form), score(scale, more)
    assert scale.level.TRIAGE.index(after.levels["triage"]) >= scale.level.TRIAGE.index(
        before.levels["triage"]
    )
    assert int(after.levels["level"]) >= int(before.levels["level"])
    assert after.suicide_state == "yes"


@every(lambda scale: weighted(scale))
@settings(max_examples=60, deadline=None)
@given(data=some.data())
def test_one_more_pleasure_never_looks_worse(scale: Instrument, data):
    """SHAPS: a higher answer is a better one, on both of its scorings."""
    form = data.draw(forms(scale, blanks=False))
    rising = worse_by_one(scale, form)
    if not rising:
        return
    item = data.draw(some.sampled_from(rising))
    before, after = score(scale, form), score(scale, form | {item: form[item] + 1})
    assert after.total <= before.total
    assert after.subscales["total_14_56"] == before.subscales["total_14_56"] - 1


@every_total
@settings(max_examples=60, deadline=None)
@given(data=some.data())
def test_a_blank_is_never_a_zero(scale: Instrument, data):
    """Without one answer there is no total, or the others' mean stands in: never the sum of the rest. Of a domain
    the others may already be as high as it goes."""
    form = data.draw(forms(scale, blanks=False))
    item = data.draw(some.sampled_from([item.id for item in scale.scored_items if form[item.id] is not None]))
    form |= {each.id: None for each in scale.items if each.ask_if == item}
    whole, scored = score(scale, form), score(scale, form | {item: None})
    if scale.scoring == "domains":
        assert scored.total is None or scored.total == highest_or_pair(scale, form, item)
    elif scale.allow_missing == 0:
        assert scored.total is None
    else:
        rest = whole.total - scale_points(scale, form, item)
        items = len(scale.scored_items)
        assert scored.prorated
        assert scored.total == pytest.approx(rest * items / (items - 1))
        assert rest == 0 or scored.total > rest


def scale_points(scale: Instrument, form: dict, name: str) -> int:
    (item,) = [item for item in scale.items if item.id == name]
    return item.points(form[name])


def highest_or_pair(scale: Instrument, form: dict, item: str) -> float:
    """What is left of a sum of domains without one answer: as it was if the domain had its highest answer anyhow;
    less only where the item's other half was answered, so that the blank is by design."""
    (domain,) = [domain for domain in scale.domains if item in domain.items]
    left = [form[each] for each in domain.items if each != item and form[each] is not None]
    partner = next((set(pair) - {item} for pair in scale.one_of if item in pair), set())
    by_design = any(form[each] is not None for each in partner)
    assert by_design or max(left) == 3
    return score(scale, form).total - max([*left, form[item]]) + max(left)


@every(lambda scale: scale.allow_missing or scale.allow_not_applicable)
@settings(max_examples=100, deadline=None)
@given(data=some.data())
def test_a_prorated_total_is_rounded_half_up(scale: Instrument, data):
    """For its band and its checks; and it is never complete, never a response or a remission."""
    form = data.draw(forms(scale, blanks=False))
    spare = [item for item in scale.items if scale.allow_missing or item.as_blank is not None]
    item = data.draw(some.sampled_from(spare))
    scored = score(scale, form | {item.id: item.as_blank})
    assert (scored.prorated, scored.complete) == (True, False)
    assert scored.band == scale.band(half_up(scored.total))
    for check in scale.checks:
        assert scored.checks[check.name] == check.met(half_up(scored.total))
    for rule in scale.remissions:
        assert scored.checks[rule.name] is None


@every_form
@settings(max_examples=60, deadline=None)
@given(data=some.data())
def test_a_flag_reads_its_own_item_and_nothing_else(scale: Instrument, data):
    """Each of the three states, on any partial form; the stored suicide answer says the same."""
    form = data.draw(forms(scale))
    scored = score(scale, form)
    assert set(scored.flags) == {flag.name for flag in scale.flags}
    for flag in scale.flags:
        if flag.item != LEVEL:
            answer = form[flag.item]
            expected = "unknown" if answer is None else "yes" if answer >= 1 else "no"
            assert scored.flags[flag.name] == expected
    states = {"yes": "yes", "no": "no", "unknown": "skipped", None: "not asked"}
    assert scored.suicide_state == states[scored.flags.get("suicide")]
    assert (scored.suicide is None) == (scored.suicide_state in ("skipped", "not asked"))


@every(lambda scale: scale.scoring == "level")
@settings(max_examples=100, deadline=None)
@given(data=some.data())
def test_the_flag_of_a_level_fires_on_any_yes_and_is_no_only_on_a_whole_form(scale: Instrument, data):
    form = data.draw(forms(scale))
    endorsed = 1 in (form[item] for item in (*scale.level.items, scale.level.behaviour))
    open_ = any(item.asked(form) and form[item.id] is None for item in scale.items if item.scored)
    expected = "yes" if endorsed else "unknown" if open_ else "no"
    assert score(scale, form).flags["suicide"] == expected


@every_form
@settings(max_examples=40, deadline=None)
@given(data=some.data())
def test_the_order_of_answers_does_not_matter(scale: Instrument, data):
    form = data.draw(forms(scale))
    shuffled = dict(data.draw(some.permutations(list(form.items()))))
    assert score(scale, shuffled) == score(scale, form)


@every_form
@settings(max_examples=40, deadline=None)
@given(data=some.data())
def test_an_item_left_out_is_a_blank(scale: Instrument, data):
    """Whether a form names it with None or not at all."""
    form = data.draw(forms(scale))
    assert score(scale, {item: answer for item, answer in form.items() if answer is not None}) == score(
        scale, form
    )


@every_form
@settings(max_examples=40, deadline=None)
@given(data=some.data())
def test_no_total_means_no_check(scale: Instrument, data):
    """Unknown is neither yes nor no. What differs by sex is unknown without one, what needs a baseline is no check
    of one form."""
    scored = score(scale, data.draw(forms(scale)))
    alone = {check.name for check in scale.checks if not check.sex and not check.needs_baseline}
    if scored.total is None:
        assert set(scored.checks.values()) <= {None}
    else:
        assert None not in {scored.checks[name] for name in alone}
    assert {scored.checks[check.name] for check in scale.checks if check.sex} <= {None}


@every_form
@settings(max_examples=25, deadline=None)
@given(data=some.data())
def test_a_table_scores_as_single_forms_do(scale: Instrument, data):
    """Whatever the way of scoring: sums, domains, levels, events, profiles. Dates may stand there or be left out."""
    rows = data.draw(some.lists(forms(scale), min_size=1, max_size=8))
    table = pd.DataFrame(rows)
    if data.draw(some.booleans()):
        table = table[[item.id for item in scale.items if not item.is_date]]
    found = score_frame(scale, table)
    for form, (_, row) in zip(rows, found.iterrows(), strict=True):
        scored = score(scale, form)
        assert (None if pd.isna(row["total"]) else row["total"]) == scored.total
        assert (row["prorated"], row["missing"]) == (scored.prorated, len(scored.missing))
        assert (None if pd.isna(row["band"]) else row["band"]) == scored.band
        assert (None if pd.isna(row["suicide"]) else row["suicide"]) == scored.suicide
        assert row["suicide_state"] == scored.suicide_state


def test_every_way_of_scoring_is_tried():
    """The properties above say nothing about a way of scoring that no shipped scale has."""
    assert {scale.scoring for scale in SHELF.values()} == {"sum", "domains", "level", "events", "profile"}
    items = list(chain.from_iterable(scale.items for scale in SHELF.values()))
    assert {item.kind for item in items} == {"rating", "yes_no", "analogue", "date"}
    assert all(
        any(getattr(item, key) is not None for item in items)
        for key in ("not_assessed", "as_blank", "ask_if")
    )


@given(some.fractions(min_value=0, max_value=200, max_denominator=16))
def test_half_up_is_the_nearest_whole_number_and_the_upper_of_two(total):
    whole = half_up(float(total))
    assert abs(whole - total) * 2 <= 1
    assert whole - total != -0.5
