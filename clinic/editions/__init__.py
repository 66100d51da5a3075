"""Which protocol is in force here, by which version a treatment is judged, and who approved it.

A shipped protocol and a clinic's editions of it are versions of one thing: `adult` 1.0 as shipped, 1.0+1 and 1.0+2
the clinic's own. A version is never changed; another one takes its place once two people approved that.
"""

from clinic.editions.approving import CAPACITIES, approve, capacities, in_the_way
from clinic.editions.checking import problems
from clinic.editions.making import edit, next_version
from clinic.editions.names import Approval
from clinic.editions.reading import (
    Altered,
    Version,
    approval,
    in_force,
    keep,
    of,
    protocol,
    version_in_force,
    versions,
)

__all__ = [
    "CAPACITIES",
    "Altered",
    "Approval",
    "Version",
    "approval",
    "approve",
    "capacities",
    "edit",
    "in_force",
    "in_the_way",
    "keep",
    "next_version",
    "of",
    "problems",
    "protocol",
    "version_in_force",
    "versions",
]
