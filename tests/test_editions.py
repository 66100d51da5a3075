"""A clinic's own versions of a protocol: made with all its numbers, approved by two, never changed, and each
treatment judged by the one that was in force for it."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from clinic import editions, integrity, protocols, settings, treatments
from clinic.editions import names, reading
from clinic.protocols import edited
from clinic.refused import BadInput, Conflict, NotAllowed, NotFound, Refused
from data_model import ProtocolApproval, ProtocolEdition, Treatment, connection, database
from data_model.accounts import Role
from data_model.columns import Status, now
from tests.people import NOW, PASSWORD, course, days_ago, patient, staff, treated

HOLD, RED = "bp.pre.systolic.hold", "bp.during.systolic.red"
LEAD, SECOND = editions.CAPACITIES
ADULT = protocols.protocol("adult")


@pytest.fixture
def mina(both_stores):
    return staff("clinician", "mina")


@pytest.fixture
def leo(mina):
    return staff("lead", "leo")


def make(actor, values=None, reason="Two falls of consciousness last month", **more) -> str:
    with database(actor) as db:
        return editions.edit(db, "adult", {HOLD: 150} if values is None else values, reason, **more).version


def approve(actor, version, capacity, password=PASSWORD, id="adult"):
    with database(actor) as db:
        return editions.approve(db, id, version, capacity, password)


def approved(leo, mina, version) -> str:
    approve(leo, version, LEAD)
    approve(mina, version, SECOND)
    return version


def force(operator) -> protocols.Protocol:
    with database(operator) as db:
        return editions.in_force(db)


# ---- making a version ----------------------------------------------------------------------------------------


def test_a_version_keeps_all_of_the_clinics_values_who_made_it_and_why(mina, operator):
    assert make(mina) == "1.0+1"
    assert make(mina, {RED: 170}, "As the anaesthetists asked") == "1.0+2"
    with database(operator) as db:
        newest, first, shipped = editions.versions(db, "adult")
        both = editions.protocol(db, "adult", "1.0+2")
        once = editions.protocol(db, "adult", "1.0+1")
        stored = db.get(ProtocolEdition, 2)
    assert protocols.differences(ADULT, both) == [(HOLD, 160, 150), (RED, 180, 170)]
    assert protocols.differences(ADULT, once) == [(HOLD, 160, 150)], "the old version stays readable"
    assert stored.values == {HOLD: 150, RED: 170}
    assert (newest.version, newest.base_version, newest.made_by) == ("1.0+2", "1.0", mina.name)
    assert (newest.reason, first.reason) == (
        "As the anaesthetists asked",
        "Two falls of consciousness last month",
    )
    assert abs((newest.made_at - now()).total_seconds()) < 60
    assert (shipped.version, shipped.shipped, shipped.made_by, shipped.in_force) == ("1.0", True, None, True)


def test_each_protocol_counts_for_itself_and_a_number_set_back_is_said_to_be(mina, operator):
    make(mina)
    with database(mina) as db:
        assert editions.edit(db, "uk", {HOLD: 150}, "there too").version == "1.0+1"
    assert make(mina, {HOLD: 160}, "back again") == "1.0+2"
    with database(operator) as db:
        assert protocols.differences(ADULT, editions.protocol(db, "adult", "1.0+2")) == []


def test_a_version_can_stand_on_an_older_one(mina, operator):
    make(mina)
    make(mina, {RED: 170})
    make(mina, {RED: 175}, on="1.0+1")
    with database(operator) as db:
        third = editions.protocol(db, "adult", "1.0+3")
    assert protocols.differences(ADULT, third) == [(HOLD, 160, 150), (RED, 180, 175)]


@pytest.mark.parametrize(
    "values, said",
    [
        ({HOLD: 500}, "500 lies outside 140 to 170"),
        ({"moaas.pre.amber": 3}, "this limit is locked"),
        ({"suicide.pre.item.hold": 2}, "lies outside 0 to 1"),
        ({"bp.nowhere": 1}, "There is no limit “bp.nowhere”"),
        ({HOLD: "150"}, "should be a number"),
        ({HOLD: None}, "should be a number"),
        ({"bp.pre.systolic.amber": 150, HOLD: 145}, "the wrong way round"),
        ({}, "Nothing differs from version 1.0"),
        ({HOLD: 160.0}, "Nothing differs from version 1.0"),
    ],
)
def test_what_may_not_be_is_a_sentence_and_nothing_is_made(sqlite_store, operator, values, said):
    with pytest.raises(BadInput, match=said), database(operator) as db:
        editions.edit(db, "adult", values, "because")
    with database(operator) as db:
        assert [each.version for each in editions.versions(db, "adult")] == ["1.0"]


def test_everything_wrong_is_said_at_once(sqlite_store, operator):
    with pytest.raises(BadInput) as refused, database(operator) as db:
        editions.edit(db, "adult", {HOLD: 500, "moaas.pre.amber": 3}, "  ")
    assert len(refused.value.problems) == 3
    assert "Say why" in refused.value.problems[-1]


def test_only_tighter_is_meant_against_the_shipped_number(sqlite_store, operator):
    """Once 0, the suicide item may go back to 1, and never to 2."""
    item = "suicide.pre.item.hold"
    make(operator, {item: 0})
    make(operator, {item: 1})
    with pytest.raises(BadInput, match="2 lies outside 0 to 1"):
        make(operator, {item: 2})


@pytest.mark.parametrize("role", ["nurse", "administrator", "auditor"])
def test_who_may_not_edit_nor_approve(sqlite_store, operator, role):
    actor = staff(role)
    with pytest.raises(NotAllowed, match="may not edit protocols"):
        make(actor)
    with pytest.raises(NotAllowed, match="may not approve protocols"):
        approve(actor, "1.0", LEAD)
    assert force(operator).version == "1.0"


def test_two_who_make_a_version_at_the_same_moment(mina, operator, monkeypatch):
    """The second one is told, and makes no second 1.0+1."""
    make(mina)
    monkeypatch.setattr("clinic.editions.making.next_version", lambda db, id: "1.0+1")
    with pytest.raises(Conflict, match=r"Somebody else made version 1\.0\+1"):
        make(mina, {RED: 170})
    with database(operator) as db:
        assert len(editions.versions(db, "adult")) == 2


@pytest.mark.parametrize("table", ["protocol_edition", "protocol_approval"])
def test_the_store_itself_refuses_to_change_or_take_away_what_was_made(mina, leo, table):
    approved(leo, mina, make(mina))
    with connection.engine().connect() as at:
        for what in (f"UPDATE {table} SET version = '1.0+9'", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match=r"only ever added to|nothing clinical is deleted"):
                at.execute(text(what))
            at.rollback()


# ---- approval ------------------------------------------------------------------------------------------------


def test_the_shipped_protocol_may_be_used_unapproved_and_says_so(both_stores, operator):
    with database(operator) as db:
        found = editions.approval(db, editions.in_force(db))
    assert (found.approved, found.by) == (False, ())
    assert found.says == "nobody at this clinic has approved it yet"


def test_two_names_bring_a_version_into_force_and_one_does_not(mina, leo, operator):
    made = make(mina)
    assert force(operator).version == "1.0", "what waits for approval is never in force"
    approve(leo, made, LEAD)
    with database(operator) as db:
        half = editions.approval(db, editions.protocol(db, "adult", made))
        assert editions.in_force(db).version == "1.0"
    assert not half.approved
    assert half.says.startswith("signed by Leo Test (medical lead, ")
    assert half.says.endswith("not approved until a second clinician signs too")
    approve(mina, made, SECOND)
    with database(operator) as db:
        chosen = editions.in_force(db)
        whole = editions.approval(db, chosen)
    assert (chosen.version, chosen.limit(HOLD).value) == ("1.0+1", 150)
    assert whole.approved
    assert [(name, role, capacity) for name, role, capacity, _ in whole.by] == [
        ("Leo Test", Role.LEAD, LEAD),
        ("Mina Test", Role.CLINICIAN, SECOND),
    ]
    assert f"Mina Test (second clinician, {NOW:%-d %b %Y})" in whole.says


def test_a_version_made_later_waits_while_the_approved_one_holds(mina, leo, operator):
    approved(leo, mina, make(mina))
    make(mina, {RED: 170})
    assert force(operator).version == "1.0+1"
    approved(leo, mina, "1.0+2")
    assert force(operator).version == "1.0+2"


def test_the_approval_counts_within_the_transaction_that_gave_it(mina, leo):
    made = make(mina)
    approve(leo, made, LEAD)
    with database(mina) as db:
        assert editions.in_force(db).version == "1.0"
        editions.approve(db, "adult", made, SECOND, PASSWORD)
        assert editions.in_force(db).version == made


def test_one_person_is_not_two(mina, operator):
    made = make(mina)
    approve(mina, made, LEAD)
    with pytest.raises(BadInput, match="must be somebody else's"):
        approve(mina, made, SECOND)
    with pytest.raises(BadInput, match="as medical lead already"):
        approve(staff("clinician", "caspar"), made, LEAD)
    assert force(operator).version == "1.0"


@pytest.mark.parametrize(
    "signed, enough",
    [
        ([], False),
        ([(1, LEAD)], False),
        ([(1, LEAD), (2, LEAD)], False),
        ([(1, SECOND), (2, SECOND)], False),
        ([(1, LEAD), (1, SECOND)], False),
        ([(1, SECOND), (2, LEAD)], True),
        ([(1, LEAD), (1, SECOND), (2, SECOND)], True),
    ],
)
def test_two_people_and_one_in_each_capacity_make_it_approved(signed, enough):
    """Also of rows that came into the store another way than through `approve`."""
    rows = [ProtocolApproval(account_id=account, capacity=capacity) for account, capacity in signed]
    assert names.both(rows) is enough


def test_who_may_sign_as_what(mina, leo, operator):
    made = make(mina)
    with pytest.raises(NotAllowed, match="may not approve as second clinician"):
        approve(leo, made, SECOND)
    with pytest.raises(BadInput, match="not as “director”"):
        approve(mina, made, "director")
    with pytest.raises(NotAllowed, match="may not approve as medical lead"):
        approve(operator, made, LEAD)
    assert [editions.capacities(each) for each in (leo, mina, staff("nurse"))] == [[LEAD], [LEAD, SECOND], []]


def test_a_wrong_password_approves_nothing_and_locks_the_account_in_the_end(mina, operator):
    made = make(mina)
    for _ in range(5):
        with pytest.raises(Refused, match="password is wrong"):
            approve(mina, made, SECOND, "something else")
    with pytest.raises(Refused, match="locked"):
        approve(mina, made, SECOND)
    with database(operator) as db:
        assert editions.approval(db, editions.protocol(db, "adult", made)).by == ()


def test_the_shipped_version_can_be_approved_until_a_later_one_is(mina, leo, operator):
    approved(leo, mina, "1.0")
    with database(operator) as db:
        assert editions.approval(db, editions.in_force(db)).approved
    approved(leo, mina, make(mina))
    assert force(operator).version == "1.0+1"
    make(mina, {RED: 170})
    approved(leo, mina, make(mina, {RED: 175}))
    with pytest.raises(BadInput, match=r"Version 1\.0\+3 is in force, and it was made after 1\.0\+2"):
        approve(leo, "1.0+2", LEAD)


def test_approving_one_protocol_approves_no_other(mina, leo, operator):
    approved(leo, mina, make(mina))
    with database(operator) as db:
        settings.change(db, protocol="uk")
    chosen = force(operator)
    assert (chosen.name, chosen.limit(HOLD).value) == ("uk@1.0", 160)
    with database(operator) as db:
        assert not editions.approval(db, chosen).approved


# ---- a newer shipped version ---------------------------------------------------------------------------------


@pytest.fixture
def next_release(monkeypatch):
    """Sets a release on the shelf in which the same protocol has a version 1.1 with another limit on the pulse."""

    def arrive():
        newer = edited(ADULT, {"hr.pre.high.amber": 105}, version="1.1")
        shelf = {**protocols.library.shelf(protocols.library.DEFINITIONS), ("adult", "1.1"): newer}
        monkeypatch.setattr(protocols.library, "shelf", lambda folder: shelf)

    return arrive


def test_a_newer_shipped_version_takes_over_until_the_clinics_numbers_are_approved_on_it(
    mina, leo, operator, next_release
):
    approved(leo, mina, make(mina))
    next_release()
    assert force(operator).name == "adult@1.1"
    with pytest.raises(BadInput, match=r"stands on an older shipped version; 1\.1 is there now"):
        approve(leo, "1.0+1", LEAD)
    assert make(mina, {}, "taken along", on="1.0+1") == "1.1+2"
    approved(leo, mina, "1.1+2")
    chosen = force(operator)
    assert (chosen.limit(HOLD).value, chosen.limit("hr.pre.high.amber").value) == (150, 105)
    with database(operator) as db:
        assert [each.version for each in editions.versions(db, "adult")] == ["1.1+2", "1.1", "1.0+1", "1.0"]
        assert editions.protocol(db, "adult", "1.0+1").limit("hr.pre.high.amber").value == 110


# ---- judged by it --------------------------------------------------------------------------------------------


def before_the_dose(operator, row: Treatment) -> tuple[str, list[str]]:
    with database(operator) as db:
        found = treatments.judged(db, treatments.by_key(db, row.key))
    return found.protocol.version, [each.id for _, breaches in found.vitals for each in breaches]


def at_155(operator, days=2.0) -> Treatment:
    with database(operator) as db:
        ada = patient(db, number=f"SM-{days}")
        course(db, ada)
        return treated(db, ada, days_ago(days), [{"minute": -5, "systolic_mmhg": 155, "diastolic_mmhg": 80}])


def test_a_treatment_keeps_its_verdict_after_another_version_came_into_force(mina, leo, operator):
    old = at_155(operator)
    assert (old.protocol, old.protocol_version) == ("adult", "1.0")
    was = before_the_dose(operator, old)
    approved(leo, mina, make(mina))
    new = at_155(operator, days=1.0)
    assert before_the_dose(operator, old) == was == ("1.0", ["bp.pre.systolic.amber"])
    assert before_the_dose(operator, new) == ("1.0+1", [HOLD, "bp.pre.systolic.amber"])
    with database(operator) as db:
        settings.change(db, protocol="us")
    assert before_the_dose(operator, new)[0] == "1.0+1", "nor does another setting change it"


def test_what_is_only_planned_takes_the_version_in_force_and_what_runs_keeps_its_own(mina, leo, operator):
    with database(operator) as db:
        ada = patient(db)
        episode = course(db, ada)
        planned = Treatment(patient_id=ada.id, episode_id=episode.id, planned_for=now(), status=Status.DRAFT)
        db.add(planned)
        editions.keep(db, planned)
        assert planned.protocol_version == "1.0"
    approved(leo, mina, make(mina))
    with database(operator) as db:
        planned = treatments.by_key(db, planned.key)
        editions.keep(db, planned)
        assert planned.protocol_version == "1.0+1"
        planned.started_at = now()
    approved(leo, mina, make(mina, {RED: 170}))
    with database(operator) as db:
        running = treatments.by_key(db, planned.key)
        editions.keep(db, running)
        assert editions.of(db, running).name == "adult@1.0+1"


def test_a_record_written_up_keeps_the_version_when_it_is_finished(sqlite_store, operator):
    nurse = staff("nurse")
    with database(operator) as db:
        ada = patient(db)
        course(db, ada)
    with database(nurse) as db:
        draft = treatments.open_draft(db, ada.key)
        assert editions.of(db, draft).name == "adult@1.0"
        assert draft.protocol is None
        treatments.write_draft(
            db, draft.key, {"given_mg": 35.0, "weight_kg": 70.0, "started_at": days_ago(1)}
        )
        done = treatments.finish(db, draft.key)
    assert (done.protocol, done.protocol_version) == ("adult", "1.0")


@cache
def own(id: str, value: float) -> protocols.Protocol:
    return edited(ADULT, {id: value}, version="1.0+1")


@given(
    limit=some.sampled_from([each for each in ADULT.limits if not each.locked]),
    share=some.floats(0, 1),
    step=some.sampled_from([-1, -1e-6, 0, 1e-6, 1]),
)
def test_an_edited_limit_breaks_exactly_at_its_own_boundary_and_no_other_limit_moves(limit, share, step):
    """The verdict changes between the shipped and the clinic's number and nowhere else."""
    low, high = limit.outer
    value = round(low + share * (high - low), 4)
    try:
        mine = own(limit.id, value).limit(limit.id)
    except BadInput:
        return  # out of bounds by rounding, looser, or the wrong way round: refused, with tests of their own
    seen = value + step
    holds = {">=": seen >= value, ">": seen > value, "<": seen < value, "<=": seen <= value}
    assert mine.broken_by(seen) is holds[limit.comparison]
    if mine.broken_by(seen) != limit.broken_by(seen):
        assert min(value, limit.value) <= seen <= max(value, limit.value)


# ---- whether it still stands ---------------------------------------------------------------------------------


def past_the_program(*statements: str) -> None:
    """As somebody who owns the file may do it: the triggers first."""
    with connection.engine().begin() as at:
        at.execute(text("DROP TRIGGER refuse_update_protocol_edition"))
        for statement in statements:
            at.execute(text(statement))


def test_a_store_with_approved_versions_is_in_order(mina, leo, operator):
    at_155(operator)
    approved(leo, mina, make(mina))
    at_155(operator, days=1.0)
    with database(operator) as db:
        assert list(editions.problems(db)) == []
        assert list(integrity.problems(db)) == []


@pytest.mark.parametrize("values", [{HOLD: 155}, {HOLD: 500}, {"gone": 1}, {HOLD: [1]}, [1]])
def test_a_version_that_was_altered_judges_nothing_and_the_check_tells(sqlite_store, operator, values):
    mina, leo = staff("clinician", "mina"), staff("lead", "leo")
    approved(leo, mina, make(mina))
    row = at_155(operator)
    past_the_program(f"UPDATE protocol_edition SET \"values\" = '{json.dumps(values)}'")
    with pytest.raises(editions.Altered, match=r"version 1\.0\+1 of protocol adult"):
        force(operator)
    assert at_155(operator, days=1.0).protocol_version == "1.0+1", "what was given can still be recorded"
    with database(operator) as db, pytest.raises(editions.Altered):
        treatments.judged(db, treatments.by_key(db, row.key))
    with database(operator) as db:
        found = list(integrity.problems(db))
    assert any(said.startswith("2 × treatment judged by adult 1.0+1") for said in found)
    assert sum("approved version 1.0+1 of protocol adult" in said for said in found) == 2


def test_a_name_under_another_content_counts_for_nothing(sqlite_store, operator):
    """Both the values and the fingerprint were changed: the version reads well, and nobody approved it."""
    mina, leo = staff("clinician", "mina"), staff("lead", "leo")
    approved(leo, mina, make(mina))
    other = edited(ADULT, {HOLD: 155}, version="1.0+1").fingerprint
    past_the_program(
        f"UPDATE protocol_edition SET \"values\" = '{json.dumps({HOLD: 155})}', fingerprint = '{other}'"
    )
    assert force(operator).version == "1.0"
    with database(operator) as db:
        assert not editions.approval(db, editions.protocol(db, "adult", "1.0+1")).approved
        found = list(editions.problems(db))
    assert [said.partition(",")[2] for said in found] == [" and what stands there now is something else."] * 2


def test_a_treatment_that_names_a_version_nobody_made_is_found(sqlite_store, operator):
    row = at_155(operator)
    with database(operator) as db:
        treatments.by_key(db, row.key).protocol_version = "1.0+7"
    with database(operator) as db:
        assert list(editions.problems(db)) == [
            "1 × treatment judged by adult 1.0+7, which cannot be read: There is no version 1.0+7 of Adults, in "
            "the clinic."
        ]
    with pytest.raises(NotFound, match=r"no version 1\.0\+7"), database(operator) as db:
        editions.of(db, treatments.by_key(db, row.key))


def test_a_version_is_made_anew_once_in_a_process(sqlite_store, operator, monkeypatch):
    make(operator)
    with database(operator) as db:
        first = editions.protocol(db, "adult", "1.0+1")
        monkeypatch.setattr(reading.protocols, "edited", lambda *_, **__: pytest.fail("made again"))
        assert editions.protocol(db, "adult", "1.0+1") is first
