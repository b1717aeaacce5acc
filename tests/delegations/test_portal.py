"""The focal point's link: what it opens, what it refuses, and that reading changes nothing."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from service.core.clock import now
from service.core.database import Database
from service.credentials.operations import Signer
from service.delegations.models import Delegation
from service.delegations.operations import is_open, link_token, lock, renew_link, reopen
from service.events.models import Event
from service.registrations.models import Registration
from tests.conftest import MASTER_KEY
from tests.delegations.conftest import Stand
from tests.delegations.test_members import add, states, taken

PERSON = {
    "category": "officials",
    "native_name": "Inês Álvares",
    "consent": "yes",
    "consent_version": "1",
    "key": "k",
}
HOSTILE = '<img src=x onerror=alert("1")>'


async def read(client: httpx.AsyncClient, path: str, language: str = "en") -> httpx.Response:
    return await client.get(path, headers={"accept-language": language})


async def send(client: httpx.AsyncClient, path: str, **form: Any) -> httpx.Response:
    """Posts, and reads the page that follows."""
    answer = await client.post(path, data=form, headers={"accept-language": "en"})
    return await read(client, answer.headers["location"]) if answer.status_code == 303 else answer


async def everything(db: Database) -> list[str]:
    """A line for each row of all tables that a focal point could touch."""
    async with db.begin() as session:
        found = []
        for table in (
            "registrations",
            "delegations",
            "places",
            "outbox",
            "audit",
            "deliveries",
            "people",
            "files",
        ):
            rows = await session.execute(text(f"SELECT t::text FROM {table} t ORDER BY 1"))
            found += [f"{table} {row[0]}" for row in rows]
        return found


async def test_it_shows_people_places_and_nobody_else(
    client: httpx.AsyncClient, db: Database, signer: Signer, stand: Stand
) -> None:
    await add(db, signer, stand, "Ana Sousa")
    await add(db, signer, stand, "Rain Maker", "business", to=stand.ministry)

    page = await read(client, stand.link)

    assert page.status_code == 200
    assert "Ana Sousa" in page.text
    assert "2 places left" in page.text
    assert "Rain Maker" not in page.text
    assert page.headers["x-robots-tag"] == "noindex, nofollow"


async def test_a_scanner_that_opens_everything_changes_nothing(
    client: httpx.AsyncClient, db: Database, signer: Signer, stand: Stand
) -> None:
    member = await add(db, signer, stand, "Ana Sousa")
    before = await everything(db)

    for path in ("", "/submit", "/sheet", "/people/new", f"/people/{member.id}", f"/people/{member.id}/out",
                 f"/people/{member.id}/substitute"):  # fmt: skip
        assert (await read(client, stand.link + path)).status_code == 200, path
        assert (await client.head(stand.link + path)).status_code in (200, 405)

    assert await everything(db) == before


async def test_wrong_and_ended_links_open_nothing(
    client: httpx.AsyncClient, db: Database, stand: Stand
) -> None:
    old = stand.link
    async with db.begin() as session:
        embassy = await session.get_one(Delegation, stand.embassy.id, with_for_update=True)
        await renew_link(session, stand.actor, embassy)
        new = f"/d/{link_token(MASTER_KEY, embassy)}"

    answers = [
        (await client.get(path)).status_code
        for path in (old, new, old[:-3] + "AAA", "/d/x", "/d/" + "A" * 48, old.replace("/d/", "/g/"))
    ]

    assert answers == [404, 200, 404, 404, 404, 404]


async def test_somebody_is_added_and_an_error_loses_nothing(
    client: httpx.AsyncClient, db: Database, stand: Stand
) -> None:
    refused = await send(
        client, stand.link + "/people/new", **{**PERSON, "native_name": HOSTILE, "email": "no", "consent": ""}
    )
    added = await send(client, stand.link + "/people/new", **{**PERSON, "email": "ines@lisbon.example"})

    assert refused.status_code == 422
    assert "This does not look like an e-mail address" in refused.text
    assert "Please confirm that this person knows and agrees." in refused.text
    assert 'value="no"' in refused.text
    assert HOSTILE not in refused.text
    assert "Added." in added.text
    assert "Inês Álvares" in added.text
    async with db.begin() as session:
        made = (
            await session.execute(select(Registration).where(Registration.native_name == "Inês Álvares"))
        ).scalar_one()
        assert (made.source, made.delegation_id, made.consent_version, made.country) == (
            "delegation", stand.embassy.id, 1, "",
        )  # fmt: skip


async def test_the_same_form_twice_is_one_person(
    client: httpx.AsyncClient, db: Database, stand: Stand
) -> None:
    for _ in range(2):
        await send(client, stand.link + "/people/new", **PERSON)

    assert (await taken(db, stand, stand.embassy))["officials"] == (1, 3)


async def test_a_full_quota_says_so_and_keeps_what_was_typed(
    client: httpx.AsyncClient, db: Database, signer: Signer, stand: Stand
) -> None:
    for name in ("Ana", "Bruno", "Clara"):
        await add(db, signer, stand, name)

    refused = await send(client, stand.link + "/people/new", **PERSON)

    assert refused.status_code == 422
    assert "The delegation has no place left in this category." in refused.text
    assert "Inês Álvares" in refused.text


async def test_a_category_that_is_not_theirs_is_refused(
    client: httpx.AsyncClient, db: Database, stand: Stand
) -> None:
    link = f"/d/{link_token(MASTER_KEY, stand.ministry)}"

    refused = await send(client, link + "/people/new", **PERSON)

    assert refused.status_code == 422
    assert "Please choose a category from the list." in refused.text
    assert await states(db) == {}


@pytest.mark.parametrize("what", ["", "/out", "/substitute"])
async def test_people_of_another_delegation_are_not_there(
    client: httpx.AsyncClient, db: Database, signer: Signer, stand: Stand, what: str
) -> None:
    foreign = await add(db, signer, stand, "Rain Maker", "business", to=stand.ministry)
    before = await everything(db)

    read_, sent = (
        await read(client, f"{stand.link}/people/{foreign.id}{what}"),
        await send(client, f"{stand.link}/people/{foreign.id}{what}", **PERSON, version="1"),
    )

    assert (read_.status_code, sent.status_code) == (404, 404)
    assert "Rain Maker" not in read_.text + sent.text
    assert await everything(db) == before


async def test_details_change_unless_somebody_was_faster(
    client: httpx.AsyncClient, db: Database, signer: Signer, stand: Stand
) -> None:
    member = await add(db, signer, stand, "Ana Sousa")
    at = f"{stand.link}/people/{member.id}"

    saved = await send(client, at, **PERSON, position="Consul", version=str(member.version))
    stale = await send(client, at, **PERSON, position="Envoy", version=str(member.version))

    assert "Saved." in saved.text
    assert stale.status_code == 422
    assert "Somebody changed this in the meantime" in stale.text
    assert 'value="Envoy"' in stale.text
    async with db.begin() as session:
        after = await session.get_one(Registration, member.id)
        assert (after.native_name, after.position) == ("Inês Álvares", "Consul")


async def test_another_category_needs_a_place_there(
    client: httpx.AsyncClient, db: Database, signer: Signer, stand: Stand
) -> None:
    member = await add(db, signer, stand, "Ana Sousa", "business")
    form = {**PERSON, "native_name": "Ana Sousa"}

    moved = await send(client, f"{stand.link}/people/{member.id}", **form, version=str(member.version))

    assert "Saved." in moved.text
    assert await taken(db, stand, stand.embassy) == {"officials": (1, 3), "business": (0, None)}


async def test_a_table_comes_in_once_and_wrong_rows_come_back(
    client: httpx.AsyncClient, db: Database, stand: Stand
) -> None:
    table = (
        "ФИО\tДолжность\tПочта\tКатегория\n"
        "Ана Соуза\tКонсул\tana@lisbon.example\tofficials\n"
        "Бруно Лима\tАтташе\tno address\tofficials\n"
        "Клара Диаш\tСоветник\t\tpress\n"
        "Дуарте Реис\tСекретарь\t\tofficials\n"
    )

    first = await send(client, stand.link + "/sheet", text=table, consent="yes")
    right = table.splitlines()[0] + "\nБруно Лима\tАтташе\tbruno@lisbon.example\tofficials\n"
    second = await send(client, stand.link + "/sheet", text=right, consent="yes")
    again = await send(client, stand.link + "/sheet", text=right, consent="yes")

    assert first.status_code == 200
    assert "Added: 2." in first.text
    assert "Line 3" in first.text
    assert "This does not look like an e-mail address" in first.text
    assert "There is no category of this name." in first.text
    assert "Бруно Лима\tАтташе\tno address\tofficials" in first.text
    assert "Added: 1." in second.text
    assert "Added: 0. In the list already: 1." in again.text
    assert sorted(await states(db)) == ["Ана Соуза", "Бруно Лима", "Дуарте Реис"]
    assert (await taken(db, stand, stand.embassy))["officials"] == (3, 3)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"text": ""}, "Please choose a file or paste the rows."),
        ({"text": "a,b\n1,2"}, "No column holds names."),
        ({"text": "name\n" + "\n".join(f"Guest {n}" for n in range(301))}, "There are more than 300 rows."),
        ({"text": "name\nAna", "consent": ""}, "Please confirm that this person knows and agrees."),
    ],
    ids=["nothing", "no names", "too long", "no consent"],
)
async def test_a_table_that_cannot_be_taken_says_why(
    client: httpx.AsyncClient, db: Database, stand: Stand, form: dict[str, str], said: str
) -> None:
    answer = await send(client, stand.link + "/sheet", **{"consent": "yes", "category": "officials", **form})

    assert answer.status_code == 422
    assert said in answer.text
    assert await states(db) == {}


async def test_a_table_beyond_the_quota_brings_as_many_as_there_are_places(
    client: httpx.AsyncClient, db: Database, stand: Stand
) -> None:
    rows = "name\n" + "\n".join(f"Guest {letter}" for letter in "ABCDE")

    answer = await send(client, stand.link + "/sheet", text=rows, category="officials", consent="yes")

    assert "Added: 3." in answer.text
    assert answer.text.count("The delegation has no place left in this category.") == 2
    assert len(await states(db)) == 3


async def test_submitted_it_is_the_teams_until_it_is_opened_again(
    client: httpx.AsyncClient, db: Database, signer: Signer, stand: Stand
) -> None:
    empty = await send(client, stand.link + "/submit")
    member = await add(db, signer, stand, "Ana Sousa")

    submitted = await send(client, stand.link + "/submit")
    before = await everything(db)
    refused = [
        await send(client, stand.link + "/people/new", **PERSON),
        await send(client, f"{stand.link}/people/{member.id}", **PERSON, version="1"),
        await send(client, f"{stand.link}/people/{member.id}/out"),
        await send(client, f"{stand.link}/people/{member.id}/substitute", **PERSON),
        await send(client, stand.link + "/sheet", text="name\nEve", category="officials", consent="yes"),
        await send(client, stand.link + "/submit"),
        await send(client, stand.link + "/head", member=str(member.id)),
    ]

    assert "There is nobody in this delegation yet." in empty.text
    assert "Submitted. Thank you" in submitted.text
    assert await everything(db) == before
    for answer in refused:
        assert "This delegation can no longer be changed here." in answer.text
    async with db.begin() as session:
        letters = await session.execute(
            text("SELECT letter, address, language FROM deliveries WHERE letter LIKE 'delegation%'")
        )
        assert [tuple(row) for row in letters] == [("delegation_submitted", "helena@embassy.example", "ru")]
        embassy = await session.get_one(Delegation, stand.embassy.id, with_for_update=True)
        await reopen(session, stand.actor, embassy, until=None, now=now())
    assert "Added." in (await send(client, stand.link + "/people/new", **PERSON)).text


async def test_open_until_it_is_locked_or_the_event_is_over(db: Database, stand: Stand) -> None:
    async with db.begin() as session:
        embassy = await session.get_one(Delegation, stand.embassy.id, with_for_update=True)
        event = await session.get_one(Event, stand.event.id)
        embassy.deadline = now() - timedelta(days=1)
        late = is_open(embassy, event, now())
        over = is_open(embassy, event, event.ends_at)
        await lock(session, stand.actor, embassy, now=now())
        locked = is_open(embassy, event, now())

    assert (late, over, locked) == (True, False, False)


async def test_the_head_and_who_does_not_come(
    client: httpx.AsyncClient, db: Database, signer: Signer, stand: Stand
) -> None:
    first, second = await add(db, signer, stand, "Ana Sousa"), await add(db, signer, stand, "Bruno Lima")

    named = await send(client, stand.link + "/head", member=str(first.id))
    out = await send(client, f"{stand.link}/people/{first.id}/out")
    nobody = await client.post(stand.link + "/head", data={"member": str(stand.ministry.id)})

    assert "Head of the delegation" in named.text
    assert "They are told by mail, and their place is free." in out.text
    assert "Head of the delegation" not in out.text
    assert nobody.status_code == 404
    assert await states(db) == {"Ana Sousa": "cancelled", "Bruno Lima": "pending"}
    async with db.begin() as session:
        assert (await session.get_one(Delegation, stand.embassy.id)).head_id is None
    assert second.delegation_id == stand.embassy.id
