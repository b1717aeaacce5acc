"""What every change of a registration's state is made of: a look at the state, the step, a line of history, a mail."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.credentials.operations import Signer, issue
from service.outbox.operations import Mail, add_mail
from service.registrations.errors import WrongState
from service.registrations.models import Registration

WAITS = ("pending", "held")  # for a decision of the team


def require(registration: Registration, states: Sequence[str]) -> None:
    """Raises WrongState."""
    if registration.state not in states:
        raise WrongState(state=registration.state)


async def move(
    session: AsyncSession, actor: Actor, registration: Registration, state: str, *, name: str, now: datetime,
    step: int | None = None, reason: str = "", until: datetime | None = None,
) -> None:  # fmt: skip
    """To this state, at this step of approval: who comes to wait there waits since now. `until` ends an offer."""
    before, registration.state = registration.state, state
    registration.decided_at = now
    if before not in WAITS or step is not None:
        registration.waiting_since = now
    registration.step = step or registration.step
    registration.offer_until = until
    registration.version += 1
    more = {"reason": reason} if reason else {}
    await record_of(session, actor, registration, name, before=before, after=state, **more)


async def grant(
    session: AsyncSession,
    actor: Actor,
    registration: Registration,
    *,
    signer: Signer,
    now: datetime,
    letter: str,
) -> None:
    """Approved, whatever steps there were: with a code, and a mail with the badge."""
    await move(session, actor, registration, "approved", name="registration.approved", now=now)
    await issue(session, signer, registration.id, registration.event_id)
    await notify(session, registration, letter)


async def record_of(
    session: AsyncSession, actor: Actor, registration: Registration, name: str, **data: object
) -> None:
    """One line of its history."""
    await session.flush()
    await record(
        session, actor, name, organisation_id=registration.organisation_id, event_id=registration.event_id,
        subject_id=registration.id, **data,
    )  # fmt: skip


async def notify(
    session: AsyncSession, registration: Registration, letter: str, *, once: str | None = None
) -> None:
    """A mail to the guest, or to their assistant; the same one of a version, or of `once`, goes out once."""
    if not registration.mail_address:
        return
    mark = once or f"v{registration.version}"
    await add_mail(
        session,
        Mail(
            letter=letter, dedup=f"{letter}:{registration.id}:{mark}", address=registration.mail_address,
            language=registration.language, event_id=registration.event_id, registration_id=registration.id,
        ),
    )  # fmt: skip
