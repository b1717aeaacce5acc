"""A list as a file: every cell a text, never a formula; for those who may see the list."""

import csv
import io
from typing import Any

import httpx
import openpyxl
import pytest
from sqlalchemy import Engine, text
from sqlalchemy import event as sqlalchemy_event

from service.console import export_pages
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.models import Event
from service.lists import export
from service.lists.export import harmless
from service.lists.fields import Scope
from service.lists.queries import Filter, list_guests
from tests.support import factories as make
from workers.context import Context
from workers.jobs import work
from workers.kinds import KINDS

EVIL = '=HYPERLINK("http://evil.example","x")'
HEADS = ["Full name", "Name in Latin letters", "Organisation", "Country", "Category", "State", "Registered"]


@pytest.fixture
async def forum(db: Database, signer: Signer) -> dict[str, Any]:
    async with db.begin() as session:
        host, other = await make.organisation(session), await make.organisation(session, "other", "Other")
        event = await make.event(session, host)
        await make.category(session, event)
        for number, (name, affiliation) in enumerate(
            [("Әсел Нұрланқызы", "Steppe; «Ventures»"), (EVIL, "+1-2"), ("김민수", '@SUM("1")')]
        ):
            await make.registration(
                session, signer, event, name=name, affiliation=affiliation, email=f"g{number}@x.example",
                phone="+77015550123",
            )  # fmt: skip
        cookies = {role: await make.browser(session, host, role) for role in ("organizer", "viewer", "door")}
        cookies["outsider"] = await make.browser(session, other, "owner")
    return {"event": event, "cookies": cookies}


async def fetch(
    client: httpx.AsyncClient, forum: dict[str, Any], role: str = "viewer", **data: Any
) -> httpx.Response:
    client.cookies = httpx.Cookies(forum["cookies"][role])
    return await client.post("/console/forum/guests/export", data=data)


async def test_a_spreadsheet_holds_texts_only(client: httpx.AsyncClient, forum: dict[str, Any]) -> None:
    answer = await fetch(client, forum, form="xlsx")

    assert answer.headers["content-disposition"].startswith('attachment; filename="guests-forum-20')
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == HEADS
    assert [row[0] for row in rows[1:]] == [EVIL, "Әсел Нұрланқызы", "김민수"]
    assert rows[1][2:6] == ["+1-2", "Kazakhstan", "Business", "Waiting for decision"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


async def test_csv_is_harmless_and_in_the_readers_language(
    client: httpx.AsyncClient, forum: dict[str, Any]
) -> None:
    client.cookies = httpx.Cookies(forum["cookies"]["viewer"])
    client.cookies.set("lang", "ko")

    answer = await client.post(
        "/console/forum/guests/export",
        data={"form": "csv", "list": "cols=name,organisation,phone&sort=-name"},
    )

    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [
        ["성명", "로마자 이름", "소속", "전화번호"],
        ["김민수", "Assel Nurlankyzy", '\'@SUM("1")', "+77015550123"],
        ["Әсел Нұрланқызы", "Assel Nurlankyzy", "Steppe; «Ventures»", "+77015550123"],
        [f"'{EVIL}", "Assel Nurlankyzy", "'+1-2", "+77015550123"],
    ]


@pytest.mark.parametrize(
    "cell", ["=1", "+cmd|' /C calc'!A0", "-2", "@x", "\t=1", "\r=1", "|x", "%x", "+7 701", "\n=1"]
)
def test_what_a_spreadsheet_would_take_for_a_formula_begins_with_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ким", "+77015550123", "a=1", "김-민수"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == cell


async def test_those_chosen_come_as_contacts(
    client: httpx.AsyncClient, forum: dict[str, Any], db: Database
) -> None:
    async with db.begin() as session:
        event: Event = forum["event"]
        [*_, kim] = await list_guests(session, Scope.of(event), Filter())

    answer = await fetch(client, forum, form="vcf", id=str(kim.id))

    lines = answer.text.split("\r\n")
    assert lines[:4] == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "FN;ALTID=1:김민수",
        "FN;ALTID=1;LANGUAGE=en:Assel Nurlankyzy",
    ]
    assert answer.text.count("BEGIN:VCARD") == 1
    assert "EMAIL:g2@x.example" in lines


async def test_only_those_who_may_see_the_list_take_it_home_and_it_is_written_down(
    client: httpx.AsyncClient, forum: dict[str, Any], db: Database
) -> None:
    assert (await fetch(client, forum, "outsider", form="csv")).status_code == 404
    assert (await fetch(client, forum, "door", form="csv")).status_code == 403
    await fetch(client, forum, "organizer", form="csv", list="where=state:pending")

    async with db.begin() as session:
        lines = await session.execute(
            text("SELECT data->>'count', data->>'where' FROM audit WHERE name = 'guests.exported'")
        )
        assert [tuple(line) for line in lines] == [("3", "state:pending")]


async def test_a_long_list_is_written_by_a_worker_for_its_owner(
    client: httpx.AsyncClient, forum: dict[str, Any], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_pages, "AT_ONCE", 2)
    monkeypatch.setattr(export, "BATCH", 2)

    sent = await fetch(client, forum, "organizer", form="csv")
    assert await work(context, KINDS)

    job = sent.headers["location"]
    assert "3 guests are in the file." in (await client.get(job)).text
    file = await client.get(f"{job}/file")
    assert len(file.content.decode("utf-8-sig").splitlines()) == 4
    client.cookies = httpx.Cookies(forum["cookies"]["viewer"])
    assert (await client.get(f"{job}/file")).status_code == 404


async def test_a_file_takes_as_many_queries_for_one_as_for_three(
    client: httpx.AsyncClient, forum: dict[str, Any], db: Database
) -> None:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    sqlalchemy_event.listen(Engine, "before_cursor_execute", note)
    try:
        cols = "list=cols%3Dname,delegation,tags,badge,invitation,principal,arrived"
        counts = []
        for where in ("name:김민수", ""):
            seen.clear()
            await fetch(
                client,
                forum,
                form="csv",
                list=f"{cols.removeprefix('list=')}&where={where}".replace("%3D", "="),
            )
            counts.append(len(seen))
    finally:
        sqlalchemy_event.remove(Engine, "before_cursor_execute", note)
    assert counts[0] == counts[1]
