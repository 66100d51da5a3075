"""Which protocol is in force here, and by which one a treatment is judged."""

from __future__ import annotations

from clinic import protocols, settings
from clinic.protocols.definition import Protocol
from data_model import Database, Treatment


def in_force(db: Database) -> Protocol:
    """The one that the settings name, in the version that the clinic uses now."""
    return protocols.protocol(settings.current(db)["protocol"])


def of(db: Database, treatment: Treatment) -> Protocol:
    """The one by which this treatment is judged: the version kept with it, or while it has none the one in force."""
    if treatment.protocol is None:
        return in_force(db)
    return protocols.protocol(treatment.protocol, treatment.protocol_version)
