"""The three arrows of the house, and the four rooms that would work in a notebook."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WEB = {"streamlit", "starlette", "uvicorn"}
STORE = {"data_model", "sqlmodel", "sqlalchemy", "alembic"}
OURS = {"dashboard", "pages", "gate", "clinic", "data_model", "sample_data", "tests", "benchmarks"}

# room -> what its files must not import
FORBIDDEN = {
    "data_model": (OURS - {"data_model"}) | WEB,
    "clinic": {"dashboard", "pages", "gate", "sample_data", "tests", "benchmarks"} | WEB,
    "gate": {
        "dashboard",
        "pages",
        "sample_data",
        "tests",
        "benchmarks",
        "streamlit",
        "sqlmodel",
        "sqlalchemy",
    },
    "pages": {
        "dashboard",
        "gate",
        "sample_data",
        "tests",
        "benchmarks",
        "starlette",
        "sqlmodel",
        "sqlalchemy",
    },
    "sample_data": {"dashboard", "pages", "gate", "tests", "benchmarks"} | WEB,
}
PURE = ("instruments", "protocols", "outcomes", "charts", "flags")


def imports(file: Path) -> set[str]:
    """Every module a file imports, at the top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def wrong(folder: Path, forbidden: set[str]) -> list[str]:
    return [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in sorted(folder.rglob("*.py"))
        for name in sorted(imports(file))
        if name.split(".")[0] in forbidden
    ]


@pytest.mark.parametrize("room", FORBIDDEN)
def test_arrows_only_point_down(room):
    assert wrong(ROOT / room, FORBIDDEN[room]) == []


@pytest.mark.parametrize("room", PURE)
def test_the_pure_rooms_know_neither_store_nor_web(room):
    folder = ROOT / "clinic" / room
    assert wrong(folder, STORE | WEB | {"pages", "gate", "sample_data"}) == []
    upward = [
        f"{file.name}: {name}" for file in folder.rglob("*.py") for name in imports(file) if _above(name)
    ]
    assert upward == []


def _above(name: str) -> bool:
    """A module of clinic/ that is not itself pure."""
    parts = name.split(".")
    return parts[0] == "clinic" and (len(parts) == 1 or parts[1] not in (*PURE, "refused"))


def test_the_guard_can_fail(tmp_path):
    (tmp_path / "x.py").write_text("def f():\n    import streamlit.web\n")
    assert imports(tmp_path / "x.py") & {"streamlit.web"}


def test_no_page_lies_where_streamlit_would_run_it_without_the_menu():
    """A .py beside the script's own folder named pages/ is an open side door on a cold server."""
    assert [file.name for file in (ROOT / "pages").glob("*.py")] == ["menu.py"]
    assert not (ROOT / "pages" / "pages").exists()
