"""The page docs/flags.md: every rule that raises alerts, read off clinic/flags/rules.toml. `make docs` writes it,
tests/test_docs.py compares."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from clinic import flags
from clinic.flags import Rule
from tests import markdown

NOTE = "<!-- Written by `make docs` from clinic/flags/rules.toml. Change that, not this page. -->"
PAGE = "docs/flags.md"
HEADINGS = (
    "flag",
    "rule",
    "version",
    "urgency",
    "raises when",
    "what it says",
    "source",
    "evidence",
    "checked by",
)


def pages() -> dict[str, Callable[[], str]]:
    """path -> what writes it."""
    return {PAGE: page}


def page() -> str:
    rules = list(flags.rules().values())
    older = [rule for rule in flags.known().values() if flags.rules()[rule.id] is not rule]
    return markdown.page(
        "The rules that raise alerts",
        NOTE,
        "The rules are data in [clinic/flags/rules.toml](../clinic/flags/rules.toml); Python holds only the few ways "
        "of looking. Alerts depend on them alone, so a changed rule can be tried on the past: "
        "`python -m clinic alerts dry-run --rules FILE`, or the page Safety. The numbers are those of the 28 flags of "
        "the ketamine reference §4, as corrected by [clinical.md](clinical.md) C, D, E and J; rules without a number "
        "are our own. Nobody is being paged by any of them.",
        "Urgency: U0 at once, U1 before the person leaves, U2 the same working day, U3 before the next dose, U4 at the "
        "next review. `…` stands where the rule says what it saw. A rule that joins another has no alert of its own: "
        "the person has one alert under the other rule, as urgent as the gravest that joined. Limits that a clinic can "
        "change stand in the [protocol](protocols.md); a rule names which of them it listens to, and amber is never "
        "listened to.",
        markdown.table(HEADINGS, [row(rule) for rule in in_order(rules)]),
        "## Limits that the rules listen to",
        markdown.table(("rule", "limits and rules of the protocol", "tiers"), list(listening(rules))),
        "## Earlier versions" if older else "",
        markdown.table(HEADINGS, [row(rule) for rule in older]) if older else "",
        "## Changing a rule",
        "A published version is never changed: an alert names the one that raised it. Add a second table with the same "
        "id and a higher version to `rules.toml`, keep the old one, and add the line that the refusal prints to "
        "`published.toml`. Try the file on the past first.",
    )


def in_order(rules: list[Rule]) -> list[Rule]:
    return sorted(rules, key=lambda rule: rule.numbers or (29,))


def row(rule: Rule) -> tuple[str, ...]:
    joins = f", joins `{rule.joins}`" if rule.joins else ""
    return (
        ", ".join(map(str, rule.numbers)) or "–",
        f"{rule.title} (`{rule.id}`{joins})",
        rule.version,
        urgency(rule),
        rule.trigger,
        rule.told("…"),
        rule.source,
        rule.evidence,
        rule.checked_by or "nobody yet",
    )


def urgency(rule: Rule) -> str:
    """With those that depend on what was found."""
    others = [
        *(f"{word}: {value}" for word, value in rule.findings if value != rule.urgency),
        *([f"{rule.afterwards} afterwards"] if rule.afterwards else []),
        *([f"{rule.started} if started"] if rule.started else []),
    ]
    return "; ".join([rule.urgency, *others])


def listening(rules: list[Rule]) -> Iterator[tuple[str, str, str]]:
    for rule in rules:
        if rule.limits:
            yield (
                f"`{rule.id}`",
                ", ".join(f"`{each}`" for each in rule.limits),
                ", ".join(rule.tiers) or "any",
            )
