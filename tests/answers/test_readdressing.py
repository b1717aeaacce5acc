"""A mail that did not arrive goes elsewhere: to one address, once, and nobody else pays for it."""

from typing import Any

import httpx
from sqlalchemy import text

from service.answers.readdressing import send_to
from service.core.actor import SYSTEM
from service.core.clock import now
from service.core.database import Database
from service.delegations.operations import save_delegation, send_link
from service.delegations.schemas import DelegationForm
from service.events.models import Event
from service.events.queries import list_category_views
from service.invitations.operations import invite
from service.invitations.schemas import Guest
from tests.answers.test_taking_in import GONE, found, hear, invited
from tests.console.conftest import Desk
from tests.support import factories as make
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain


async def rows(db: Database, statement: str) -> list[tuple[Any, ...]]:
    async with db.begin() as session:
        return [tuple(row) for row in await session.execute(text(statement))]


async def elsewhere(db: Database, old: str, new: str, *, keep: bool) -> None:
    """The organizer sends the mail for the old address to the new one."""
    async with db.begin() as session:
        found = await session.execute(
            text("SELECT task_id, event_id FROM deliveries WHERE address = :old"), {"old": old}
        )
        task_id, event_id = found.one()
        event = await session.get_one(Event, event_id)
        await send_to(session, SYSTEM, event, task_id, new, keep=keep)


async def with_assistant(db: Database) -> None:
    """One is invited, and their assistant as well."""
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event)
        guest = Guest(
            name="김민지", email="minji@hangang.example", language="ko", category="business",
            assistant="desk@hangang.example",
        )  # fmt: skip
        await invite(session, SYSTEM, event, [guest], await list_category_views(session, event.id), now=now())


async def test_an_invitation_that_bounced_goes_where_the_organizer_says(
    db: Database, context: Context, sink: Sink
) -> None:
    [ours] = await invited(db, context, sink)
    await hear(db, GONE, ours)
    await elsewhere(db, "guest0@steppe.example", "front@steppe.example", keep=False)
    await Drain(context).run()
    assert [mail.recipient for mail in sink.taken] == ["guest0@steppe.example", "front@steppe.example"]
    assert await rows(db, "SELECT email, state FROM invitations") == [("guest0@steppe.example", "sent")]


async def test_a_late_report_about_the_old_address_does_not_shut_the_new_one(
    db: Database, context: Context, sink: Sink
) -> None:
    [ours] = await invited(db, context, sink)
    await hear(db, GONE, ours)
    await elsewhere(db, "guest0@steppe.example", "front@steppe.example", keep=True)
    await Drain(context).run()
    assert await hear(db, GONE, ours) == "known"
    after = await found(db)
    assert (after["mails"], after["invitations"]) == ([("sent", None, False, None)], ["sent"])
    assert after["shut"] == [("guest0@steppe.example", "bounced")]
    assert await hear(db, GONE, sink.taken[-1].sender) == "bounced"


async def test_the_assistants_address_is_corrected_and_not_the_guests(
    db: Database, context: Context, sink: Sink
) -> None:
    await with_assistant(db)
    await Drain(context).run()
    [theirs] = [mail.sender for mail in sink.taken if mail.recipient == "desk@hangang.example"]
    await hear(db, GONE, theirs)
    assert await rows(db, "SELECT state FROM invitations") == [("sent",)]  # the guest has it
    await elsewhere(db, "desk@hangang.example", "office@hangang.example", keep=True)
    assert await rows(db, "SELECT email, assistant_email, state FROM invitations") == [
        ("minji@hangang.example", "office@hangang.example", "sent")
    ]


async def test_a_focal_points_address_is_corrected_if_it_is_still_the_one(
    client: httpx.AsyncClient, db: Database, desk: Desk, context: Context, sink: Sink
) -> None:
    sink.refuse = {"old@embassy.example": "550 5.1.1 no such user"}
    form = DelegationForm(name="Embassy", focal_name="Ana", focal_email="old@embassy.example")
    async with db.begin() as session:
        embassy = await save_delegation(session, SYSTEM, desk.event, form)
        await send_link(session, SYSTEM, embassy, now=now())
    await Drain(context).run()
    [(task,)] = await rows(db, "SELECT task_id FROM deliveries WHERE letter = 'delegation_link'")
    at = f"/console/forum/deliveries/{task}"
    organizer = desk.as_(client, "organizer")
    page = (await organizer.get(at)).text
    assert "It is the right one: write there from now on" in page
    assert "Ana" in page
    answer = await organizer.post(f"{at}/address", data={"email": "New@Embassy.example", "keep": "yes"})
    assert answer.status_code == 303
    await Drain(context).run()
    assert sink.taken[-1].recipient == "new@embassy.example"
    state = "SELECT focal_email, version FROM delegations"
    assert await rows(db, state) == [("new@embassy.example", 2)]
    told = "SELECT name FROM audit WHERE subject_id = (SELECT id FROM delegations) ORDER BY at, name"
    assert [name for (name,) in await rows(db, told)][-2:] == ["delegation.saved", "mail.readdressed"]
    assert (await organizer.get(f"/console/forum/delegations/{embassy.id}")).status_code == 200

    await hear(db, GONE, sink.taken[-1].sender)
    async with db.begin() as session:
        await session.execute(text("UPDATE delegations SET focal_email = 'third@embassy.example'"))
    await organizer.post(f"{at}/address", data={"email": "fourth@embassy.example", "keep": "yes"})
    assert await rows(db, state) == [("third@embassy.example", 2)]
