"""Who got an earlier message, whom it did not reach, who was at another event: for segments of the next one."""

from uuid import UUID

import pytest
from sqlalchemy import event as listen
from sqlalchemy import text

from service.core.actor import Actor
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.models import Event
from service.lists.answers import scope_of
from service.lists.language import read
from service.lists.queries import Filter, list_guests
from service.messages.models import Campaign
from service.messages.recipients import choose, list_chosen, order_of, queue_mails
from tests.support import factories as make


async def find(db: Database, event: Event, where: str, actor: Actor | None = None) -> set[str]:
    async with db.begin() as session:
        scope = await scope_of(session, event, actor)
        return {one.native_name for one in await list_guests(session, scope, Filter(part=read(where)))}


@pytest.fixture
async def forum(db: Database, signer: Signer) -> Event:
    """Four guests; the last of them is there twice."""
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event)
        for name in ("Aida", "Bolat", "Chan", "Dana"):
            await make.registration(session, signer, event, name=name, email=f"{name.lower()}@x.example")
        await make.registration(session, signer, event, name="Dana's twin", email="twin@x.example")
        await session.execute(
            text("""
                UPDATE registrations SET person_id = (SELECT person_id FROM registrations WHERE native_name = 'Dana')
                WHERE native_name = 'Dana''s twin'
            """)
        )
    return event


async def sent(db: Database, event: Event, states: dict[str, str]) -> UUID:
    """A message that came so far with each."""
    async with db.begin() as session:
        campaign = Campaign(event_id=event.id, subject={"en": "First"}, body={"en": "Text"}, language="en")
        session.add(campaign)
        await session.flush()
        ids = list((await session.execute(text("SELECT id FROM registrations"))).scalars())
        assert await queue_mails(session, order_of(campaign), ids) == 4
        for name, state in states.items():
            await session.execute(
                text("""
                    UPDATE deliveries d SET state = :state FROM outbox o
                    WHERE o.id = task_id AND campaign_id = :id AND address = :at
                """),
                {"state": state, "at": f"{name.lower()}@x.example", "id": campaign.id},
            )
    return campaign.id


async def test_got_and_did_not_get(db: Database, forum: Event) -> None:
    first = await sent(db, forum, {"Aida": "sent", "Bolat": "bounced", "Dana": "sent"})
    second = await sent(db, forum, {"Chan": "sent"})
    everybody = {"Aida", "Bolat", "Chan", "Dana", "Dana's twin"}
    assert await find(db, forum, f"got:{first}") == {"Aida", "Dana", "Dana's twin"}, "once to a person"
    assert await find(db, forum, f"-got:{first}") == {"Bolat", "Chan"}
    assert await find(db, forum, f"missed:{first}") == {"Bolat"}
    assert await find(db, forum, f"got:{first},{second}") == everybody - {"Bolat"}
    assert await find(db, forum, f"got:{first} -got:{second}") == {"Aida", "Dana", "Dana's twin"}


async def test_a_message_of_another_event_finds_nobody(db: Database, forum: Event, signer: Signer) -> None:
    """Also when the same person got it there."""
    async with db.begin() as session:
        host, theirs = await make.organisation(session, "other"), "theirs"
        other = await make.event(session, host, theirs)
        await make.category(session, other)
        await make.registration(session, signer, other, name="Secret", email="secret@x.example")
        await session.execute(text("DELETE FROM outbox"))
        campaign = Campaign(event_id=other.id, subject={}, body={}, language="en")
        session.add(campaign)
        await session.flush()
        ids = list(
            (
                await session.execute(text("SELECT id FROM registrations WHERE native_name = 'Secret'"))
            ).scalars()
        )
        await queue_mails(session, order_of(campaign), ids)
        await session.execute(text("UPDATE deliveries SET state = 'sent'"))
    assert await find(db, forum, f"got:{campaign.id}") == set()


async def test_last_years_guests_for_who_may_know_of_them(db: Database, forum: Event, signer: Signer) -> None:
    async with db.begin() as session:
        host = await session.get_one(type(await make.organisation(session, "third")), forum.organisation_id)
        last = await make.event(session, host, "last-year")
        await make.category(session, last)
        for name, state in (("Aida", "approved"), ("Bolat", "cancelled")):
            guest = await make.registration(
                session, signer, last, name=name, email=f"{name.lower()}@x.example"
            )
            await session.execute(
                text("UPDATE registrations SET state = :state WHERE id = :id"),
                {"state": state, "id": guest.id},
            )
        of_all = await make.actor(session, host, "viewer")
        of_this = await make.actor(session, host, "organizer", "this@x.example", forum)
        door_there = await make.actor(session, host, "door", "door@x.example", last)
        of_both = await make.actor(session, host, "viewer", "both@x.example", last)
        outsider = await make.actor(session, await make.organisation(session, "fourth"), "owner")
    found = [
        await find(db, forum, "was-at:last-year", who)
        for who in (of_all, of_both, of_this, door_there, outsider, None)
    ]
    assert found == [{"Aida"}, {"Aida"}, set(), set(), set(), set()]
    assert "Aida" not in await find(db, forum, "-was-at:last-year", of_all)


async def test_frozen_when_it_is_sent_and_one_query_for_any_number(db: Database, forum: Event) -> None:
    first = await sent(db, forum, {"Aida": "sent"})
    async with db.begin() as session:
        campaign = Campaign(
            event_id=forum.id, subject={}, body={}, language="en", segment=f"where=-got:{first}",
        )  # fmt: skip
        session.add(campaign)
        await session.flush()
        said: list[str] = []
        listen.listen(db.engine.sync_engine, "before_cursor_execute", lambda *a: said.append(a[2]))
        ids = await list_chosen(session, Actor(kind="system"), forum, campaign)
    assert (len(ids), ids == sorted(ids), len(said)) == (4, True, 2)
    assert choose(ids).compile().params["ids"] == ids
