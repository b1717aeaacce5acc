"""A forum with a few guests, its team, and an outsider who runs a forum of his own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import text

from service.core.database import Database
from service.credentials.operations import Signer
from service.events.models import Event
from service.registrations.models import Registration
from tests.support import factories as make


@dataclass(frozen=True)
class Desk:
    """Cookies by role; `outsider` owns another organisation."""

    event: Event
    cookies: dict[str, dict[str, str]]

    def as_(self, client: httpx.AsyncClient, role: str) -> httpx.AsyncClient:
        """The same browser, logged in with this role ('' for nobody)."""
        client.cookies.clear()
        for name, value in self.cookies.get(role, {}).items():
            client.cookies.set(name, value)
        return client


@pytest.fixture
async def desk(db: Database, signer: Signer) -> Desk:
    async with db.begin() as session:
        host, other = (
            await make.organisation(session),
            await make.organisation(session, "other", "Other House"),
        )
        event = await make.event(session, host, "forum")
        await make.category(session, event, "business", 3)
        elsewhere = await make.event(session, other, "elsewhere")
        await make.category(session, elsewhere, "business")
        await make.registration(
            session, signer, elsewhere, name="Secret Person", email="secret@other.example"
        )
        cookies = {
            role: await make.browser(session, host, role) for role in ("owner", "organizer", "viewer", "door")
        }
        cookies["outsider"] = await make.browser(session, other, "owner")
    return Desk(event, cookies)


@pytest.fixture
async def guests(db: Database, signer: Signer, desk: Desk) -> AsyncIterator[list[Registration]]:
    """One who reads English, one Kazakh, and one without any address; nothing else lies in the outbox."""
    async with db.begin() as session:
        found = [
            await make.registration(session, signer, desk.event, name=f"Reader {n}", email=email, language=language)
            for n, (email, language) in enumerate((("r0@x.example", "en"), ("r1@x.example", "kk"), ("", "en")))
        ]  # fmt: skip
        await session.execute(text("DELETE FROM outbox"))
    yield found
