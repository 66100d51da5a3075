"""Refusals: what the software will not do, said as a sentence to the person who asked.

Anything that is not a `Refused` is a bug and may crash. One place in `pages/menu.py` and one in the command
line turn these into words on the screen.
"""

from __future__ import annotations


class Refused(Exception):
    """Something was asked for that must not or cannot be done; `str()` is the sentence to show."""


class NotAllowed(Refused):
    """The actor lacks the right to do this."""


class NotFound(Refused):
    """There is no such record, or the actor may not know that there is one."""


class BadInput(Refused):
    """Input that cannot be stored as it is; `problems` holds one sentence each, naming the field."""

    def __init__(self, *problems: str):
        self.problems = list(problems)
        super().__init__(" ".join(problems))


class BadAnswers(BadInput):
    """Answers that the instrument does not have; `code` is stable for tests: out_of_range, wrong_item_count,
    not_integer, unknown_item."""

    def __init__(self, code: str, *problems: str):
        self.code = code
        super().__init__(*problems)


class Conflict(Refused):
    """Somebody else saved the same record in the meantime; nothing was overwritten."""
