"""Deny by default: every route against every role, with an outsider who has an event of their own."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service.core.actor import ALLOWS
from service.core.database import Database
from service.core.errors import NotFound
from service.credentials.operations import Signer
from tests.architecture.access import rows
from tests.support import factories as make

ROLES = ("owner", "organizer", "viewer", "door")
ELSEWHERE = ("outsider", "door elsewhere")
NOBODY = "nobody"
ID = "019a0000-0000-7000-8000-000000000000"
REFUSED = {401, 403, 404}


@dataclass
class House:
    client: httpx.AsyncClient
    cookies: dict[str, dict[str, str]]
    tokens: dict[str, dict[str, str]]
    examples: dict[tuple[str, str], Any]

    async def ask(self, role: str, method: str, path: str, slug: str = "forum") -> httpx.Response:
        ids = {f"{word}_id": ID for word in re.findall(r"\{(\w+)_id\}", path)}
        address = path.format(
            slug=slug, kind="tracks", key="business", action="approve", step="apply", token="no-such-link",
            path="x", ticket="X", letter="invitation", version="1", **ids,
        )  # fmt: skip
        self.client.cookies.clear()
        headers: dict[str, str] = {}
        if path.startswith("/api/"):
            headers = self.tokens.get(role, {})
        else:
            for name, value in self.cookies.get(role, {}).items():
                self.client.cookies.set(name, value)
        body = (
            {"json": self.examples[path, method.lower()]} if (path, method.lower()) in self.examples else {}
        )
        return await self.client.request(method, address, headers=headers, **body)


@pytest.fixture
async def house(db: Database, signer: Signer, client: httpx.AsyncClient, app: Litestar) -> House:
    async with db.begin() as session:
        host, other = (
            await make.organisation(session),
            await make.organisation(session, "other", "Other House"),
        )
        forum = await make.event(session, host)
        await make.category(session, forum)
        await make.registration(session, signer, forum, name="Secret Guest", email="secret@guest.example")
        second = await make.event(session, host, "second")
        cookies = {role: await make.browser(session, host, role) for role in ROLES}
        tokens = {role: await make.token(session, host, role) for role in ROLES}
        cookies["outsider"] = await make.browser(session, other, "owner")
        tokens["outsider"] = await make.token(session, other, "owner")
        cookies["door elsewhere"] = await make.browser(
            session, host, "door", "elsewhere@alatau.example", second
        )
        tokens["door elsewhere"] = await make.token(session, host, "door", second)
    return House(client, cookies, tokens, examples(app))


def examples(app: Litestar) -> dict[tuple[str, str], Any]:
    """(path, method) -> the body that the API's own document shows."""
    found = {}
    for path, item in app.openapi_schema.to_schema()["paths"].items():
        for method, operation in item.items():
            if body := operation.get("requestBody"):
                (media,) = body["content"].values()
                found[path, method] = media["schema"]["examples"][0]
    return found


def routes(app: Litestar) -> set[tuple[str, str]]:
    found = set()
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            found |= {(str(method), route.path_format) for method in handler.http_methods}
    return {(method, path) for method, path in found if method not in ("OPTIONS", "HEAD")}


def test_every_route_has_a_row_and_every_row_a_route(app: Litestar) -> None:
    assert set(rows()) == routes(app)


def is_refused(answer: httpx.Response) -> bool:
    to_login = answer.status_code in (302, 303, 307) and answer.headers.get("location", "").startswith(
        "/login"
    )
    return answer.status_code in REFUSED or to_login


async def test_who_may_not_is_refused_and_learns_nothing(house: House) -> None:
    for (method, path), need in sorted(rows().items()):
        if need in ("public", "any"):
            continue
        allowed = {role for role in ROLES if need in ALLOWS[role]} if need != "link" else set()
        if "{slug}" not in path:
            allowed.add(
                "outsider"
            )  # an owner in a house of their own: what they see and change there is theirs
        for role in (*ROLES, *ELSEWHERE, NOBODY):
            if role in allowed:
                continue
            answer = await house.ask(role, method, path)
            if path == "/console/{slug}/door" and role == "door":
                continue  # the list of gates is no secret to those who stand there
            empty_form = (
                need == "link" and answer.status_code == 422
            )  # nothing was filled in: the link is not read yet
            assert empty_form or is_refused(answer), (method, path, role, answer.status_code)
            assert "Secret Guest" not in answer.text
            assert "secret@guest.example" not in answer.text


async def test_an_outsider_cannot_tell_a_foreign_event_from_none(house: House) -> None:
    for (method, path), need in sorted(rows().items()):
        if "{slug}" not in path or need not in ("see", "manage", "own", "door"):
            continue
        foreign = await house.ask("outsider", method, path)
        absent = await house.ask("outsider", method, path, slug="no-such-event")
        assert foreign.status_code == absent.status_code, (method, path)
        assert foreign.text.replace("forum", "") == absent.text.replace("no-such-event", ""), (method, path)


async def test_who_may_is_not_refused_for_the_role(house: House) -> None:
    for (method, path), need in sorted(rows().items()):
        if need not in ("see", "manage", "own", "door"):
            continue
        for role in ROLES:
            if need in ALLOWS[role]:
                answer = await house.ask(role, method, path)
                assert answer.status_code not in (401, 403), (method, path, role)
                assert answer.status_code < 500, (method, path, role)


async def test_a_get_changes_nothing(house: House, db: Database) -> None:
    async def everything() -> dict[str, int]:
        async with db.begin() as session:
            tables = (
                "registrations",
                "invitations",
                "outbox",
                "audit",
                "entries",
                "scans",
                "suppressions",
                "credentials",
            )
            return {table: await make.count(session, table) for table in tables}

    before = await everything()
    for method, path in sorted(rows()):
        if method == "GET":
            await house.ask("owner", method, path)
    assert await everything() == before


async def test_a_write_from_another_site_is_refused(house: House) -> None:
    for method, path in sorted(rows()):
        if method == "GET":
            continue
        house.client.headers["sec-fetch-site"] = "cross-site"
        answer = await house.ask("owner", method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_site"), (method, path)


def test_absent_and_foreign_have_the_same_words() -> None:
    assert NotFound.say == "There is nothing here, or it is not yours to see."
    assert UUID(ID).version == 7
