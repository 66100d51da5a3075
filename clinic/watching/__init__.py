"""Looks at what was recorded and raises what the rules of clinic/flags see in it.

Each look is harmless: what was seen once is not raised again. What somebody takes back leaves the alert that it
raised, for somebody to close.
"""

from clinic.watching.looking import person, score, sweep, sweep_if_due, treatment
from clinic.watching.trying import DryRun, dry_run

__all__ = ["DryRun", "dry_run", "person", "score", "sweep", "sweep_if_due", "treatment"]
