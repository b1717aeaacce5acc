"""Lists longer than a page: going back and forth, filters that can be taken away, decisions on all at once."""

import re

import httpx
import pytest
from sqlalchemy import text

from service.core.database import Database
from service.credentials.operations import Signer
from tests.console.conftest import Desk
from tests.support import factories as make
from workers.context import Context
from workers.jobs import work
from workers.kinds import KINDS

ALL = [f"Guest {number:03}" for number in range(110)]
BY_NAME = [ALL[:50], ALL[50:100], ALL[100:]]
NEWEST = [ALL[:59:-1], ALL[59:9:-1], ALL[9::-1]]
STATES = """
    SELECT r.state, count(*) FROM registrations r JOIN events e ON e.id = r.event_id WHERE e.slug = 'forum' GROUP BY 1
"""
ONE_A_MINUTE = """
    UPDATE registrations SET created_at = created_at + right(native_name, 3)::int * interval '1 minute'
    WHERE native_name LIKE 'Guest %'
"""


@pytest.fixture
async def crowd(db: Database, signer: Signer, desk: Desk) -> None:
    """110 guests, the last of them registered last; three hold a place, the others wait for one."""
    async with db.begin() as session:
        for number in range(110):
            await make.registration(
                session, signer, desk.event, name=f"Guest {number:03}", email=f"g{number}@crowd.example"
            )
        await session.execute(text(ONE_A_MINUTE))


def names(page: str) -> list[str]:
    return re.findall(r'<td><a class="row-link".*?<bdi>(Guest \d+)</bdi>', page)


def link(page: str, rel: str) -> str:
    return re.findall(rf'rel="{rel}" href="([^"]+)"', page)[0].replace("&amp;", "&")


async def states(db: Database) -> dict[str, int]:
    async with db.begin() as session:
        return {row[0]: row[1] for row in await session.execute(text(STATES))}


@pytest.mark.parametrize(("order", "pages"), [("name", BY_NAME), ("newest", NEWEST)])
async def test_pages_go_forth_and_back(
    client: httpx.AsyncClient, desk: Desk, crowd: None, order: str, pages: list[list[str]]
) -> None:
    viewer = desk.as_(client, "viewer")
    seen = [(await viewer.get(f"/console/forum/guests?sort={order}")).text]
    for _ in range(2):
        seen.append((await viewer.get(link(seen[-1], "next"))).text)

    assert [names(page) for page in seen] == pages
    assert 'rel="next"' not in seen[2]
    back = (await viewer.get(link(seen[2], "prev"))).text
    assert names(back) == pages[1]
    assert names((await viewer.get(link(back, "prev"))).text) == pages[0]
    assert 'rel="prev"' not in seen[0]
    assert "110 in all" in seen[1]


async def test_a_guest_leads_to_the_next_within_the_filter(
    client: httpx.AsyncClient, desk: Desk, crowd: None
) -> None:
    viewer = desk.as_(client, "viewer")
    listed = (await viewer.get("/console/forum/guests?state=pending")).text
    assert names(listed) == ["Guest 000", "Guest 001", "Guest 002"]
    first = (await viewer.get(re.findall(r'class="row-link" href="([^"]+)"', listed)[0])).text

    second = (await viewer.get(link(first, "next"))).text
    third = (await viewer.get(link(second, "next"))).text

    assert 'rel="prev"' not in first
    assert "<bdi>Guest 001</bdi></h1>" in second
    assert "<bdi>Guest 002</bdi></h1>" in third
    assert 'rel="next"' not in third
    assert "<bdi>Guest 001</bdi></h1>" in (await viewer.get(link(third, "prev"))).text
    assert 'href="/console/forum/guests?where=state%3Apending"' in third


async def test_each_condition_of_the_filter_can_be_taken_away(
    client: httpx.AsyncClient, desk: Desk, crowd: None
) -> None:
    viewer = desk.as_(client, "viewer")

    answer = await viewer.get("/console/forum/guests?q=guest&state=pending,waitlisted&country=KZ&source=")

    assert "110 in all" in answer.text
    chips = re.findall(r'<a class="chip" aria-current="true" href="([^"]+)">([^<]+)<', answer.text)
    assert [word for _, word in chips] == [
        "“guest”",
        "State: Waiting for decision or Waiting list",
        "Country: Kazakhstan",
    ]
    assert chips[1][0].replace("&amp;", "&") == "/console/forum/guests?q=guest&where=country%3AKZ"
    assert (
        answer.headers["hx-replace-url"]
        == "/console/forum/guests?q=guest&where=state%3Apending%2Cwaitlisted+country%3AKZ"
    )
    nobody = (await viewer.get("/console/forum/guests?here=yes")).text
    assert "Nobody fits this filter" in nobody
    assert '<a class="chip" aria-current="true" href="/console/forum/guests">Arrived: yes<' in nobody
    odd = await viewer.get("/console/forum/guests?country=%00&sort=up&after=z&cols=x")
    assert odd.status_code == 200
    unclear = await viewer.get("/console/forum/guests?where=state:x+name~a")
    assert (unclear.status_code, "cannot be read near “state:x”" in unclear.text) == (422, True)
    assert ">state:x name~a</textarea>" in unclear.text


async def test_more_than_one_sees_is_asked_for_once_more(
    client: httpx.AsyncClient, db: Database, desk: Desk, crowd: None, context: Context
) -> None:
    organizer = desk.as_(client, "organizer")
    all_of_them = {"action": "reject", "all": "yes", "reason": "Companies only.", "list": "q=guest"}

    asked = await organizer.post("/console/forum/guests/decide", data=all_of_them)
    assert "Reject 110 registrations?" in asked.text
    assert await states(db) == {"pending": 3, "waitlisted": 107}
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    done = await organizer.post("/console/forum/guests/decide", data={**all_of_them, **hidden})
    assert "Deciding" in (await organizer.get(done.headers["location"])).text
    assert await work(context, KINDS)

    onward = await organizer.get(done.headers["location"], headers={"hx-request": "true"})
    assert "110 rejected." in (await organizer.get(onward.headers["hx-redirect"])).text
    assert await states(db) == {"rejected": 110}


async def test_cancelling_is_asked_for_once_more_and_refusals_are_counted(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    async with db.begin() as session:
        rows = [
            await make.registration(session, signer, desk.event, name=f"G {n}", email=f"g{n}@crowd.example")
            for n in range(5)
        ]
        ids = [str(row.id) for row in rows]
    organizer = desk.as_(client, "organizer")
    await organizer.post(
        "/console/forum/guests/decide", data={"action": "reject", "reason": "No.", "id": ids[4]}
    )

    why = await organizer.post("/console/forum/guests/decide", data={"action": "reject", "id": ids[0]})
    asked = await organizer.post("/console/forum/guests/decide", data={"action": "cancel", "id": ids})
    done = await organizer.post(
        "/console/forum/guests/decide", data={"action": "cancel", "id": ids, "sure": "yes"}
    )

    assert 'name="reason_kk"' in why.text
    assert "Cancel 5 registrations?" in asked.text
    assert sorted(re.findall(r'name="id" value="([^"]+)"', asked.text)) == sorted(ids)
    said = (await organizer.get(done.headers["location"])).text
    assert "4 cancelled. 1 could not be: This cannot be done now: the registration is rejected." in said
    assert await states(db) == {"cancelled": 4, "rejected": 1}


async def test_nothing_chosen_says_so(client: httpx.AsyncClient, desk: Desk) -> None:
    organizer = desk.as_(client, "organizer")

    for path in ("decide", "badges"):
        answer = await organizer.post(f"/console/forum/guests/{path}", data={"action": "approve", "id": "x"})
        assert answer.status_code == 303
        assert "Please choose guests" in (await organizer.get(answer.headers["location"])).text


async def test_a_slip_of_the_finger_finds_whom_it_hides(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    async with db.begin() as session:
        meant = await make.registration(
            session, signer, desk.event, name="Liangping Wei", email="w@crowd.example"
        )
    viewer = desk.as_(client, "viewer")

    page = (await viewer.get("/console/forum/guests?q=lianpging")).text

    assert "Nobody fits exactly. Perhaps:" in page
    assert f'href="/console/forum/guests/{meant.id}"' in page
    assert "Secret Person" not in (await viewer.get("/console/forum/guests?q=secrte")).text
    assert "Nobody fits this filter" in (await viewer.get("/console/forum/guests?q=zzzzzzzz")).text
