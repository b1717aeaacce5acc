"""A forum that asks its guests, its team, and an outsider."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from service.core.actor import SYSTEM
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.models import Category, Event
from service.questions.models import Question
from service.questions.operations import save_question
from service.questions.schemas import QuestionForm
from tests.support import factories as make


@dataclass
class Forum:
    """`ask` adds a question of this kind, by its key."""

    event: Event
    business: Category
    press: Category
    cookies: dict[str, dict[str, str]]
    ask: Callable[..., Awaitable[Question]]
    keys: list[str] = field(default_factory=list)

    def as_(self, client: httpx.AsyncClient, role: str) -> httpx.AsyncClient:
        client.cookies.clear()
        for name, value in self.cookies.get(role, {}).items():
            client.cookies.set(name, value)
        return client


@pytest.fixture
async def forum(db: Database, signer: Signer) -> Forum:
    async with db.begin() as session:
        host, other = (
            await make.organisation(session),
            await make.organisation(session, "other", "Other House"),
        )
        event = await make.event(session, host)
        business = await make.category(session, event, "business", 10, approval="automatic")
        press = await make.category(session, event, "press")
        elsewhere = await make.event(session, other, "elsewhere")
        await make.category(session, elsewhere, "business")
        cookies = {role: await make.browser(session, host, role) for role in ("owner", "organizer", "viewer")}
        cookies["outsider"] = await make.browser(session, other, "owner")

    async def ask(key: str, kind: str, **more: Any) -> Question:
        async with db.begin() as session:
            at = await session.get_one(Event, event.id)
            form = QuestionForm(kind=kind, label={"en": f"{key}?", "ko": f"{key} 질문"}, **more)  # type: ignore[arg-type]
            return await save_question(session, SYSTEM, at, form, key=key)

    return Forum(event, business, press, cookies, ask)
