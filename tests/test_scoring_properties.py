"""What must hold for every form of every scale, whatever the answers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clinic.instruments import Instrument, catalogue, half_up, score, score_frame

SCALES = sorted(catalogue())
every_scale = pytest.mark.parametrize("scale", [pytest.param(catalogue()[id], id=id) for id in SCALES])


@some.composite
def forms(draw, scale: Instrument, blanks: bool = True, room: int = 0):
    """Answers to every item (`room` points below its maximum), some of them blank."""
    blank = some.none() if blanks else some.nothing()
    return {
        item.id: draw(some.one_of(blank, some.integers(item.minimum, item.maximum - room)))
        for item in scale.items
    }


def severity(scale: Instrument, band: str | None) -> int:
    return [each.name for each in scale.bands].index(band) if scale.bands else 0


@every_scale
@settings(max_examples=60, deadline=None)
@given(data=some.data())
def test_a_total_lies_on_the_scale(scale: Instrument, data):
    scored = score(scale, data.draw(forms(scale)))
    assert scored.total is None or scale.minimum <= scored.total <= scale.maximum
    assert (scored.band is None) == (scored.total is None or not scale.bands)


@every_scale
@settings(max_examples=60, deadline=None)
@given(data=some.data())
def test_one_more_point_never_looks_milder(scale: Instrument, data):
    """On a whole form and on a prorated one alike: total, band and flags only rise with an answer."""
    form = data.draw(forms(scale, blanks=scale.allow_missing > 0))
    answered = [i.id for i in scale.items if form[i.id] is not None and form[i.id] < i.maximum]
    before = score(scale, form)
    if not answered or before.total is None:
        return
    item = data.draw(some.sampled_from(answered))
    after = score(scale, form | {item: form[item] + 1})
    assert after.total > before.total
    assert severity(scale, after.band) >= severity(scale, before.band)
    order = ["none", "review", "urgent"]
    for name in before.flags:
        if before.flags[name] != "unknown":
            assert order.index(after.levels[name]) >= order.index(before.levels[name])


@every_scale
@settings(max_examples=60, deadline=None)
@given(data=some.data())
def test_a_blank_is_never_a_zero(scale: Instrument, data):
    """Without one answer there is no total, or the others' mean stands in: never the sum of the rest."""
    form = data.draw(forms(scale, blanks=False))
    item = data.draw(some.sampled_from([item.id for item in scale.items]))
    scored = score(scale, form | {item: None})
    rest = sum(value for name, value in form.items() if name != item)
    if scale.allow_missing == 0:
        assert scored.total is None
    else:
        assert scored.prorated
        assert scored.total == pytest.approx(rest * len(form) / (len(form) - 1))
        assert rest == 0 or scored.total > rest


@every_scale
@settings(max_examples=60, deadline=None)
@given(data=some.data())
def test_a_flag_reads_its_own_item_and_nothing_else(scale: Instrument, data):
    """Each of the three states, on any partial form."""
    form = data.draw(forms(scale))
    scored = score(scale, form)
    assert set(scored.flags) == {flag.name for flag in scale.flags}
    for flag in scale.flags:
        answer = form[flag.item]
        expected = "unknown" if answer is None else "yes" if answer >= 1 else "no"
        assert scored.flags[flag.name] == expected


@every_scale
@settings(max_examples=40, deadline=None)
@given(data=some.data())
def test_the_order_of_answers_does_not_matter(scale: Instrument, data):
    form = data.draw(forms(scale))
    shuffled = dict(data.draw(some.permutations(list(form.items()))))
    assert score(scale, shuffled) == score(scale, form)


@every_scale
@settings(max_examples=40, deadline=None)
@given(data=some.data())
def test_no_total_means_no_check(scale: Instrument, data):
    """Unknown is neither yes nor no."""
    scored = score(scale, data.draw(forms(scale)))
    if scored.total is None:
        assert set(scored.checks.values()) <= {None}
    else:
        assert None not in {scored.checks[check.name] for check in scale.checks}


@every_scale
@settings(max_examples=25, deadline=None)
@given(data=some.data())
def test_a_table_scores_as_single_forms_do(scale: Instrument, data):
    rows = data.draw(some.lists(forms(scale), min_size=1, max_size=8))
    found = score_frame(scale, pd.DataFrame(rows))
    for form, (_, row) in zip(rows, found.iterrows(), strict=True):
        scored = score(scale, form)
        assert (None if pd.isna(row["total"]) else row["total"]) == scored.total
        assert (row["prorated"], row["missing"]) == (scored.prorated, len(scored.missing))
        assert (None if pd.isna(row["band"]) else row["band"]) == scored.band


@given(some.fractions(min_value=0, max_value=200, max_denominator=16))
def test_half_up_is_the_nearest_whole_number_and_the_upper_of_two(total):
    whole = half_up(float(total))
    assert abs(whole - total) * 2 <= 1
    assert whole - total != -0.5
