"""The pages of docs/ that are read off the code: `make docs` writes them, a test compares."""

from __future__ import annotations

import ast
import inspect
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    Table,
    UniqueConstraint,
)
from sqlmodel import SQLModel

import data_model
from clinic import access
from data_model.accounts import Role
from data_model.columns import Clinical
from data_model.triggers import APPEND_ONLY, CLINICAL_TABLES, SIGNABLE
from tests import flag_docs, instrument_docs, markdown, protocol_docs

ROOT = Path(__file__).resolve().parents[1]
NOTE = "<!-- Written by `make docs` from the code. Change the code, not this page. -->"

# ---- who may do what -----------------------------------------------------------------------------------------


def rights() -> str:
    """Role × action, the grants beyond a role, and page × role."""
    roles = [role.value for role in Role]
    asked = asked_by()
    by_action = [
        [action, *(_yes(role in having) for role in Role), ", ".join(asked[action])]
        for action, having in access.ROLES_BY_ACTION.items()
    ]
    by_page = [
        [title, f"`{file}`", action, *(_yes(action in access.rights(role)) for role in Role)]
        for _, file, title, _, action, _ in menu()
    ]
    return markdown.page(
        "Who may do what",
        NOTE,
        "One table in [clinic/access.py](../clinic/access.py) is the only place where rights are written, and "
        "the software obeys it. Functions of `clinic/` that find or change data ask for their action first.",
        "## Actions",
        markdown.table(["action", *roles, "asked for in"], by_action),
        "## Beyond a role",
        markdown.table(["action", "for", "the account's column", "asked for in"], grants(asked)),
        f"Anybody signed in: {', '.join(sorted(access.OWN))}. The command line has every right, because whoever "
        "runs it can read the store anyway; the trail says under which name.",
        "## Pages",
        "A page that a role may not open is not in its menu and does not answer at its address.",
        markdown.table(["page", "file", "opened by", *roles], by_page),
    )


def grants(asked: dict[str, list[str]]) -> Iterator[list[str]]:
    for action, column in access.GRANTS.items():
        given = dict.fromkeys(access.GRANTS.values(), True)
        roles = [r.value for r in Role if action in access.rights(r, **given) - access.rights(r)]
        yield [action, ", ".join(roles), f"`{column}`", ", ".join(asked[action]) or "nothing yet"]


def asked_by() -> dict[str, list[str]]:
    """action -> files of `clinic/` that ask for it, by `require(db, "…")` or `can(actor, "…")`."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted((ROOT / "clinic").rglob("*.py")):
        name = file.relative_to(ROOT / "clinic").as_posix()
        for action in sorted(set(_actions(ast.parse(file.read_text(encoding="utf-8"))))):
            found[action].append(f"`{name}`")
    return found


def _actions(tree: ast.AST) -> Iterator[str]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in ASKING:
            yield from (word.value for word in call.args[1:2] if isinstance(word, ast.Constant))


ASKING = {"require", "can"}


def menu() -> list[tuple]:
    """`PAGES` of the menu, read and not imported: importing it would run the script."""
    for node in ast.parse((ROOT / "pages" / "menu.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "PAGES":
            return ast.literal_eval(node.value)
    raise LookupError("pages/menu.py has no PAGES.")


def _yes(may: bool) -> str:
    return "yes" if may else "–"


# ---- what is stored ------------------------------------------------------------------------------------------

MODULES = (
    "people",
    "episodes",
    "corrections",
    "letters",
    "cohorts",
    "treatments",
    "chair",
    "checks",
    "drug_log",
    "protocols",
    "signatures",
    "assessments",
    "alerts",
    "accounts",
    "settings",
    "audit",
)


def data_dictionary() -> str:
    """Every table with its columns, closed lists, and what the database refuses."""
    tables = [block for name in MODULES for block in _module(sys.modules[f"data_model.{name}"])]
    return markdown.page(
        "What is stored",
        NOTE,
        "Every table of the store, read off [data_model/](../data_model). Times are UTC. “May be empty” means "
        "NULL: not recorded, never 0 and never normal. An `id` is countable and stays inside the database; "
        "addresses carry `key`, which is random.",
        "## Clinical rows",
        _doc(Clinical),
        markdown.table(HEADINGS, _clinical_columns()),
        "A row that is void has a reason. Tables that say “clinical rows” below have these columns besides "
        "their own.",
        *tables,
    )


HEADINGS = ["column", "type", "may be empty", ""]


def _module(module: ModuleType) -> Iterator[str]:
    yield f"## {module.__name__.split('.')[-1].capitalize()}"
    yield _joined(module.__doc__)
    for model in _models(module):
        yield from _model(model)


def _models(module: ModuleType) -> list[type[SQLModel]]:
    exported = (getattr(data_model, name) for name in data_model.__all__)
    models = [it for it in exported if inspect.isclass(it) and hasattr(it, "__table__")]
    mine = [model for model in models if model.__module__ == module.__name__]
    return sorted(mine, key=lambda model: inspect.getsourcelines(model)[1])


def _model(model: type[SQLModel]) -> Iterator[str]:
    table: Table = model.__table__
    clinical = issubclass(model, Clinical)
    yield f"### {table.name}"
    if said := _doc(model):
        yield said
    if kinds := [*(["Clinical rows."] if clinical else []), *_triggers(table)]:
        yield f"*{' '.join(kinds)}*"
    shared = set(Clinical.model_fields) if clinical else set()
    columns = [_column(column) for column in table.columns if column.name not in shared]
    yield markdown.table(HEADINGS, columns)
    if held := [*_checks(table), *_uniques(table)]:
        yield "The database holds that:"
        yield "\n".join(f"- {line}" for line in sorted(held))


def _triggers(table: Table) -> Iterator[str]:
    if table.name in ("audit", *APPEND_ONLY):
        yield "UPDATE and DELETE are refused."
    elif table.name in CLINICAL_TABLES:
        yield "DELETE is refused."
    if table.name in SIGNABLE:
        yield "Once signed, UPDATE is refused unless an amendment of this version is stored."


def _clinical_columns() -> list[list[str]]:
    columns = data_model.Patient.__table__.columns
    return [_column(columns[name]) for name in Clinical.model_fields]


def _column(column: Column) -> list[str]:
    notes = [f"→ `{key.target_fullname}`" for key in column.foreign_keys]
    if isinstance(column.type, Enum):
        notes.append(", ".join(column.type.enums))
    if column.unique:
        notes.append("unique")
    if column.primary_key:
        notes.append("primary key")
    return [f"`{column.name}`", _type(column), "yes" if column.nullable else "", "; ".join(notes)]


TYPES = (
    (Enum, "one of"),
    (JSON, "JSON"),
    (Boolean, "yes or no"),
    (DateTime, "time"),
    (Date, "date"),
    (Float, "number"),
    (Integer, "whole number"),
)


def _type(column: Column) -> str:
    """In words, because the two databases name types differently. SQLModel's time type wraps DateTime."""
    kind = getattr(column.type, "impl_instance", column.type)
    return next((words for known, words in TYPES if isinstance(kind, known)), "text")


def _checks(table: Table) -> Iterator[str]:
    """The CHECKs, but for closed lists, which stand beside their columns, and what every clinical row has."""
    for check in table.constraints:
        if isinstance(check, CheckConstraint) and not str(check.name).endswith(("_known", "void_has_reason")):
            yield f"`{check.sqltext}`"


def _uniques(table: Table) -> Iterator[str]:
    """What is unique together or under a condition; a single column says so itself."""
    for index in table.indexes:
        where = index.dialect_options["sqlite"]["where"]
        if index.unique and where is not None:
            yield f"there is one row for each {_names(index.columns)} where `{where}`"
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and len(constraint.columns) > 1:
            yield f"there is one row for each {_names(constraint.columns)}"


def _names(columns: Iterable[Column]) -> str:
    return ", ".join(f"`{column.name}`" for column in columns)


# ---- Markdown ------------------------------------------------------------------------------------------------


def _doc(of: type) -> str:
    return _joined(of.__dict__.get("__doc__"))


def _joined(text: str | None) -> str:
    return " ".join((text or "").split())


PAGES: dict[str, Callable[[], str]] = {
    "docs/rights.md": rights,
    "docs/data_dictionary.md": data_dictionary,
    **instrument_docs.pages(),
    **protocol_docs.pages(),
    **flag_docs.pages(),
}


def main() -> None:
    (ROOT / instrument_docs.FOLDER).mkdir(exist_ok=True)
    for path, written in PAGES.items():
        (ROOT / path).write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
