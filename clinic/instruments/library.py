"""The scales on the shelf: every published version of each, unchanged since it was published."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from clinic.instruments.definition import Instrument
from clinic.instruments.reading import BadDefinition, read_definition
from clinic.refused import NotFound

DEFINITIONS = Path(__file__).parent / "definitions"
PUBLISHED = "published.toml"
Defined = TypeVar("Defined")  # a scale, or a protocol: what has an id, a version and a fingerprint

Shelf = dict[tuple[str, str], Instrument]
_own: Shelf = {}  # a clinic's own scales, put there by `keep_own`


def catalogue() -> dict[str, Instrument]:
    """The current version of every scale, shipped and the clinic's own, by id in alphabetical order."""
    return dict(sorted({**current(DEFINITIONS), **newest(_own)}.items()))


def instrument(id: str, version: str | None = None) -> Instrument:
    """One scale in the version asked for (stored answers name theirs) or the current one; raises NotFound."""
    known = newest(_own) if any(id == name for name, _ in _own) else current(DEFINITIONS)
    if id not in known:
        raise NotFound(f"There is no rating scale “{id}”; there are {', '.join(catalogue())}.")
    if version is None:
        return known[id]
    try:
        return _own[id, version] if (id, version) in _own else shelf(DEFINITIONS)[id, version]
    except KeyError:
        raise NotFound(f"There is no version {version} of {known[id].title}.") from None


def keep_own(scales: Shelf) -> None:
    """Sets a clinic's own scales beside the shipped ones, in place of those set before. A shipped scale cannot
    be replaced; raises BadDefinition."""
    global _own
    shipped = {id for id, _ in shelf(DEFINITIONS)}
    if taken := sorted({id for id, _ in scales} & shipped):
        raise BadDefinition(*(f"{id} is the id of a shipped scale; give yours another." for id in taken))
    _own = dict(scales)


def own_scales() -> Shelf:
    return dict(_own)


@cache
def current(folder: Path) -> dict[str, Instrument]:
    return newest(shelf(folder))


def newest(scales: Shelf) -> dict[str, Instrument]:
    by_age = sorted(scales.values(), key=lambda each: (each.id, order(each.version)))
    return {each.id: each for each in by_age}


@cache
def shelf(folder: Path) -> Shelf:
    """Read all definitions of a folder, once; raises BadDefinition if one is ill-formed or was altered."""
    return read_folder(folder, read_definition)


def read_folder(folder: Path, read: Callable[[Path], Defined]) -> dict[tuple[str, str], Defined]:
    """Every definition of a folder by (id, version), each in a file of its name, none altered since it was
    published. Raises BadDefinition."""
    found: dict[tuple[str, str], Defined] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name != PUBLISHED:
            one = read(path)
            found[one.id, one.version] = one
            refuse_name(path, one)
    refuse_out_of_turn(folder, found)
    refuse_altered(found, published(folder))
    return found


def published(folder: Path) -> dict[str, str]:
    """Fingerprint by `id@version`, as listed when the version was published."""
    path = folder / PUBLISHED
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def refuse_name(path: Path, read: Instrument) -> None:
    allowed = (f"{read.id}.toml", f"{read.id}@{read.version}.toml")
    if path.name not in allowed:
        raise BadDefinition(
            f"{path.name}: the file should be called {allowed[0]}, or {allowed[1]} once it is old."
        )


def refuse_out_of_turn(folder: Path, found: Shelf) -> None:
    """The file without a version in its name must be the newest, or a page would fill in an old form."""
    for id, version in found:
        newest = max((each for name, each in found if name == id), key=order)
        if version == newest and not (folder / f"{id}.toml").exists():
            raise BadDefinition(f"{id}.toml is missing; {id}@{version}.toml is the newest version.")
        if version != newest and not (folder / f"{id}@{version}.toml").exists():
            raise BadDefinition(f"{id}.toml: version {version} is older than {id}@{newest}.toml.")


def refuse_altered(found: Shelf, listed: dict[str, str]) -> None:
    """A published version stays as it was: stored answers were given, and scored, under it."""
    problems = [
        f"{name} was published, but its file is gone." for name in listed if name_of(name) not in found
    ]
    for (id, version), each in found.items():
        name = f"{id}@{version}"
        if name not in listed:
            problems.append(f'{name} is new: add the line "{name}" = "{each.fingerprint}" to {PUBLISHED}.')
        elif listed[name] != each.fingerprint:
            problems.append(
                f"{id}.toml differs from what was published as {name}: keep the old text as {name}.toml "
                "and give the new one a higher version."
            )
    if problems:
        raise BadDefinition(*problems)


def name_of(listed: str) -> tuple[str, str]:
    id, _, version = listed.partition("@")
    return id, version


def order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
