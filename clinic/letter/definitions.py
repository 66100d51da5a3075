"""The footnotes of a letter: what each scale is and by which rule of which version its words are used."""

from __future__ import annotations

from collections.abc import Iterator

from clinic.instruments.definition import Instrument, default_of
from clinic.instruments.rules import Change, Rule
from clinic.letter.gathering import Facts
from clinic.outcomes import baseline, suicidality
from clinic.report.cells import printable

DIRECTION = {"worse": "higher is worse", "better": "higher is better", "neither": "neither end is better"}


def definitions(facts: Facts) -> list[dict[str, str]]:
    """`word` and what it means here."""
    found = [{"word": scale.title, "means": " ".join(_scale(scale, facts))} for scale in facts.scales]
    found.append({"word": "Baseline", "means": _baseline(facts)})
    if facts.chosen.suicide:
        found.append(
            {
                "word": "Suicidal thoughts",
                "means": f"the most concerning answer of the last {suicidality.WITHIN_DAYS} days on any scale that "
                f"asks ({suicidality.RULE}); an answer, not a prediction.",
            }
        )
    return found


def _scale(scale: Instrument, facts: Facts) -> Iterator[str]:
    rater = "self-report" if scale.rater == "self" else "clinician-rated"
    what = (scale.construct, rater, scale.recall, DIRECTION[scale.higher_is])
    yield f"{printable(scale.name)}, version {scale.version}: {', '.join(what)}."
    if scale.bands:
        named = ", ".join(f"{band.name} {band.low}–{band.high}" for band in scale.bands)
        yield f"Bands: {named} ({default_of(scale.band_sets).id} {scale.version})."
    yield from (
        f"{word}: {_rule(rule, scale)}."
        for word, rule in (
            ("Response", scale.default_response),
            ("Remission", scale.default_remission),
            ("Measurement error", scale.default_change),
        )
        if rule
    )


def _rule(rule: Rule | Change, scale: Instrument) -> str:
    unverified = ", unverified" if rule.evidence == "unverified" else ""
    return f"{rule.says.rstrip('.')} ({rule.id} {scale.version}{unverified})"


def _baseline(facts: Facts) -> str:
    """The rule, and each scale whose baseline somebody chose instead; their reason was not written for a letter."""
    chosen = [
        f" That of {scale.title} was chosen by a clinician instead."
        for scale in facts.scales
        if (start := facts.baselines.get(scale.id)) and start.source == "chosen"
    ]
    return (
        f"the last complete score at or before the first dose of the course, at most {baseline.WITHIN_DAYS} days "
        f"before it ({baseline.RULE}).{''.join(chosen)}"
    )
