"""A mail that came back to an address of ours. Only what carries a token that we made changes anything."""

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from emails.bounces import Bounce, read_bounces
from emails.leaving import read_leaving
from emails.replies import read_reply
from service.answers.calendars import note_reply
from service.audit.operations import record
from service.core.actor import SYSTEM
from service.invitations.operations import suppress_address
from service.outbox.operations import MOST_TRIES, storable
from service.outbox.rounds import read_token

Heard = Literal["bounced", "delayed", "calendar", "left", "known", "ignored"]
REPORTS_FOR = timedelta(days=30)  # servers give up after five; what comes later was kept by somebody


async def take_in(session: AsyncSession, data: bytes, recipient: str, *, key: bytes, now: datetime) -> Heard:
    """`recipient` is the envelope's, "" where it is not known. What is forged, old, known already or no report at all
    changes nothing; neither do answers that people's programs give by themselves."""
    if reply := read_reply(data, key, recipient=recipient):
        return await note_reply(session, reply, now=now)
    if leaving := read_leaving(data, key, recipient=recipient):
        return await _note_leaving(session, leaving)
    told = [one for one in read_bounces(data, key, recipient=recipient) if one.token]
    if not told:
        return "ignored"
    return await _note_bounce(session, told, now)


async def _note_bounce(session: AsyncSession, told: list[Bounce], now: datetime) -> Heard:
    """All of one report speak of one mail: its envelope sender is made for it alone."""
    task_id, sending = read_token(told[0].token) or (None, 0)
    row = (await session.execute(_DELIVERY, {"id": task_id})).mappings().one_or_none() if task_id else None
    if row is None or row["sent_at"] is None or row["sent_at"] < now - REPORTS_FOR:
        return "ignored"
    if row["round"] != sending:
        return "known"
    one = _of(told, row["address"])
    status = "" if one.status in one.said else one.status
    said = storable(" ".join(f"{status} {one.said}".split())) or one.kind
    if row["state"] != "sent" or (one.delayed and any(tried.get("report") for tried in row["tries"])):
        return "known"
    line = {"at": now, "said": said, "report": "delayed" if one.delayed else one.kind}
    values = {"id": task_id, "tries": [*row["tries"][1 - MOST_TRIES :], line], "refusal": one.kind}
    if one.delayed:
        await session.execute(_DELAYED, values)
        return "delayed"
    await session.execute(_BOUNCED, {**values, "said": said, "now": now})
    await session.execute(_INVITATION, {"id": row["invitation_id"], "address": row["address"]})
    if one.kind == "hard":
        await session.execute(
            _SHUT, {"organisation_id": row["organisation_id"], "email": row["address"].lower(), "said": said}
        )
    await _record_bounce(session, row, one.kind, said)
    return "bounced"


def _of(told: list[Bounce], address: str) -> Bounce:
    """What is said about this address; a mail that was passed on is reported under another one. A failure counts more
    than a delay."""
    named = [one for one in told if one.address.lower() == address.lower()] or told
    return min(named, key=lambda one: (one.delayed, ("hard", "full", "policy", "soft").index(one.kind)))


async def _record_bounce(session: AsyncSession, row: Any, kind: str, said: str) -> None:
    subject = row["registration_id"] or row["invitation_id"]
    if row["organisation_id"] is None or subject is None:
        return
    await record(
        session, SYSTEM, "mail.bounced", organisation_id=row["organisation_id"], event_id=row["event_id"],
        subject_id=subject, letter=row["letter"], address=row["address"], kind=kind, reason=said,
    )  # fmt: skip


_DELIVERY = text("""
    SELECT d.state, d.address, d.letter, d.sent_at, d.tries, d.event_id, d.registration_id, d.invitation_id,
        e.organisation_id, coalesce((o.payload ->> 'round')::int, 0) AS round
    FROM deliveries d JOIN outbox o ON o.id = d.task_id LEFT JOIN events e ON e.id = d.event_id
    WHERE d.task_id = :id FOR UPDATE OF d
""")
_DELAYED = text("UPDATE deliveries SET tries = :tries, refusal = :refusal WHERE task_id = :id").bindparams(
    bindparam("tries", type_=JSONB)
)
# the task is parked, as if the relay itself had refused: then it can be tried again
_BOUNCED = text("""
    WITH task AS (
        UPDATE outbox SET state = 'parked', error = :said, done_at = :now WHERE id = :id AND state = 'done'
    ) UPDATE deliveries SET state = 'bounced', error = :said, refusal = :refusal, failed_at = :now, tries = :tries
    WHERE task_id = :id
""").bindparams(bindparam("tries", type_=JSONB))
# where it went to two, to the guest and to the assistant, it is as good as sent while the other one has it
_INVITATION = text("""
    UPDATE invitations i SET state = 'bounced' WHERE i.id = :id AND i.state IN ('queued', 'sent', 'failed')
        AND NOT EXISTS (SELECT FROM deliveries d WHERE d.invitation_id = i.id AND d.letter = 'invitation'
            AND d.state = 'sent' AND d.address <> :address AND d.address IN (i.email, i.assistant_email))
""")
_SHUT = text("""
    INSERT INTO suppressions (organisation_id, email, reason, said) VALUES (:organisation_id, :email, 'bounced', :said)
    ON CONFLICT DO NOTHING
""")


async def _note_leaving(session: AsyncSession, token: str) -> Heard:
    """No more invitations and news to the very address that mail went to, as after a press on its link. A mail that was
    sent anew since, maybe elsewhere, says nothing of the address it has now."""
    task_id, sending = read_token(token) or (None, 0)
    row = (await session.execute(_DELIVERY, {"id": task_id})).mappings().one_or_none() if task_id else None
    if row is None or row["organisation_id"] is None:
        return "ignored"
    if row["round"] != sending:
        return "known"
    await suppress_address(session, row["organisation_id"], row["address"].lower())
    return "left"
