"""A clinic's own rating scales: taken in from a folder once, kept in the store for good.

The folder is only the way in. What was taken in is stored with the settings, so that it is backed up with the
answers given under it, and nobody can alter it afterwards: a changed scale needs a higher version.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clinic import settings
from clinic.access import require
from clinic.instruments import BadDefinition, Instrument, library
from clinic.instruments.reading import read_text
from clinic.instruments.validation import Row, failures, rows_in, rows_of
from clinic.refused import BadInput
from data_model import Database

SETTING = "own_scales"  # "id@version" -> {"definition": TOML, "rows": CSV}
# What Markdown or a figure would not show as it is written: a link, a colour, a tag.
_MARKUP = re.compile(r"\]\(|:[a-z-]+\[|<[a-z/!]", re.IGNORECASE)
_on_the_shelf: dict[str, dict[str, str]] = {}


@dataclass(slots=True)
class Found:
    """What a look into the folder came to; a scale with a problem is left where it was."""

    taken: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def put_on_the_shelf(db: Database) -> None:
    """Makes this store's own scales known to everything that asks the catalogue; cheap when they are already.
    One that this release cannot read, or whose id it ships itself, is left out (`left_out`): nobody is locked
    out of the rest by it."""
    global _on_the_shelf
    kept = settings.current(db)[SETTING]
    if kept == _on_the_shelf:
        return
    library.keep_own({(each.id, each.version): each for each in _readable(kept)})
    _on_the_shelf = kept


def left_out(db: Database) -> list[str]:
    """A sentence for each scale that was taken in once and that this release cannot use."""
    return [
        problem for name, each in settings.current(db)[SETTING].items() for problem in _unusable(name, each)
    ]


def _readable(kept: dict[str, dict[str, str]]) -> Iterator[Instrument]:
    for name, each in kept.items():
        if not _unusable(name, each):
            yield read_text(name, each["definition"])


def _unusable(name: str, each: dict[str, str]) -> list[str]:
    try:
        scale = read_text(name, each["definition"])
    except BadDefinition as reason:
        return [f"Your own scale {problem}" for problem in reason.problems]
    if scale.id in library.current(library.DEFINITIONS):
        return [f"Your own scale {name}: this release ships a scale of that id, which is used instead."]
    return []


def look(db: Database, folder: str | Path | None = None) -> Found:
    """Takes in every new scale of the folder (of the settings unless one is named): `NAME.toml`, and beside it
    `NAME.csv` with its validation rows. Raises BadInput if the folder cannot be read."""
    require(db, "change settings")
    put_on_the_shelf(db)
    where = folder or settings.current(db)["scales_folder"]
    if not where:
        raise BadInput("No folder for your own scales is named in the settings.")
    found, kept = Found(), dict(settings.current(db)[SETTING])
    for path in _definitions(Path(where)):
        try:
            _take_in(path, kept, found)
        except BadInput as reason:
            found.problems += reason.problems
    if found.taken:
        settings.change(db, **{SETTING: kept})
        put_on_the_shelf(db)
    return found


def validation_rows(db: Database, scale: Instrument) -> list[Row]:
    """The rows by which a scale, shipped or the clinic's own, was proved."""
    own = settings.current(db)[SETTING].get(_name(scale))
    return rows_in(own["rows"]) if own else rows_of(scale.id)


def taken_in(db: Database) -> list[Instrument]:
    """This store's own scales in every version, the oldest of each first."""
    put_on_the_shelf(db)
    return sorted(library.own_scales().values(), key=lambda each: (each.id, library.order(each.version)))


def _definitions(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except (FileNotFoundError, NotADirectoryError):
        raise BadInput(f"{folder} is not a folder on the computer that runs the dashboard.") from None
    except OSError as reason:
        raise BadInput(f"{folder} cannot be read: {reason.strerror}.") from reason


def _take_in(path: Path, kept: dict[str, dict[str, str]], found: Found) -> None:
    text = _read(path)
    scale = read_text(path.name, text)
    name = _name(scale)
    if name in kept:
        if read_text(name, kept[name]["definition"]).fingerprint != scale.fingerprint:
            raise BadDefinition(
                f"{path.name} differs from what was taken in as {name}, under which answers may have been "
                "given: give it a higher version."
            )
        found.known.append(name)
        return
    _refuse_a_shipped_id(path, scale)
    _refuse_markup(path, text)
    _refuse_an_older_one(path, scale, kept)
    kept[name] = {"definition": text, "rows": _proof(path, scale)}
    found.taken.append(name)


def _refuse_a_shipped_id(path: Path, scale: Instrument) -> None:
    if scale.id in library.current(library.DEFINITIONS):
        raise BadDefinition(f"{path.name}: id “{scale.id}” is that of a shipped scale; give yours another.")


def _refuse_markup(path: Path, text: str) -> None:
    """Shipped titles, labels and names of bands are shown as they are; a clinic's own must be as plain."""
    if marked := list(_marked(tomllib.loads(text))):
        raise BadDefinition(
            *(
                f"{path.name}: {key} “{said}” would be drawn as a link, a colour or a tag; write plain words."
                for key, said in marked
            )
        )


def _marked(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _marked(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _marked(each, key)
    elif isinstance(value, str) and _MARKUP.search(value):
        yield key, value


def _refuse_an_older_one(path: Path, scale: Instrument, kept: dict) -> None:
    versions = [name.partition("@")[2] for name in kept if name.partition("@")[0] == scale.id]
    if any(library.order(version) > library.order(scale.version) for version in versions):
        raise BadDefinition(f"{path.name}: version {scale.version} is older than what was taken in already.")


def _proof(path: Path, scale: Instrument) -> str:
    """The text of the validation rows; a scale that nobody has worked through on paper is not taken in."""
    beside = path.with_suffix(".csv")
    text = _read(beside) if beside.is_file() else ""
    try:
        rows = rows_in(text) if text else []
        wrong = list(failures(scale, rows))
    except BadInput as reason:
        wrong = reason.problems
    if wrong:
        raise BadDefinition(*(f"{beside.name}: {sentence}" for sentence in wrong))
    if not rows:
        raise BadDefinition(
            f"{path.name}: beside it should lie {beside.name} with validation rows, worked out by hand."
        )
    return text


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as reason:
        raise BadDefinition(f"{path.name} cannot be read: {reason}.") from reason


def _name(scale: Instrument) -> str:
    return f"{scale.id}@{scale.version}"
