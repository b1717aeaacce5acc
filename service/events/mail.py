"""What every mail about an event says of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from emails.letters import Before, EventFacts, Recipient
from service.events.models import Event
from service.people.models import Card


def recipient(card: Card, address: str, language: str, event: Event) -> Recipient:
    """Who opens the mail, in the language the mail was queued in, else the event's first."""
    language = language or event.languages[0]
    own = card.in_languages.get("salutation", {})
    return Recipient(
        address=address, name=card.native_name, latin_name=card.latin_name,
        salutation=own.get(language) or card.salutation, language=language,
    )  # fmt: skip


def event_facts(event: Event, base_url: str) -> EventFacts:
    """What mails say of the event. In every text its first language stands first: the one to fall back on."""
    return EventFacts(
        id=str(event.id), slug=event.slug, name=in_order(event.name, event.languages),
        host=in_order(event.host, event.languages), place=in_order(event.place, event.languages),
        starts_at=event.starts_at, ends_at=event.ends_at, zone=event.zone, url=f"{base_url}/e/{event.slug}",
    )  # fmt: skip


def before_of(known: Mapping[str, Any] | None, event: Event) -> Before | None:
    """When and where guests think that an event is which was moved (Event.moved_from)."""
    if known is None:
        return None
    return Before(
        starts_at=datetime.fromisoformat(known["starts_at"]), ends_at=datetime.fromisoformat(known["ends_at"]),
        zone=known["zone"], place=in_order(known["place"], event.languages),
    )  # fmt: skip


def in_order(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """jsonb forgets the order of its keys: the event's languages first, in its order."""
    first = {language: texts[language] for language in languages if language in texts}
    return {**first, **texts}


def days_until(event: Event, now: datetime) -> int:
    """Local days from today to the event's first; 0 when it has begun."""
    zone = ZoneInfo(event.zone)
    return max(0, (event.starts_at.astimezone(zone).date() - now.astimezone(zone).date()).days)


def site(base_url: str) -> str:
    """The host name people know us by."""
    return urlsplit(base_url).hostname or base_url
