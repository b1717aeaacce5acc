"""A file as rows of texts: CSV in any encoding with any delimiter, or the first sheet of an XLSX.

Whatever is hostile or hopeless is refused with one sentence, before it costs memory: bombs by what the archive says it
holds, far cells by counting. A formula comes as its own text, `=…`: nothing computes it. Entities are bounded by
expat (2.4.1 and later refuse to amplify), and external ones are never fetched."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice

import msgspec

from service.imports.encodings import decode, guess
from service.imports.errors import (
    FileEmpty,
    FileLocked,
    FileRefused,
    FileSwells,
    FileTooLarge,
    QuoteNeverCloses,
    TooManyColumns,
    TooManyEmptyRows,
    TooManyRows,
    WrongEncoding,
)

LARGEST = 40 * 1024 * 1024
UNPACKED = 400 * 1024 * 1024
SWELLS = 200  # times
MOST_COLUMNS, MOST_ROWS, EMPTY_ROWS = 200, 100_000, 1_000
LONGEST_CELL = 4_000
DELIMITERS = (",", ";", "\t", "|")
_OLE = b"\xd0\xcf\x11\xe0"  # XLS, and any XLSX with a password
_NOT_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


class Line(msgspec.Struct, frozen=True):
    """A row and its number in the file, as the one who made the file sees it."""

    number: int
    cells: list[str]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """`heads` is the first row that is not empty; every line has as many cells. `encoding` and `delimiter` are '' for
    XLSX."""

    heads: list[str]
    lines: list[Line]
    encoding: str = ""
    delimiter: str = ""


def read_table(body: bytes, *, encoding: str = "", delimiter: str = "", most: int | None = None) -> Table:
    """The whole list, or its first `most` lines. Raises FileRefused with the reason."""
    if len(body) > LARGEST:
        raise FileTooLarge(most=LARGEST // 1024 // 1024)
    if body.startswith(_OLE):
        raise FileLocked
    if body.startswith(_NOT_TEXT):
        raise FileRefused
    if body.startswith(b"PK\x03\x04"):
        heads, lines = _gather(_sheet_rows(body), most)
        return Table(heads=heads, lines=lines)
    encoding = encoding or guess(body)
    text = decode(body, encoding)
    if text is None:
        raise WrongEncoding
    if "\0" in text:
        raise FileRefused
    delimiter = delimiter or _delimiter(text)
    heads, lines = _gather(_text_rows(text, delimiter), most)
    return Table(heads=heads, lines=lines, encoding=encoding, delimiter=delimiter)


def _gather(rows: Iterable[tuple[int, list[str]]], most: int | None) -> tuple[list[str], list[Line]]:
    heads: list[str] = []
    lines: list[Line] = []
    last = 0
    for number, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise TooManyColumns(most=MOST_COLUMNS)
        if number - last > EMPTY_ROWS:
            raise TooManyEmptyRows(row=last)
        if not cells:
            continue
        last = number
        if not heads:
            heads = cells
            continue
        if len(lines) == MOST_ROWS:
            raise TooManyRows(most=MOST_ROWS)
        lines.append(Line(number, cells))
        if most is not None and len(lines) == most:
            break
    if not lines:
        raise FileEmpty
    width = max(len(heads), *(len(line.cells) for line in lines))
    for line in lines:
        line.cells.extend([""] * (width - len(line.cells)))
    return heads + [""] * (width - len(heads)), lines


def _delimiter(text: str) -> str:
    """The one that parts the first lines into the most cells, the same number in each."""
    head = text[:50_000]

    def parts(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in islice(_rows(head, delimiter), 30) if row][:-1] or [1]
        except csv.Error:
            return (0, 1)
        usual = max(set(widths), key=widths.count)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(DELIMITERS, key=parts)


def _text_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """With the number of the line on which each row begins."""
    reader, begins = _rows(text, delimiter), 1
    try:
        for row in reader:
            yield begins, [_one_line(cell) for cell in row[: MOST_COLUMNS + 1]]
            begins = reader.line_num + 1  # type: ignore[attr-defined]  # csv.reader counts lines
    except csv.Error as error:
        raise QuoteNeverCloses(row=begins) from error


def _rows(text: str, delimiter: str) -> "Iterator[list[str]]":
    """A cell may have 131,072 signs (the csv module's limit, which holds for the whole process)."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _sheet_rows(body: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # here: 6 MB that a process without a list to read need not hold

    _check_archive(body)
    try:
        book = load_workbook(io.BytesIO(body), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size is not believed
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [_shown(cell) for cell in row[: MOST_COLUMNS + 1]]
    except (
        KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, SyntaxError, zipfile.BadZipFile,
        OverflowError,
    ) as error:  # fmt: skip
        raise FileRefused from error


def _check_archive(body: bytes) -> None:
    """By what the archive's directory says, before anything is unpacked. zipfile unpacks no more than it says."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise FileRefused from error
    size = sum(part.file_size for part in parts)
    if size > UNPACKED or len(parts) > 2_000 or (size > 20_000_000 and size > SWELLS * len(body)):
        raise FileSwells
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise FileRefused


def _shown(cell: object) -> str:
    """As people see it in the sheet: 3, not 3.0; 2026-11-23, not a midnight."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _one_line(cell)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date | time) else _one_line(str(cell))


def _one_line(text: str) -> str:
    """Printable signs only, one blank between words; our own exports' guard against formulas is taken off again."""
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else " " for sign in text[: LONGEST_CELL * 2])
    text = " ".join(text.split())[:LONGEST_CELL]
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@|%") else text
