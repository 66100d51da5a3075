"""A clinic's own numbers: another version of a protocol in which nothing but values of limits differs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from clinic.instruments.keys import NUMBER, is_kind
from clinic.instruments.reading import BadDefinition
from clinic.protocols.definition import Protocol
from clinic.protocols.limit import Limit
from clinic.protocols.sense import sense_problems


def edited(protocol: Protocol, values: Mapping[str, float], *, version: str) -> Protocol:
    """The protocol with these values by limit id; raises BadDefinition with a sentence for each that may not be.

    Edit the shipped protocol with all of a clinic's values, not an edited one: "only tighter" is meant against it.
    """
    refuse([*change_problems(protocol, values), *version_problems(protocol, version)])
    limits = tuple(
        replace(limit, value=values[limit.id]) if limit.id in values else limit for limit in protocol.limits
    )
    changed = replace(
        protocol, version=version, limits=limits, fingerprint=fingerprint(protocol, values, version)
    )
    refuse(sense_problems(changed))
    return changed


def refuse(problems: list[str]) -> None:
    if problems:
        raise BadDefinition(*problems)


def change_problems(protocol: Protocol, values: Mapping[str, float]) -> Iterator[str]:
    known = {limit.id: limit for limit in protocol.limits}
    if not values:
        yield "Nothing is changed."
    for id, value in values.items():
        if id not in known:
            yield f"There is no limit “{id}” in {protocol.title}."
        elif problem := value_problem(known[id], value):
            yield f"{id}: {problem}"


def value_problem(limit: Limit, value: object) -> str | None:
    if limit.locked:
        return "this limit is locked and cannot be changed."
    if not is_kind(value, NUMBER) or value != value:
        return f"the value should be a number, not {value!r}."
    if limit.outer and not limit.outer[0] <= value <= limit.outer[1]:
        return f"{value:g} lies outside {limit.outer[0]:g} to {limit.outer[1]:g}, within which it can be changed."
    if limit.tighter_only and looser(limit, value):
        return f"{value:g} is looser than {limit.value:g}; this limit can only be made tighter."
    return None


def looser(limit: Limit, value: float) -> bool:
    """Whether the limit would be reached later."""
    return value > limit.value if limit.comparison.startswith(">") else value < limit.value


def version_problems(protocol: Protocol, version: str) -> Iterator[str]:
    if not version or version == protocol.version:
        yield f"A changed protocol needs a version of its own, not “{version}”."


def fingerprint(protocol: Protocol, values: Mapping[str, float], version: str) -> str:
    """Of the base and of what differs, so that the same values on another base are another protocol."""
    said = [protocol.fingerprint, version, sorted((id, float(value)) for id, value in values.items())]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def differences(one: Protocol, other: Protocol) -> list[tuple[str, float | None, float | None]]:
    """Limit id, value in the one, value in the other, where they differ; None where a protocol has no such limit."""
    before = {limit.id: limit.value for limit in one.limits}
    after = {limit.id: limit.value for limit in other.limits}
    ids = dict.fromkeys([*before, *after])
    return [(id, before.get(id), after.get(id)) for id in ids if before.get(id) != after.get(id)]
