"""A dry run over the past: with the rules in force it says what is stored, with others what would differ."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import func, select

from clinic import alerts, flags, watching
from clinic.flags import library
from clinic.flags.reading import read_text
from clinic.refused import NotAllowed
from clinic.watching.trying import Line
from data_model import Alert, Firing, SafetyCheck, database
from data_model.audit import AuditRow
from tests.command import clinic as run
from tests.people import course, days_ago, patient, phq9, scored, staff, treated
from tests.test_alerts import chair, seen

RULES = library.FILE.read_text(encoding="utf-8")


def past(db, ada) -> None:
    """A small clinic that was looked at as it went: scores, checks, treatments watched and written up."""
    scored(db, ada, days_ago(71), phq9(2))
    treated(db, ada, days_ago(70))
    for days, answers in ((60, phq9(0)), (50, phq9(*[0] * 8, 1)), (40, phq9(3)), (30, phq9(3))):
        scored(db, ada, days_ago(days), answers)
    ben = patient(db, "SM-2", given_name="Ben")
    course(db, ben)
    for one in (ada, ben):
        row = chair(db, one, started_at=days_ago(10), planned_for=days_ago(10))
        seen(db, row, 40, systolic_mmhg=182, diastolic_mmhg=112)
        seen(db, row, 42, systolic_mmhg=203)
        row.stopped_at = row.started_at + timedelta(minutes=43)
        row.left_at, row.given_mg = row.started_at + timedelta(minutes=90), 35.0
        watching.treatment(db, row)
    db.add(
        SafetyCheck(
            patient_id=ben.id, kind="liver tests", value=4.0, checked_on=days_ago(5).date(), author="x"
        )
    )
    watching.person(db, ben)
    watching.sweep(db)


def lines(run: watching.DryRun) -> dict[str, Line]:
    return {line.rule: line for line in run.lines}


def test_with_the_rules_in_force_it_is_what_is_stored(ada, operator):
    with database(operator) as db:
        past(db, ada)
    with database(operator) as db:
        found = watching.dry_run(db, flags.rules())
        stored = dict(db.exec(select(Firing.rule, func.count()).group_by(Firing.rule)).all())
    assert not found.differs, [line for line in found.lines if line.newly or line.no_longer]
    assert {line.rule: line.fired for line in found.lines if line.fired} == stored
    assert {"suicide.concern", "bp.during", "bp.critical", "worse.phq9.baseline6", "liver"} <= set(stored)
    assert (found.people, lines(found)["bp.during"].people) == (2, 2)


def test_it_writes_nothing(ada, operator):
    def rows(db) -> list[int]:
        return [db.exec(select(func.count()).select_from(each)).one() for each in (Alert, Firing, AuditRow)]

    with database(operator) as db:
        past(db, ada)
    with database(operator) as db:
        before = rows(db)
        watching.dry_run(db, flags.shelf_of(read_text("x", RULES.replace("points = 6", "points = 3"))))
        assert not db.new
        assert not db.dirty
        assert rows(db) == before


def test_a_stricter_rule_shows_what_it_would_have_raised_and_a_looser_one_what_not(ada, operator):
    with database(operator) as db:
        past(db, ada)
    with database(operator) as db:
        red = RULES.replace(
            'id = "bp.during"\nnumbers = [5]\nversion = "1"', 'id = "bp.during"\nversion = "2"'
        )
        amber = red.replace(
            'limits = ["bp.during"]\ntiers = ["red"]', 'limits = ["bp.during"]\ntiers = ["critical"]'
        )
        looser = lines(watching.dry_run(db, flags.shelf_of(read_text("x", amber))))["bp.during"]
        assert (looser.version, looser.fired, looser.raised) == ("2", 2, 2)
        assert (len(looser.newly), len(looser.no_longer)) == (2, 2)
        assert "203" not in looser.no_longer[0].saw
        assert looser.newly[0].patient.startswith("P-")
        stricter = RULES.replace('instrument = "phq9"\npoints = 6', 'instrument = "phq9"\npoints = 9')
        worse = lines(watching.dry_run(db, flags.shelf_of(read_text("x", stricter))))["worse.phq9.baseline6"]
        assert (worse.fired, worse.raised, len(worse.no_longer)) == (0, 2, 2)


def test_a_rule_that_the_file_does_not_have_would_have_raised_nothing(ada, operator):
    with database(operator) as db:
        past(db, ada)
        rules = {id: rule for id, rule in flags.rules().items() if id != "liver"}
        line = lines(watching.dry_run(db, rules))["liver"]
    assert (line.fired, line.raised, len(line.no_longer), line.title) == (0, 1, 1, "not in the file")


def test_a_row_taken_back_is_no_longer_seen(ada, operator):
    with database(operator) as db:
        past(db, ada)
        [check] = db.exec(select(SafetyCheck)).all()
        check.status, check.void_reason = "void", "another person's"
        line = lines(watching.dry_run(db, flags.rules()))["liver"]
    assert len(line.no_longer) == 1


def test_since_leaves_out_what_happened_before(ada, operator):
    with database(operator) as db:
        past(db, ada)
        found = watching.dry_run(db, flags.rules(), days_ago(20))
        assert not found.differs
        assert lines(found)["worse.phq9.baseline6"].fired == 0
        assert lines(found)["bp.during"].fired == 2
        assert found.treatments == 2


def test_only_who_may_see_safety_may_try(ada):
    with database(staff("nurse")) as db, pytest.raises(NotAllowed):
        watching.dry_run(db, flags.rules())


# ---- the same by command ---------------------------------------------------------------------------------------


def test_the_command_says_each_rule_and_its_exit_code_whether_anything_differs(
    sqlite_store, operator, tmp_path
):
    with database(operator) as db:
        ada = patient(db)
        course(db, ada)
        past(db, ada)
    plain = run("alerts", "dry-run")
    assert plain.exit_code == 0, plain.output
    assert (
        "bp.during v1: would have fired 2 times on 2 people; raised in fact 2; 0 newly, 0 no longer."
        in plain.output
    )
    file = tmp_path / "mine.toml"
    file.write_text(
        RULES.replace('instrument = "phq9"\npoints = 6', 'instrument = "phq9"\npoints = 9'), "utf-8"
    )
    other = run("alerts", "dry-run", "--rules", str(file), "--since", f"{days_ago(45):%Y-%m-%d}")
    assert other.exit_code == 1
    assert "worse.phq9.baseline6 v1: would have fired 0 times on 0 people; raised in fact 2" in other.output
    assert "Byron" not in other.output
    file.write_text("[[rules]]\nid = 3\n", "utf-8")
    assert run("alerts", "dry-run", "--rules", str(file)).exit_code == 2


def test_the_command_sweeps(sqlite_store, operator):
    with database(operator) as db:
        ada = patient(db)
        course(db, ada)
        treated(db, ada, days_ago(40))
    assert run("alerts", "sweep").output == "1 alert raised.\n"
    assert run("alerts", "sweep").output == "0 alerts raised.\n"
    with database(operator) as db:
        assert [alert.rule for alert, _ in alerts.open_ones(db, ada)] == ["check.overdue"]
