"""A list as a file: XLSX, CSV or vCard, row by row, so that fifty thousand take no more memory than fifty.

Nothing in a file is ever a formula (ASVS 5.0, 1.2.10): XLSX cells are texts, and in CSV whatever a spreadsheet would
take for a formula begins with an apostrophe."""

import csv
import io
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import msgspec
import xlsxwriter
from icalendar import vText
from icalendar.parser import Contentline, Parameters
from sqlalchemy.ext.asyncio import AsyncSession

from service.lists.columns import Row, load_rows
from service.lists.fields import Scope
from service.lists.queries import Filter, select_in_order
from service.registrations.models import Registration

BATCH = 250
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "vcf": "text/vcard; charset=utf-8",
}
LONGEST_CELL = 32_767  # characters, by the XLSX format
_FORMULA = re.compile(r"[=+\-@\t\r\n|%]")
_PHONE = re.compile(r"\+[0-9]{4,15}")


class Wording(Protocol):
    """How columns are called and what stands in their cells, in the reader's language."""

    def field(self, key: str) -> str: ...
    def text(self, column: str, row: Row) -> str: ...


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What to write: whom, which columns, in which form (a key of MEDIA)."""

    wanted: Filter
    columns: tuple[str, ...]
    form: str
    ids: list[UUID] | None = None


async def list_all(session: AsyncSession, scope: Scope, sheet: Sheet) -> AsyncIterator[list[Row]]:
    """All rows in batches, as they were at one moment: one statement, read little by little."""
    statement = select_in_order(scope, sheet.wanted, *_NEEDED, ids=sheet.ids)
    found = await session.stream(statement.execution_options(yield_per=BATCH))
    async for part in found.partitions(BATCH):
        yield await load_rows(session, part, sheet.columns)


R = Registration
_NEEDED = (
    R.id, R.person_id, R.delegation_id, R.invitation_id, R.principal_id, R.category_id, R.native_name, R.latin_name,
    R.honorific, R.academic_title, R.affiliation, R.position, R.country, R.state, R.step, R.waiting_since,
    R.created_at, R.decided_at, R.email, R.phone, R.language, R.companion, R.watched, R.source, R.reason, R.dietary,
    R.access_needs, R.assistant_email, R.badge_line, R.answers,
)  # fmt: skip


async def write_file(
    session: AsyncSession, scope: Scope, sheet: Sheet, words: Wording, path: Path,
    each: Callable[[int], Awaitable[None]] | None = None,
) -> int:  # fmt: skip
    """The file at this path; how many are in it. `each` is awaited with the number of rows after every batch."""
    count = 0
    with _WRITERS[sheet.form](path, [words.field(column) for column in sheet.columns]) as write:
        async for rows in list_all(session, scope, sheet):
            for row in rows:
                write([words.text(column, row) for column in sheet.columns], row)
            count += len(rows)
            if each is not None:
                await each(count)
    return count


@contextmanager
def _xlsx(path: Path, heads: Sequence[str]) -> Any:
    texts = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(path, {"constant_memory": True, **texts})
    sheet, number = book.add_worksheet(), 0
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(heads) - 1, 24)
    bold = book.add_format({"bold": True})
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, bold)

    def write(cells: Sequence[str], _: Row) -> None:
        nonlocal number
        number += 1
        for place, cell in enumerate(cells):
            if cell:
                sheet.write_string(number, place, cell[:LONGEST_CELL])

    yield write
    sheet.autofilter(0, 0, number, len(heads) - 1)
    book.close()


@contextmanager
def _csv(path: Path, heads: Sequence[str]) -> Any:
    with path.open(
        "w", encoding="utf-8-sig", newline=""
    ) as file:  # the mark tells spreadsheets that it is UTF-8
        table = csv.writer(file)
        table.writerow([harmless(head) for head in heads])
        yield lambda cells, _: table.writerow([harmless(cell) for cell in cells])


def harmless(cell: str) -> str:
    """Never a formula; a phone number may begin with its plus."""
    return f"'{cell}" if _FORMULA.match(cell) and not _PHONE.fullmatch(cell) else cell


@contextmanager
def _vcf(path: Path, _heads: Sequence[str]) -> Any:
    with path.open("wb") as file:
        yield lambda _, row: file.write(vcard(row.guest))


def vcard(guest: Registration) -> bytes:
    """RFC 6350. The name is whole: it is not taken apart into family and given name."""
    same = {"ALTID": "1"} if guest.latin_name else {}
    lines = [
        ("VERSION", "4.0", {}), ("FN", guest.native_name, same), ("FN", guest.latin_name, {**same, "LANGUAGE": "en"}),
        ("ORG", guest.affiliation, {}), ("TITLE", guest.position, {}), ("EMAIL", guest.email, {}),
        ("TEL", guest.phone, {"TYPE": "cell"}), ("LANG", guest.language, {}), ("UID", f"urn:uuid:{guest.id}", {}),
    ]  # fmt: skip
    out = io.BytesIO()
    out.write(b"BEGIN:VCARD\r\n")
    for name, value, parameters in lines:
        if value:
            text = vText(" ".join(value.split())) if name not in ("TEL", "UID", "VERSION", "LANG") else value
            out.write(Contentline.from_parts(name, Parameters(parameters), text).to_ical() + b"\r\n")
    out.write(b"END:VCARD\r\n")
    return out.getvalue()


_WRITERS = {"xlsx": _xlsx, "csv": _csv, "vcf": _vcf}
