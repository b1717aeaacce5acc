"""A message of the team's own to many: guests of a list, or the focal points of delegations.

It is put off for half a minute, so that it can be taken back by not sending it; then a worker queues the mails part by
part. Nobody gets the same message twice, however often that is begun anew."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Forbidden, Invalid
from service.delegations.models import Delegation
from service.events.models import Event
from service.jobs.models import Job
from service.jobs.operations import start
from service.lists.bulk import MESSAGE, UNDO_FOR
from service.messages.models import Message
from service.outbox.operations import Mail, add_mails
from service.registrations.models import Registration

PART = 1_000
LONGEST_SUBJECT, LONGEST_TEXT = 150, 5_000
MISSING = {"subject": "Please give a subject.", "text": "Please write the text."}
NO_ADDRESS = "There is no address to write to."

Progress = Callable[[int, int], Awaitable[None]]


class MessageInvalid(Invalid):
    code = "message_invalid"


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, by language; the first one is for all whose language is missing."""

    subject: dict[str, str]
    body: dict[str, str]


def read_draft(form: Mapping[str, str], languages: Sequence[str]) -> Draft:
    """The fields subject_xx and text_xx. Raises MessageInvalid: a language needs both, and there must be one."""
    subject = {code: " ".join(form.get(f"subject_{code}", "").split()) for code in languages}
    body = {code: form.get(f"text_{code}", "").strip() for code in languages}
    errors = {}
    for code in languages:
        if bool(subject[code]) != bool(body[code]):
            missing = "text" if subject[code] else "subject"
            errors[f"{missing}_{code}"] = MISSING[missing]
        if len(subject[code]) > LONGEST_SUBJECT:
            errors[f"subject_{code}"] = "Please shorten the subject to 150 characters."
        if len(body[code]) > LONGEST_TEXT:
            errors[f"text_{code}"] = "Please shorten the text to 5,000 characters."
    written = [code for code in languages if subject[code] and body[code]]
    if not written and not errors:
        errors = {f"{missing}_{languages[0]}": say for missing, say in MISSING.items()}
    if errors:
        raise MessageInvalid(errors)
    return Draft(
        subject={code: subject[code] for code in written}, body={code: body[code] for code in written}
    )


async def write_message(
    session: AsyncSession, actor: Actor, event: Event, draft: Draft, ids: Sequence[UUID], *, query: str = "",
    to_delegations: bool = False,
) -> Job:  # fmt: skip
    """Keep it, and let a worker send it to these when it can no longer be taken back."""
    message = Message(
        event_id=event.id, subject=draft.subject, body=draft.body, language=next(iter(draft.subject)),
        made_by=actor.name,
    )  # fmt: skip
    session.add(message)
    await session.flush()
    given = {
        "action": MESSAGE, "message": str(message.id), "ids": [str(one) for one in ids], "query": query,
        "to_delegations": to_delegations,
    }  # fmt: skip
    return await start(session, actor, event, MESSAGE, given, total=len(ids), delay=UNDO_FOR.total_seconds())


async def send_message(db: Database, actor: Actor, job: Any, *, progress: Progress) -> dict[str, Any]:
    """Queue its mails; who has no address is counted. Raises Forbidden when the writer may not any more."""
    if "manage" not in actor.needs(job.organisation_id, job.event_id):
        raise Forbidden
    given = job.input
    ids, message_id = sorted(map(UUID, given["ids"])), UUID(given["message"])
    mails_of = _to_delegations if given["to_delegations"] else _to_guests
    written = 0
    for start_ in range(0, len(ids), PART):
        await progress(start_, len(ids))
        async with db.begin() as session:
            mails = await mails_of(session, job.event_id, message_id, ids[start_ : start_ + PART])
            await add_mails(session, mails)
        written += len(mails)
    async with db.begin() as session:
        await record(
            session, actor, "message.sent", organisation_id=job.organisation_id, event_id=job.event_id,
            subject_id=message_id, count=written,
        )  # fmt: skip
    refused = [[NO_ADDRESS, {}, len(ids) - written]] if written < len(ids) else []
    return {
        "action": MESSAGE, "count": written, "refused": refused, "query": given["query"], "undo_until": "",
        "to_delegations": given["to_delegations"],
    }  # fmt: skip


async def _to_guests(
    session: AsyncSession, event_id: UUID, message_id: UUID, ids: Sequence[UUID]
) -> list[Mail]:
    wanted = select(Registration).where(Registration.event_id == event_id, Registration.id.in_(ids))
    return [
        Mail(
            letter=MESSAGE, dedup=f"message:{message_id}:{guest.id}", address=guest.mail_address,
            language=guest.language, event_id=event_id, registration_id=guest.id, more={"message_id": str(message_id)},
        )
        for guest in (await session.execute(wanted)).scalars()
        if guest.mail_address
    ]  # fmt: skip


async def _to_delegations(
    session: AsyncSession, event_id: UUID, message_id: UUID, ids: Sequence[UUID]
) -> list[Mail]:
    wanted = select(Delegation).where(
        Delegation.event_id == event_id, Delegation.id.in_(ids), Delegation.focal_email != ""
    )
    return [
        Mail(
            letter=MESSAGE, dedup=f"message:{message_id}:{one.id}", address=one.focal_email,
            language=one.focal_language, event_id=event_id,
            more={"message_id": str(message_id), "delegation_id": str(one.id)},
        )
        for one in (await session.execute(wanted)).scalars()
    ]  # fmt: skip
