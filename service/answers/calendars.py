"""What calendar programs answer to our entries, kept beside the registration or the invitation for the team to see.

It accepts, declines and cancels nothing: calendar programs answer by a slip of the thumb, for a delegate, or by a
rule. The entry of an invitation goes on as that of the registration, so the answer belongs to what there is by now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from emails.replies import Reply
from service.audit.operations import record
from service.core.actor import SYSTEM
from service.invitations.queries import SILENT
from service.outbox.operations import storable
from service.registrations.queries import as_id

Noted = Literal["calendar", "known", "ignored"]


async def note_reply(session: AsyncSession, reply: Reply, *, now: datetime) -> Noted:
    """Believed when address, UID and attendee belong together. Brought again, or older than what is known, it changes
    nothing."""
    subject_id = as_id(reply.token)
    if subject_id is None or reply.subject_id != str(subject_id):
        return "ignored"
    if reply.about == "invitation":
        return await _of_invitation(session, subject_id, reply, now)
    guest = await _row(session, _GUEST, id=subject_id)
    if guest is None or reply.attendee not in _addresses(guest):
        return "ignored"
    return await _beside_guest(session, guest, reply, now)


async def _of_invitation(session: AsyncSession, invitation_id: UUID, reply: Reply, now: datetime) -> Noted:
    invited = await _row(session, _INVITED, id=invitation_id)
    if invited is None or invited["state"] == "waiting":
        return "ignored"
    guest = await _row(session, _GUEST_OF, id=invitation_id) if invited["state"] == "accepted" else None
    if reply.attendee not in _addresses(invited) | (_addresses(guest) if guest else set()):
        return "ignored"
    if _is_old(invited, reply):
        return "known"
    if guest is not None and reply.stamp >= guest["created_at"]:
        return await _beside_guest(session, guest, reply, now)
    note = _beside_invitation if invited["state"] in SILENT else _in_history
    return await note(session, invited, reply, now)


async def _beside_invitation(
    session: AsyncSession, invited: Mapping[Any, Any], reply: Reply, now: datetime
) -> Noted:
    said = {"answer": reply.answer, "word": storable(reply.comment), "at": min(reply.stamp, now)}
    if (invited["calendar_answer"], invited["calendar_word"]) == (said["answer"], said["word"]):
        return "known"
    await session.execute(_BESIDE_INVITATION, {"id": invited["id"], **said})
    await _record(
        session, invited, reply, before=invited["calendar_answer"], after=reply.answer, word=said["word"]
    )
    return "calendar"


async def _beside_guest(
    session: AsyncSession, guest: Mapping[Any, Any], reply: Reply, now: datetime
) -> Noted:
    if guest["calendar_answer"] == reply.answer or _is_old(guest, reply):
        return "known"
    said = {"id": guest["id"], "answer": reply.answer, "at": min(reply.stamp, now)}
    await session.execute(_BESIDE_GUEST, said)
    await _record(
        session, guest, reply, before=guest["calendar_answer"], after=reply.answer, reason=reply.comment
    )
    return "calendar"


async def _in_history(
    session: AsyncSession, invited: Mapping[Any, Any], reply: Reply, now: datetime
) -> Noted:
    """The invitation has ended: what it was is written down, once, and nothing else changes."""
    stamp = min(reply.stamp, now).isoformat()
    if await _row(session, _WRITTEN, id=invited["id"], name=f"calendar.{reply.answer}", stamp=stamp):
        return "known"
    await _record(session, invited, reply, late=True, stamp=stamp, word=storable(reply.comment))
    return "calendar"


def _addresses(row: Mapping[Any, Any]) -> set[str]:
    return {row["email"], row["assistant_email"]} - {""}


def _is_old(row: Mapping[Any, Any], reply: Reply) -> bool:
    return row["calendar_answered_at"] is not None and reply.stamp <= row["calendar_answered_at"]


async def _row(session: AsyncSession, statement: Any, **given: object) -> Mapping[Any, Any] | None:
    return (await session.execute(statement, given)).mappings().first()


async def _record(session: AsyncSession, row: Mapping[Any, Any], reply: Reply, **data: object) -> None:
    await record(
        session, SYSTEM, f"calendar.{reply.answer}", organisation_id=row["organisation_id"], event_id=row["event_id"],
        subject_id=row["id"], **data,
    )  # fmt: skip


_SAID = "id, organisation_id, event_id, email, assistant_email, calendar_answer, calendar_answered_at"
_GUEST = text(f"SELECT {_SAID}, created_at FROM registrations WHERE id = :id FOR UPDATE")
_GUEST_OF = text(f"""
    SELECT {_SAID}, created_at FROM registrations WHERE invitation_id = :id
    ORDER BY created_at DESC LIMIT 1 FOR UPDATE
""")
_INVITED = text(f"SELECT {_SAID}, calendar_word, state FROM invitations WHERE id = :id FOR UPDATE")
_BESIDE_GUEST = text(
    "UPDATE registrations SET calendar_answer = :answer, calendar_answered_at = :at WHERE id = :id"
)
_BESIDE_INVITATION = text("""
    UPDATE invitations SET calendar_answer = :answer, calendar_answered_at = :at, calendar_word = :word WHERE id = :id
""")
_WRITTEN = text("SELECT 1 FROM audit WHERE subject_id = :id AND name = :name AND data ->> 'stamp' = :stamp")
