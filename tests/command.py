"""`python -m clinic …` inside a test."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from clinic.cli import main

DATA = Path(__file__).parent / "data"


def clinic(*words: str | Path, answers: str | None = None) -> Result:
    """Runs one command; what is not a refusal is raised, so that no test takes a crash for one."""
    result = CliRunner().invoke(main, [str(word) for word in words], input=answers)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def import_scores(file: Path, map_file: Path, *options: str) -> Result:
    return clinic("import", "scores", file, "--map", map_file, *options)
