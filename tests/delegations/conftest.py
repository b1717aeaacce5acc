"""An embassy at the forum with three places for officials, its neighbour, and an outsider's delegation."""

from dataclasses import dataclass

import pytest

from service.core.actor import SYSTEM, Actor
from service.core.database import Database
from service.credentials.operations import Signer
from service.delegations.models import Delegation
from service.delegations.operations import link_token, save_delegation
from service.delegations.schemas import DelegationForm
from service.events.models import Category, Event
from service.events.queries import EventFacts, facts_of
from tests.conftest import MASTER_KEY
from tests.support import factories as make


@dataclass(frozen=True)
class Stand:
    """`embassy` may bring 3 officials and any number of business people; `ministry` is another delegation."""

    event: Event
    facts: EventFacts
    officials: Category
    business: Category
    embassy: Delegation
    ministry: Delegation
    cookies: dict[str, dict[str, str]]
    actor: Actor

    @property
    def link(self) -> str:
        return f"/d/{link_token(MASTER_KEY, self.embassy)}"


@pytest.fixture
async def stand(db: Database, signer: Signer) -> Stand:
    async with db.begin() as session:
        host, other = (
            await make.organisation(session),
            await make.organisation(session, "other", "Other House"),
        )
        event = await make.event(session, host)
        officials = await make.category(session, event, "officials", approval="desk", visibility="invited")
        business = await make.category(session, event, "business", 4)
        elsewhere = await make.event(session, other, "elsewhere")
        await make.category(session, elsewhere, "business")
        cookies = {role: await make.browser(session, host, role) for role in ("owner", "organizer", "viewer")}
        cookies["outsider"] = await make.browser(session, other, "owner")
        actor = await make.actor(session, host, "organizer", "second@alatau.example")
        embassy = await save_delegation(
            session, SYSTEM, event,
            DelegationForm(
                kind="country", name="Embassy of Portugal", country="PT", focal_name="Helena Marques",
                focal_email="helena@embassy.example", focal_language="ru", quotas={"officials": 3, "business": None},
            ),
        )  # fmt: skip
        ministry = await save_delegation(
            session, SYSTEM, event, DelegationForm(name="Ministry of Rain", quotas={"business": 2})
        )
        await save_delegation(session, SYSTEM, elsewhere, DelegationForm(name="Secret Delegation"))
        facts = await facts_of(session, event)
    return Stand(event, facts, officials, business, embassy, ministry, cookies, actor)
