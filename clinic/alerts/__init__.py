"""Alerts: rules that fired, joined while they are open, and closed by a person with an action.

Nobody is paged by any of this; every page that shows an alert says so.
"""

from clinic.alerts.answering import WANT_ACTION, acknowledge, act, close
from clinic.alerts.concern import behaviour_in, suicide_concern
from clinic.alerts.raising import fresh, raise_alert, raise_fired, serious_event, unlikely_entry
from clinic.alerts.reading import NOT_PAGED, SUICIDE, by_key, firings, open_ones, recheck_due, titles
from clinic.alerts.times import KEPT_OPEN, time_to_close, times
from clinic.alerts.worse import if_worse, watches, worse_rules

__all__ = [
    "KEPT_OPEN",
    "NOT_PAGED",
    "SUICIDE",
    "WANT_ACTION",
    "acknowledge",
    "act",
    "behaviour_in",
    "by_key",
    "close",
    "firings",
    "fresh",
    "if_worse",
    "open_ones",
    "raise_alert",
    "raise_fired",
    "recheck_due",
    "serious_event",
    "suicide_concern",
    "time_to_close",
    "times",
    "titles",
    "unlikely_entry",
    "watches",
    "worse_rules",
]
