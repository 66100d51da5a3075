"""Whatever three tablets send for three treatments, however it arrives: what was confirmed is stored once, where it
belongs, and the state of one treatment holds nothing of another."""

from __future__ import annotations

import json
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from clinic.chair import saving, state
from clinic.treatments import by_key
from data_model import (
    AdverseEvent,
    DosePart,
    Interruption,
    LeavingCheck,
    Patient,
    RescueDrug,
    Treatment,
    VitalSigns,
    database,
)
from tests.chair_room import entry, running
from tests.people import course, patient, staff

ROWS = (VitalSigns, AdverseEvent, RescueDrug, LeavingCheck, DosePart, Interruption)
NAMES = ("Byron", "Babbage", "Curie")
NUMBERS = count(1)
ADDING = ("vitals", "event", "rescue", "tick", "part", "pause")

# One thing that a nurse does: at which chair, what, and how often and late it arrives.
DONE = st.tuples(
    st.integers(0, 2),
    st.sampled_from([*ADDING, "note", "stop", "resume"]),
    st.sampled_from(["once", "twice", "answer lost", "with the next", "to the wrong address too"]),
)


@pytest.fixture
def nurses(sqlite_store):
    return [staff("nurse", name) for name in ("nora", "omar", "tess")]


def three(nurses) -> list[Treatment]:
    """Running treatments of three new people."""
    found = []
    for name in NAMES:
        number = f"P-{next(NUMBERS)}"
        with database(nurses[0]) as db:
            course(db, patient(db, number, family_name=name, given_name=f"{name[:2]}{number}"))
        found.append(running(nurses[0], number))
    return found


def said_of(kind: str, n: int, chair: int) -> dict:
    """An entry whose content names its chair, so that it would be seen elsewhere."""
    mark = f"mark{chair}x{n}"
    more = {
        "vitals": {"values": {"systolic_mmhg": 100 + n % 60, "note": mark}},
        "event": {"term": f"Nausea {mark}", "severity": "mild", "serious": False},
        "rescue": {"drug": mark, "dose": "4 mg", "route": "IV", "reason": ""},
        "tick": {"criterion": "leaving.walks", "met": n % 2 == 0, "note": mark},
        "part": {"what": "bolus", "mg": 1, "lot": mark},
        "pause": {"reason": mark},
        "note": {"text": mark},
        "stop": {"early": False, "reason": ""},
        "resume": {},
    }
    return entry(kind, **more[kind])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=st.lists(DONE, min_size=4, max_size=14))
def test_each_confirmed_entry_is_stored_once_where_it_belongs(nurses, done):
    chairs = three(nurses)
    confirmed: dict[str, int] = {}
    adding: set[str] = set()
    held: dict[int, list[dict]] = {0: [], 1: [], 2: []}
    for n, (chair, kind, how) in enumerate(done):
        said = said_of(kind, n, chair)
        adding |= {said["key"]} if kind in ADDING else set()
        batch = [*held[chair], said]
        if how == "with the next":
            held[chair] = batch
            continue
        held[chair] = []
        deliver(nurses, chairs, chair, batch, how, confirmed)
    for chair, waiting in held.items():
        deliver(nurses, chairs, chair, waiting[::-1], "twice", confirmed)
    everything_once(nurses[0], chairs, confirmed, adding)
    nothing_of_another(nurses, chairs)


def deliver(nurses, chairs, chair: int, batch: list[dict], how: str, confirmed: dict[str, int]) -> None:
    nurse, times = nurses[chair], {"once": 1, "to the wrong address too": 1}.get(how, 2)
    for turn in range(times):
        outcome = saving.save(nurse, chairs[chair].key, batch)
        if not (how == "answer lost" and turn == 0):
            confirmed.update(dict.fromkeys(outcome.saved, chair))
    if how == "to the wrong address too":
        added = [each for each in batch if each["kind"] in ADDING and each["key"] in confirmed]
        outcome = saving.save(nurse, chairs[(chair + 1) % 3].key, added)
        assert outcome.saved == [], "the same key is nobody else's"
        assert all(each["problems"] for each in outcome.refused)


def everything_once(nurse, chairs: list[Treatment], confirmed: dict[str, int], adding: set[str]) -> None:
    with database(nurse) as db:
        stored = [
            (row.key, next(n for n, each in enumerate(chairs) if each.id == row.treatment_id))
            for table in ROWS
            for row in db.exec(select(table).where(table.treatment_id.in_([each.id for each in chairs])))
        ]
    assert len({key for key, _ in stored}) == len(stored)
    assert dict(stored) == {key: chair for key, chair in confirmed.items() if key in adding}


def nothing_of_another(nurses, chairs: list[Treatment]) -> None:
    for n, treatment in enumerate(chairs):
        with database(nurses[n]) as db:
            text = json.dumps(state.of(db, by_key(db, treatment.key)), ensure_ascii=False)
            own = db.get(Patient, treatment.patient_id)
        assert own.family_name in text
        for other in set(range(3)) - {n}:
            assert f"mark{other}x" not in text
            assert NAMES[other] not in text
            assert chairs[other].key not in text
