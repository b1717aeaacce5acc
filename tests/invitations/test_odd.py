"""Odd lists, times and names: refused with a word, or taken as one line; never a crash, never half."""

from typing import Any

import httpx
import pytest

from service.core.database import Database
from service.organisations.models import Organisation
from tests.console.conftest import Desk
from tests.invitations.test_pages import invite, rows
from tests.support import factories as make

API = "/api/v1/events/forum"
TURNED = "A\u202ena\u200b\x07  Li\nMing"  # marks that turn what stands behind them, a bell, a line break


@pytest.fixture
async def caller(client: httpx.AsyncClient, db: Database, desk: Desk) -> httpx.AsyncClient:
    """With the token of an organizer, and nobody's cookies."""
    async with db.begin() as session:
        host = await session.get_one(Organisation, desk.event.organisation_id)
        client.headers.update(await make.token(session, host, "organizer"))
    client.cookies.clear()
    return client


async def test_what_a_list_says_is_stored_as_one_line_each(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    await invite(
        desk.as_(client, "organizer"),
        f'name,email,organisation\n"{TURNED}",a@x.example,"Steppe\u2066 \nVentures"',
    )
    found = await rows(db, "SELECT native_name, affiliation FROM invitations")
    assert found == [("A na Li Ming", "Steppe Ventures")]


async def test_an_organisation_or_position_without_end_is_named_by_its_line(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    lines = "name,email,organisation,position\nA,a@x.example,{0},\nB,b@x.example,,{0}".format("й" * 5_000)
    page = await invite(desk.as_(client, "organizer"), lines)
    assert page.status_code == 422
    assert page.text.count("The organisation or the position is longer than 200 characters.") == 2
    assert "ййй" in page.text, "what was typed stays"
    assert await rows(db, "SELECT 1 FROM invitations") == []


@pytest.mark.parametrize(
    "at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2030-01-01T00:00:00"]
)
async def test_a_time_that_nobody_can_keep_is_refused(
    caller: httpx.AsyncClient, db: Database, desk: Desk, at: str
) -> None:
    lines = {"lines": "A,a@x.example", "category": "business"}
    await caller.post(f"{API}/invitations", json=lines)
    ((one,),) = await rows(db, "SELECT id FROM invitations")
    asked: list[tuple[str, str, dict[str, Any], str]] = [
        ("POST", "/invitations", {**lines, "answer_by": at}, "answer_by"),
        ("POST", "/invitations/people", {"category": "business", "answer_by": at}, "answer_by"),
        ("PUT", "/invitation-terms", {"answer_by": at}, "answer_by"),
        ("POST", f"/invitations/{one}/extend", {"until": at}, "until"),
    ]
    for method, path, body, field in asked:
        answer = await caller.request(method, API + path, json=body)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field]), path
    assert await rows(db, "SELECT answer_by FROM invitations") == [(None,)]


async def test_a_wave_has_a_name_of_one_line(caller: httpx.AsyncClient, db: Database) -> None:
    made = await caller.post(f"{API}/invitation-waves", json={"name": TURNED, "places": 2})
    nameless = await caller.post(f"{API}/invitation-waves", json={"name": " \u200b", "places": 2})
    changed = await caller.put(
        f"{API}/invitation-waves/{made.json()['id']}", json={"name": "\n\n", "places": 3}
    )
    assert (made.status_code, made.json()["name"]) == (201, "A na Li Ming")
    assert [(one.status_code, list(one.json()["errors"])) for one in (nameless, changed)] == [
        (422, ["name"])
    ] * 2
    assert await rows(db, "SELECT places FROM waves") == [(2,)]


async def test_a_wave_that_there_is_not_has_nobody(caller: httpx.AsyncClient, db: Database) -> None:
    """Not those who are in none."""
    lines = {"lines": "A,a@x.example", "category": "business"}
    await caller.post(f"{API}/invitations", json=lines)
    everybody = (await caller.get(f"{API}/invitations")).json()["total"]
    nobody = (await caller.get(f"{API}/invitations", params={"wave": "press"})).json()["total"]
    assert (everybody, nobody) == (1, 0)


async def test_of_many_wrong_lines_the_first_are_named(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    page = await invite(desk.as_(client, "organizer"), "\n".join(f"Guest {n},nowhere" for n in range(1, 61)))
    assert (page.status_code, "Line 50:" in page.text, "Line 51:" in page.text) == (422, True, False)
    assert "and 10 more" in page.text
    assert await rows(db, "SELECT 1 FROM invitations") == []
