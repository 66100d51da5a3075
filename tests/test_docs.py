"""The written side is true: links lead somewhere, names exist, and what comes from the code is up to date."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from sqlmodel import SQLModel

from clinic import settings, treatments
from clinic.cli import main as command_line
from sample_data.cast import DEMO_ACCOUNTS
from tests import generated_docs

ROOT = Path(__file__).resolve().parents[1]
MARKDOWN = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")],
    key=lambda page: page.relative_to(ROOT),
)
LINK = re.compile(r"\[(?P<words>[^\]]*)\]\((?P<target>[^)\s]+)\)")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def links(page: Path) -> Iterator[tuple[str, str]]:
    """(words, target) of each link that is not inside a block of code."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return ((found["words"], found["target"]) for found in LINK.finditer(text))


# ---- links ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", MARKDOWN, ids=name)
def test_links_lead_somewhere(page):
    broken = [
        target
        for _, target in links(page)
        if not re.match(r"https?:|mailto:", target) and not leads_somewhere(page, target)
    ]
    assert broken == []


def leads_somewhere(page: Path, target: str) -> bool:
    """A file or folder of the repository, and a heading of it if the link names one."""
    path, _, heading = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.is_relative_to(ROOT) or not file.exists():
        return False
    return not heading or heading in headings(file)


def headings(page: Path) -> set[str]:
    """As GitHub names them: lower case, dashes for blanks, nothing but letters, digits and dashes."""
    found = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("target", ["nowhere.md", "safety.md#no-such-heading", "../../outside.md"])
def test_a_broken_link_is_seen(target):
    assert not leads_somewhere(ROOT / "docs" / "tour.md", target)


def test_a_good_link_is_good():
    assert leads_somewhere(ROOT / "docs" / "tour.md", "clinical.md#b-which-scores-count")


# ---- the tour ------------------------------------------------------------------------------------------------


def test_the_tour_has_ten_stops_each_with_a_link():
    stops = re.findall(r"^\d+\. .*$", (ROOT / "docs" / "tour.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(stops) == 10
    assert [stop for stop in stops if not LINK.search(stop)] == []


def test_what_the_tour_points_at_is_made_in_that_file():
    """`[`name`](file)`: the file has a function, class or constant of that name."""
    tour = ROOT / "docs" / "tour.md"
    named = [(words.strip("`"), target) for words, target in links(tour) if words.startswith("`")]
    assert len(named) >= 10
    assert [pair for pair in named if not makes(tour.parent / pair[1], pair[0])] == []


def makes(file: Path, what: str) -> bool:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".js":
        return bool(re.search(rf"\b(const|function) {re.escape(what)}\b", text))
    nodes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(node.name == what for node in ast.walk(ast.parse(text)) if isinstance(node, nodes))


# ---- names that the pages use --------------------------------------------------------------------------------


def test_every_test_that_a_page_names_exists():
    named = {
        (found[1], found[2]) for page in MARKDOWN for found in NAMED_TEST.finditer(page.read_text("utf-8"))
    }
    assert len(named) > 60
    missing = [f"{file}.py::{test}" for file, test in named if not makes_test(file, test)]
    assert sorted(missing) == []


NAMED_TEST = re.compile(r"\b(test_\w+)\.py::(test_\w+)")


def makes_test(file: str, test: str) -> bool:
    path = ROOT / "tests" / f"{file}.py"
    return path.exists() and makes(path, test)


def test_every_command_that_a_page_names_exists():
    named = {
        found[1].strip()
        for page in MARKDOWN
        for found in re.finditer(r"python -m clinic((?: [a-z][a-z-]*)+)", page.read_text("utf-8"))
    }
    assert named
    assert sorted(line for line in named if not is_command(line)) == []


def is_command(line: str) -> bool:
    """The words name a command; what follows a command that has no others below it is an argument."""
    at: click.Command = command_line
    for word in line.split():
        if not isinstance(at, click.Group):
            return True
        if word not in at.commands:
            return False
        at = at.commands[word]
    return True


@pytest.mark.parametrize("line, there", [("import scores", True), ("import people", False), ("dance", False)])
def test_a_command_that_is_not_there_is_seen(line, there):
    assert is_command(line) is there


def test_every_target_of_the_makefile_is_explained():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE)
    pages = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "CONTRIBUTING.md"))
    assert {"run", "test"} <= set(targets)
    assert [target for target in targets if f"make {target}" not in pages] == []
    called = set(re.findall(r"`make ([a-z-]+)`", pages))
    assert called <= set(targets)


def test_the_readme_lists_the_demo_accounts():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| (\w+) \|", readme, flags=re.MULTILINE)
    assert listed == [(username, role) for username, _, _, role in DEMO_ACCOUNTS]
    assert {password for _, password, _, _ in DEMO_ACCOUNTS} == set(
        re.findall(r"password of every demo account is `([^`]+)`", readme)
    )


# ---- the clinical rules --------------------------------------------------------------------------------------


@cache
def clinical() -> str:
    return (ROOT / "docs" / "clinical.md").read_text(encoding="utf-8")


def test_the_clinical_rules_are_lettered_a_to_k():
    assert re.findall(r"^## ([A-Z])\. ", clinical(), flags=re.MULTILINE) == list("ABCDEFGHIJK")


def test_what_the_code_points_at_stands_in_the_clinical_rules():
    pointers = {
        (found[1], found[2])
        for file in texts(".py", ".toml")
        for found in re.finditer(r"docs/clinical\.md\s+([A-K])\b(?:\.(\d+))?", file.read_text("utf-8"))
    }
    assert len(pointers) >= 5
    assert sorted(f"{a}.{n}" for a, n in pointers if not has_rule(a, n)) == []


def has_rule(letter: str, number: str | None) -> bool:
    section = re.search(rf"^## {letter}\. .*?(?=^## |\Z)", clinical(), flags=re.MULTILINE | re.DOTALL)
    return bool(section) and (
        number is None or bool(re.search(rf"^{number}\. ", section[0], flags=re.MULTILINE))
    )


def test_a_pointer_to_no_rule_is_seen():
    assert has_rule("B", "1")
    assert not has_rule("B", "9")


@pytest.mark.parametrize("limits", [treatments.POSSIBLE, treatments.LIKELY], ids=["possible", "likely"])
def test_the_limits_of_entry_are_those_of_the_code(limits):
    for field, (low, high) in limits.items():
        assert f"| {treatments.WORDS[field]} | {low}–{high} |" in clinical()


def test_the_settings_are_those_of_the_code():
    days = re.findall(r"^\| .* \| (\d+) \|$", clinical().split("## Settings")[1], flags=re.MULTILINE)
    wanted = ("gap_days", "overdue_days_induction", "overdue_days_maintenance", "course_gap_days")
    assert [int(n) for n in days] == [settings.DEFAULTS[field] for field in wanted]
    assert f"{settings.DEFAULTS['idle_minutes']} minutes" in clinical()


# ---- decisions, changelog, what is generated -----------------------------------------------------------------

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_a_decision_has_question_choice_cost_and_date(page):
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.name[:4]}: ")
    assert re.search(r"^20\d\d-\d\d-\d\d$", text, flags=re.MULTILINE)
    assert [part for part in ("**Question.**", "**Choice.**", "**Cost.**") if part not in text] == []
    assert f"({page.name})" in (page.parent / "README.md").read_text(encoding="utf-8")


def test_the_changelog_knows_this_version_and_says_which_numbers_change():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)[1]
    assert re.search(rf"^## {re.escape(version)}\b", changelog, flags=re.MULTILINE)
    assert "\n## Numbers that change\n" in changelog


@pytest.mark.parametrize("path", generated_docs.PAGES)
def test_what_is_generated_is_fresh(path):
    """If this fails: `make docs`, and look at the difference."""
    assert (ROOT / path).read_text(encoding="utf-8") == generated_docs.PAGES[path]()


def test_the_data_dictionary_holds_every_table_and_column():
    page = generated_docs.data_dictionary()
    for table in SQLModel.metadata.tables.values():
        assert f"\n### {table.name}\n" in page
        assert [column.name for column in table.columns if f"| `{column.name}` |" not in page] == []


# ---- what must not be in the repository ----------------------------------------------------------------------

SUFFIXES = (".py", ".md", ".toml", ".txt", ".html", ".js", ".css", ".json", ".mako", "")
SKIPPED = {
    ".git",
    ".venv",
    ".hypothesis",
    ".pytest_cache",
    ".ruff_cache",
    "__pycache__",
    "store",
    "test-results",
}


def texts(*suffixes: str) -> Iterator[Path]:
    """Our own text files: what git knows, or, where there is no git, everything but the usual leavings."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    files = [ROOT / line for line in listed.stdout.splitlines()] if not listed.returncode else ROOT.rglob("*")
    for file in files:
        inside = set(file.relative_to(ROOT).parts)
        if file.suffix in (suffixes or SUFFIXES) and file.is_file() and not inside & SKIPPED:
            yield file


MACHINE = re.compile(r"""(?<![\w.:/~-])/(?:home|root|Users|work|workspace|mnt)/\w""")
# Names are put together here, so that this file does not find itself.
INDEX = re.compile(
    "|".join(("py" + "pi", "python" + "hosted", "arti" + "factory", r"(?<!no-emit-)index-" + "url"))
)
ABSENT = re.compile("|".join((r"(?<!docs/)CLINI" + r"CAL\.md", "DES" + r"IGN\.md", "ketamine" + r"\.md")))


@pytest.mark.parametrize(
    "forbidden, why",
    [
        (MACHINE, "a path of somebody's machine"),
        (INDEX, "where packages come from is the machine's to say"),
        (ABSENT, "a file that is not in the repository"),
    ],
    ids=["machine", "index", "absent"],
)
def test_no_file_says(forbidden, why):
    found = [
        f"{name(file)}: {hit[0]}"
        for file in texts()
        for hit in forbidden.finditer(file.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == [], why


def test_no_file_holds_the_path_of_this_checkout():
    here = str(ROOT).encode()
    assert [name(file) for file in texts() if here in file.read_bytes()] == []


def test_requirements_are_locked_with_hashes_and_name_no_address():
    for path in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / path).read_text(encoding="utf-8")
        pinned = re.findall(r"^[a-z0-9][\w.-]*(?:\[[^\]]*\])?==", text, flags=re.MULTILINE | re.IGNORECASE)
        assert len(pinned) > 30
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text


@pytest.mark.parametrize("text", ["see /{}/ada.py", "“/{}/ada”", "/{}/ada"])
def test_a_path_of_a_machine_is_seen(text):
    assert MACHINE.search(text.format("home"))
    assert not MACHINE.search(text.format("pages"))
