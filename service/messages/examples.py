"""A system mail as a guest of the event would get it, for whoever writes its words: with real names and facts, and with
nothing that would let the reader act in that guest's name."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from emails.letters import LINKS, Before, EventFacts, EventLetter, Recipient, Wording, fields_of
from emails.samples import sample
from service.delegations.models import Delegation
from service.events.mail import before_of, event_facts, in_order, recipient
from service.events.models import Category, Event
from service.messages.dressing import About, with_words
from service.registrations.models import Registration

ANSWER_AHEAD = timedelta(days=7)
ONE_DAY = timedelta(days=1)


async def pick_about(session: AsyncSession, event_id: UUID, letter: str, language: str) -> About:
    """A guest who reads this language if there is one, or a delegation for mails to focal points. One query."""
    if "delegation" in fields_of(letter):
        reads = (Delegation.focal_language != language, Delegation.focal_email == "", Delegation.id)
        named = select(Delegation).where(Delegation.event_id == event_id).order_by(*reads).limit(1)
        return About(delegation=(await session.execute(named)).scalar_one_or_none())
    guests = (
        select(Registration, Category.name, Delegation)
        .join(Category, Category.id == Registration.category_id)
        .outerjoin(Delegation, Delegation.id == Registration.delegation_id)
        .where(Registration.event_id == event_id)
        .order_by(Registration.language != language, Registration.state != "approved", Registration.id)
        .limit(1)
    )
    row = (await session.execute(guests)).one_or_none()
    return About(card=row[0], category=row[1], delegation=row[2]) if row else About()


def example(
    letter: str, event: Event, base_url: str, language: str, about: About, words: Wording | None
) -> EventLetter:
    """Its links lead to the event's page. What the event cannot know (the reason of a refusal) is the sample's."""
    known = sample(letter, language)
    assert isinstance(known, EventLetter)  # noqa: S101 -- only these can be written
    facts = event_facts(event, base_url)
    values: dict[str, Any] = {
        "event": facts, "to": _reader(known.to, event, language, about), "delegation": _named(known, about),
        "category": in_order(about.category, event.languages) if about.category else None,
        "answer_by": event.registration_closes_at or event.starts_at - ANSWER_AHEAD,
        "before": before_of(event.moved_from, event) or _day_before(facts),
        **dict.fromkeys((*LINKS, "unsubscribe"), facts.url),
    }  # fmt: skip
    fitting = {name: value for name, value in values.items() if value and getattr(known, name, None)}
    made = replace(known, **fitting)
    return with_words(made, words, about) if words else made


def _day_before(facts: EventFacts) -> Before:
    return Before(
        starts_at=facts.starts_at - ONE_DAY, ends_at=facts.ends_at - ONE_DAY, zone=facts.zone, place=facts.place
    )  # fmt: skip


def _reader(known: Recipient, event: Event, language: str, about: About) -> Recipient:
    if about.card is not None:
        return recipient(about.card, "", language, event)
    name = about.delegation.focal_name if about.delegation else known.name
    return Recipient(address="", name=name, language=language)


def _named(known: EventLetter, about: About) -> str:
    return about.delegation.name if about.delegation else getattr(known, "delegation", "")
