"""A mail that did not arrive goes to another address; the guest's own is corrected with it, if that was the mistake."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.core.errors import Conflict, Invalid, NotFound
from service.core.names import search_text
from service.delegations.models import Delegation
from service.delegations.operations import correct_address
from service.events.models import Event
from service.invitations.models import Invitation
from service.outbox.rounds import NEXT
from service.registrations import operations as registrations
from service.registrations.models import Registration
from service.registrations.schemas import Application, stored_email


class NotFailed(Conflict):
    code = "mail_not_failed"
    say = "This mail is not one that failed: there is nothing to send again."


class AddressTaken(Conflict):
    code = "address_taken"
    say = "Somebody else at this event has this address. Send there without changing it, or open that guest first."


async def send_to(
    session: AsyncSession, actor: Actor, event: Event, task_id: UUID, email: str, *, keep: bool
) -> None:
    """From zero attempts to this address. With `keep` it becomes theirs, too, wherever the old one stood (the guest's
    own or the assistant's; invitation; focal point). Raises Invalid, NotFailed, AddressTaken, AlreadyRegistered."""
    address = stored_email(email)
    if address is None:
        raise Invalid({"email": "This does not look like an e-mail address. Example: name@company.kz"})
    row = (await session.execute(_LOCK, {"id": task_id, "event_id": event.id})).mappings().one_or_none()
    if row is None:
        raise NotFound
    if row["task"] != "parked":
        raise NotFailed
    before = str(row["address"])
    await session.execute(_SEND_TO, {"id": task_id, "address": address})
    if keep and address != before.lower():
        await _correct(session, actor, row, before.lower(), address)
    await record(
        session, actor, "mail.readdressed", organisation_id=event.organisation_id, event_id=event.id,
        subject_id=row["registration_id"] or row["invitation_id"] or row["delegation_id"] or event.id,
        letter=row["letter"], changed={"email": [before, address]},
    )  # fmt: skip


async def _correct(session: AsyncSession, actor: Actor, row: Any, before: str, address: str) -> None:
    if row["registration_id"]:
        wanted = select(Registration).where(Registration.id == row["registration_id"]).with_for_update()
        guest = (await session.execute(wanted)).scalar_one()
        field = "assistant_email" if guest.assistant_email == before else "email"
        known = {name: getattr(guest, name) for name in registrations.CHANGEABLE}
        await registrations.change(
            session, actor, guest, Application(category="", **{**known, field: address})
        )
    if row["invitation_id"]:
        invitation = await session.get_one(Invitation, row["invitation_id"], with_for_update=True)
        await _correct_invitation(session, invitation, address, of_assistant=row["to_assistant"])
    if row["delegation_id"] and not row["registration_id"]:
        delegation = await session.get(Delegation, row["delegation_id"], with_for_update=True)
        if delegation is not None:
            await correct_address(session, actor, delegation, before, address)


async def _correct_invitation(
    session: AsyncSession, invitation: Invitation, address: str, *, of_assistant: bool
) -> None:
    if of_assistant:
        invitation.assistant_email = address
    else:
        invitation.email = address
    known = (invitation.native_name, invitation.latin_name, invitation.affiliation, invitation.position)
    invitation.search = search_text(*known, invitation.email)
    if invitation.state in ("failed", "bounced"):
        invitation.state = "queued"
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError:
        raise AddressTaken from None


_LOCK = text("""
    SELECT d.address, d.letter, d.registration_id, d.invitation_id, o.state AS task,
        (o.payload ->> 'delegation_id')::uuid AS delegation_id,
        coalesce((o.payload ->> 'assistant')::boolean, false) AS to_assistant
    FROM deliveries d JOIN outbox o ON o.id = d.task_id
    WHERE d.task_id = :id AND d.event_id = :event_id AND o.kind = 'mail' FOR UPDATE OF d, o
""")
_SEND_TO = text(f"""
    WITH task AS (
        UPDATE outbox o SET state = 'queued', attempts = 0, due_at = now(), error = NULL, done_at = NULL, {NEXT}
        WHERE o.id = :id
    ) UPDATE deliveries SET address = :address, state = 'queued', error = NULL, refusal = NULL, failed_at = NULL
    WHERE task_id = :id
""")
