"""A copy of the store that can be trusted: made while it runs, checked, put back, and refused when it is not."""

from __future__ import annotations

import sqlite3
import stat
import threading
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import func, select

from clinic import accounts
from data_model import AccessSession, Assessment, AuditRow, Patient, connection, database
from data_model.columns import new_key
from tests.command import DATA, clinic, import_scores
from tests.people import PASSWORD, staff


@pytest.fixture
def riesby(riesby_sqlite) -> Path:
    """Where the store with 66 people lies."""
    return Path(connection.store_url().database)


@pytest.fixture
def copy(riesby, tmp_path) -> Path:
    assert clinic("backup", tmp_path / "copies").exit_code == 0
    (made,) = (tmp_path / "copies").glob("*.sqlite")
    return made


def people(operator) -> int:
    with database(operator) as db:
        return db.exec(select(func.count(Patient.id))).one()


def test_a_copy_is_one_private_file_with_its_checksum(copy):
    assert sorted(file.name for file in copy.parent.iterdir()) == [copy.name, f"{copy.name}.sha256"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700


def test_a_copy_holds_every_row_and_leaves_one_in_the_trail(copy, operator):
    result = clinic("verify", copy)
    assert result.exit_code == 0
    assert "66 patient, 0 treatment, 375 assessment" in result.stdout
    assert "The checksum matches." in result.stdout
    with sqlite3.connect(copy) as file:
        assert file.execute("SELECT count(*), avg(total) FROM assessment").fetchone() == (
            375,
            pytest.approx(17.637333333),
        )
    file.close()
    with database(operator) as db:
        (noted,) = db.exec(select(AuditRow).where(AuditRow.verb == "backed up")).all()
    assert noted.after["file"] == copy.name


def test_a_copy_made_while_others_write_is_consistent(riesby, tmp_path, operator):
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with database(operator) as db:
                patient = Patient(
                    record_number=new_key(), family_name="Busy", given_name="B", birth_date=date(1980, 1, 1)
                )
                db.add(patient)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        result = clinic("backup", tmp_path / "copies")
    finally:
        stop.set()
        writer.join()
    assert result.exit_code == 0, result.stderr
    (made,) = (tmp_path / "copies").glob("*.sqlite")
    with sqlite3.connect(made) as file:
        patients, audited = (
            file.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
            for what in ("patient", "audit WHERE record_table = 'patient' AND verb = 'created'")
        )
    file.close()
    assert patients == audited >= 66  # no row without its trace: never half a transaction


def test_what_was_lost_comes_back(copy, riesby, operator):
    connection.forget_engines()
    for file in riesby.parent.glob("clinic.sqlite*"):
        file.unlink()
    result = clinic("restore", copy)
    assert result.exit_code == 0
    assert "66 patient, 0 treatment, 375 assessment" in result.stdout
    assert people(operator) == 66
    assert stat.S_IMODE(riesby.stat().st_mode) == 0o600
    assert clinic("check").stdout == "The store is in order.\n"
    assert (
        import_scores(DATA / "riesby" / "riesby_long.csv", DATA / "riesby" / "map.toml").stdout.splitlines()[
            1
        ]
        == "375 scores in the store already, unchanged."
    )


def test_a_store_is_not_replaced_unless_asked_and_then_moved_aside(copy, riesby, operator):
    clinic("account", "add", "after", "--name", "After the backup", "--role", "nurse")
    refused = clinic("restore", copy)
    assert refused.exit_code == 2
    assert (
        refused.stderr
        == f"There is a store already: {riesby}. To put the copy in its place, add --replace.\n"
    )
    connection.forget_engines()
    result = clinic("restore", copy, "--replace")
    assert result.exit_code == 0, result.stderr
    (aside,) = riesby.parent.glob("clinic.before-restore-*.sqlite")
    assert f"The earlier store lies at {aside}." in result.stdout
    with sqlite3.connect(aside) as file:
        assert file.execute("SELECT username FROM account").fetchall() == [("after",)]
    file.close()
    assert clinic("account", "list").stdout == ""
    assert people(operator) == 66


def test_a_store_that_is_in_use_is_not_pulled_away(copy, riesby):
    """What a running dashboard writes after the exchange would go into a file that nobody opens again."""
    other = sqlite3.connect(riesby)
    other.execute("SELECT count(*) FROM patient").fetchone()
    before = riesby.stat().st_ino
    result = clinic("restore", copy, "--replace")
    assert (result.exit_code, result.stderr) == (
        2,
        "The store is in use. Stop the dashboard first, then restore.\n",
    )
    assert riesby.stat().st_ino == before
    other.close()
    assert clinic("restore", copy, "--replace").exit_code == 0


def test_a_sign_in_that_was_ended_does_not_come_back_to_life(riesby, tmp_path, operator):
    staff("nurse", "lucy")
    token = accounts.sign_in("lucy", PASSWORD).token
    clinic("backup", tmp_path / "copies")
    accounts.sign_out(token)
    (made,) = (tmp_path / "copies").glob("*.sqlite")
    assert clinic("restore", made, "--replace").exit_code == 0
    assert accounts.access_of(token) is None
    with database(operator) as db:
        assert db.exec(select(AccessSession.ended_why)).all() == ["store restored"]
        assert db.exec(select(AuditRow.after).where(AuditRow.verb == "restored")).all() == [
            {"file": made.name}
        ]


def flipped(path: Path) -> None:
    """One bit of one stored score, which SQLite itself does not notice."""
    data = bytearray(path.read_bytes())
    place = data.rindex(b"hamd17") - 1
    data[place] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def scribbled(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096)


@pytest.mark.parametrize("harm", [flipped, cut, scribbled])
@pytest.mark.parametrize("command", ["verify", "restore"])
def test_a_harmed_copy_is_refused(copy, riesby, operator, harm, command):
    harm(copy)
    connection.forget_engines()
    result = clinic(command, copy, *(["--replace"] if command == "restore" else []))
    assert result.exit_code == 2
    assert "checksum differs" in result.stderr
    assert people(operator) == 66
    assert list(riesby.parent.glob("*before-restore*")) == []


@pytest.mark.parametrize("harm", [cut, scribbled])
def test_a_harmed_copy_without_a_checksum_is_refused_too(copy, harm):
    copy.with_name(f"{copy.name}.sha256").unlink()
    assert "There is no checksum beside it." in clinic("verify", copy).stdout
    harm(copy)
    result = clinic("verify", copy)
    assert result.exit_code == 2
    assert "is damaged" in result.stderr


@pytest.mark.parametrize(
    "statement, sentence",
    [
        (
            "UPDATE assessment SET status = 'gone' WHERE id = 1",
            "is damaged: CHECK constraint failed in assessment",
        ),
        ("UPDATE assessment SET patient_id = 999 WHERE id = 1", "is damaged: 1 rows have lost the row"),
    ],
)
def test_a_copy_that_can_be_read_and_yet_contradicts_itself_is_refused(copy, statement, sentence):
    copy.with_name(f"{copy.name}.sha256").unlink()
    with sqlite3.connect(copy) as file:
        file.execute("PRAGMA ignore_check_constraints = ON")
        file.execute(statement)
    file.close()
    result = clinic("verify", copy)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_file_that_is_no_copy_is_refused(sqlite_store, tmp_path):
    letter, recipes = tmp_path / "letter.txt", tmp_path / "recipes.sqlite"
    letter.write_text("Dear diary, " * 100)
    with sqlite3.connect(recipes) as file:
        file.execute("CREATE TABLE recipes (name TEXT)")
    file.close()
    for path, sentence in (
        (letter, "letter.txt is damaged or no store: file is not a database."),
        (recipes, "recipes.sqlite is a database, but not a store of this clinic software."),
        (tmp_path / "none.sqlite", f"There is no file {tmp_path / 'none.sqlite'}."),
    ):
        for command in ("verify", "restore"):
            result = clinic(command, path)
            assert (result.exit_code, result.stderr) == (2, f"{sentence}\n")


def test_the_store_itself_is_no_copy(riesby):
    result = clinic("restore", riesby, "--replace")
    assert (result.exit_code, result.stderr) == (2, "This file is the store itself.\n")


def test_a_damaged_store_is_moved_aside_for_a_good_copy(copy, riesby, operator):
    connection.forget_engines()
    riesby.write_bytes(b"\xff" * 8192)
    assert clinic("restore", copy, "--replace").exit_code == 0
    assert people(operator) == 66


@pytest.mark.parametrize("words", [("backup", "there"), ("restore", "{copy}")])
def test_a_postgresql_store_has_its_own_tools(
    postgresql_store, migrated_sqlite, words, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    result = clinic(*(word.format(copy=migrated_sqlite) for word in words))
    assert (result.exit_code, result.stderr) == (
        2,
        "This store is a PostgreSQL database: back it up with pg_dump, and bring it back with pg_restore.\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_two_copies_in_one_second_do_not_overwrite_each_other(copy, riesby, tmp_path, operator):
    with database(operator) as db:
        assert db.exec(select(func.count(Assessment.id))).one() == 375
    results = [clinic("backup", tmp_path / "copies") for _ in range(3)]
    copies = list((tmp_path / "copies").glob("*.sqlite"))
    made = 1 + sum(result.exit_code == 0 for result in results)
    assert len(copies) == made
    for result in results:
        assert result.exit_code == 0 or "exists already; nothing was overwritten" in result.stderr
