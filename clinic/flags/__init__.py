"""The safety flags: which facts raise which alert, how urgent, and in which words. Pure: no database, no web.

A rule is data (`rules.toml`); what it raised names its id and version. The rules look at plain facts (`facts.py`) that
somebody else takes from the store, so that a changed rule can be tried on the past. They say what they saw.
"""

from clinic.flags.facts import Facts
from clinic.flags.judging import fired
from clinic.flags.library import by_name, known, rules, shelf_of
from clinic.flags.rule import URGENCIES, Fired, Rule, most_urgent

__all__ = [
    "URGENCIES",
    "Facts",
    "Fired",
    "Rule",
    "by_name",
    "fired",
    "known",
    "most_urgent",
    "rules",
    "shelf_of",
]
