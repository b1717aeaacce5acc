"""The team and its tokens, as an owner keeps them; everybody else is kept out."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from service.core.database import Database
from tests.console.conftest import Desk
from tests.support import factories as make

AT = "/console/team"
NEW = {"email": "Dana@alatau.example", "name": "Dana", "role": "organizer", "event": "", "language": "kk"}
HOSTILE = '<script>alert("1")</script>'


async def rows(db: Database, statement: str, **known: Any) -> list[tuple[Any, ...]]:
    async with db.begin() as session:
        return [tuple(row) for row in await session.execute(text(statement), known)]


async def membership(db: Database, email: str) -> str:
    wanted = "SELECT m.id FROM memberships m JOIN accounts a ON a.id = account_id WHERE email = :email"
    return str((await rows(db, wanted, email=email))[0][0])


LETTERS = "SELECT letter, address, language FROM deliveries WHERE letter <> 'registration_received'"
ROLES = """
    SELECT a.email, m.role, e.slug FROM memberships m JOIN accounts a ON a.id = account_id
    JOIN organisations o ON o.id = m.organisation_id LEFT JOIN events e ON e.id = event_id
    WHERE o.slug = 'alatau' AND a.email LIKE 'd%@%' ORDER BY 1, 3"""


async def test_somebody_joins_and_gets_a_link(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    owner = desk.as_(client, "owner")

    joined = await owner.post(AT, data=NEW)
    page = (await owner.get(joined.headers["location"])).text
    assert "dana@alatau.example" in page
    await owner.post(AT, data={**NEW, "role": "door", "event": "forum"})
    await owner.post(AT, data={**NEW, "role": "viewer"})

    assert await rows(db, ROLES) == [
        ("dana@alatau.example", "door", "forum"),
        ("dana@alatau.example", "viewer", None),
        ("door@alatau.example", "door", None),
    ], "one role a scope, the last one chosen"
    assert await rows(db, LETTERS) == [("team_invitation", "dana@alatau.example", "kk")], (
        "one mail, to a new one"
    )


async def test_wrong_fields_are_named_and_stay(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    owner = desk.as_(client, "owner")

    answer = await owner.post(AT, data={**NEW, "email": "not an address", "name": HOSTILE})
    assert answer.status_code == 422
    assert 'id="e-email"' in answer.text
    assert 'value="not an address"' in answer.text
    assert HOSTILE not in answer.text
    role = await owner.post(AT, data={**NEW, "role": "king"})
    assert role.status_code == 422
    assert 'id="e-role"' in role.text
    assert (await owner.post(AT, data={**NEW, "event": "elsewhere"})).status_code == 404, "an event of others"
    assert len(await rows(db, ROLES)) == 1


async def test_a_role_ends_and_an_owner_remains(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    owner = desk.as_(client, "owner")
    viewer, own = await membership(db, "viewer@alatau.example"), await membership(db, "owner@alatau.example")

    await owner.post(f"{AT}/{viewer}/remove")
    kept = await owner.post(f"{AT}/{own}/remove")
    assert "at least one owner" in (await owner.get(kept.headers["location"])).text

    assert (await desk.as_(client, "viewer").get("/console/forum")).headers["location"].startswith("/login")


async def test_who_belongs_elsewhere_too_stays_logged_in_there(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    owner = desk.as_(client, "owner")
    await owner.post(AT, data={**NEW, "email": "owner@other.example"})
    theirs = """
        SELECT m.id FROM memberships m JOIN accounts a ON a.id = account_id
        WHERE email = 'owner@other.example' AND role = 'organizer'"""
    ((one,),) = await rows(db, theirs)

    await owner.post(f"{AT}/{one}/remove")

    outsider = desk.as_(client, "outsider")
    assert (await outsider.get("/console/elsewhere")).status_code == 200
    assert (await outsider.get("/console/forum")).status_code == 404


async def test_a_password_link_goes_only_to_the_team(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    owner = desk.as_(client, "owner")
    for email in ("viewer@alatau.example", "owner@other.example", "nobody@x.example"):
        await owner.post(f"{AT}/password", data={"email": email})

    assert await rows(db, LETTERS) == [("password_reset", "viewer@alatau.example", "en")]


async def test_a_token_is_shown_once_works_and_ends(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    owner = desk.as_(client, "owner")

    made = (await owner.post(f"{AT}/tokens", data={"name": HOSTILE, "role": "viewer", "event": "forum"})).text
    secret = re.findall(r"<code[^>]*>([^<]+)</code>", made)[0]
    page = (await owner.get(AT)).text
    assert HOSTILE not in made + page
    assert secret not in page
    ((one, role),) = await rows(db, "SELECT id, role FROM api_tokens")
    assert role == "viewer"

    caller = {"authorization": f"Bearer {secret}"}
    client.cookies.clear()
    assert (await client.get("/api/v1/events/forum/registrations", headers=caller)).status_code == 200
    await desk.as_(client, "outsider").post(f"{AT}/tokens/{one}/revoke")
    assert await rows(db, "SELECT revoked_at FROM api_tokens") == [(None,)], "not theirs to revoke"
    await desk.as_(client, "owner").post(f"{AT}/tokens/{one}/revoke")
    assert [at for (at,) in await rows(db, "SELECT revoked_at FROM api_tokens")] != [None]


async def test_an_outsider_sees_and_changes_only_the_house_of_their_own(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    viewer = await membership(db, "viewer@alatau.example")
    outsider = desk.as_(client, "outsider")

    page = (await outsider.get(AT)).text
    assert "Other House" in page
    assert "alatau.example" not in page
    assert (await outsider.post(f"{AT}/{viewer}/remove")).status_code == 404
    assert (await outsider.post(AT, data={**NEW, "event": "forum"})).status_code == 404
    assert await membership(db, "viewer@alatau.example") == viewer


@pytest.mark.parametrize("role", ["organizer", "viewer", "door"])
async def test_only_owners(client: httpx.AsyncClient, db: Database, desk: Desk, role: str) -> None:
    viewer = await membership(db, "viewer@alatau.example")
    who = desk.as_(client, role)

    page = await who.get(AT)
    assert page.status_code == 403
    assert "owner@alatau.example" not in page.text
    for path in ("", f"/{viewer}/remove", "/password", "/tokens", f"/tokens/{viewer}/revoke"):
        assert (await who.post(AT + path, data=NEW)).status_code == 403, path
    assert await rows(db, LETTERS) == []
    assert await rows(db, "SELECT id FROM api_tokens") == []


async def test_nobody_is_sent_to_log_in(client: httpx.AsyncClient, desk: Desk) -> None:
    assert (await desk.as_(client, "").get(AT)).headers["location"].startswith("/login")


async def test_the_team_takes_as_many_queries_for_four_as_for_six(
    client: httpx.AsyncClient, app: object, db: Database, desk: Desk
) -> None:
    asked: list[str] = []
    engine = app.state.db.engine.sync_engine  # type: ignore[attr-defined]
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    owner = desk.as_(client, "owner")

    async def queries() -> int:
        asked.clear()
        assert (await owner.get(AT)).status_code == 200
        return len(asked)

    with_four = await queries()
    for email in ("a@alatau.example", "b@alatau.example"):
        await owner.post(AT, data={**NEW, "email": email, "event": "forum"})
    async with db.begin() as session:
        host = await session.get_one(make.Organisation, desk.event.organisation_id)
        await make.token(session, host, "viewer")
        await make.token(session, host, "door", at=desk.event)

    assert (with_four, await queries()) == (7, 7)
