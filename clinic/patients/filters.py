"""Which patients a list shows and in which order: as an address says it, and as somebody keeps it under a name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from clinic import accounts
from clinic.access import require
from clinic.refused import BadInput
from data_model import Actor, Database
from data_model.episodes import Indication, Stage

PREFERENCE = "patient filters"
NO_COURSE = "no course"
STAGES = (*(stage.value for stage in Stage), NO_COURSE)
INDICATIONS = tuple(indication.value for indication in Indication)
NO_SCORE = "no score"
# What can be asked of everybody at once: an open alert of these rules (all that begin so), or no recent score.
# "Responded" is not among them: it is judged at day 28 with everyone in the denominator, on Outcomes.
STANDINGS = {
    "suicide concern": ("suicide.",),
    "worse": ("worse.",),
    "response lost": ("response.lost",),
    "no response": ("no_response.",),
    NO_SCORE: (),
}
ORDERS = ("name", "last score", "next review")
_MOST_KEPT, _LONGEST_NAME = 20, 40
_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Filter:
    """What has to hold of a patient and of their latest course. `days` belongs to the standing "no score". A typed
    search is no part of it: that may be a name, and a filter stands in addresses and is kept with an account."""

    stage: str | None = None
    indication: str | None = None
    mine: bool = False
    site: str | None = None
    standing: str | None = None
    days: int = 14
    order: str = "name"

    @property
    def looks_at_scores(self) -> bool:
        return self.standing == NO_SCORE or self.order == "last score"

    def address(self) -> dict[str, str]:
        """The parameters of an address that leads back here; what is left as it is at first is left out."""
        usual = asdict(Filter())
        told = {name: value for name, value in asdict(self).items() if value != usual[name]}
        if self.standing != NO_SCORE:
            told.pop("days", None)
        return {name: "1" if value is True else str(value) for name, value in told.items()}

    @staticmethod
    def of_address(query: Mapping[str, str]) -> Filter:
        """From an address that anybody may have written: what it cannot mean is left out."""
        days = query.get("days", "")
        return Filter(
            stage=_known(query.get("stage"), STAGES),
            indication=_known(query.get("indication"), INDICATIONS),
            mine=query.get("mine") == "1",
            site=query.get("site") or None,
            standing=_known(query.get("standing"), STANDINGS),
            days=int(days) if days.isdecimal() and 1 <= int(days) <= _MOST_DAYS else Filter().days,
            order=_known(query.get("order"), ORDERS) or "name",
        )

    def says(self) -> list[str]:
        """Its conditions as people say them."""
        standing = f"no score for {self.days} days" if self.standing == NO_SCORE else self.standing
        mine = "mine" if self.mine else None
        found = (self.stage, self.indication, mine, self.site and f"site {self.site}", standing)
        return [each for each in found if each]


PARAMETERS = tuple(field.name for field in fields(Filter))


def _known(value: str | None, among: Any) -> str | None:
    return value if value in among else None


def saved_filters(actor: Actor) -> dict[str, Filter]:
    """Those this person kept, by name in the order of keeping; none of a text that is no such list."""
    try:
        kept = json.loads(dict(actor.preferences).get(PREFERENCE, "{}"))
        return {str(name): Filter.of_address(query) for name, query in kept.items()}
    except (ValueError, AttributeError):
        return {}


def save_filter(db: Database, name: str, wanted: Filter) -> None:
    """Keeps it for this person on every device; the same name again replaces. Raises BadInput."""
    require(db, "see patients")
    name, kept = " ".join(name.split()), saved_filters(db.actor)
    if not name:
        raise BadInput("Give the filter a name.")
    if len(name) > _LONGEST_NAME:
        raise BadInput(f"A name of at most {_LONGEST_NAME} characters, please.")
    if len(kept) >= _MOST_KEPT and name not in kept:
        raise BadInput(f"{_MOST_KEPT} filters are kept already; delete one first.")
    _keep(db, kept | {name: wanted})


def forget_filter(db: Database, name: str) -> None:
    require(db, "see patients")
    _keep(db, {kept: each for kept, each in saved_filters(db.actor).items() if kept != name})


def _keep(db: Database, filters: dict[str, Filter]) -> None:
    told = {name: each.address() for name, each in filters.items()}
    accounts.set_preference(
        db, PREFERENCE, json.dumps(told, ensure_ascii=False, separators=(",", ":")) if told else None
    )
