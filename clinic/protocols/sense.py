"""What is well formed in a protocol and still cannot be meant, in sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from clinic.instruments.rules import COMPARISONS
from clinic.protocols import measures
from clinic.protocols.definition import Protocol
from clinic.protocols.keys import SECTIONS, TABLES
from clinic.protocols.limit import Limit
from clinic.protocols.measures import MEASURES
from clinic.protocols.shapes import Schedule

# Without rows in these, a verdict or a readiness to leave would rest on nothing.
NEVER_EMPTY = ("limits", "schedules", "gate", "leaving", "symptoms", "pre_dose")
VERDICTS = ("prescriber decides", "do not start")
METHODS = ("minutes", "ticked", "blood_pressure", "oxygen", "sedation", "dissociation", "score")
STAGES = ("induction", "optimisation", "maintenance")


def sense_problems(protocol: Protocol) -> list[str]:
    """What is well formed and still cannot be meant."""
    return [
        *(f"{each.id}: {problem}" for each in protocol.limits for problem in limit_problems(each)),
        *order_problems(protocol.limits),
        *word_problems(protocol),
        *name_problems(protocol),
        *(f"{section}: there is none." for section in NEVER_EMPTY if not getattr(protocol, section)),
        *(f"pre_dose: “{each}” is no measure." for each in protocol.pre_dose if each not in MEASURES),
    ]


def limit_problems(limit: Limit) -> Iterator[str]:
    if limit.measure not in MEASURES:
        yield f"measure “{limit.measure}” is unknown."
    if limit.comparison not in COMPARISONS:
        yield f"comparison should be one of {', '.join(COMPARISONS)}, not “{limit.comparison}”."
    tiers = measures.DOSE_TIERS if limit.phase == "order" else measures.VITAL_TIERS
    if limit.tier not in tiers:
        yield f"tier should be one of {', '.join(tiers)}, not “{limit.tier}”."
    if limit.outer and not limit.outer[0] <= limit.value <= limit.outer[1]:
        yield f"{limit.value:g} lies outside {limit.outer[0]:g} to {limit.outer[1]:g}, the outer bounds."
    if not limit.locked and "{value}" not in limit.wording:
        yield "says should name the number as {value}, or a change of the limit would leave it behind."
    if limit.when.stage not in (None, *STAGES):
        yield f"when, stage should be one of {', '.join(STAGES)}, not “{limit.when.stage}”."


def order_problems(limits: tuple[Limit, ...]) -> list[str]:
    """Among limits on the same thing a worse tier must not be reached sooner than a milder one; what is only
    counted ("info") stands outside the order."""
    alike = defaultdict(list)
    for each in limits:
        if each.comparison in COMPARISONS and each.measure in MEASURES and each.tier != "info":
            side = each.comparison[0]
            alike[each.measure, each.phase, each.route, each.substance, each.when, side].append(each)
    return [
        f"{milder.id} at {milder.value:g} and {worse.id} at {worse.value:g} are the wrong way round."
        for together in alike.values()
        for milder, worse in pairwise(sorted(together, key=rank))
        if rank(milder) != rank(worse) and sooner(worse, milder)
    ]


def rank(limit: Limit) -> int:
    tiers = measures.DOSE_TIERS if limit.phase == "order" else measures.VITAL_TIERS
    return tiers.index(limit.tier) if limit.tier in tiers else len(tiers)


def sooner(one: Limit, other: Limit) -> bool:
    """Whether the first is reached at a value where the second is not yet, or at the same one."""
    return one.value <= other.value if one.comparison[0] == ">" else one.value >= other.value


def word_problems(protocol: Protocol) -> list[str]:
    """Words of a closed list, wherever they stand."""
    closed = {
        "evidence": measures.EVIDENCE,
        "phase": measures.PHASES,
        "route": measures.ROUTES,
        "substance": measures.SUBSTANCES,
        "else_": VERDICTS,
        "go_if": ("yes", "no"),
        "sex": ("female", "male"),
        "method": METHODS,
        "of": ("weight", "dose"),
    }
    problems = [
        f"{row.id}: {key} should be one of {', '.join(words)}, not “{getattr(row, key)}”."
        for row in rows_of(protocol)
        for key, words in closed.items()
        if getattr(row, key, None) not in (None, *words)
    ]
    problems += tier_problems("rules", protocol.rules, measures.DOSE_TIERS)
    problems += tier_problems("slips", protocol.slips, measures.DOSE_TIERS)
    problems += tier_problems("symptoms", protocol.symptoms, measures.VITAL_TIERS)
    return problems + tier_problems("concomitant", protocol.concomitant, measures.DRUG_TIERS)


def tier_problems(section: str, rows: tuple, tiers: tuple[str, ...]) -> list[str]:
    keys = ("tier", "same_day", "with_tier")
    said = [(row.id, getattr(row, key, None)) for row in rows for key in keys]
    said += [(row.id, tier) for row in rows for _, tier in getattr(row, "by_route", ())]
    return [
        f"{section} {id}: tier should be one of {', '.join(tiers)}, not “{tier}”."
        for id, tier in said
        if tier not in (None, *tiers)
    ]


def name_problems(protocol: Protocol) -> list[str]:
    """Ids that one row names and no other has, and slips of a row's own numbers."""
    limits = {limit.id for limit in protocol.limits}
    classes = {each.id for each in protocol.concomitant}
    windows = {f"windows {name}": getattr(protocol.windows, name) for name in TABLES["windows"]}
    named = [
        *windows.items(),
        *((each.id, each.minimum) for each in protocol.schedules),
        *((each.id, id) for each in protocol.leaving for id in each.limits),
        *((each.id, each.lasts) for each in protocol.gate if each.lasts not in ("visit", "course")),
    ]
    return [
        *(f"{by}: there is no limit “{id}”." for by, id in named if id not in limits),
        *(
            f"{each.id}: there is no class of drugs “{id}”."
            for each in protocol.concomitant
            for id in each.with_same_day
            if id not in classes
        ),
        *(f"{each.id}: low should be below high." for each in protocol.slips if each.low >= each.high),
        *schedule_problems(protocol.schedules),
        *unwatched(protocol),
    ]


def schedule_problems(schedules: tuple[Schedule, ...]) -> list[str]:
    return [
        f"{each.id}: {key} “{value}” should be one of {', '.join(words)}."
        for each in schedules
        for stretch in each.stretches
        for key, value, words in (
            ("window", stretch.window, ("during", "after")),
            ("after", stretch.after, ("start", "stop")),
        )
        if value not in words
    ]


def unwatched(protocol: Protocol) -> list[str]:
    """What may be ordered must have a schedule of observations: nobody is dosed and then not looked at."""
    ordered = {(each.route, each.substance) for each in protocol.limits_for("order") if each.group == "dose"}
    return [
        f"schedules: there is none for {substance} {route}."
        for route, substance in sorted(ordered, key=str)
        if route and substance and not protocol.schedule(route, substance)
    ]


def rows_of(protocol: Protocol) -> Iterator:
    for section in SECTIONS:
        yield from getattr(protocol, section)
