"""A CSV file as rows of text, or a sentence that says why it is none. Nothing is converted here."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from clinic.exchange.problems import Problem
from clinic.refused import BadInput

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_LARGEST = 200_000_000  # bytes; a clinic's scores of decades are a tenth of it
_HEADER_WITHIN = 20  # rows searched for a header that does not stand where the map says

# What the first bytes give away.
_NO_CSV = {
    b"%PDF": "is a PDF document",
    b"PK\x03\x04": "is a workbook or another zipped file; in the spreadsheet choose “Save as CSV”",
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook; in the spreadsheet choose “Save as CSV”",
    b"SQLite format 3": "is a SQLite database",
    b"\x1f\x8b": "is a compressed file",
    b"<": "is a web page or XML",
    b"{": "is JSON",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written down. None: found out, and said in the report."""

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows as (spreadsheet row, {column: text}), without the blank ones; rows that cannot be cut into the
    header's columns are among `problems` instead."""

    rows: list[tuple[int, dict[str, str]]]
    encoding: str
    delimiter: str
    problems: list[Problem] = field(default_factory=list)

    @property
    def read_as(self) -> str:
        return f"read as {self.encoding}, separated by {DELIMITERS.get(self.delimiter, repr(self.delimiter))}"


def read(path: Path, shape: Shape, wanted: Sequence[str]) -> Sheet:
    """The file with at least the columns `wanted`. Raises BadInput when it cannot be read as that."""
    text, encoding = _decoded(path, shape.encoding)
    delimiter = _delimiter(text, shape, wanted)
    header = _header(text, delimiter, shape.header_row)
    _refuse_columns(path, text, delimiter, shape, header, wanted)
    rows, problems = [], []
    for number, cells in _numbered(path, text, delimiter):
        if number <= shape.header_row or not any(cell.strip() for cell in cells):
            continue
        if len(cells) == len(header):
            rows.append((number, dict(zip(header, cells, strict=True))))
        else:
            problems.append(_shifted(number, cells, header))
    if problems and not rows:
        raise BadInput(
            f"The header of {path.name} has {len(header)} columns, but no row has as many "
            f"(row {problems[0].row}: {problems[0].sentence})"
        )
    return Sheet(rows, encoding, delimiter, problems)


def plain(name: str) -> str:
    """A column's name without line breaks and doubled blanks, as a person would type it into a map."""
    return " ".join(name.split())


def _decoded(path: Path, encoding: str | None) -> tuple[str, str]:
    data = _bytes(path)
    if encoding is not None:
        return _as(data, encoding, path), encoding
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(data, "utf-16", path), "utf-16"
    if b"\0" in data:
        raise BadInput(f"{path.name} is no CSV file: it is not text.")
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return _as(data, "cp1252", path), "cp1252"


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise BadInput(f"There is no file {path}.")
    if path.stat().st_size > _LARGEST:
        raise BadInput(f"{path.name} is larger than {_LARGEST // 1_000_000} MB: cut it into several files.")
    data = path.read_bytes()
    if not data.strip(b"\xef\xbb\xbf \r\n\t"):
        raise BadInput(f"{path.name} is empty.")
    for start, what in _NO_CSV.items():
        if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(start):
            raise BadInput(f"{path.name} is no CSV file: it {what}.")
    return data


def _as(data: bytes, encoding: str, path: Path) -> str:
    try:
        text = data.decode(encoding)
    except LookupError:
        raise BadInput(f"“{encoding}” is no encoding; examples are utf-8 and cp1252.") from None
    except UnicodeDecodeError as fault:
        row = data[: fault.start].count(b"\n") + 1
        raise BadInput(f"{path.name} is no text in {encoding}: line {row} has other signs.") from None
    return text.removeprefix("\ufeff")


def _delimiter(text: str, shape: Shape, wanted: Sequence[str]) -> str:
    """The declared delimiter, or the one under which the header has the most of the columns wanted."""
    if shape.delimiter is not None:
        return shape.delimiter

    def fit(delimiter: str) -> tuple[int, int]:
        header = _header(text, delimiter, shape.header_row)
        return len(set(wanted) & set(header)), len(header)

    return max(DELIMITERS, key=fit)


def _header(text: str, delimiter: str, header_row: int) -> list[str]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [plain(cell) for cell in next(islice(lines, header_row - 1, None), [])]


def _refuse_columns(path: Path, text: str, delimiter: str, shape: Shape, header: list[str], wanted) -> None:
    if missing := [name for name in wanted if name not in header]:
        raise BadInput(
            *(_missing(path, name, header) for name in missing), *_elsewhere(text, delimiter, wanted)
        )
    if twice := [name for name in wanted if header.count(name) > 1]:
        raise BadInput(*(f"The header of {path.name} has the column “{name}” twice." for name in twice))
    blank = {name for name in header if header.count(name) > 1}
    for place, name in enumerate(header):  # the others keep apart by their place
        header[place] = f"{name} ({place + 1})" if name in blank else name


def _missing(path: Path, name: str, header: list[str]) -> str:
    by_small = {column.casefold(): column for column in header}
    near = get_close_matches(name.casefold(), by_small, n=1, cutoff=0.6)
    if near:
        return f"{path.name} has no column “{name}”; did you mean “{by_small[near[0]]}”?"
    listed = ", ".join(f"“{column}”" for column in header if column) or "nothing"
    return f"{path.name} has no column “{name}”. Its header row holds: {_short(listed)}."


def _short(text: str, length: int = 300) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def _elsewhere(text: str, delimiter: str, wanted: Sequence[str]) -> Iterator[str]:
    for number in range(1, _HEADER_WITHIN + 1):
        if set(wanted) <= set(_header(text, delimiter, number)):
            yield f"Row {number} has all columns of the map: write header_row = {number} under [file]."
            return


def _numbered(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows as a spreadsheet counts them: a cell with line breaks is still one row."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(lines, start=1):
            yield number, cells
    except csv.Error as fault:
        raise BadInput(
            f"{path.name}, row {number + 1}: the row cannot be cut into cells ({fault}); "
            "most often a quotation mark is not closed."
        ) from None


def _shifted(number: int, cells: list[str], header: list[str]) -> Problem:
    sentence = f"the row has {len(cells)} cells, the header {len(header)}: a cell is missing or one too many."
    return Problem(number, None, sentence)
