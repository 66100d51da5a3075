"""The line under every figure: how many, from when to when, by which rules, as of when."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from clinic.outcomes.wording import date_words


def footer(
    n: str,
    times: Iterable,
    rules: Iterable[str],
    as_of,
    *,
    filters: Iterable[str] = (),
    unverified: Iterable[str] = (),
    zone: str = "UTC",
) -> str:
    """`13 scores, 8 treatments · 14 Feb – 12 Jun 2026 · rules phq9.response.fall50 1.0, … · data as of 20 Jun 2026
    09:12 Europe/London`.

    `n` says what was counted; `rules` are ids with versions; `unverified` are the ids among them whose source has
    not been checked, which the footer then says.
    """
    rules, unverified = list(dict.fromkeys(rules)), set(unverified)
    named = ", ".join(f"{rule} (unverified)" if rule in unverified else rule for rule in rules)
    parts = [
        n,
        date_range(times, zone),
        *filters,
        f"rules {named}" if named else "",
        as_of_words(as_of, zone),
    ]
    return " · ".join(part for part in parts if part)


def date_range(times: Iterable, zone: str = "UTC") -> str:
    """`14 Feb – 12 Jun 2026`, the year once where it is the same; "" without any date."""
    index = pd.DatetimeIndex(list(times)).dropna()
    if not len(index):
        return ""
    index = index.tz_localize("UTC") if index.tz is None else index
    first, last = index.min().tz_convert(zone), index.max().tz_convert(zone)
    if first.date() == last.date():
        return date_words(last)
    start = f"{first.day} {first:%b}" if first.year == last.year else date_words(first)
    return f"{start} – {date_words(last)}"


def as_of_words(as_of, zone: str) -> str:
    moment = pd.Timestamp(as_of).tz_convert(zone)
    return f"data as of {date_words(moment)} {moment:%H:%M} {zone}"


def rules_of(scale) -> list[str]:
    """The default rules of one scale that a patient's figure draws, each with the definition's version."""
    drawn = (scale.default_response, scale.default_remission, scale.default_change)
    return [f"{rule.id} {scale.version}" for rule in drawn if rule]


def unverified_of(scale) -> list[str]:
    """Those of `rules_of` whose evidence is not a publication that somebody has read."""
    drawn = (scale.default_response, scale.default_remission, scale.default_change)
    return [f"{rule.id} {scale.version}" for rule in drawn if rule and rule.evidence == "unverified"]
