"""The people a clinic treats: find, register, edit; and what of them an actor may see."""

from clinic.patients.filters import ORDERS, STANDINGS, Filter, forget_filter, save_filter, saved_filters
from clinic.patients.finding import MOST_BY_SCORES, get, merged, search, sites
from clinic.patients.likeness import index_for_search, plain
from clinic.patients.person import (
    PRIVACY,
    Person,
    identified,
    initials,
    keep_private,
    person,
    private,
    pseudonym,
)
from clinic.patients.registering import EDITABLE, edit, register, similar

__all__ = [
    "EDITABLE",
    "MOST_BY_SCORES",
    "ORDERS",
    "PRIVACY",
    "STANDINGS",
    "Filter",
    "Person",
    "edit",
    "forget_filter",
    "get",
    "identified",
    "index_for_search",
    "initials",
    "keep_private",
    "merged",
    "person",
    "plain",
    "private",
    "pseudonym",
    "register",
    "save_filter",
    "saved_filters",
    "search",
    "similar",
    "sites",
]
