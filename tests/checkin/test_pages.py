"""The door's pages without a script, and what the script asks for; who may open them."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from service.checkin.models import Device, Scan
from service.core.database import Database
from service.core.tokens import new_id
from service.credentials.operations import Signer
from tests.checkin.door import Forum, guest, typed
from tests.support import factories


@pytest.fixture
async def staff(client: httpx.AsyncClient, forum: Forum) -> httpx.AsyncClient:
    """The phone of somebody who works at the door of the forum only."""
    async with forum.db.begin() as session:
        cookies = await factories.browser(session, forum.host, "door", "phone@alatau.example", forum.event)
    client.cookies.update(cookies)
    return client


def fields(html: str, form: str) -> dict[str, str]:
    """The hidden fields of the first form whose markup contains `form`."""
    one = next(part for part in re.findall(r"<form.*?</form>", html, re.S) if form in part)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', one))


async def test_one_event_is_chosen_at_once_and_the_points_are_shown(
    staff: httpx.AsyncClient, forum: Forum
) -> None:
    first = await staff.get("/door")
    points = await staff.get(first.headers["location"])
    assert (first.status_code, first.headers["location"]) == (303, "/door/forum")
    assert [f"/door/forum/{point.id}" in points.text for point in (forum.main, forum.vip, forum.hall)] == [
        True
    ] * 3


async def test_several_events_are_offered_and_none_says_what_to_do(
    client: httpx.AsyncClient, forum: Forum, db: Database
) -> None:
    async with db.begin() as session:
        await factories.event(session, forum.host, "ceremony")
        owner = await factories.browser(session, forum.host, "owner")
        viewer = await factories.browser(session, forum.host, "viewer")
    assert 'href="/door/ceremony"' in (await client.get("/door", cookies=owner)).text
    assert "No door is open to you" in (await client.get("/door", cookies=viewer)).text


async def test_a_typed_code_a_second_one_and_undo_without_a_script(
    staff: httpx.AsyncClient, forum: Forum, signer: Signer, db: Database
) -> None:
    registration_id, _ = await guest(forum, signer)
    page = f"/door/forum/{forum.main.id}"
    code = await typed(forum, registration_id)
    form = fields((await staff.get(page)).text, "f-code") | {"code": code.lower()}

    admitted = await staff.post(f"{page}/enter", data=form)
    same_form = await staff.post(f"{page}/enter", data=form)
    second = await staff.post(f"{page}/enter", data=form | {"scan_id": str(new_id())})
    undone = await staff.post(f"{page}/enter", data=fields(admitted.text, "undo"))

    assert [answer.status_code for answer in (admitted, same_form, second, undone)] == [200] * 4
    assert 'class="verdict admitted"' in admitted.text
    assert "Әсел Нұрланқызы" in admitted.text
    assert 'class="verdict admitted"' in same_form.text
    assert 'class="verdict already"' in second.text
    assert "Main gate" in second.text
    assert "Undone" in undone.text
    async with db.begin() as session:
        assert await factories.count(session, "scans") == 3
        assert await factories.count(session, "entries") == 0


async def test_search_and_let_in_without_a_script(
    staff: httpx.AsyncClient, forum: Forum, signer: Signer, db: Database
) -> None:
    registration_id, _ = await guest(forum, signer, "최민수", latin_name="Choi Min-su")
    page = f"/door/forum/{forum.main.id}"
    found = await staff.get(page, params={"q": "цой"})
    sent = fields(found.text, str(registration_id))
    done = await staff.post(f"{page}/enter", data=sent)
    again = await staff.get(page)
    assert 'class="verdict admitted"' in done.text
    assert "Undo" in again.text
    async with db.begin() as session:
        assert (await session.get_one(Scan, UUID(sent["scan_id"]))).how == "search"


@pytest.mark.parametrize(
    "sent", [{}, {"scan_id": "x", "code": "A"}, {"scan_id": str(new_id()), "code": "  "}]
)
async def test_an_empty_form_comes_back_with_a_word(
    staff: httpx.AsyncClient, forum: Forum, db: Database, sent: dict[str, str]
) -> None:
    answer = await staff.post(f"/door/forum/{forum.main.id}/enter", data=sent)
    assert answer.status_code == 422
    assert "Give a code or a registration." in answer.text
    async with db.begin() as session:
        assert await factories.count(session, "scans") == 0


async def test_what_the_script_gets(
    staff: httpx.AsyncClient, forum: Forum, signer: Signer, db: Database
) -> None:
    registration_id, code = await guest(forum, signer, "<b>Али</b>")
    device_id = new_id()
    hello = await staff.post("/door/forum/devices", json={"device_id": str(device_id), "name": "iPhone"})
    again = await staff.post("/door/forum/devices", json={"device_id": str(device_id), "name": "other"})
    sent = {
        "scan_id": str(new_id()),
        "point_id": str(forum.main.id),
        "code": code,
        "device_id": str(device_id),
    }
    said = (await staff.post("/door/forum/scan", json=sent)).json()
    counts = await staff.get(f"/door/forum/{forum.main.id}/counts")
    found = await staff.get(f"/door/forum/{forum.main.id}/found", params={"q": "али"})

    assert (hello.status_code, again.status_code) == (204, 204)
    assert (said["verdict"], said["kind"], said["registration_id"]) == (
        "admitted",
        "admitted",
        str(registration_id),
    )
    assert "&lt;b&gt;Али&lt;/b&gt;" in said["screen"]
    assert "<b>Али" not in said["screen"] + said["row"] + found.text
    assert counts.json() == {"point_id": str(forum.main.id), "admitted": 1, "inside": 1, "expected": 1}
    assert "In since" in found.text
    async with db.begin() as session:
        assert (await session.get_one(Device, device_id)).name == "iPhone"


def door_pages(forum: Forum) -> list[tuple[str, str, dict[str, Any]]]:
    point = f"/door/forum/{forum.main.id}"
    scan = {"scan_id": str(new_id()), "point_id": str(forum.main.id), "code": "x"}
    return [
        ("GET", "/door/forum", {}), ("GET", point, {}), ("GET", f"{point}/counts", {}),
        ("GET", f"{point}/found?q=ac", {}), ("POST", "/door/forum/scan", {"json": scan}),
        ("POST", "/door/forum/devices", {"json": {"device_id": str(new_id())}}),
        ("POST", f"{point}/enter", {"data": {"scan_id": str(new_id()), "code": "x"}}),
    ]  # fmt: skip


async def test_who_may_work_at_the_door(
    client: httpx.AsyncClient, forum: Forum, signer: Signer, db: Database
) -> None:
    await guest(forum, signer)
    async with db.begin() as session:
        other = await factories.organisation(session, "busan", "Busan")
        ceremony = await factories.event(session, forum.host, "ceremony")
        people = {
            "viewer": (await factories.browser(session, forum.host, "viewer"), 403),
            "door of another event": (
                await factories.browser(session, forum.host, "door", "d@x.example", ceremony), 404,
            ),
            "organizer of another organisation": (await factories.browser(session, other, "organizer"), 404),
            "guest": ({}, 302),
            "organizer": (await factories.browser(session, forum.host, "organizer"), 200),
        }  # fmt: skip
    for who, (cookies, status) in people.items():
        for method, path, sent in door_pages(forum):
            client.cookies.clear()
            answer = await client.request(method, path, cookies=cookies, **sent)
            expected = {status, 204} if status == 200 else {status}
            assert answer.status_code in expected, (who, path)
            assert status == 200 or "Нұрлан" not in answer.text


CONSOLE = "/console/forum/door"
HALL = {"name_en": "Hall B", "name_ko": "홀", "zone": "hall", "opens_at": "2026-11-23T09:00", "closes_at": ""}


async def test_an_organizer_adds_changes_and_removes_points(
    client: httpx.AsyncClient, forum: Forum, signer: Signer, db: Database
) -> None:
    async with db.begin() as session:
        client.cookies.update(await factories.browser(session, forum.host, "organizer"))
    added = await client.post(f"{CONSOLE}/new", data=HALL | {"category_ids": str(forum.vip_category.id)})
    await forum.refresh()
    made = list(forum.facts.points.values())[-1]
    changed = await client.post(f"{CONSOLE}/{made.id}", data=HALL | {"name_en": "Hall C", "opens_at": ""})
    removed = await client.post(f"{CONSOLE}/{made.id}/remove")

    assert [answer.status_code for answer in (added, changed, removed)] == [303] * 3
    assert (made.name, made.zone, made.category_ids) == (
        {"en": "Hall B", "ko": "홀"},
        "hall",
        (forum.vip_category.id,),
    )
    assert made.opens_at is not None
    assert made.opens_at.isoformat() == "2026-11-23T04:00:00+00:00"
    await forum.refresh()
    assert made.id not in forum.facts.points
    async with db.begin() as session:
        for what in ("added", "changed", "removed"):
            assert await factories.count(session, "audit", name=f"point.{what}") == 1


async def test_a_point_with_scans_stays(
    client: httpx.AsyncClient, forum: Forum, signer: Signer, db: Database
) -> None:
    _, code = await guest(forum, signer)
    await forum.scan(code)
    async with db.begin() as session:
        client.cookies.update(await factories.browser(session, forum.host, "organizer"))
    refused = await client.post(f"{CONSOLE}/{forum.main.id}/remove")
    shown = await client.get(refused.headers["location"])
    assert "this point stays" in shown.text
    await forum.refresh()
    assert forum.main.id in forum.facts.points


@pytest.mark.parametrize(
    "broken",
    [
        {"name_en": "", "name_ko": ""}, {"name_en": "x" * 81}, {"zone": ""}, {"opens_at": "soon"},
        {"category_ids": "x"}, {"category_ids": str(new_id())},
        {"opens_at": "2026-11-23T09:00", "closes_at": "2026-11-23T08:00"},
    ],
)  # fmt: skip
async def test_a_wrong_form_comes_back(
    client: httpx.AsyncClient, forum: Forum, db: Database, broken: dict[str, str]
) -> None:
    async with db.begin() as session:
        client.cookies.update(await factories.browser(session, forum.host, "organizer"))
    answer = await client.post(f"{CONSOLE}/new", data=HALL | broken)
    assert answer.status_code == 422
    await forum.refresh()
    assert len(forum.facts.points) == 3


async def test_who_may_set_up_the_door(
    client: httpx.AsyncClient, forum: Forum, signer: Signer, db: Database
) -> None:
    _, code = await guest(forum, signer)
    await forum.scan(code)
    async with db.begin() as session:
        other = await factories.organisation(session, "busan", "Busan")
        ceremony = await factories.event(session, forum.host, "ceremony")
        people = {
            "viewer": (await factories.browser(session, forum.host, "viewer"), 200, 403),
            "door": (await factories.browser(session, forum.host, "door", "e@x.example", forum.event), 403, 403),
            "organizer of another event": (
                await factories.browser(session, forum.host, "organizer", "f@x.example", ceremony), 404, 404,
            ),
            "organizer of another organisation": (await factories.browser(session, other, "organizer"), 404, 404),
            "guest": ({}, 302, 302),
        }  # fmt: skip
    for who, (cookies, sees, writes) in people.items():
        client.cookies.clear()
        seen = await client.get(CONSOLE, cookies=cookies)
        assert seen.status_code == sees, who
        assert sees == 200 or "Нұрлан" not in seen.text
        for method, path in (
            ("GET", "/new"), ("POST", "/new"), ("GET", f"/{forum.hall.id}"), ("POST", f"/{forum.hall.id}"),
            ("POST", f"/{forum.hall.id}/remove"),
        ):  # fmt: skip
            answer = await client.request(
                method, CONSOLE + path, cookies=cookies, data=HALL if method == "POST" else None
            )
            assert answer.status_code == writes, (who, path)
    await forum.refresh()
    assert len(forum.facts.points) == 3
