"""Reads of an event's mails: the list, one of them, and who gets no more."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from emails.copies import unpack
from emails.render import Rendered
from service.core.errors import NotFound
from service.registrations.queries import as_id

PAGE = 50


class MailFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What the list shows; stands in the URL. `state` is one or more, comma separated; `refusal` a class of refusal;
    `campaign` one of the team's messages; `after` the last id seen."""

    state: str = ""
    q: str = ""
    letter: str = ""
    refusal: str = ""
    campaign: str = ""
    after: str = ""


class Mailed(msgspec.Struct, frozen=True, kw_only=True):
    """One mail, as the list shows it."""

    task_id: UUID
    letter: str
    address: str
    language: str
    state: str
    error: str | None
    refusal: str | None
    created_at: datetime
    sent_at: datetime | None
    registration_id: UUID | None
    attempts: int


_WHERE = """
    d.event_id = :event_id AND (:state = '' OR d.state = ANY(:states)) AND (:q = '' OR lower(d.address) LIKE :like)
    AND (:letter = '' OR d.letter = :letter) AND (:refusal = '' OR d.refusal = :refusal)
    AND (CAST(:campaign AS uuid) IS NULL
        OR EXISTS (SELECT FROM outbox c WHERE c.id = d.task_id AND c.campaign_id = :campaign))
"""


def _values(event_id: UUID, wanted: MailFilter) -> dict[str, Any]:
    return {
        "event_id": event_id, "state": wanted.state, "states": wanted.state.split(","), "q": wanted.q,
        "like": _somewhere(wanted.q), "letter": wanted.letter, "refusal": wanted.refusal,
        "campaign": as_id(wanted.campaign),
    }  # fmt: skip


def _somewhere(q: str) -> str:
    """For LIKE: these very letters anywhere in an address."""
    escaped = q.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


async def list_deliveries(session: AsyncSession, event_id: UUID, wanted: MailFilter) -> list[Mailed]:
    """One page, the newest first. One query."""
    values = {**_values(event_id, wanted), "after": as_id(wanted.after), "most": PAGE}
    return [Mailed(**row) for row in (await session.execute(_DELIVERIES, values)).mappings()]


_DELIVERIES = text(f"""
    SELECT d.task_id, d.letter, d.address, d.language, d.state, d.error, d.refusal, d.created_at, d.sent_at,
        d.registration_id, o.attempts
    FROM deliveries d JOIN outbox o ON o.id = d.task_id
    WHERE {_WHERE} AND (CAST(:after AS uuid) IS NULL OR (d.created_at, d.task_id) <
        (SELECT l.created_at, l.task_id FROM deliveries l WHERE l.task_id = :after AND l.event_id = :event_id))
    ORDER BY d.created_at DESC, d.task_id DESC LIMIT :most
""")


async def count_found(session: AsyncSession, event_id: UUID, wanted: MailFilter) -> int:
    """How many the filter finds, on all pages. One query."""
    return int((await session.execute(_COUNT, _values(event_id, wanted))).scalar_one())


_COUNT = text(f"SELECT count(*) FROM deliveries d WHERE {_WHERE}")


async def list_parked(session: AsyncSession, event_id: UUID, wanted: MailFilter) -> list[UUID]:
    """The tasks of all mails the filter finds that were given up. One query."""
    return list((await session.execute(_PARKED, _values(event_id, wanted))).scalars())


_PARKED = text(f"""
    SELECT o.id FROM deliveries d JOIN outbox o ON o.id = d.task_id
    WHERE {_WHERE} AND d.state IN ('failed', 'bounced') AND o.state = 'parked' ORDER BY o.id
""")


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """One mail or text with all that is known of it. `kind` is the way it goes; `tries` are as outbox.models says;
    `rendered`, or of a short text `said`, is what it said, where the copy is still kept."""

    task_id: UUID
    letter: str
    address: str
    language: str
    state: str
    error: str | None
    refusal: str | None
    reply: str | None
    tries: list[dict[str, Any]]
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    task: str
    registration_id: UUID | None
    invitation_id: UUID | None
    delegation_id: UUID | None
    name: str | None
    host: str
    files: list[str]
    kind: str = "mail"
    rendered: Rendered | None = None
    said: str = ""
    shut: str | None = None


async def get_delivery(session: AsyncSession, event_id: UUID, task_id: UUID) -> Sight:
    """Raises NotFound when it is not of this event. One query."""
    row = (await session.execute(_DELIVERY, {"event_id": event_id, "id": task_id})).mappings().one_or_none()
    if row is None:
        raise NotFound
    copy = row["copy"] or {}
    rendered = unpack(copy["shell"], row["data"], copy["words"]) if row["data"] else None
    known = {name: value for name, value in row.items() if name not in ("copy", "data")}
    return Sight(
        **known,
        rendered=rendered,
        said=copy.get("text", ""),
        host=copy.get("from", ""),
        files=copy.get("files", []),
    )


_DELIVERY = text("""
    SELECT d.task_id, d.letter, d.address, d.language, d.state, d.error, d.refusal, d.reply, d.tries, d.created_at,
        o.due_at, d.sent_at, o.attempts, o.state AS task, o.kind, d.registration_id, d.invitation_id, d.copy, s.data,
        g.id AS delegation_id, coalesce(r.native_name, i.native_name, g.focal_name) AS name, x.reason AS shut
    FROM deliveries d JOIN outbox o ON o.id = d.task_id JOIN events e ON e.id = d.event_id
        LEFT JOIN mail_shells s ON s.id = d.copy ->> 'shell'
        LEFT JOIN registrations r ON r.id = d.registration_id LEFT JOIN invitations i ON i.id = d.invitation_id
        LEFT JOIN delegations g ON g.id = (o.payload ->> 'delegation_id')::uuid AND g.event_id = d.event_id
        LEFT JOIN suppressions x ON x.organisation_id = e.organisation_id AND x.email = lower(d.address)
    WHERE d.task_id = :id AND d.event_id = :event_id
""")


class Shut(msgspec.Struct, frozen=True, kw_only=True):
    """An address that gets no invitations and news. `name` is of the directory, where it is known there."""

    email: str
    reason: str
    said: str
    created_at: datetime
    name: str | None


async def list_shut(
    session: AsyncSession, organisation_id: UUID, event_id: UUID | None, *, q: str, after: str
) -> tuple[list[Shut], int]:
    """One page, the newest first, and how many in all. Of those whom one event wrote to, or (`event_id` None) of the
    organisation. Two queries."""
    values = {"organisation_id": organisation_id, "event_id": event_id, "like": _somewhere(q)}
    rows = await session.execute(_SHUT, {**values, "after": after, "most": PAGE})
    total = (await session.execute(_SHUT_TOTAL, values)).scalar_one()
    return [Shut(**row) for row in rows.mappings()], int(total)


_SHUT_WHERE = """
    s.organisation_id = :organisation_id AND s.email LIKE :like AND (CAST(:event_id AS uuid) IS NULL
        OR EXISTS (SELECT FROM deliveries d WHERE d.event_id = :event_id AND lower(d.address) = s.email)
        OR EXISTS (SELECT FROM invitations i WHERE i.event_id = :event_id AND i.email = s.email))
"""
_SHUT = text(f"""
    SELECT s.email, s.reason, s.said, s.created_at, p.native_name AS name
    FROM suppressions s LEFT JOIN people p ON p.organisation_id = s.organisation_id AND p.email = s.email
    WHERE {_SHUT_WHERE} AND (:after = '' OR (s.created_at, s.email) < (SELECT l.created_at, l.email FROM suppressions l
        WHERE l.organisation_id = :organisation_id AND l.email = :after))
    ORDER BY s.created_at DESC, s.email DESC LIMIT :most
""")
_SHUT_TOTAL = text(f"SELECT count(*) FROM suppressions s WHERE {_SHUT_WHERE}")
