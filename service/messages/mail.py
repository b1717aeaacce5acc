"""What the mails of the team's own messages say, read when they are sent: as many queries for one as for any batch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import pick
from emails.letters import Message as Letter
from emails.letters import Recipient
from service.core.tokens import personal_token
from service.delegations.models import Delegation
from service.delegations.operations import link_token
from service.events.mail import event_facts, recipient
from service.events.models import Event
from service.messages.models import Message
from service.organisations.models import Organisation
from service.outbox.operations import Claimed
from service.outbox.parcel import Loaded, NoLongerTrue, Parcel
from service.registrations.models import Registration
from service.settings import Settings

LETTERS = ("message",)


async def load(session: AsyncSession, rows: Sequence[Claimed], settings: Settings, now: datetime) -> Loaded:
    """The parcel of each task, or why it must not go. Four queries."""
    messages = select(Message).where(Message.id.in_(_ids(rows, "message_id")))
    by_id = {str(one.id): one for one in (await session.execute(messages)).scalars()}
    guests = select(Registration).where(Registration.id.in_(_ids(rows, "registration_id")))
    guest_of = {str(one.id): one for one in (await session.execute(guests)).scalars()}
    delegations = select(Delegation).where(Delegation.id.in_(_ids(rows, "delegation_id")))
    delegation_of = {str(one.id): one for one in (await session.execute(delegations)).scalars()}
    hosts = select(Event, Organisation).join(Organisation, Organisation.id == Event.organisation_id)
    hosts = hosts.where(Event.id.in_(_ids(rows, "event_id")))
    at = {str(event.id): (event, host) for event, host in (await session.execute(hosts)).tuples()}
    loaded: Loaded = {}
    for row in rows:
        named = {key: str(row.payload.get(key)) for key in ("registration_id", "delegation_id")}
        guest, delegation = guest_of.get(named["registration_id"]), delegation_of.get(named["delegation_id"])
        message = by_id.get(str(row.payload["message_id"]))
        found = at.get(str(row.payload["event_id"]))
        if message is None or found is None or (guest is None and delegation is None):
            loaded[row.id] = NoLongerTrue("Whom it was for is gone.")
            continue
        event, organisation = found
        if event.state == "archived":
            loaded[row.id] = NoLongerTrue("The event is archived.")
            continue
        letter = _letter(row, message, event, guest, delegation, settings)
        loaded[row.id] = Parcel(
            letter=letter, host=pick(letter.event.host, letter.to.language) or organisation.name,
            reply_to=event.contact or organisation.reply_to,
        )  # fmt: skip
    return loaded


def _ids(rows: Sequence[Claimed], key: str) -> list[UUID]:
    return sorted({UUID(str(row.payload[key])) for row in rows if row.payload.get(key)})


def _letter(
    row: Claimed, message: Message, event: Event, guest: Registration | None, delegation: Delegation | None,
    settings: Settings,
) -> Letter:  # fmt: skip
    """The whole mail is in the language in which there is a text."""
    language = row.language if row.language in message.subject else message.language
    facts = event_facts(event, settings.base_url)
    texts = {"subject": message.subject[language], "text": message.body[language]}
    if guest is not None:
        link = f"{settings.base_url}/g/{personal_token(settings.master_key, 'own', guest.id)}"
        return Letter(to=recipient(guest, row.address, language, event), event=facts, link=link, **texts)
    assert delegation is not None  # noqa: S101 — the caller has one of the two
    link = f"{settings.base_url}/d/{link_token(settings.master_key, delegation)}?lang={language}"
    to = Recipient(address=row.address, name=delegation.focal_name, language=language)
    return Letter(to=to, event=facts, link=link, delegation=delegation.name, **texts)
