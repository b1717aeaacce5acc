"""Short texts beside the mails of a message or a reminder: who gets one, and what it says when it is sent.

Only guests who said so themselves, on the form or on their own page, and not for longer than they say so. A text has a
task of its own, of the kind of its channel: paused, stopped, postponed and counted like a mail, unique like one."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from emails.written import as_text
from service.events.mail import event_facts
from service.events.models import Event
from service.invitations.models import Suppression
from service.messages.mail import To, list_recipients, made_no_sense, own_link
from service.messages.models import Campaign
from service.messages.recipients import HASHED, Chosen, Order
from service.messages.values import values_of
from service.outbox.groups import Progress
from service.outbox.operations import Claimed
from service.outbox.parcel import NoLongerTrue
from service.registrations.models import Registration
from service.settings import CHANNELS, Settings

LETTER = "message_text"  # of its deliveries
TAKEN_AWAY = "This channel is not set up any more."
# What would turn the words of a text around, or end it early: names may hold anything.
_UNSEEN = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A task with what the text says, or why it must not go; `copy` is what is kept of it, without personal links."""

    task: Claimed
    says: str | NoLongerTrue
    copy: str = ""


async def queue_texts(session: AsyncSession, order: Order, ids: Sequence[UUID]) -> int:
    """One text for each of these registrations whose guest wants texts and gave a number, whether mails reach them or
    not; none of news to those who asked for no more. Once per person, however often this is done. Returns how many are
    new."""
    await session.execute(HASHED)
    given = {
        "event_id": order.event_id, "ids": list(ids), "purpose": order.purpose, "campaign_id": order.campaign_id,
        "dedup": f"{order.dedup}text:", "letter": LETTER, "state": "waiting" if order.held else "queued",
        "until": order.until,
    }  # fmt: skip
    return int((await session.execute(_QUEUE, given)).scalar_one())


_QUEUE = text("""
    WITH who AS MATERIALIZED (
        SELECT DISTINCT ON (r.person_id) uuidv7() AS task_id, r.id, r.person_id AS who, r.phone, r.text_channel,
            r.language, r.state
        FROM registrations r
        WHERE r.event_id = :event_id AND r.id = ANY(CAST(:ids AS uuid[])) AND r.text_channel <> '' AND r.phone <> ''
            AND NOT (:purpose = 'news' AND EXISTS (SELECT FROM suppressions s
                WHERE s.organisation_id = r.organisation_id AND s.reason = 'asked'
                    AND s.email = coalesce(nullif(r.email, ''), r.assistant_email)))
        ORDER BY r.person_id, r.state <> 'approved', r.id
    ), task AS (
        INSERT INTO outbox (id, kind, urgency, state, campaign_id, payload, dedup)
        SELECT task_id, text_channel, 1, :state, CAST(:campaign_id AS uuid),
            jsonb_build_object('event_id', CAST(:event_id AS uuid), 'registration_id', id)
            || CASE WHEN CAST(:until AS timestamptz) IS NULL THEN '{}'::jsonb
                ELSE jsonb_build_object('until', CAST(:until AS timestamptz), 'state', who.state) END,
            CAST(:dedup AS text) || who
        FROM who ORDER BY who ON CONFLICT (dedup) DO NOTHING RETURNING id
    ), delivery AS (
        INSERT INTO deliveries (task_id, event_id, registration_id, letter, address, language)
        SELECT task_id, :event_id, who.id, :letter, phone, language FROM who JOIN task ON task.id = who.task_id
        RETURNING 1
    ) SELECT count(*) FROM delivery
""")


async def load(
    session: AsyncSession, rows: Sequence[Claimed], settings: Settings, now: datetime
) -> list[Text]:
    """What each says in the guest's language, with what is true now. Five queries."""
    wanted = select(Campaign).where(Campaign.id.in_({row.campaign_id for row in rows}))
    campaigns = {one.id: one for one in (await session.execute(wanted)).scalars()}
    of_event = select(Event).where(Event.id.in_({one.event_id for one in campaigns.values()}))
    events = {one.id: one for one in (await session.execute(of_event)).scalars()}
    ids = {UUID(str(row.payload["registration_id"])) for row in rows}
    found = await list_recipients(session, events, ids, set())
    guests = [to.guest for to in found.values() if to.guest]
    asked = select(Suppression.organisation_id, Suppression.email).where(
        Suppression.email.in_({one.mail_address for one in guests}), Suppression.reason == "asked"
    )
    out = {(organisation_id, email) for organisation_id, email in await session.execute(asked)}
    texts: list[Text] = []
    for row in rows:
        campaign = campaigns.get(row.campaign_id) if row.campaign_id else None
        to = found.get(UUID(str(row.payload["registration_id"])))
        if campaign is None or to is None or to.guest is None:
            texts.append(Text(task=row, says=NoLongerTrue("Whom it was for is gone.")))
            continue
        no_news = (to.guest.organisation_id, to.guest.mail_address) in out
        reason = _no_longer_true(row, campaign, to, to.guest, no_news=no_news) or made_no_sense(row, to, now)
        texts.append(
            Text(task=row, says=NoLongerTrue(reason)) if reason else _text(row, campaign, to, settings)
        )
    return texts


def _no_longer_true(row: Claimed, campaign: Campaign, to: To, guest: Registration, *, no_news: bool) -> str:
    if to.event.state == "archived":
        return "The event is archived."
    if guest.text_channel != row.kind:
        return "This guest wants no texts this way any more."
    if guest.phone != row.address:
        return "The number of this guest has changed."
    if no_news and campaign.purpose == "news":
        return "This guest wants no more news."
    return "" if _words(campaign, row.language) else "The short text was taken out of the message."


def _words(campaign: Campaign, language: str) -> str:
    return str(campaign.short.get(language) or campaign.short.get(campaign.language) or "")


def _text(row: Claimed, campaign: Campaign, to: To, settings: Settings) -> Text:
    link = own_link(to, row.language, settings)
    cut = f"{link.rpartition('/')[0]}/…"  # it is a key
    says, copy = (filled(campaign, to, row.language, settings, one) for one in (link, cut))
    return Text(task=row, says=says, copy=copy)


def filled(campaign: Campaign, to: To, language: str, settings: Settings, link: str) -> str:
    """The short text for this guest, in the language in which there is one; '' if there is none."""
    language = language if language in campaign.short else campaign.language
    category = to.category.name if to.category else None
    facts = event_facts(to.event, settings.base_url)
    values = values_of(facts, language, link, to.guest, category, to.delegation)
    return _UNSEEN.sub("", as_text(_words(campaign, language), values)).strip()


async def count_wanting(session: AsyncSession, campaign: Campaign, chosen: Chosen) -> int:
    """How many of these would get the short text. One query."""
    wanted = select(func.count(Registration.person_id.distinct())).where(
        Registration.event_id == campaign.event_id, Registration.id.in_(chosen), Registration.text_channel != "",
        Registration.phone != "",
    )  # fmt: skip
    return int((await session.execute(wanted)).scalar_one())


async def count_texts(session: AsyncSession, campaign_id: UUID) -> Progress:
    """The texts among all that a message sends. One query."""
    rows = await session.execute(_COUNT, {"id": campaign_id})
    return Progress(**rows.mappings().one())


_COUNT = text("""
    SELECT count(*) FILTER (WHERE state = 'done') AS sent, count(*) FILTER (WHERE state = 'parked') AS failed,
        count(*) FILTER (WHERE state = 'cancelled') AS left_out,
        count(*) FILTER (WHERE state IN ('queued', 'sending', 'waiting')) AS waiting
    FROM outbox WHERE campaign_id = :id AND kind <> 'mail'
""")


async def drop_texts(session: AsyncSession, known: Collection[str]) -> int:
    """Due texts of channels that are set up no more are given up, where the organizer sees them. Returns how many."""
    gone = [channel for channel in CHANNELS if channel not in known]
    if not gone:
        return 0
    return len((await session.execute(_DROP, {"kinds": gone, "reason": TAKEN_AWAY})).all())


_DROP = text("""
    WITH task AS (
        UPDATE outbox SET state = 'parked', done_at = now(), error = :reason
        WHERE kind = ANY(CAST(:kinds AS text[])) AND state = 'queued' AND due_at <= now() RETURNING id
    ) UPDATE deliveries SET state = 'failed', failed_at = now(), error = :reason FROM task WHERE task_id = task.id
    RETURNING 1
""")
