"""A small table read at once: what a focal point brings. Large lists are imported by a worker (preview.py)."""

from collections.abc import Mapping

import msgspec

from service.imports.errors import FileRefused
from service.imports.mapping import guess_mapping
from service.imports.reading import Line, read_table
from service.imports.schemas import NO_CATEGORY, Options, read_row
from service.registrations.schemas import Application

MOST = 300


class SheetTooLong(FileRefused):
    code = "sheet_too_long"
    say = "There are more than %(most)s rows. Please split the list."


class NoNames(FileRefused):
    code = "no_names"
    say = "No column holds names. Please write a first line with the heads of the columns: name, position, e-mail."


class Row(msgspec.Struct, frozen=True):
    """A line, and the card in it or why there is none (a msgid)."""

    line: Line
    card: Application | None
    problem: str = ""


class Sheet(msgspec.Struct, frozen=True):
    """The heads of the columns, and the rows below."""

    heads: list[str]
    rows: list[Row]

    def as_text(self, rows: list[Row]) -> str:
        """Some of its rows to correct and bring again: cells parted by tabs, the heads first."""
        lines = [self.heads, *(row.line.cells for row in rows)]
        return "\n".join("\t".join(cell.replace("\t", " ") for cell in cells) for cells in lines)


def read_sheet(body: bytes, categories: Mapping[str, str], *, category: str, language: str) -> Sheet:
    """`categories` gives the key for each name that may be brought; `category` is the key for rows without one.

    Raises FileRefused."""
    table = read_table(body, most=MOST + 1)
    if len(table.lines) > MOST:
        raise SheetTooLong(most=MOST)
    mapping = guess_mapping(table.heads, table.lines)
    if not {"name", "family"} & set(mapping):
        raise NoNames
    options = Options(category=category, language=language)
    rows = []
    for line in table.lines:
        read = read_row(line.cells, mapping, options, categories)
        if read.card is not None and not read.card.category:
            rows.append(Row(line, None, NO_CATEGORY))
        else:
            rows.append(Row(line, read.card, read.problem[1] if read.problem else ""))
    return Sheet(table.heads, rows)
