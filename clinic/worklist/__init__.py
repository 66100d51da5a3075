"""Today: whom somebody should look at, in which order, and which rule put them there."""

from clinic.worklist.arrivals import Arrival, InChair, arrivals, coming, in_chair
from clinic.worklist.concerns import concerns
from clinic.worklist.entry import Card, Entry
from clinic.worklist.people import People, people
from clinic.worklist.scope import EVERYBODY, SCOPES, Scope, choose, preferred, scope
from clinic.worklist.signs import KINDS
from clinic.worklist.unfinished import Unfinished, unfinished

__all__ = [
    "EVERYBODY",
    "KINDS",
    "SCOPES",
    "Arrival",
    "Card",
    "Entry",
    "InChair",
    "People",
    "Scope",
    "Unfinished",
    "arrivals",
    "choose",
    "coming",
    "concerns",
    "in_chair",
    "people",
    "preferred",
    "scope",
    "unfinished",
]
