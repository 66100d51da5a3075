"""The command line. Everything it does is done by an actor of its own name, with an audit row.

A refusal is a sentence on stderr and exit code 2. Exit code 1 means that something was found: a store that is
not in order, or rows that an import left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from clinic import access, backup, flags, instruments, integrity, scales, settings, watching
from clinic.accounts import keeping
from clinic.exchange.scores import Report, import_scores
from clinic.flags.reading import read_rules
from clinic.instruments import table as shelf_table
from clinic.instruments import validation
from clinic.refused import BadInput, NotFound, Refused
from data_model import Account, Database, Locked, NoActor, StoreNotReady, connection, database, migrate
from data_model.accounts import Role

_SHOWN = 50  # problems printed; the rest is counted
_EXISTING_FILE = click.Path(path_type=Path)


class Sentences(click.Group):
    """Turns refusals into words; what is not one is a bug and may crash."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as fault:
            if (said := _sentences(fault)) is None:
                raise
            for sentence in said:
                click.echo(sentence, err=True)
            ctx.exit(2)


def _sentences(fault: Exception) -> list[str] | None:
    from alembic.util import CommandError
    from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, ProgrammingError

    if isinstance(fault, BadInput):
        return fault.problems
    if isinstance(fault, (Refused, StoreNotReady, NoActor, Locked)):
        return [str(fault)]
    if isinstance(fault, ArgumentError):
        return ["CLINIC_DATABASE_URL is not the address of a database."]
    if isinstance(fault, DatabaseError) and not isinstance(fault, (IntegrityError, ProgrammingError)):
        return [f"The store cannot be used: {str(fault.orig).strip().splitlines()[0]}."]
    if isinstance(fault, CommandError):
        return [f"The store is of a release that this one does not know ({fault})."]
    if isinstance(fault, OSError):
        return [f"{fault.filename or 'A file'} cannot be used: {fault.strerror or fault}."]
    return None


@contextmanager
def _store() -> Iterator[Database]:
    _refuse_no_store()
    with database(access.command_line()) as db:
        scales.put_on_the_shelf(db)
        yield db


@click.group(
    cls=Sentences, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
def main() -> None:
    """Care for a clinic's store from the command line.

    The store is the one named by CLINIC_DATABASE_URL, or else store/clinic.sqlite in the working folder.
    """


# ---- the store ---------------------------------------------------------------------------------------------


@main.command()
@click.option("--name", prompt="Name of the clinic", help="The clinic's name, as its pages show it.")
@click.option("--time-zone", prompt="Time zone, such as Europe/London", help="The clinic's time zone.")
@click.option("--administrator", prompt="User name of the first administrator", help="Whom to make first.")
@click.option("--administrator-name", prompt="Their name", help="The first administrator's own name.")
def init(name: str, time_zone: str, administrator: str, administrator_name: str) -> None:
    """Make a new store with its first administrator.

    An existing store is left alone. The administrator's temporary password is printed once.
    """
    _refuse_a_second_store()
    migrate.upgrade(connection.engine())
    with _store() as db:
        settings.change(db, clinic_name=name, time_zone=time_zone)
        account, password = keeping.create(
            db, username=administrator, name=administrator_name, role=Role.ADMINISTRATOR
        )
    click.echo(f"Made a store for {name}: {_where()}.")
    _say_password(account, password)


def _refuse_a_second_store() -> None:
    """A store without any account is one that an earlier init did not finish: that one goes on."""
    from sqlalchemy import text

    tables = _tables()
    if not tables:
        return
    if "account" not in tables:
        raise Refused(f"{_where()} holds tables of something else; nothing was changed.")
    with connection.engine().connect() as c:
        if c.execute(text("SELECT count(*) FROM account")).scalar():
            raise Refused(f"There is a store already: {_where()}. Nothing was changed.")


def _refuse_no_store() -> None:
    if "alembic_version" not in _tables():
        raise Refused(f"There is no store at {_where()} yet. Make one with: python -m clinic init")


def _tables() -> list[str]:
    """The tables at the store's address; asking does not make a file there."""
    from sqlalchemy import inspect

    url = connection.store_url()
    if url.get_backend_name() == "sqlite" and not Path(url.database).exists():
        return []
    return inspect(connection.engine()).get_table_names()


def _where() -> str:
    url = connection.store_url()
    return url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


@main.command("migrate")
def migrate_() -> None:
    """Bring the store to the tables of this release.

    A SQLite store is copied beside itself before anything is changed.
    """
    _refuse_no_store()
    try:
        migrate.refuse_unless_current(connection.engine())
    except StoreNotReady:
        pass
    else:
        click.echo("The store is of this release already.")
        return
    if connection.store_url().get_backend_name() == "sqlite":
        click.echo(f"Copied to {_copy_before_migration()}.")
    migrate.upgrade(connection.engine())
    click.echo("The store has the tables of this release now.")


def _copy_before_migration() -> Path:
    from data_model.columns import now

    store = backup.store_file()
    target = store.with_name(f"{store.stem}.before-migration-{now():%Y%m%d-%H%M%S}{store.suffix}")
    return backup.copied(store, target).path


@main.command()
def check() -> None:
    """Look whether the store is in order.

    That is: the file, its references and triggers, every stored total against its definition, and every
    alert that a score should have raised. Scales whose review is due are listed too; they are no fault.
    """
    with _store() as db:
        found = list(integrity.problems(db))
    for problem in found:
        click.echo(problem)
    for reminder in integrity.reviews_due(date.today()):  # noqa: DTZ011 - the day of whoever reads it
        click.echo(f"To do: {reminder}")
    if found:
        click.echo(f"{_counted(found, 'problem')} found.", err=True)
        raise SystemExit(1)
    click.echo("The store is in order.")


# ---- copies ------------------------------------------------------------------------------------------------


@main.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
def backup_(folder: Path) -> None:
    """Copy the running store into FOLDER and check the copy."""
    with _store() as db:
        made = backup.make(db, folder)
    click.echo(f"{made.sentence}.")
    click.echo(f"Backed up to {made.path}.")


@main.command()
@click.argument("file", type=_EXISTING_FILE)
def verify(file: Path) -> None:
    """Check a backup FILE and count its rows.

    Its checksum, every page of it and every reference are looked at; it is not changed.
    """
    found = backup.verify(file)
    click.echo(f"{found.sentence}.")
    for table, rows in found.rows.items():
        click.echo(f"  {table:<18}{rows:>9}")
    click.echo("The checksum matches." if found.checksum == "matches" else "There is no checksum beside it.")


@main.command()
@click.argument("file", type=_EXISTING_FILE)
@click.option(
    "--replace", is_flag=True, help="Put it in the place of the present store, which is moved aside."
)
def restore(file: Path, replace: bool) -> None:
    """Put a backup FILE in the store's place.

    It is opened there and its rows are counted. Stop the dashboard first. Everybody is signed out; accounts
    and rights are those of the backup.
    """
    found, aside = backup.restore(file, replace=replace)
    if aside is not None:
        click.echo(f"The earlier store lies at {aside}.")
    click.echo(f"Restored. {found.sentence}.")
    try:
        with _store() as db:
            backup.note_restored(db, file)
    except StoreNotReady as reason:
        click.echo(str(reason))


# ---- accounts ----------------------------------------------------------------------------------------------


@main.group()
def account() -> None:
    """Accounts: who may sign in, and as what."""


@account.command("add")
@click.argument("username")
@click.option("--name", required=True, help="The person's own name.")
@click.option(
    "--role", required=True, type=click.Choice([role.value for role in Role]), help="What they do here."
)
@click.option("--prescribes", is_flag=True, help="Give a clinician the right to prescribe.")
@click.option("--sees-names", is_flag=True, help="Show a lead the patients' names.")
def account_add(username: str, name: str, role: str, prescribes: bool, sees_names: bool) -> None:
    """Make an account; its temporary password is printed once."""
    with _store() as db:
        made, password = keeping.create(
            db, username=username, name=name, role=role, may_prescribe=prescribes, sees_names=sees_names
        )
    _say_password(made, password)


@account.command("list")
def account_list() -> None:
    """Everybody who may sign in, or once might."""
    with _store() as db:
        listed = keeping.listing(db)
    for row in listed.itertuples():
        last = "never signed in" if row.last_sign_in is None or row.last_sign_in != row.last_sign_in else None
        last = last or f"last signed in {row.last_sign_in:%Y-%m-%d %H:%M} UTC"
        state = "" if row.active else "deactivated, "
        click.echo(f"{row.username:<20} {row.role:<14} {row.name}, {state}{last}")


@account.command("reset-password")
@click.argument("username")
def account_reset_password(username: str) -> None:
    """Give an account a new temporary password.

    This unlocks the account, and is how the last administrator is helped who forgot theirs.
    """
    with _store() as db:
        found = _account(db, username)
        password = keeping.reset_password(db, found.key)
    _say_password(found, password)


@account.command("deactivate")
@click.argument("username")
def account_deactivate(username: str) -> None:
    """Let an account sign in no more.

    It is signed out everywhere at once; what it recorded stays under its name.
    """
    with _store() as db:
        found = keeping.change(db, _account(db, username).key, active=False)
    click.echo(f"{found.username} can no longer sign in.")


def _account(db: Database, username: str) -> Account:
    from sqlmodel import select

    access.require(db, "manage accounts")
    found = db.exec(select(Account).where(Account.username == username.strip().casefold())).first()
    if found is None:
        raise NotFound(f"There is no account {username}.")
    return found


def _say_password(made: Account, password: str) -> None:
    click.echo(f"{made.username} ({made.role}) signs in with this temporary password, then chooses another:")
    click.echo(f"    {password}")


# ---- rating scales -----------------------------------------------------------------------------------------


@main.group("scales")
def scales_() -> None:
    """Rating scales: the shipped ones, and a clinic's own."""


@scales_.command("list")
@click.option("--store", is_flag=True, help="Also the scales that this clinic took in.")
def scales_list(store: bool) -> None:
    """Print every rating scale, one line each.

    Items, range, default rules, number of validation rows, source; separated by tabs.
    """
    if store:
        with _store() as db:
            rows = {
                each.id: len(scales.validation_rows(db, each)) for each in instruments.catalogue().values()
            }
    else:
        rows = {each: len(validation.rows_of(each)) for each in instruments.catalogue()}
    lines = [shelf_table.line(each, rows[each.id]) for each in instruments.catalogue().values()]
    for line in (shelf_table.HEADINGS, *lines):
        click.echo("\t".join(line))


@scales_.command("take-in")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
def scales_take_in(folder: Path | None) -> None:
    """Take in the clinic's own scales from FOLDER.

    Without FOLDER it is the one named in the settings. A scale is NAME.toml and, beside it, NAME.csv with
    validation rows (docs/own_scales.md). What was taken in stays in the store and is never altered; a change
    is a higher version.
    """
    with _store() as db:
        found = scales.look(db, folder)
    for sentence in found.problems:
        click.echo(sentence, err=True)
    click.echo(f"Taken in: {', '.join(found.taken) or 'nothing'}. Known already: {len(found.known)}.")
    if found.problems:
        raise SystemExit(1)


# ---- alerts ------------------------------------------------------------------------------------------------


@main.group("alerts")
def alerts_() -> None:
    """The rules that raise alerts, over what is stored."""


@alerts_.command("sweep")
def alerts_sweep() -> None:
    """Raise what only the passing of time makes due.

    Missed observations of running treatments, checks and scores that are overdue, forms to be sent. The Today page
    does the same every few minutes while somebody has it open.
    """
    with _store() as db:
        raised = watching.sweep(db)
    click.echo(f"{_counted(raised, 'alert')} raised.")


@alerts_.command("dry-run")
@click.option("--rules", "file", type=_EXISTING_FILE, help="Rules to try; without it the shipped ones.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what happened from this day on.")
def alerts_dry_run(file: Path | None, since: datetime | None) -> None:
    """Say what the rules of a file would have raised over the past.

    Nothing is written. Exit code 1 means that something differs from what was raised.
    """
    rules = flags.shelf_of(read_rules(file)) if file else flags.rules()
    with _store() as db:
        start = since.replace(tzinfo=settings.zone(db)) if since else None
        found = watching.dry_run(db, rules, start)
    click.echo(f"Looked at {found.treatments} treatments of {found.people} people.")
    for line in found.lines:
        if line.fired or line.raised:
            click.echo(line.says)
        for sign, several in (("+", line.newly), ("-", line.no_longer)):
            for saw in several[:_SHOWN]:
                click.echo(f"  {sign} {saw.at:%Y-%m-%d} {saw.patient} {saw.subject}: {saw.saw}")
            if len(several) > _SHOWN:
                click.echo(f"  {sign} and {len(several) - _SHOWN} more")
    if found.differs:
        raise SystemExit(1)


# ---- import ------------------------------------------------------------------------------------------------


@main.group("import")
def import_() -> None:
    """Bring in what other systems have exported."""


@import_.command("scores")
@click.argument("file", type=_EXISTING_FILE)
@click.option("--map", "map_file", type=_EXISTING_FILE, required=True, help="What the columns mean (TOML).")
@click.option("--accept-good-rows", is_flag=True, help="Leave out rows with a problem and write the others.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def import_scores_(file: Path, map_file: Path, accept_good_rows: bool, dry_run: bool) -> None:
    """Bring in scores from a CSV FILE as its map describes it (docs/import.md).

    With any problem nothing is written, unless --accept-good-rows. The same file twice changes nothing.
    """
    with _store() as db:
        report = import_scores(db, file, map_file, accept_good_rows=accept_good_rows, dry_run=dry_run)
    _say_problems(report)
    for sentence in report.sentences():
        click.echo(sentence)
    if report.problems:
        raise SystemExit(1 if report.written or dry_run else 2)


def _say_problems(report: Report) -> None:
    for problem in report.problems[:_SHOWN]:
        click.echo(str(problem), err=True)
    if len(report.problems) > _SHOWN:
        click.echo(f"… and {len(report.problems) - _SHOWN} more.", err=True)


def _counted(things: list, word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"
