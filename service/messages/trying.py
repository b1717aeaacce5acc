"""A system mail to whoever writes its words: with the values of a guest and without anybody's personal link."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import pick
from emails.letters import Wording as Words
from service.core.actor import Actor
from service.core.tokens import new_id
from service.events.models import Event
from service.messages.dressing import About, list_about
from service.messages.examples import example
from service.organisations.models import Organisation
from service.outbox.operations import Claimed, Mail, add_mail
from service.outbox.parcel import Loaded, NoLongerTrue, Parcel
from service.registrations.models import Registration
from service.settings import Settings

LETTERS = ("letter_test",)


async def send_test(
    session: AsyncSession, actor: Actor, event: Event, letter: str, words: dict[str, str], language: str, about: About
) -> None:  # fmt: skip
    """With the words as they are typed, saved or not."""
    of_whom = {
        "registration_id": about.card.id if isinstance(about.card, Registration) else None,
        "delegation_id": about.delegation.id if about.delegation and about.card is None else None,
    }
    more = {"letter": letter, "words": words, "example": {name: one for name, one in of_whom.items() if one}}
    mail = Mail(
        letter="letter_test", dedup=f"letter_test:{new_id()}", address=actor.email, language=language,
        event_id=event.id, more=more,
    )  # fmt: skip
    await add_mail(session, mail)


async def load(session: AsyncSession, rows: Sequence[Claimed], settings: Settings, now: datetime) -> Loaded:
    """The parcel of each task, or why it must not go. Three queries."""
    ids = {UUID(str(row.payload["event_id"])) for row in rows}
    hosts = select(Event, Organisation).join(Organisation, Organisation.id == Event.organisation_id)
    at = {event.id: (event, host) for event, host in await session.execute(hosts.where(Event.id.in_(ids)))}
    whom = [msgspec.structs.replace(row, payload=row.payload["example"]) for row in rows]
    about = await list_about(session, whom)
    return {row.id: _parcel(row, at, about.get(row.id, About()), settings) for row in rows}


def _parcel(
    row: Claimed, at: dict[UUID, tuple[Event, Organisation]], about: About, settings: Settings
) -> Parcel | NoLongerTrue:
    found = at.get(UUID(str(row.payload["event_id"])))
    if found is None:
        return NoLongerTrue("The event is gone.")
    event, organisation = found
    words = Words.of(row.payload["words"])
    letter = example(str(row.payload["letter"]), event, settings.base_url, row.language, about, words)
    return Parcel(
        letter=replace(letter, to=replace(letter.to, address=row.address)),
        host=pick(letter.event.host, row.language) or organisation.name,
        reply_to=event.contact or organisation.reply_to,
    )
