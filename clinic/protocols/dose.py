"""An order against the limits, against itself and against the last dose: what each rule saw, with its numbers.

An order is stopped or not by its findings; what was given is recorded whatever they say. Every threshold is the
protocol's. A number that is missing breaks no limit; `not_judged` names it, and where a rule needs it to be safe the
rule speaks.
"""

from __future__ import annotations

from clinic.protocols.definition import Protocol
from clinic.protocols.dose_ladder import ladder_findings
from clinic.protocols.dose_limits import limit_findings, limits_for_order, untold_findings
from clinic.protocols.dose_numbers import amounts_of, values_of
from clinic.protocols.dose_products import device_findings, product_findings
from clinic.protocols.dose_slips import slip_findings, weight_findings
from clinic.protocols.findings import Finding, severity, worst
from clinic.protocols.order import LastTreatment, Order
from clinic.protocols.vitals import words_of

__all__ = ["Finding", "LastTreatment", "Order", "check_dose", "not_judged", "severity", "worst"]

# Without one of these an order is not wholly judged.
NEEDED = (
    "mg",
    "mg_per_kg",
    "mg_per_kg_per_min",
    "minutes",
    "devices",
    "weight_kg",
    "weight_age_days",
    "age_years",
)


def check_dose(protocol: Protocol, order: Order) -> list[Finding]:
    """Everything that a rule saw, the worst first."""
    amounts = amounts_of(protocol, order)
    found = [
        *limit_findings(protocol, order, amounts),
        *untold_findings(protocol, order, amounts),
        *slip_findings(protocol, order, amounts),
        *weight_findings(protocol, order, amounts),
        *product_findings(protocol, order),
        *device_findings(protocol, order),
        *ladder_findings(protocol, order, amounts),
    ]
    return sorted(found, key=severity, reverse=True)


def not_judged(protocol: Protocol, order: Order) -> tuple[str, ...]:
    """What the limits of this route would be judged by and the order does not say, in words."""
    known = values_of(protocol, order, amounts_of(protocol, order))
    asked = dict.fromkeys(
        limit.measure for limit in limits_for_order(protocol, order) if limit.measure in NEEDED
    )
    return tuple(words_of(measure) for measure in asked if not known.get(measure))
