"""`python -m clinic`: a real store from nothing, help for everybody, and sentences in place of tracebacks."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import click
import pytest
from sqlalchemy import text
from sqlmodel import select

from clinic import access, accounts, alerts, episodes, instruments, integrity, settings
from clinic.cli import main
from clinic.refused import Refused
from data_model import Account, Assessment, AuditRow, connection, database
from data_model.assessments import How
from tests.command import DATA, clinic, import_scores
from tests.people import PASSWORD, days_ago, phq9, scored, staff, treated

ROOT = Path(__file__).parents[1]
INIT = (
    *("init", "--name", "Harbour", "--time-zone", "Europe/Lisbon"),
    *("--administrator", "Mina", "--administrator-name", "Mina Harker"),
)


@pytest.fixture
def nowhere(tmp_path, monkeypatch) -> Path:
    """A place without a store."""
    connection.forget_engines()
    path = tmp_path / "new" / "clinic.sqlite"
    monkeypatch.setenv("CLINIC_DATABASE_URL", f"sqlite:///{path}")
    yield path
    connection.forget_engines()


def temporary_password(output: str) -> str:
    return output.splitlines()[-1].strip()


# ---- every command -----------------------------------------------------------------------------------------


def commands(group: click.Group = main, before: tuple[str, ...] = ()) -> list[tuple[str, click.Command]]:
    found = []
    for name, command in group.commands.items():
        words = (*before, name)
        found += (
            commands(command, words) if isinstance(command, click.Group) else [(" ".join(words), command)]
        )
    return found


@pytest.mark.parametrize("name, command", commands(), ids=[name for name, _ in commands()])
def test_every_command_has_help_and_stands_in_the_documentation(name, command):
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option)), name
    assert f"`python -m clinic {name}" in (ROOT / "docs" / "commands.md").read_text("utf-8")
    shown = clinic(*name.split(), "--help")
    assert shown.exit_code == 0
    assert command.help.splitlines()[0] in shown.stdout


def test_every_option_stands_in_the_documentation():
    documented = (ROOT / "docs" / "commands.md").read_text("utf-8")
    options = {o for _, c in commands() for p in c.params if isinstance(p, click.Option) for o in p.opts}
    assert {option for option in options if f"{option}" not in documented} == set()
    assert "--accept-good-rows" in options


def test_it_runs_as_a_module_and_a_refusal_is_one_line_without_a_traceback(tmp_path):
    environment = os.environ | {
        "CLINIC_DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite",
        "PYTHONPATH": str(ROOT),
    }
    ran = subprocess.run(
        [sys.executable, "-m", "clinic", "check"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 2
    assert ran.stderr == (
        f"There is no store at {tmp_path}/none.sqlite yet. Make one with: python -m clinic init\n"
    )
    assert not (tmp_path / "none.sqlite").exists()


@pytest.mark.parametrize(
    "command",
    [
        "check",
        "migrate",
        "account list",
        "account reset-password x",
        "backup there",
        "import scores a --map b",
    ],
)
def test_without_a_store_each_command_says_how_to_make_one(nowhere, command):
    result = clinic(*command.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("Make one with: python -m clinic init\n")
    assert not nowhere.exists()


@pytest.mark.parametrize(
    "address, sentence",
    [
        ("nonsense", "CLINIC_DATABASE_URL is not the address of a database."),
        ("postgresql://127.0.0.1:1/none", "The store cannot be used: "),
    ],
)
def test_an_address_without_a_database_is_a_sentence(monkeypatch, address, sentence):
    connection.forget_engines()
    monkeypatch.setenv("CLINIC_DATABASE_URL", address)
    result = clinic("check")
    assert result.exit_code == 2
    assert result.stderr.startswith(sentence)
    assert len(result.stderr.splitlines()) == 1


def test_a_file_that_is_no_database_is_a_sentence(nowhere):
    nowhere.parent.mkdir()
    nowhere.write_text("Dear diary, " * 100)
    for command in ("check", "migrate"):
        result = clinic(command)
        assert result.exit_code == 2
        assert "file is not a database" in result.stderr
    refused = clinic(*INIT)
    assert refused.exit_code == 2
    assert nowhere.read_text().startswith("Dear diary")


# ---- a new store -------------------------------------------------------------------------------------------


def test_init_makes_a_store_and_its_first_administrator(nowhere):
    result = clinic(*INIT)
    assert result.exit_code == 0
    assert stat.S_IMODE(nowhere.stat().st_mode) == 0o600
    signed_in = accounts.sign_in("mina", temporary_password(result.stdout))
    assert signed_in.must_change_password
    with database(access.command_line("test")) as db:
        assert settings.current(db)["clinic_name"] == "Harbour"
        assert settings.zone(db).key == "Europe/Lisbon"
        assert settings.current(db)["synthetic"] is False
        (mina,) = db.exec(select(Account)).all()
        made = db.exec(select(AuditRow).where(AuditRow.record_table == "account")).first()
    assert (mina.role, mina.name) == ("administrator", "Mina Harker")
    assert made.actor.startswith("command line (")
    assert clinic("check").stdout == "The store is in order.\n"


def test_init_asks_for_what_it_was_not_told(nowhere):
    result = clinic("init", answers="Harbour\nEurope/Lisbon\nmina\nMina Harker\n")
    assert result.exit_code == 0
    assert accounts.sign_in("mina", temporary_password(result.stdout))


def test_init_leaves_an_existing_store_alone(nowhere):
    clinic(*INIT)
    import_scores(DATA / "riesby" / "riesby_long.csv", DATA / "riesby" / "map.toml")
    before = nowhere.read_bytes()
    again = clinic(*INIT)
    assert again.exit_code == 2
    assert again.stderr == f"There is a store already: {nowhere}. Nothing was changed.\n"
    assert nowhere.read_bytes() == before


@pytest.mark.parametrize(
    "word, wrong, sentence",
    [
        ("Europe/Lisbon", "Lisbon", "“Lisbon” is not a time zone; an example is Europe/London."),
        ("Mina", "M !", "A user name has 2 to 40 letters"),
        ("Harbour", " ", "The clinic needs a name."),
    ],
)
def test_an_init_that_was_refused_can_be_typed_again(nowhere, word, wrong, sentence):
    refused = clinic(*(wrong if given == word else given for given in INIT))
    assert refused.exit_code == 2
    assert refused.stderr.startswith(sentence)
    assert clinic(*INIT).exit_code == 0


def test_init_does_not_move_in_with_somebody_else(nowhere):
    nowhere.parent.mkdir()
    with connection.engine().begin() as c:
        c.execute(text("CREATE TABLE recipes (name TEXT)"))
    result = clinic(*INIT)
    assert result.stderr == f"{nowhere} holds tables of something else; nothing was changed.\n"
    with connection.engine().connect() as c:
        assert c.execute(text("SELECT name FROM sqlite_master")).scalars().all() == ["recipes"]


def test_migrate_has_nothing_to_do_on_a_store_of_this_release(both_stores):
    result = clinic("migrate")
    assert (result.exit_code, result.stdout) == (0, "The store is of this release already.\n")


def test_migrate_copies_the_store_before_it_changes_it(sqlite_store):
    """A store on which no migration has run yet stands for an older release."""
    path = Path(connection.store_url().database)
    with connection.engine().begin() as c:
        version = c.execute(text("SELECT version_num FROM alembic_version")).scalar()
        c.execute(text("UPDATE alembic_version SET version_num = 'unknown'"))
    refused = clinic("migrate")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("The store is of a release that this one does not know")
    (copy,) = path.parent.glob("clinic.before-migration-*.sqlite")
    assert clinic("verify", copy).exit_code == 0
    with connection.engine().connect() as c:
        assert c.execute(text("SELECT version_num FROM alembic_version")).scalar() == "unknown" != version


# ---- accounts ----------------------------------------------------------------------------------------------


def test_the_last_administrator_is_helped_from_the_command_line(both_stores):
    boss = staff("administrator", "mina")
    for _ in range(5):
        with pytest.raises(Refused):
            accounts.sign_in("mina", "forgotten, forgotten")
    with pytest.raises(Refused, match="locked"):
        accounts.sign_in("mina", PASSWORD)
    result = clinic("account", "reset-password", "Mina")
    signed_in = accounts.sign_in("mina", temporary_password(result.stdout))
    assert signed_in.must_change_password
    assert accounts.access_of(signed_in.token).account_id == boss.account_id


def test_accounts_are_added_listed_and_deactivated(both_stores):
    staff("administrator", "mina")
    added = clinic("account", "add", "jack", "--name", "Jack Seward", "--role", "clinician", "--prescribes")
    assert added.exit_code == 0
    token = accounts.sign_in("jack", temporary_password(added.stdout)).token
    listed = clinic("account", "list").stdout.splitlines()
    assert [line.split()[:2] for line in listed] == [["jack", "clinician"], ["mina", "administrator"]]
    assert "last signed in" in listed[0]
    assert "never signed in" in listed[1]
    assert clinic("account", "deactivate", "jack").stdout == "jack can no longer sign in.\n"
    assert accounts.access_of(token) is None
    assert "deactivated" in clinic("account", "list").stdout


@pytest.mark.parametrize(
    "words, sentence",
    [
        (("deactivate", "mina"), "This is the last active administrator: make somebody else one first."),
        (("deactivate", "nobody"), "There is no account nobody."),
        (("reset-password", "nobody"), "There is no account nobody."),
        (
            ("add", "mina", "--name", "M", "--role", "nurse"),
            "There is already an account with the user name mina.",
        ),
        (
            ("add", "jack", "--name", "J", "--role", "nurse", "--prescribes"),
            "Only a clinician may be given the right to prescribe.",
        ),
    ],
)
def test_what_must_not_be_done_to_an_account_is_refused(sqlite_store, words, sentence):
    staff("administrator", "mina")
    result = clinic("account", *words)
    assert (result.exit_code, result.stderr, result.stdout) == (2, f"{sentence}\n", "")


# ---- is the store in order ---------------------------------------------------------------------------------


@pytest.fixture
def with_scores(both_stores) -> None:
    assert import_scores(
        DATA / "clinic_export_shapes" / "redcap_raw.csv",
        DATA / "clinic_export_shapes" / "redcap_raw.map.toml",
    )


def test_a_store_in_order_says_so(with_scores):
    result = clinic("check")
    assert (result.exit_code, result.stdout) == (0, "The store is in order.\n")


@pytest.mark.parametrize(
    "change, difference",
    [
        ("total = total + 1", "the stored total is 21, its definition makes it 20"),
        ("total = NULL", "the stored total is nothing, its definition makes it 20"),
        ("prorated = true", "the stored prorated is True, its definition makes it False"),
        ("missing = 1", "the stored number of missing items is 1, its definition makes it 0"),
        ("suicide = 0", "the stored suicide answer is 0, its definition makes it 1"),
        ("suicide_state = 'no'", "the stored state of the suicide answer is no, its definition makes it yes"),
        ("version = '9.9'", "There is no version 9.9 of PHQ-9"),
        ("instrument = 'phq99'", "There is no rating scale “phq99”"),
        ("answers = '{\"q1\": 4}'", "takes 0 to 3, not 4"),
    ],
)
def test_a_score_changed_behind_the_programs_back_is_found(with_scores, operator, change, difference):
    """Promise 7: the stored total equals the recomputed total."""
    with database(operator) as db:
        key = db.exec(select(Assessment.key).where(Assessment.total == 20)).one()
        db.execute(text(f"UPDATE assessment SET {change} WHERE key = '{key}'"))
    result = clinic("check")
    assert result.exit_code == 1
    assert f"Assessment {key} (" in result.stdout
    assert difference in result.stdout
    assert result.stderr == "1 problem found.\n"


def past_the_program(db, person, when, answers, name="phq9") -> Assessment:
    """A finished score written straight into the table: what it should have raised is not there."""
    scale = instruments.instrument(name)
    score = instruments.score(scale, answers)
    row = Assessment(
        patient_id=person.id,
        episode_id=episodes.of_patient(db, person)[-1].id,
        instrument=scale.id,
        version=scale.version,
        taken_at=when,
        zone="UTC",
        how=How.IMPORT,
        answers=answers,
        total=score.total,
        prorated=score.prorated,
        missing=len(score.missing),
        suicide=score.suicide,
        suicide_state=score.suicide_state,
    )
    db.add(row)
    db.flush()
    return row


SKIPPED = {f"q{n}": 1 for n in range(1, 9)}  # all but the suicide item
NO_BEHAVIOUR = {"q2": 0, "q6": 0}


@pytest.mark.parametrize(
    "name, answers, said",
    [
        ("phq9", phq9(0, 0, 0, 0, 0, 0, 0, 0, 1), "yes"),
        ("phq9", SKIPPED, "skipped"),
        ("cssrs", {"q1": 1, **NO_BEHAVIOUR}, "yes"),
        ("cssrs", {"q1": 0, "q2": 0, "q6": 1, "r6": 0}, "yes"),
        ("cssrs", {"q1": 0, "q2": 0}, "skipped"),
    ],
    ids=["item 9", "item 9 skipped", "a thought", "behaviour long past", "a question left open"],
)
def test_a_concern_that_was_never_raised_is_found(ada, operator, name, answers, said):
    with database(operator) as db:
        key = past_the_program(db, ada, days_ago(3), answers, name).key
    result = clinic("check")
    assert result.exit_code == 1
    assert result.stdout == (
        f"Assessment {key} ({name}): its suicide answer is “{said}”, and no alert suicide.concern was open then "
        "or opened after it.\n"
    )


def test_a_concern_that_was_closed_before_the_score_does_not_stand_for_it(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(5), phq9(0, 0, 0, 0, 0, 0, 0, 0, 1))
    with database(operator) as db:
        [(concern, _)] = alerts.open_ones(db, ada)
        past_the_program(db, ada, days_ago(4), phq9(0, 0, 0, 0, 0, 0, 0, 0, 2))
    assert clinic("check").exit_code == 0, "one open concern stands for every answer given meanwhile"
    with database(operator) as db:
        alerts.close(db, concern.key, "talked to her, plan renewed")
    assert clinic("check").exit_code == 0
    with database(operator) as db:
        late = past_the_program(db, ada, days_ago(1), phq9(0, 0, 0, 0, 0, 0, 0, 0, 1)).key
    assert f"Assessment {late} (phq9)" in clinic("check").stdout


@pytest.mark.parametrize("answers, found", [(phq9(1), True), (phq9(1, 1, 1, 1, 1, 1, 1, 0, 0), False)])
def test_a_score_worse_than_its_baseline_without_an_alert_is_found(ada, operator, answers, found):
    """docs/clinical.md D.1: six points above the baseline, here 2; five do not count."""
    with database(operator) as db:
        scored(db, ada, days_ago(10), phq9(2, 0, 0, 0, 0, 0, 0, 0, 0))
        treated(db, ada, days_ago(9))
        row = past_the_program(db, ada, days_ago(1), answers)
        key, total = row.key, row.total
    result = clinic("check")
    assert (result.exit_code, total) == ((1, 8) if found else (0, 7))
    sentence = f"Assessment {key} (phq9 8): rule worse.phq9.baseline6 holds, and raised no alert.\n"
    assert result.stdout == (sentence if found else "The store is in order.\n")


def test_a_score_that_raised_its_alerts_is_in_order(ada, operator):
    with database(operator) as db:
        scored(db, ada, days_ago(10), phq9(0))
        treated(db, ada, days_ago(9))
        scored(db, ada, days_ago(1), phq9(*[3] * 9))
        assert len(alerts.open_ones(db, ada)) == 2
    assert clinic("check").stdout == "The store is in order.\n"


def test_a_review_that_is_due_is_a_reminder_and_no_fault(with_scores, monkeypatch):
    """All shipped definitions are to be read again on 1 November 2027 at the latest."""

    class Later(date):
        @classmethod
        def today(cls) -> date:
            return cls(2027, 11, 1)

    monkeypatch.setattr("clinic.cli.date", Later)
    result = clinic("check")
    assert (result.exit_code, result.stderr) == (0, "")
    *reminders, last = result.stdout.splitlines()
    assert last == "The store is in order."
    assert (
        "To do: PHQ-9 1.0: its review was due on 1 Nov 2027; it was never checked by a clinician."
        in reminders
    )
    assert len(reminders) == len(instruments.catalogue())
    assert integrity.reviews_due(date(2027, 10, 31)) == []


def test_a_lost_trigger_is_found(both_stores):
    on = " ON audit" if "postgresql" in both_stores else ""
    with connection.engine().begin() as c:
        c.execute(text(f"DROP TRIGGER refuse_update_audit{on}"))
    result = clinic("check")
    assert result.exit_code == 1
    assert (
        result.stdout == "The trigger refuse_update_audit is missing: what it refuses is no longer refused.\n"
    )


def test_an_orphan_is_found(sqlite_store):
    connection.forget_engines()
    with sqlite3.connect(Path(connection.store_url().database)) as file:
        file.execute(
            "INSERT INTO consent (key, status, author, entered_at, row_version, patient_id, to_what, given_on)"
            " VALUES ('k', 'active', '', '2025-01-01', 1, 99, 'treatment', '2025-01-01')"
        )
    file.close()
    result = clinic("check")
    assert result.stdout == "Row 1 of consent has lost the row of patient it belongs to.\n"
