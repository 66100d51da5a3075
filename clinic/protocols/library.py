"""The protocols on the shelf: every published version of each, unchanged since it was published."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from clinic.instruments.library import newest, order, read_folder
from clinic.protocols.definition import Protocol
from clinic.protocols.reading import read_definition
from clinic.refused import NotFound

DEFINITIONS = Path(__file__).parent / "definitions"

Shelf = dict[tuple[str, str], Protocol]


def catalogue() -> dict[str, Protocol]:
    """The current version of every shipped protocol, by id in alphabetical order."""
    return newest(shelf(DEFINITIONS))


def protocol(id: str, version: str | None = None) -> Protocol:
    """One protocol in the version asked for (a treatment names the one that judged it) or the current one;
    raises NotFound."""
    known = catalogue()
    if id not in known:
        raise NotFound(f"There is no protocol “{id}”; there are {', '.join(known)}.")
    try:
        return shelf(DEFINITIONS)[id, version or known[id].version]
    except KeyError:
        raise NotFound(f"There is no version {version} of {known[id].title}.") from None


def versions(id: str) -> list[str]:
    """Of the shipped protocol, oldest first."""
    return sorted((version for each, version in shelf(DEFINITIONS) if each == id), key=order)


@cache
def shelf(folder: Path) -> Shelf:
    """Read all protocols of a folder, once; raises BadDefinition if one is ill-formed or was altered since."""
    return read_folder(folder, read_definition)
