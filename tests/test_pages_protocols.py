"""The page Protocols as each role meets it: read by everybody, changed and approved by those who may."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from clinic import editions, protocols, settings
from clinic.protocols.parts import parts, room
from data_model import database
from tests.people import PASSWORD, access_key, course, days_ago, patient, staff, treated
from tests.test_pages import ROLES, html, opened, words

PAGE = "clinical/protocols.py"
HOLD, RED = "bp.pre.systolic.hold", "bp.during.systolic.red"
LEAD, SECOND = editions.CAPACITIES
REASON = "*Two* [falls](http://127.0.0.1:9) <b>last</b> month"


def page(actor, **query: str) -> AppTest:
    test = opened(access_key(actor), PAGE, **query)
    assert not test.exception, test.exception
    return test


def said(test: AppTest) -> str:
    boxes = (*test.warning, *test.success, *test.info)
    return words(test) + " ".join(each.value for each in boxes).replace("\\", "") + html(test)


@pytest.fixture
def mina(sqlite_store):
    return staff("clinician", "mina")


@pytest.fixture
def leo(mina):
    return staff("lead", "leo")


def make(actor, values=None, reason=REASON) -> str:
    with database(actor) as db:
        return editions.edit(db, "adult", values or {HOLD: 150}, reason).version


def approve(mina, leo, version) -> None:
    for actor, capacity in ((leo, LEAD), (mina, SECOND)):
        with database(actor) as db:
            editions.approve(db, "adult", version, capacity, PASSWORD)


def part(test: AppTest, name: str) -> AppTest:
    [choice] = [each for each in test.segmented_control if name in each.options]
    choice.set_value(name).run()
    assert not test.exception
    return test


# ---- reading -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_everybody_may_read_the_limits_and_sees_that_nobody_approved_them(sqlite_store, role):
    test = page(staff(role))
    assert "In force: Adults, in the clinic, version 1.0" in words(test)
    assert "Nobody at this clinic has approved it yet. It may be used under this notice." in said(test)
    assert HOLD in html(test)
    assert "≥ 160" in html(test)
    assert "140 to 170" in html(test)
    assert "docs/clinical.md E.1" in html(test)
    labels = [each.label for each in test.button]
    assert ("Change limits" in labels) is (role in ("clinician", "lead"))
    assert ("Approve" in labels) is (role in ("clinician", "lead"))


def test_every_limit_of_every_protocol_has_its_place_on_the_page(sqlite_store):
    nurse = staff("nurse")
    for id, shipped in protocols.catalogue().items():
        test = page(nurse, protocol=id)
        by_part = parts(shipped)
        for name, limits in by_part.items():
            if name not in {each for choice in test.segmented_control for each in choice.options}:
                part(test, "Orders")
            part(test, name)
            there = html(test)
            assert all(limit.id in there for limit in limits), name
        placed = [limit.id for limits in by_part.values() for limit in limits]
        assert sorted(placed) == sorted(limit.id for limit in shipped.limits)


def test_what_is_no_limit_stands_under_the_part_it_belongs_to(sqlite_store):
    test = page(staff("nurse"), protocol="uk")
    for name, word in (
        ("Times", "every 10 min until the end of the dose"),
        ("Gate", "Is a responsible adult confirmed to take the person home?"),
        ("Leaving", "leaving.readiness_list"),
        ("Everything else", "Schedule 2 register"),
    ):
        assert word in html(part(test, name))


def test_an_order_is_read_by_route(sqlite_store):
    test = part(part(page(staff("nurse")), "Orders"), "IM")
    assert "dose.im.mg.block" in html(test)
    assert "order blocked" in html(test)
    assert "dose.iv.mg.block" not in html(test)


def test_a_clinics_version_stands_beside_the_shipped_number_and_what_was_typed_is_no_markup(mina, leo):
    approve(mina, leo, make(mina))
    test = page(staff("nurse"))
    assert "In force: Adults, in the clinic, version 1.0+1" in words(test)
    assert "Approved by Leo Test (medical lead, " in said(test)
    assert "Nobody at this clinic" not in " ".join(each.value for each in test.warning)
    assert "<s>160</s>" in html(test)
    assert "shipped: 160" in html(test)
    assert f"“{REASON}”" in [each.value[-len(REASON) - 2 :] for each in test.text]
    assert "<b>last</b>" not in html(test)
    assert "[falls](" not in " ".join(str(each.value) for each in (*test.markdown, *test.caption))


def test_the_old_version_stays_readable_and_two_can_be_compared(mina, leo):
    approve(mina, leo, make(mina))
    make(mina, {RED: 170})
    test = page(staff("nurse"), version="1.0")
    assert "Adults, in the clinic, version 1.0" in [each.value.replace("\\", "") for each in test.header]
    assert "As shipped. Not yet checked by a clinician." in words(test)
    assert "Version 1.0+2 waits and holds nothing yet" in said(test)
    compare = next(each for each in test.selectbox if each.label == "Compare with")
    compare.set_value("1.0+2").run()
    assert "Numbers that differ" in html(test)
    assert "<s>≥ 150</s>" in html(test)
    assert "<s>≥ 170</s>" in html(test)
    compare = next(each for each in test.selectbox if each.label == "Compare with")
    compare.set_value("us as shipped").run()
    assert "check.pdmp" in html(test)
    assert "no such limit" in html(test)


def test_an_address_with_a_version_that_is_none_shows_the_one_in_force(sqlite_store):
    test = page(staff("nurse"), protocol="<b>", version="9.9")
    assert "In force: Adults, in the clinic, version 1.0" in words(test)
    assert not test.error


# ---- changing ------------------------------------------------------------------------------------------------


def press(test: AppTest, label: str) -> AppTest:
    [button] = [each for each in test.button if each.label == label]
    button.click().run()
    assert not test.exception, test.exception
    return test


def number(test: AppTest, id: str):
    [found] = [each for each in test.number_input if each.key.endswith(f":{id}")]
    return found


def test_a_version_is_made_of_what_was_typed_in_two_parts(mina):
    test = press(page(mina), "Change limits")
    assert "hold ≥ (140 to 170)" in [each.label for each in test.number_input]
    number(test, HOLD).set_value(150).run()
    part(test, "Vital signs during")
    number(test, RED).set_value(170).run()
    assert "Changed so far: 2" in html(test)
    press(test, "Make version 1.0+1")
    assert "Say why the limits are changed: it stays with the version." in said(test)
    next(each for each in test.text_input if each.label == "Why").set_value("asked for").run()
    press(test, "Make version 1.0+1")
    assert not test.error
    assert "Adults, in the clinic, version 1.0+1" in [each.value.replace("\\", "") for each in test.header]
    assert "In force: Adults, in the clinic, version 1.0" in words(test)
    with database(mina) as db:
        made = editions.protocol(db, "adult", "1.0+1")
        assert editions.in_force(db).version == "1.0"
    assert protocols.differences(protocols.protocol("adult"), made) == [(HOLD, 160, 150), (RED, 180, 170)]


def test_what_was_typed_comes_back_with_its_part_and_can_be_set_back(mina):
    test = press(page(mina), "Change limits")
    number(test, HOLD).set_value(150).run()
    part(part(test, "Gate"), "Vital signs before")
    assert number(test, HOLD).value == 150
    number(test, HOLD).set_value(160).run()
    assert "Nothing is changed yet." in words(test)
    press(test, "Make version 1.0+1")
    assert "Nothing differs from version 1.0." in said(test)
    press(test, "Stop changing")
    assert not test.number_input


def test_what_is_locked_cannot_be_typed_and_suicide_items_only_tighter(mina):
    test = press(page(mina), "Change limits")
    assert number(test, "moaas.pre.amber").disabled
    part(test, "Gate")
    item = number(test, "suicide.pre.item.hold")
    assert (item.min, item.max, item.value) == (0, 1, 1)


@pytest.mark.parametrize("id", ["adult", "uk", "us"])
def test_every_number_that_may_be_changed_has_its_field_within_its_bounds(mina, id):
    """A field whose bounds and value do not fit together would take the whole page away."""
    shipped = protocols.protocol(id)
    test = press(page(mina, protocol=id), "Change limits")
    found = {}
    for name in parts(shipped):
        if name not in {each for choice in test.segmented_control for each in choice.options}:
            part(test, "Orders")
        part(test, name)
        found |= {
            each.key.rpartition(":")[2]: (
                each.value,
                each.disabled,
                None if each.disabled else (each.min, each.max),
            )
            for each in test.number_input
        }
    assert found == {limit.id: (limit.value, limit.locked, room(limit)) for limit in shipped.limits}


def test_numbers_that_contradict_each_other_are_refused_in_words(mina):
    test = press(page(mina), "Change limits")
    number(test, "bp.pre.systolic.amber").set_value(150).run()
    number(test, HOLD).set_value(145).run()
    next(each for each in test.text_input if each.label == "Why").set_value("a slip").run()
    press(test, "Make version 1.0+1")
    assert "are the wrong way round" in said(test)
    assert number(test, HOLD).value == 145, "what was typed stays"


# ---- approving -----------------------------------------------------------------------------------------------


def sign(test: AppTest, capacity: str, password: str = PASSWORD) -> AppTest:
    next(each for each in test.radio if each.label == "I approve it as").set_value(capacity).run()
    next(each for each in test.text_input if each.label == "Your password").set_value(password).run()
    return press(test, "Approve")


def test_two_people_approve_a_version_on_the_page(mina, leo):
    version = make(mina)
    test = page(leo, version=version)
    assert "What would change" in html(test)
    sign(test, LEAD, "not my password")
    assert "The password is wrong" in said(test)
    sign(test, LEAD)
    assert "signed by Leo Test (medical lead, " in said(test).replace("Signed", "signed")
    assert "Approve" not in [each.label for each in test.button], "a lead cannot be the second clinician"
    test = page(mina, version=version)
    [capacity] = [each for each in test.radio if each.label == "I approve it as"]
    assert capacity.options == [SECOND]
    sign(test, SECOND)
    assert "In force: Adults, in the clinic, version 1.0+1" in words(test)
    assert "Approve" not in [each.label for each in test.button]


def test_a_version_older_than_the_one_in_force_is_not_offered_for_approval(mina, leo):
    make(mina)
    approve(mina, leo, make(mina, {RED: 170}))
    test = page(leo, version="1.0+1")
    assert "Version 1.0+2 is in force, and it was made after 1.0+1" in words(test)
    assert "Approve" not in [each.label for each in test.button]


# ---- elsewhere -----------------------------------------------------------------------------------------------


def test_a_treatment_says_by_which_version_it_was_judged_and_who_approved_that(mina, leo, operator):
    approve(mina, leo, make(mina))
    with database(operator) as db:
        ada = patient(db)
        course(db, ada)
        row = treated(db, ada, days_ago(1), [{"minute": -5, "systolic_mmhg": 155, "diastolic_mmhg": 80}])
    test = opened(access_key(mina), "clinical/treatment.py", patient=ada.key, treatment=row.key)
    assert "By protocol adult 1.0+1, approved by Leo Test (medical lead, " in words(test)


def test_the_settings_say_which_version_a_protocol_brings(mina, leo, operator):
    approve(mina, leo, make(mina))
    test = opened(access_key(staff("administrator")), "admin/settings.py")
    assert "Version in force: 1.0+1, approved by Leo Test" in words(test)
    test.selectbox(key="protocol").set_value("uk").run()
    assert "Version in force: 1.0, nobody at this clinic has approved it yet." in words(test)
    press(test, "Save")
    with database(operator) as db:
        assert settings.current(db)["protocol"] == "uk"
