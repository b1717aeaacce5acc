"""Why, in words that help: when, where, and where else."""

import re

import pytest

from service.checkin.operations import PointInput, add_point, ensure_default_point
from service.checkin.words import STATES, TITLES, answer
from service.core.actor import Actor
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.models import Event
from service.registrations.models import STATES as REGISTRATION_STATES
from tests.checkin.door import DAY, NOW, Forum, guest, set_state
from tests.support import factories


async def reason(forum: Forum, code: str, language: str = "en", at: str = "main") -> str:
    point = getattr(forum, at)
    outcome = await forum.scan(code, point)
    return answer(outcome, forum.facts, point.id, language).reason


async def test_already_in_says_when_where_and_by_whom(forum: Forum, signer: Signer) -> None:
    _, code = await guest(forum, signer)
    await forum.scan(code)
    said = await reason(forum, code)
    assert re.fullmatch(r"Entered at \d\d:\d\d, Main gate\. Scanned by Door of Alatau City\.", said)


async def test_the_wrong_gate_names_the_right_ones(forum: Forum, signer: Signer) -> None:
    _, code = await guest(forum, signer)
    assert await reason(forum, code, at="vip") == "This category enters at: Main gate, Hall."


async def test_not_today_names_the_days(forum: Forum, signer: Signer, db: Database) -> None:
    _, code = await guest(forum, signer)
    async with db.begin() as session:
        event = await session.get_one(Event, forum.event.id)
        event.starts_at, event.ends_at = NOW + 2 * DAY, NOW + 3 * DAY
    await forum.refresh()
    assert (await reason(forum, code)).startswith("The event is from ")


@pytest.mark.parametrize("state", sorted(set(REGISTRATION_STATES) - {"approved", "cancelled"}))
async def test_every_state_has_its_sentence(forum: Forum, signer: Signer, state: str) -> None:
    registration_id, code = await guest(forum, signer)
    await set_state(forum, registration_id, state)
    assert await reason(forum, code) == STATES[state]


def test_every_verdict_has_a_title() -> None:
    from service.checkin.models import VERDICTS

    assert set(TITLES) == set(VERDICTS)


async def test_a_new_event_gets_one_entrance_and_only_one(forum: Forum, db: Database) -> None:
    async with db.begin() as session:
        fresh = await factories.event(session, forum.host, "fresh", languages=["ko", "en"])
        made = await ensure_default_point(session, fresh)
        again = await ensure_default_point(session, fresh)
        second = await add_point(
            session, Actor(kind="system"), fresh, PointInput(name={"en": "Side gate", "ko": ""})
        )
    assert (made.name, made.category_ids, made.zone) == ({"en": "Main entrance", "ko": "정문"}, [], "venue")
    assert again.id == made.id
    assert (second.name, second.ordinal > made.ordinal) == ({"en": "Side gate"}, True)
