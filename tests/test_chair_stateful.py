"""Three tablets, each on any of three treatments, with a network that loses, repeats and reorders what they send.

Whatever was confirmed to a tablet is in the store exactly once, under its own treatment; what was taken back is void;
and the state of one treatment holds nothing of another.
"""

from __future__ import annotations

import json
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import select

from clinic.chair import polling, saving
from clinic.chair.rows import TABLES
from data_model import Treatment, database
from data_model.columns import Status
from tests.chair_room import entry, running, stored
from tests.people import course, patient, staff

FAMILIES = ("Byron", "Babbage", "Curie")
TABLETS, CHAIRS = st.integers(0, 2), st.integers(0, 2)
NUMBERS = count(1)
SAID = {
    "vitals": lambda mark: {"values": {"heart_rate_bpm": 70, "note": mark}},
    "event": lambda mark: {"term": mark},
    "rescue": lambda mark: {"drug": mark},
    "part": lambda mark: {"what": "bolus", "mg": 1, "lot": mark},
    "tick": lambda mark: {"criterion": "leaving.walks", "met": True, "note": mark},
    "note": lambda mark: {"text": mark},
}


class Evening(RuleBasedStateMachine):
    """`unsent` are the outboxes; `copies` messages that the network still has and may deliver again, much later."""

    nurses: list

    def __init__(self):
        super().__init__()
        self.chairs = [self.seated(name) for name in FAMILIES]
        self.unsent: dict[tuple[int, int], list[dict]] = {}
        self.copies: list[tuple[int, int, list[dict]]] = []
        self.entered: dict[str, dict] = {}
        self.confirmed: dict[str, int] = {}
        self.reached: set[str] = set()  # the server saw it, whether or not its answer came back

    def seated(self, name: str) -> Treatment:
        number = f"S-{next(NUMBERS)}"
        with database(self.nurses[0]) as db:
            course(db, patient(db, number, family_name=name, given_name=f"Of{number}"))
        return running(self.nurses[0], number)

    @rule(tablet=TABLETS, chair=CHAIRS, kind=st.sampled_from(sorted(SAID)))
    def enter(self, tablet, chair, kind):
        said = entry(kind, **SAID[kind](f"mark{chair}x{len(self.entered)}x"))
        self.entered[said["key"]] = said
        self.unsent.setdefault((tablet, chair), []).append(said)

    @precondition(lambda self: any(self.entered[key]["kind"] in TABLES.values() for key in self.confirmed))
    @rule(tablet=TABLETS, which=st.integers(0, 10**6))
    def take_back(self, tablet, which):
        keys = [key for key in self.confirmed if self.entered[key]["kind"] in TABLES.values()]
        target = keys[which % len(keys)]
        said = entry("undo", target=target)
        self.entered[said["key"]] = said
        self.unsent.setdefault((tablet, self.confirmed[target]), []).append(said)

    @precondition(lambda self: any(self.unsent.values()))
    @rule(
        which=st.integers(0, 10**6),
        fate=st.sampled_from(["arrives", "request lost", "answer lost", "arrives twice"]),
        backwards=st.booleans(),
    )
    def send(self, which, fate, backwards):
        boxes = sorted(box for box, waiting in self.unsent.items() if waiting)
        tablet, chair = boxes[which % len(boxes)]
        batch = self.unsent[tablet, chair][:: -1 if backwards else 1]
        self.copies.append((tablet, chair, batch))
        if fate == "request lost":
            return
        for _ in range(2 if fate == "arrives twice" else 1):
            outcome = self.delivered(tablet, chair, batch)
        if fate != "answer lost":
            assert outcome.refused == []
            self.confirmed |= dict.fromkeys(outcome.saved, chair)
            self.unsent[tablet, chair] = []

    @precondition(lambda self: self.copies)
    @rule(which=st.integers(0, 10**6))
    def an_old_copy_arrives(self, which):
        self.delivered(*self.copies[which % len(self.copies)])

    @precondition(lambda self: self.confirmed)
    @rule(tablet=TABLETS, which=st.integers(0, 10**6))
    def one_goes_to_another_treatment(self, tablet, which):
        keys = [key for key in self.confirmed if self.entered[key]["kind"] in TABLES.values()]
        if keys:
            key = keys[which % len(keys)]
            wrong = (self.confirmed[key] + 1) % 3
            outcome = saving.save(self.nurses[tablet], self.chairs[wrong].key, [self.entered[key]])
            assert (outcome.saved, len(outcome.refused)) == ([], 1)

    def delivered(self, tablet, chair, batch):
        outcome = saving.save(self.nurses[tablet], self.chairs[chair].key, batch)
        self.reached |= set(outcome.saved)
        return outcome

    @invariant()
    def what_was_confirmed_is_stored_once_where_it_belongs(self):
        ids = [chair.id for chair in self.chairs]
        with database(self.nurses[0]) as db:
            rows = [
                row for table in TABLES for row in db.exec(select(table).where(table.treatment_id.in_(ids)))
            ]
        found = {row.key: ids.index(row.treatment_id) for row in rows}
        assert len(found) == len(rows)
        adding = {key for key in self.reached if self.entered[key]["kind"] in TABLES.values()}
        assert found.keys() == adding, "nothing that was saved is missing, and nothing else is there"
        assert all(found[key] == chair for key, chair in self.confirmed.items() if key in adding)
        undone = {self.entered[key]["target"] for key in self.reached if self.entered[key]["kind"] == "undo"}
        assert {row.key for row in rows if row.status == Status.VOID} == undone

    @invariant()
    def each_note_stands_once(self):
        notes = [key for key in self.reached if self.entered[key]["kind"] == "note"]
        text = "\n".join(stored(self.nurses[0], chair).note or "" for chair in self.chairs)
        assert all(text.count(self.entered[key]["text"]) == 1 for key in notes)
        assert text.count("mark") == len(notes)

    @invariant()
    def nothing_of_another_is_shown(self):
        for n, chair in enumerate(self.chairs):
            with database(self.nurses[n]) as db:
                text = json.dumps(polling.news(db, chair.key))
            for other in {0, 1, 2} - {n}:
                assert f"mark{other}x" not in text
                assert FAMILIES[other] not in text
                assert self.chairs[other].key not in text


@pytest.fixture
def nurses(sqlite_store):
    return [staff("nurse", name) for name in ("nora", "omar", "tess")]


def test_an_evening_over_a_bad_network(nurses):
    machine = type("EveningOfTheseNurses", (Evening,), {"nurses": nurses})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
