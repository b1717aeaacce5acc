"""A list through the console: brought, mapped, looked at, applied by a worker, brought again, and taken back."""

import csv
import io
import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from service.core.actor import SYSTEM
from service.core.clock import now
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.models import Event
from service.imports import applying
from service.places.operations import set_capacity
from service.registrations import operations
from service.registrations.models import Registration
from service.registrations.recounting import recount
from tests.support import factories as make
from workers.context import Context
from workers.jobs import work
from workers.kinds import KINDS

OPTIONS = {"category": "business", "language": "ru", "state": "rule", "words_for_nothing": "yes",
           "make_delegations": "yes", "without_country": "yes"}  # fmt: skip
# What real lists are like: nothing is NA, titles in three languages, no addresses, two of one name.
TROUBLES = """Делегация;Обращение;ФИО;Должность;Организация;Страна;E-mail
Қазақстан;Г-н;Ёлкин Пётр;Директор, начальник отдела;NA;KAZ;NA
Қазақстан;HE Ms;Әсел Нұрланқызы;NA;Ұлттық банк;KZ;assel@bank.example
France;M;Zoé Lefèvre;Chargée d'affaires;Ambassade;FRA;-
France;SE M;Jean Dupont;нет;Ambassade;Франция;-
World Fund;NA;Иван Петров;NA;NA;NA;NA
Sea Council;NA;Иван Петров;NA;NA;NA;NA
Urban Lab;Ms;O'Brien, Ann;"Chair; board";Urban Lab;SUN;ann@lab.example
"""


@dataclass
class House:
    client: httpx.AsyncClient
    db: Database
    context: Context
    event: Event
    cookies: dict[str, dict[str, str]]

    def as_(self, role: str) -> httpx.AsyncClient:
        self.client.cookies = httpx.Cookies(self.cookies[role])
        return self.client

    async def bring(self, body: bytes, name: str = "list.csv") -> httpx.Response:
        return await self.as_("organizer").post("/console/forum/imports", files={"file": (name, body)})

    async def look(self, body: bytes, **options: str) -> str:
        """Brought and read as guessed; the address of its rows."""
        address = (await self.bring(body)).headers["location"]
        page = (await self.client.get(address)).text
        targets = re.findall(r'<select class="input small" id="t-\d+".*?</select>', page, re.DOTALL)
        chosen = [(re.findall(r'value="(\w+)" selected', one) or [""])[0] for one in targets]
        sent = await self.client.post(address, data={**OPTIONS, **options, "target": chosen})
        assert sent.status_code == 303, sent.text
        assert await work(self.context, KINDS)
        return address

    async def step(self, address: str, step: str) -> str:
        sent = await self.client.post(f"{address}/{step}")
        assert await work(self.context, KINDS)
        return (await self.client.get(sent.headers["location"])).text

    async def counts(self, address: str) -> dict[str, int]:
        tabs = re.findall(
            r'show=(\w+)"[^>]*>[^<]*<span class="number">(\d+)</span>', (await self.client.get(address)).text
        )
        return {key: int(number) for key, number in tabs}

    async def rows(self, sql: str) -> list[Any]:
        async with self.db.begin() as session:
            return [tuple(row) for row in await session.execute(text(sql))]

    async def counters_are_true(self) -> bool:
        return (
            await self.rows("""
            SELECT p.id FROM places p LEFT JOIN registrations r
                ON r.category_id = p.id AND r.state IN ('pending', 'held', 'offered', 'approved')
            WHERE p.kind = 'category' GROUP BY p.id HAVING p.taken <> count(r.id) OR p.taken > p.capacity
        """)
            == []
        )


@pytest.fixture
async def house(db: Database, signer: Signer, client: httpx.AsyncClient, context: Context) -> House:
    async with db.begin() as session:
        host, other = await make.organisation(session), await make.organisation(session, "other", "Other")
        event = await make.event(session, host)
        await make.category(session, event, capacity=100)
        theirs = await make.event(session, other, "theirs")
        await make.category(session, theirs)
        await make.registration(session, signer, theirs, name="Иван Петров", email="assel@bank.example")
        cookies = {role: await make.browser(session, host, role) for role in ("organizer", "viewer")}
        cookies["outsider"] = await make.browser(session, other, "owner")
    return House(client, db, context, event, cookies)


async def test_a_real_list_comes_in_whole_and_once(house: House) -> None:
    address = await house.look(
        TROUBLES.encode("cp1251", "replace").replace(b"?", b"K")
    )  # as an old machine wrote it
    assert await house.counts(address) == {"new": 6, "changed": 0, "same": 0, "duplicate": 1, "wrong": 0}
    assert "The name stands in line 6, too." in (await house.client.get(f"{address}?show=duplicate")).text

    await house.client.post(f"{address}/choose", data={"choice": "new"})
    said = await house.step(address, "apply")

    assert "7 guests came in, 0 were changed." in said
    found = await house.rows("""
        SELECT r.honorific, r.position, r.country, r.email, d.name, r.state, r.language, r.source FROM registrations r
        JOIN delegations d ON d.id = r.delegation_id WHERE r.native_name IN ('Jean Dupont', 'O''Brien, Ann') ORDER BY 1
    """)
    assert found == [
        ("Ms", "Chair; board", "", "ann@lab.example", "Urban Lab", "pending", "ru", "import"),
        ("SE M", "", "FR", "", "France", "pending", "ru", "import"),
    ]
    assert await house.rows(
        "SELECT count(*) FROM deliveries WHERE event_id = (SELECT id FROM events WHERE slug = 'forum')"
    ) == [(0,)]
    assert await house.counters_are_true()
    again = await house.look(TROUBLES.encode("cp1251", "replace").replace(b"?", b"K"))
    assert await house.counts(again) == {"new": 0, "changed": 0, "same": 7, "duplicate": 0, "wrong": 0}
    assert "There is nothing to do" in (await house.client.get(again)).text


async def test_each_kind_of_error_comes_back_with_its_reason_and_the_good_go_in(house: House) -> None:
    rows = """Name,Email,Country,Category,Phone
Good One,good@x.example,KZ,Business,
,nobody@x.example,KZ,,
Bad Mail,not-an-address,KZ,,
Bad Phone,a@x.example,KZ,,123
No Such,b@x.example,KZ,Kings,
Twice,good@x.example,KZ,,
=HYPERLINK("x"),c@x.example,KZ,,
Atlantean,d@x.example,Atlantis,,
"""
    address = await house.look(rows.encode(), without_country="")
    assert await house.counts(address) == {"new": 1, "changed": 0, "same": 0, "duplicate": 0, "wrong": 7}

    assert "1 guests came in" in await house.step(address, "apply")

    file = await house.client.get(f"{address}/wrong.csv")
    table = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert table[0] == ["Name", "Email", "Country", "Category", "Phone", "Problem"]
    assert [row[-1].split(".")[0] for row in table[1:]] == [
        "Please enter the full name", "This does not look like an e-mail address",
        "Please enter the number with its country code, for example +7 701 123 45 67",
        "There is no category of this name", "The same e-mail address stands in line 2", "This cell holds a formula",
        "We do not know this country",
    ]  # fmt: skip
    assert table[6][0] == '\'=HYPERLINK("x")'
    corrected = (
        file.content.decode("utf-8-sig").replace("Atlantis", "Kazakhstan").replace("Problem", "Remark")
    )
    again = await house.look(corrected.encode(), without_country="")
    # the country is right now; the address of line 2 is at the event, with another name
    assert await house.counts(again) == {"new": 1, "changed": 0, "same": 0, "duplicate": 1, "wrong": 5}


async def test_changes_are_shown_field_by_field_and_an_empty_cell_erases_nothing(
    house: House, signer: Signer
) -> None:
    async with house.db.begin() as session:
        guest = await make.registration(
            session, signer, house.event, name="Цой Виктор", latin_name="Tsoy Viktor", email="v@x.example"
        )

    address = await house.look("ФИО,Организация,Должность,Почта\nВиктор Цой,Кино,,V@x.example\n".encode())
    page = (await house.client.get(f"{address}?show=changed")).text
    assert "<del><bdi>Steppe Ventures</bdi></del> → <ins><bdi>Кино</bdi></ins>" in page
    await house.step(address, "apply")

    async with house.db.begin() as session:
        found = await session.get_one(Registration, guest.id)
        assert (found.native_name, found.affiliation, found.position, found.version) == (
            "Виктор Цой",
            "Кино",
            "Partner",
            2,
        )
    await house.step(address, "undo")
    async with house.db.begin() as session:
        back = await session.get_one(Registration, guest.id)
        assert (back.native_name, back.affiliation, back.version) == ("Цой Виктор", "Steppe Ventures", 3)


async def test_a_row_moves_a_guest_to_its_category_and_delegation_and_back(
    house: House, signer: Signer
) -> None:
    async with house.db.begin() as session:
        await make.category(session, house.event, "press", 1)
        for name in ("Ann", "Bob"):
            await make.registration(
                session, signer, house.event, name=name, latin_name="", email=f"{name}@x.example".lower()
            )
    where = """SELECT r.native_name, c.key, coalesce(d.name, '') FROM registrations r
        JOIN categories c ON c.id = r.category_id LEFT JOIN delegations d ON d.id = r.delegation_id
        WHERE r.email IN ('ann@x.example', 'bob@x.example') ORDER BY 1"""
    before = await house.rows(where)

    rows = "Name,Email,Category,Delegation\nAnn,ann@x.example,press,Radio\nBob,bob@x.example,press,\n"
    address = await house.look(rows.encode())
    page = (await house.client.get(f"{address}?show=changed")).text
    said = await house.step(address, "apply")

    assert "<del><bdi>business</bdi></del> → <ins><bdi>press</bdi></ins>" in page
    assert "<ins><bdi>Radio</bdi></ins>" in page
    assert "0 guests came in, 1 were changed." in said
    assert await house.rows(where) == [("Ann", "press", "Radio"), ("Bob", "business", "")]
    async with house.db.begin() as session:
        assert await recount(session) == []
    # rows that name no category move nobody
    again = await house.look(b"Name,Email\nAnn,ann@x.example\n")
    assert await house.counts(again) == {"new": 0, "changed": 0, "same": 1, "duplicate": 0, "wrong": 0}

    await house.step(address, "undo")

    assert await house.rows(where) == before
    async with house.db.begin() as session:
        assert await recount(session) == []


async def test_a_possible_double_waits_for_a_person(house: House, signer: Signer) -> None:
    async with house.db.begin() as session:
        guest = await make.registration(
            session,
            signer,
            house.event,
            name="김민수",
            latin_name="",
            email="kim@x.example",
            affiliation="은행",
        )

    address = await house.look(
        "이름,소속,이메일\n김민수,외교부,other@x.example\nLi Ming,은행,kim@x.example\n".encode()
    )
    page = (await house.client.get(f"{address}?show=duplicate")).text
    assert page.count("The name is the same.") == 1
    assert page.count("The e-mail address is the same, the name is another one.") == 1
    await house.client.post(f"{address}/choose", data={"line": "2", "choice": f"same:{guest.id}"})
    assert "0 guests came in, 1 were changed." in await house.step(address, "apply")

    now_is = f"SELECT native_name, affiliation, email FROM registrations WHERE event_id = '{house.event.id}'"
    assert await house.rows(now_is) == [("김민수", "외교부", "other@x.example")]


async def test_places_that_run_out_send_the_rest_back(house: House) -> None:
    async with house.db.begin() as session:
        of_event = text("SELECT id FROM categories WHERE event_id = :id")
        [category] = (await session.execute(of_event, {"id": house.event.id})).scalars()
        await set_capacity(session, category, "category", 2)

    address = await house.look(b"Name\nA One\nB Two\nC Three\n")
    assert "2 guests came in" in await house.step(address, "apply")

    assert "There is no free place here." in (await house.client.get(f"{address}?show=wrong")).text
    assert await house.counters_are_true()


async def test_it_goes_on_where_a_lost_worker_left_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BATCH", 10)
    address = await house.look(
        b"Name,Email\n" + b"".join(b"Guest %d,g%d@x.example\n" % (n, n) for n in range(35))
    )
    import_id = address.rsplit("/", 1)[1]
    await house.client.post(f"{address}/apply")
    parts = 0
    whole = applying._insert

    async def dies(*given: Any) -> Any:
        nonlocal parts
        parts += 1
        if parts == 3:
            raise KeyboardInterrupt
        return await whole(*given)

    monkeypatch.setattr(applying, "_insert", dies)
    with pytest.raises(KeyboardInterrupt):
        await work(house.context, KINDS)
    assert await house.rows("SELECT count(*) FROM registrations WHERE source = 'import'") == [(20,)]

    assert await work(house.context, KINDS)

    people = await house.rows(
        "SELECT count(*), count(DISTINCT email) FROM registrations WHERE source = 'import'"
    )
    assert people == [(35, 35)]
    assert await house.rows(f"SELECT state FROM imports WHERE id = '{import_id}'") == [("applied",)]
    assert await house.counters_are_true()


async def test_taking_it_back_leaves_what_somebody_worked_with(house: House, signer: Signer) -> None:
    address = await house.look(
        b"Name,Email\nA One,a@x.example\nB Two,b@x.example\nC Three,\n", state="approved"
    )
    await house.step(address, "apply")
    assert await house.rows("SELECT count(*) FROM credentials") == [(3,)]
    async with house.db.begin() as session:
        touched = (
            await session.execute(text("SELECT id FROM registrations WHERE email = 'a@x.example'"))
        ).scalar_one()
        one = await operations.get_registration(session, house.event.id, touched, lock=True)
        await operations.cancel(session, SYSTEM, one, signer=signer, now=now())

    said = await house.step(address, "undo")

    assert "2 guests were removed, 0 put back; 1 stay because somebody worked with them." in said
    left = await house.rows("SELECT email, state FROM registrations WHERE source = 'import'")
    assert left == [("a@x.example", "cancelled")]
    assert await house.rows("SELECT count(*) FROM people WHERE native_name IN ('B Two', 'C Three')") == [(0,)]
    assert await house.counters_are_true()


async def test_only_the_team_of_the_event(house: House) -> None:
    address = await house.look(b"Name\nSecret Guest\n")

    for role, status in (("viewer", 403), ("outsider", 404)):
        browser = house.as_(role)
        for path in ("/console/forum/imports", address, f"{address}/wrong.csv"):
            assert (await browser.get(path)).status_code == status
        for path in (
            "/console/forum/imports",
            address,
            f"{address}/choose",
            f"{address}/apply",
            f"{address}/undo",
        ):
            assert (await browser.post(path, data={"choice": "new"})).status_code == status
    theirs = await house.as_("outsider").get(address.replace("/forum/", "/theirs/"))
    assert theirs.status_code == 404


async def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(house: House) -> None:
    refused = await house.bring(b"\xd0\xcf\x11\xe0old", "list.xls")

    assert (refused.status_code, "This is an old or a locked file" in refused.text) == (422, True)
    huge = await house.bring(b"x" * 45_000_000)
    assert huge.status_code == 413
    assert await house.rows("SELECT count(*) FROM imports") == [(0,)]
