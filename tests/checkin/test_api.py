"""The API of the door, and who may use it."""

from typing import Any

import httpx
import pytest

from service.checkin.routes import SCAN
from service.core.database import Database
from service.core.tokens import new_id
from service.credentials.operations import Signer
from tests.checkin.door import NOW, Forum, guest, typed
from tests.support import factories

API = "/api/v1/events/forum"


async def headers(forum: Forum, role: str) -> dict[str, str]:
    async with forum.db.begin() as session:
        return await factories.token(session, forum.host, role, forum.event)


def body(forum: Forum, code: str, **more: Any) -> dict[str, Any]:
    return {
        "scan_id": str(new_id()), "point_id": str(forum.main.id), "code": code, "device_time": NOW.isoformat(), **more,
    }  # fmt: skip


async def test_a_scan_answers_the_verdict_in_the_readers_language(
    client: httpx.AsyncClient, forum: Forum, signer: Signer
) -> None:
    registration_id, _ = await guest(forum, signer)
    door = await headers(forum, "door")
    sent = body(forum, await typed(forum, registration_id), how="typed")

    first = await client.post(f"{API}/scans", json=sent, headers=door)
    again = await client.post(f"{API}/scans", json=body(forum, sent["code"]), headers=door)

    assert (first.status_code, first.json()) == (200, {
        "scan_id": sent["scan_id"], "verdict": "admitted", "title": "Admitted", "reason": "",
        "registration_id": str(registration_id), "native_name": "Әсел Нұрланқызы", "latin_name": "Assel Nurlankyzy",
        "lang": "kk", "affiliation": "Steppe Ventures", "category": "Business", "colour": 1, "at": None, "point": "",
        "by": "", "answers": [],
    })  # fmt: skip
    said = again.json()
    assert (said["verdict"], said["title"], said["point"], said["by"]) == (
        "already_in", "Already in", "Main gate", "door",
    )  # fmt: skip
    assert said["reason"].startswith("Entered at ")
    assert said["reason"].endswith(", Main gate. Scanned by door.")


async def test_points_and_arrivals(client: httpx.AsyncClient, forum: Forum, signer: Signer) -> None:
    door = await headers(forum, "door")
    await guest(forum, signer)
    _, vip = await guest(forum, signer, "Kim", category="vip")
    await forum.scan(vip, forum.vip)

    points = (await client.get(f"{API}/points", headers=door)).json()
    arrivals = (await client.get(f"{API}/arrivals", headers=door)).json()

    assert points[1] == {
        "id": str(forum.vip.id), "name": {"en": "VIP gate"}, "zone": "venue",
        "category_ids": [str(forum.vip_category.id)], "opens_at": None, "closes_at": None,
    }  # fmt: skip
    assert arrivals == [
        {"point_id": str(forum.main.id), "admitted": 0, "inside": 1, "expected": 2},
        {"point_id": str(forum.vip.id), "admitted": 1, "inside": 1, "expected": 1},
        {"point_id": str(forum.hall.id), "admitted": 0, "inside": 0, "expected": 2},
    ]


async def test_the_search_shows_no_address_phone_or_diet(
    client: httpx.AsyncClient, forum: Forum, signer: Signer
) -> None:
    registration_id, _ = await guest(
        forum, signer, email="assel@steppe.example", phone="+77015550123", dietary="halal"
    )
    answer = await client.get(f"{API}/guests", params={"q": "асел"}, headers=await headers(forum, "door"))
    assert answer.json() == [{
        "registration_id": str(registration_id), "native_name": "Әсел Нұрланқызы", "latin_name": "Assel Nurlankyzy",
        "affiliation": "Steppe Ventures", "country": "KZ", "category_id": str(forum.business.id), "state": "approved",
        "arrived_at": None, "match": "part",
    }]  # fmt: skip


@pytest.mark.parametrize(
    "broken",
    [
        {"scan_id": "x"}, {"point_id": None}, {"code": ""}, {"device_time": "yesterday"}, {"seq": -1},
        {"action": "leave"}, {"device_time": "2026-11-23T10:00:00"}, {"code": "A" * 601},
    ],
)  # fmt: skip
async def test_what_is_no_scan_is_refused_and_not_kept(
    client: httpx.AsyncClient, forum: Forum, db: Database, broken: dict[str, Any]
) -> None:
    answer = await client.post(
        f"{API}/scans", json=body(forum, "x") | broken, headers=await headers(forum, "door")
    )
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    async with db.begin() as session:
        assert await factories.count(session, "scans") == 0


ASKS = [
    ("POST", "/scans"), ("GET", "/points"), ("GET", "/arrivals"), ("GET", "/guests?q=асел"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ASKS)
async def test_who_may_ask(
    client: httpx.AsyncClient, forum: Forum, signer: Signer, db: Database, method: str, path: str
) -> None:
    """Door and organizers of the event; nobody else, and outsiders learn nothing."""
    _, code = await guest(forum, signer)
    async with db.begin() as session:
        other = await factories.organisation(session, "busan", "Busan")
        ceremony = await factories.event(session, forum.host, "ceremony")
        callers = {
            "door": (await factories.token(session, forum.host, "door", forum.event), 200),
            "organizer": (await factories.token(session, forum.host, "organizer"), 200),
            "owner": (await factories.token(session, forum.host, "owner"), 200),
            "viewer": (await factories.token(session, forum.host, "viewer", forum.event), 403),
            "guest": ({}, 401),
            "stranger": ({"authorization": "Bearer nonsense"}, 401),
            "door of another event": (await factories.token(session, forum.host, "door", ceremony), 404),
            "another organisation": (await factories.token(session, other, "owner"), 404),
        }
    for who, (allowed, status) in callers.items():
        sent = {"json": body(forum, code)} if method == "POST" else {}
        answer = await client.request(method, API + path, headers=allowed, **sent)  # type: ignore[arg-type]
        assert answer.status_code == status, who
        assert status == 200 or "Нұрлан" not in answer.text
    absent = await client.request(
        method, API.replace("forum", "nothing") + path, headers=callers["owner"][0],
        **({"json": body(forum, code)} if method == "POST" else {}),  # type: ignore[arg-type]
    )  # fmt: skip
    assert absent.status_code == 404


async def test_the_example_of_the_documentation_is_a_scan(client: httpx.AsyncClient, forum: Forum) -> None:
    sent = SCAN | {"point_id": str(forum.main.id)}
    answer = await client.post(f"{API}/scans", json=sent, headers=await headers(forum, "door"))
    assert (answer.status_code, answer.json()["verdict"]) == (200, "unknown")
