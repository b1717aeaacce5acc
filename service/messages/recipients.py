"""Who gets a message and who does not, what is missing for its words, and its mails into the outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, TextClause, bindparam, column, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.events.models import Event
from service.invitations.queries import DEFAULT_REMINDERS
from service.lists.addresses import read_query
from service.lists.answers import scope_of
from service.lists.queries import select_within
from service.messages.models import Campaign
from service.registrations.models import Registration

EXAMPLES = 8

# Of the table `chosen`: id, who (nobody gets it twice), name, address, language, state, and why not: '', no_address,
# asked, bounced, twice.
_GUESTS = """
    SELECT id, who, name, address, language, sort_key, state, CASE WHEN shut <> '' THEN shut
        WHEN row_number() OVER (PARTITION BY who, shut = '' ORDER BY state <> 'approved', id) > 1 THEN 'twice'
        ELSE '' END AS why
    FROM (
        SELECT r.id, r.person_id AS who, r.native_name AS name, at.address, r.language, r.sort_key, r.state, CASE
            WHEN at.address = '' THEN 'no_address'
            WHEN s.reason = 'bounced' OR (s.reason = 'asked' AND :purpose = 'news') THEN s.reason ELSE '' END AS shut
        FROM registrations r
        CROSS JOIN LATERAL (SELECT coalesce(nullif(r.email, ''), r.assistant_email) AS address) AS at
        LEFT JOIN suppressions s ON s.organisation_id = r.organisation_id AND s.email = at.address
        WHERE r.event_id = :event_id AND r.id IN (SELECT id FROM chosen)
    ) AS guest
"""
_DELEGATIONS = """
    SELECT d.id, d.id AS who, d.name, d.focal_email AS address, d.focal_language AS language,
        lower(d.name) AS sort_key, d.state, CASE WHEN d.focal_email = '' THEN 'no_address'
            WHEN s.reason = 'bounced' OR (s.reason = 'asked' AND :purpose = 'news') THEN s.reason ELSE '' END AS why
    FROM delegations d LEFT JOIN suppressions s ON s.organisation_id = d.organisation_id AND s.email = d.focal_email
    WHERE d.event_id = :event_id AND d.id IN (SELECT id FROM chosen)
"""
_WHO = {"guests": _GUESTS, "delegations": _DELEGATIONS}
_SUBJECT = {"guests": "registration_id", "delegations": "delegation_id"}
# Placeholders that may have no value: what has none in the row.
_MISSING = {
    "honorific": "r.honorific = ''", "position": "r.position = ''", "organisation": "r.affiliation = ''",
    "country": "r.country = ''", "delegation": "r.delegation_id IS NULL",
}  # fmt: skip
_OF_DELEGATIONS = {"name": "d.focal_name = ''", "country": "d.country = ''"}
_NONE_AT_ALL = (
    "latin_name",
    "honorific",
    "position",
    "organisation",
    "category",
)  # a focal point is a name only


class Audience(msgspec.Struct, frozen=True, kw_only=True):
    """Who of those chosen does not get it by reason, the readers of each language, a few names."""

    why_not: dict[str, int]
    readers: dict[str, int]
    names: list[str]

    @property
    def reached(self) -> int:
        return sum(self.readers.values())


Chosen = Select[Any]  # ids of registrations or delegations, read where they are needed


def choose(ids: Sequence[UUID]) -> Chosen:
    """These."""
    return select(func.unnest(bindparam("ids", list(ids), ARRAY(PG_UUID(as_uuid=True)))).label("id"))


async def select_chosen(session: AsyncSession, actor: Actor, event: Event, campaign: Campaign) -> Chosen:
    """Whom it is for, as they are when it is asked. At most one query. Raises FilterUnclear."""
    if campaign.chosen or campaign.audience == "delegations":
        return choose([UUID(one) for one in campaign.chosen])
    return select_within(await scope_of(session, event, actor), read_query(campaign.segment), Registration.id)


async def list_chosen(session: AsyncSession, actor: Actor, event: Event, campaign: Campaign) -> list[UUID]:
    """The ids of registrations or delegations it is for, frozen. At most two queries. Raises FilterUnclear."""
    found = await session.execute(await select_chosen(session, actor, event, campaign))
    return sorted(found.scalars())


def _asked(sql: str, chosen: Chosen, *columns: str) -> Any:
    """A reading of those chosen: they are a table of the statement, nobody carries fifty thousand ids about."""
    return text(sql).columns(*map(column, columns)).add_cte(chosen.cte("chosen"))


async def describe_audience(session: AsyncSession, campaign: Campaign, chosen: Chosen) -> Audience:
    """Who of these gets it. Two queries."""
    given, who = {"event_id": campaign.event_id, "purpose": campaign.purpose}, _WHO[campaign.audience]
    counted = f"SELECT why, language, count(*) AS number FROM ({who}) AS w GROUP BY 1, 2"
    readers: dict[str, int] = {}
    why_not: dict[str, int] = {}
    for why, language, number in await session.execute(
        _asked(counted, chosen, "why", "language", "number"), given
    ):
        into, key = (why_not, why) if why else (readers, language)
        into[key] = into.get(key, 0) + number
    first = f"SELECT name FROM ({who}) AS w WHERE why = '' ORDER BY sort_key, id LIMIT {EXAMPLES}"
    names = list((await session.execute(_asked(first, chosen, "name"), given)).scalars())
    return Audience(why_not=why_not, readers=readers, names=names)


async def count_missing(
    session: AsyncSession, campaign: Campaign, chosen: Chosen, placeholders: Sequence[str]
) -> dict[str, int]:
    """For how many of these a placeholder has no value; those without any such are left out. One query."""
    to_guests = campaign.audience == "guests"
    known = _MISSING if to_guests else {**dict.fromkeys(_NONE_AT_ALL, "true"), **_OF_DELEGATIONS}
    asked = [one for one in placeholders if one in known]
    if not asked:
        return {}
    columns = ", ".join(f"count(*) FILTER (WHERE {known[one]}) AS {one}" for one in asked)
    table = "registrations r" if to_guests else "delegations d"
    row = f"SELECT {columns} FROM {table} WHERE event_id = :event_id AND id IN (SELECT id FROM chosen)"
    counted = await session.execute(_asked(row, chosen, *asked), {"event_id": campaign.event_id})
    found = counted.mappings().one()
    return {one: found[one] for one in asked if found[one]}


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Mails to be written: of which letter, to which kind of people. `dedup` and who it is make each unique; `held`
    ones wait until they are released. Behind `until`, or when somebody has come into another state, one is left out."""

    event_id: UUID
    dedup: str
    audience: str = "guests"
    purpose: str = "practical"
    letter: str = "message"
    campaign_id: UUID | None = None
    held: bool = False
    until: datetime | None = None


def order_of(campaign: Campaign) -> Order:
    """A message to many: held until all are written."""
    return Order(
        event_id=campaign.event_id, dedup=f"message:{campaign.id}:", audience=campaign.audience,
        purpose=campaign.purpose, campaign_id=campaign.id, held=True,
    )  # fmt: skip


async def queue_mails(session: AsyncSession, order: Order, ids: Sequence[UUID]) -> int:
    """One mail for each of these who gets it. Once per person, however often this is done. Returns how many are new."""
    given = {
        "event_id": order.event_id, "ids": list(ids), "purpose": order.purpose, "campaign_id": order.campaign_id,
        "dedup": order.dedup, "letter": order.letter, "state": "waiting" if order.held else "queued",
        "until": order.until,
    }  # fmt: skip
    await session.execute(HASHED)
    return int((await session.execute(_QUEUE[order.audience], given)).scalar_one())


# Nobody can tell PostgreSQL how many rows a statement is about to make: it guesses one, and walks through all of them
# for each (25 million comparisons for 5,000 mails, two seconds).
HASHED = text("SET LOCAL enable_nestloop = off")


def _queue(audience: str) -> TextClause:
    subject = _SUBJECT[audience]
    delivery = "registration_id, " if audience == "guests" else ""
    return text(f"""
        WITH chosen AS (SELECT unnest(CAST(:ids AS uuid[])) AS id),
        who AS MATERIALIZED (SELECT uuidv7() AS task_id, w.* FROM ({_WHO[audience]}) AS w WHERE why = ''),
        task AS (
            INSERT INTO outbox (id, kind, urgency, state, campaign_id, payload, dedup)
            SELECT task_id, 'mail', 1, :state, CAST(:campaign_id AS uuid),
                jsonb_build_object('event_id', CAST(:event_id AS uuid), '{subject}', id)
                || CASE WHEN CAST(:until AS timestamptz) IS NULL THEN '{{}}'::jsonb
                    ELSE jsonb_build_object('until', CAST(:until AS timestamptz), 'state', who.state) END,
                CAST(:dedup AS text) || who
            FROM who ORDER BY who ON CONFLICT (dedup) DO NOTHING RETURNING id
        ), delivery AS (
            INSERT INTO deliveries (task_id, event_id, {delivery}letter, address, language)
            SELECT task_id, :event_id, {"who.id, " if delivery else ""}:letter, address, language
            FROM who JOIN task ON task.id = who.task_id RETURNING 1
        ) SELECT count(*) FROM delivery
    """)


_QUEUE = {audience: _queue(audience) for audience in _WHO}


async def queue_silent(session: AsyncSession, event_id: UUID, dedup: str, now: datetime) -> int:
    """The reminder to answer, to all who were invited and have not, and whose calendar does not say no; to nobody
    more often than the event allows, or twice a day (as invitations.reminding has it, which counts them, too). Returns
    how many are new."""
    await session.execute(HASHED)
    given = {"event_id": event_id, "dedup": dedup, "now": now, "reminders": DEFAULT_REMINDERS}
    return int((await session.execute(_SILENT, given)).scalar_one())


_SILENT = text("""
    WITH who AS MATERIALIZED (
        SELECT uuidv7() AS task_id, i.id, at.address, i.language, i.email = '' AS assistant
        FROM invitations i LEFT JOIN invitation_terms t ON t.event_id = i.event_id
        CROSS JOIN LATERAL (SELECT coalesce(nullif(i.email, ''), i.assistant_email) AS address) AS at
        WHERE i.event_id = :event_id AND i.state IN ('queued', 'sent') AND at.address <> ''
            AND i.calendar_answer <> 'declined'
            AND i.reminded < coalesce(t.reminders, :reminders)
            AND (i.reminded_at IS NULL OR i.reminded_at <= CAST(:now AS timestamptz) - interval '1 day')
            AND coalesce(i.answer_by, t.answer_by, 'infinity') > CAST(:now AS timestamptz) AND NOT EXISTS
            (SELECT FROM suppressions s WHERE s.organisation_id = i.organisation_id AND s.email = at.address)
        ORDER BY i.id FOR UPDATE OF i
    ), task AS (
        INSERT INTO outbox (id, kind, urgency, payload, dedup)
        SELECT task_id, 'mail', 1, jsonb_build_object('event_id', CAST(:event_id AS uuid), 'invitation_id', id)
            || CASE WHEN assistant THEN '{"assistant": true}'::jsonb ELSE '{}'::jsonb END, CAST(:dedup AS text) || id
        FROM who ORDER BY id ON CONFLICT (dedup) DO NOTHING RETURNING id
    ), reminded AS (
        UPDATE invitations i SET reminded = i.reminded + 1, reminded_at = CAST(:now AS timestamptz)
        FROM who JOIN task ON task.id = who.task_id WHERE i.id = who.id
    ), delivery AS (
        INSERT INTO deliveries (task_id, event_id, invitation_id, letter, address, language)
        SELECT task_id, :event_id, who.id, 'invitation_reminder', address, language
        FROM who JOIN task ON task.id = who.task_id RETURNING 1
    ) SELECT count(*) FROM delivery
""")


async def pick_example(
    session: AsyncSession, campaign: Campaign, chosen: Chosen, language: str
) -> UUID | None:
    """One of these, who reads this language if anybody does: for the preview. One query."""
    first = f"""
        SELECT id FROM ({_WHO[campaign.audience]}) AS w
        ORDER BY why NOT IN ('', 'no_address'), language <> :language, why, sort_key, id LIMIT 1
    """
    given = {"event_id": campaign.event_id, "purpose": campaign.purpose, "language": language}
    found: UUID | None = (await session.execute(_asked(first, chosen, "id"), given)).scalar_one_or_none()
    return found
