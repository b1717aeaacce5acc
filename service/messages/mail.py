"""What the mails of the team's own messages say, read when they are sent: as many queries for one as for any batch."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import pick
from emails.letters import Message as Letter
from emails.letters import Recipient
from service.core.tokens import personal_token
from service.delegations.models import Delegation
from service.delegations.operations import link_token
from service.events.mail import event_facts, recipient
from service.events.models import Category, Event
from service.invitations.models import Suppression
from service.messages.models import Campaign
from service.messages.values import values_of
from service.organisations.models import Organisation
from service.outbox.operations import Claimed
from service.outbox.parcel import Loaded, NoLongerTrue, Parcel
from service.registrations.models import Registration
from service.settings import Settings

LETTERS = ("message",)
TEST = "example_id"  # in the payload of a mail to its writer, who must not hold the personal link of this one


WHO = ("registration_id", "delegation_id", TEST)


class To(msgspec.Struct, frozen=True, kw_only=True):
    """One who gets it: a guest with their category, or the focal point of a delegation."""

    event: Event
    guest: Registration | None = None
    category: Category | None = None
    delegation: Delegation | None = None


async def load(session: AsyncSession, rows: Sequence[Claimed], settings: Settings, now: datetime) -> Loaded:
    """The parcel of each task, or why it must not go. Five queries."""
    campaigns = select(Campaign).where(Campaign.id.in_({_campaign_of(row) for row in rows}))
    by_id = {one.id: one for one in (await session.execute(campaigns)).scalars()}
    hosts = select(Event, Organisation).join(Organisation, Organisation.id == Event.organisation_id)
    hosts = hosts.where(Event.id.in_({one.event_id for one in by_id.values()}))
    at = {event.id: (event, host) for event, host in await session.execute(hosts)}
    found = await list_recipients(
        session, {event_id: event for event_id, (event, _) in at.items()},
        _ids(rows, "registration_id") | _ids(rows, TEST), _ids(rows, "delegation_id") | _ids(rows, TEST),
    )  # fmt: skip
    unwanted = select(Suppression.organisation_id, Suppression.email, Suppression.reason).where(
        Suppression.email.in_({row.address for row in rows})
    )
    shut = {
        (organisation_id, email): reason for organisation_id, email, reason in await session.execute(unwanted)
    }
    loaded: Loaded = {}
    for row in rows:
        to = next((found[one] for one in map(partial(_id_of, row), WHO) if one in found), None)
        campaign = by_id.get(_campaign_of(row))
        if campaign is None or to is None:
            loaded[row.id] = NoLongerTrue("Whom it was for is gone.")
            continue
        event, organisation = at[campaign.event_id]
        test = bool(row.payload.get(TEST))
        reason = (
            ""
            if test
            else _no_longer_true(campaign, event, shut.get((organisation.id, row.address), ""))
            or made_no_sense(row, to, now)
        )
        if reason:
            loaded[row.id] = NoLongerTrue(reason)
            continue
        letter = letter_to(campaign, to, row.address, row.language, settings, private=not test)
        if test:
            letter = replace(letter, subject=f"[TEST] {letter.subject}")
        loaded[row.id] = Parcel(
            letter=letter, host=pick(letter.event.host, letter.to.language) or organisation.name,
            reply_to=event.contact or organisation.reply_to, unsubscribe_url="" if test else letter.unsubscribe,
        )  # fmt: skip
    return loaded


def _no_longer_true(campaign: Campaign, event: Event, shut: str) -> str:
    if event.state == "archived":
        return "The event is archived."
    if shut == "bounced":
        return "Mails to this address come back."
    return "This address wants no more news." if shut and campaign.purpose == "news" else ""


def made_no_sense(row: Claimed, to: To, now: datetime) -> str:
    """Of a rule: a mail that was held too long, or to one who is in another state since."""
    until, subject = row.payload.get("until"), to.guest or to.delegation
    if until and datetime.fromisoformat(str(until)) <= now:
        return "Its time is over."
    known = row.payload.get("state")
    return "Their state has changed." if known and subject and subject.state != known else ""


def _campaign_of(row: Claimed) -> UUID:
    return row.campaign_id or UUID(str(row.payload["campaign_id"]))


def _id_of(row: Claimed, key: str) -> UUID:
    return UUID(str(row.payload.get(key) or UUID(int=0)))


def _ids(rows: Sequence[Claimed], key: str) -> set[UUID]:
    return {_id_of(row, key) for row in rows if row.payload.get(key)}


async def list_recipients(
    session: AsyncSession, events: Mapping[UUID, Event], guest_ids: set[UUID], delegation_ids: set[UUID]
) -> dict[UUID, To]:
    """By the id of the registration or delegation. Two queries."""
    guests = select(Registration, Category).join(Category, Category.id == Registration.category_id)
    guests = guests.where(Registration.id.in_(guest_ids), Registration.event_id.in_(events))
    found = (await session.execute(guests)).all()
    wanted = delegation_ids | {guest.delegation_id for guest, _ in found if guest.delegation_id}
    delegations = select(Delegation).where(Delegation.id.in_(wanted), Delegation.event_id.in_(events))
    named = {one.id: one for one in (await session.execute(delegations)).scalars()}
    to = {
        guest.id: To(
            event=events[guest.event_id], guest=guest, category=category,
            delegation=named.get(guest.delegation_id) if guest.delegation_id else None,
        )
        for guest, category in found
    }  # fmt: skip
    return to | {
        one: To(event=events[named[one].event_id], delegation=named[one])
        for one in delegation_ids & set(named)
    }


def letter_to(
    campaign: Campaign, to: To, address: str, language: str, settings: Settings, *, private: bool = True
) -> Letter:
    """The whole mail is in the language in which there is a text. Unless it is `private`, its links lead to the event's
    page: whoever tries the message must not hold another's."""
    language = language if language in campaign.subject and language in campaign.body else campaign.language
    facts = event_facts(to.event, settings.base_url)
    link = own_link(to, language, settings) if private else facts.url
    category = to.category.name if to.category else None
    values = values_of(facts, language, link, to.guest, category, to.delegation)
    more = {
        "event": facts, "subject": campaign.subject.get(language, ""), "text": campaign.body.get(language, ""),
        "plain": campaign.plain.get(language, ""), "link": link, "values": values,
        "unsubscribe": _way_out(campaign, to, settings) if private or campaign.purpose != "news" else facts.url,
    }  # fmt: skip
    if to.guest is not None:
        return Letter(to=recipient(to.guest, address, language, to.event), **more)
    assert to.delegation is not None  # noqa: S101 — one of the two
    who = Recipient(address=address, name=to.delegation.focal_name, language=language)
    return Letter(to=who, delegation=to.delegation.name, **more)


def own_link(to: To, language: str, settings: Settings) -> str:
    """Of a guest's own page, or of a delegation's."""
    if to.guest is not None:
        return f"{settings.base_url}/g/{personal_token(settings.master_key, 'own', to.guest.id)}"
    assert to.delegation is not None  # noqa: S101 — one of the two
    return f"{settings.base_url}/d/{link_token(settings.master_key, to.delegation)}?lang={language}"


def _way_out(campaign: Campaign, to: To, settings: Settings) -> str:
    """Of news only: what somebody needs to come is never shut off."""
    if campaign.purpose != "news" or to.guest is None:
        return ""
    return f"{settings.base_url}/n/{personal_token(settings.master_key, 'news', to.guest.id)}"
