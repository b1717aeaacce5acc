"""One decision on many, in statements that are the same for one and for five hundred; and taking it back.

Mails of a bulk decision wait until it can no longer be taken back. What each was before stands in `bulk_changes`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import case, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.models import AuditLine
from service.core.actor import Actor
from service.core.errors import Conflict
from service.credentials.models import Credential
from service.credentials.operations import Signer, draw
from service.events.queries import list_categories
from service.events.steps import step_at, steps_of
from service.outbox.operations import Mail, add_mails
from service.places.operations import Full, take_together
from service.registrations.changing import WAITS
from service.registrations.errors import NotYourStep, WrongState
from service.registrations.models import ALIVE, BulkChange, Registration
from service.registrations.seats import holds, seats, sit_down, stand_up
from service.registrations.waiting import promote_waiting

NOTED = ("state", "reason", "decided_at", "step", "waiting_since", "offer_until")
Why = tuple[str, tuple[tuple[str, object], ...]]  # a msgid and its data


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision does: to which state, from which, and the letter that tells it."""

    state: str
    from_states: tuple[str, ...]
    letter: str
    audit: str


DECISIONS = {
    "approve": Decision(
        state="approved", from_states=("pending", "held", "waitlisted", "offered", "rejected"),
        letter="registration_approved", audit="registration.approved",
    ),
    "reject": Decision(
        state="rejected", from_states=ALIVE,
        letter="registration_rejected", audit="registration.rejected",
    ),
    "cancel": Decision(
        state="cancelled", from_states=ALIVE,
        letter="registration_cancelled", audit="registration.cancelled",
    ),
    "hold": Decision(state="held", from_states=("pending", "offered"), letter="", audit="registration.held"),
    "ask": Decision(
        state="held", from_states=("pending", "held", "offered"), letter="registration_question",
        audit="registration.asked",
    ),
}  # fmt: skip


# A yes at a step that is not the last one: the next one decides.
PASS = Decision(
    state="pending", from_states=DECISIONS["approve"].from_states, letter="", audit="registration.step_passed"
)
BY_STEP = ("approve", "reject", "hold", "ask")  # cancelling is for whoever manages the event


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Who decides what, in which job, and when its mails may leave. `words` is the reason by language."""

    job_id: UUID
    action: str
    words: dict[str, str] = {}
    mails_at: datetime
    now: datetime

    def word_for(self, language: str) -> str:
        """In the person's language, else in the first that was written."""
        return self.words.get(language) or next((word for word in self.words.values() if word), "")


class Outcome(msgspec.Struct):
    """How many were decided, and how often which refusal kept the others."""

    done: int = 0
    refused: Counter[Why] = msgspec.field(default_factory=Counter)

    def refuse(self, error: Conflict, count: int = 1) -> None:
        """Counts a refusal."""
        self.refused[error.say, tuple(error.data.items())] += count

    def add(self, other: "Outcome") -> None:
        """Counts another part in."""
        self.done += other.done
        self.refused.update(other.refused)


async def decide_many(
    session: AsyncSession, actor: Actor, event_id: UUID, ids: Sequence[UUID], order: Order, *, signer: Signer
) -> Outcome:
    """Decide on those of these whose state allows it; the others are counted with the reason.

    Those that this job decided already are passed over: it may run again after its worker was lost."""
    decision, outcome, fit = DECISIONS[order.action], Outcome(), list[Registration]()
    guests = await lock_many(session, event_id, ids, order.job_id)
    steps = {one.id: steps_of(one.steps) for one in await list_categories(session, event_id)}
    for guest in guests:
        step = step_at(steps[guest.category_id], guest.step)
        if guest.state not in decision.from_states:
            outcome.refuse(WrongState(state=guest.state))
        elif order.action in BY_STEP and not step.open_to(actor, guest.organisation_id, event_id):
            outcome.refuse(NotYourStep())
        else:
            fit.append(guest)
    freed = [guest for guest in fit if holds(guest)] if decision.state in ("rejected", "cancelled") else []
    if order.action == "approve":
        fit = await _seat(session, fit, outcome)
        passing = [guest for guest in fit if guest.step < len(steps[guest.category_id])]
        await _write(session, actor, passing, PASS, order, signer)
        passed = set(passing)
        await _write(session, actor, [one for one in fit if one not in passed], decision, order, signer)
    else:
        await _write(session, actor, fit, decision, order, signer)
    await stand_up(session, freed)
    for category_id in sorted({guest.category_id for guest in freed}):
        await promote_waiting(session, category_id, signer=signer, now=order.now)
    outcome.done = len(fit)
    return outcome


async def lock_many(
    session: AsyncSession, event_id: UUID, ids: Sequence[UUID], job_id: UUID
) -> list[Registration]:
    """In the order of ids, so that two organizers never wait for each other in a circle."""
    seen = select(BulkChange.registration_id).where(BulkChange.job_id == job_id)
    wanted = select(Registration).where(
        Registration.event_id == event_id, Registration.id.in_(ids), Registration.id.not_in(seen)
    )
    return list((await session.execute(wanted.order_by(Registration.id).with_for_update())).scalars())


async def _seat(session: AsyncSession, guests: list[Registration], outcome: Outcome) -> list[Registration]:
    """Those who hold a place, and those for whom there is one: the first come first."""
    seated = [guest for guest in guests if holds(guest)]
    waiting = sorted(
        (guest for guest in guests if not holds(guest)), key=lambda guest: (guest.created_at, guest.id)
    )
    alone = [guest for guest in waiting if len(seats(guest)) == 2]
    for category_id in sorted({guest.category_id for guest in alone}):
        of_category = [guest for guest in alone if guest.category_id == category_id]
        granted = await take_together(session, seats(of_category[0]), len(of_category))
        seated += of_category[:granted]
        if granted < len(of_category):
            outcome.refuse(Full(), len(of_category) - granted)
    for guest in (guest for guest in waiting if len(seats(guest)) > 2):
        try:
            await sit_down(session, guest)
            seated.append(guest)
        except Full as full:
            outcome.refuse(full)
    return seated


async def _write(
    session: AsyncSession, actor: Actor, guests: list[Registration], decision: Decision, order: Order, signer: Signer
) -> None:  # fmt: skip
    if not guests:
        return
    await note(session, guests, order.job_id, NOTED)
    await _record(session, actor, guests, decision, order)
    ids = [guest.id for guest in guests]
    values: dict[str, Any] = {"state": decision.state, "decided_at": order.now, "offer_until": None}
    if order.action == "hold":
        values["reason"] = ""  # one who is held with a reason was asked
    if decision is PASS:
        values |= {"step": Registration.step + 1, "waiting_since": order.now}
    elif decision.state in WAITS:
        waits = Registration.state.in_(WAITS)
        values["waiting_since"] = case((waits, Registration.waiting_since), else_=order.now)
    changed = (
        update(Registration)
        .where(Registration.id.in_(ids))
        .values(version=Registration.version + 1, **values)
    )
    await session.execute(changed.execution_options(synchronize_session=False))
    if order.words:
        await session.execute(
            _REASONS, {"ids": ids, "reasons": [order.word_for(guest.language) for guest in guests]}
        )
    if decision.state == "approved":
        await _issue(session, guests, signer)
    elif decision is not PASS:
        await _revoke(session, ids, decision.state, order.now)
    if decision.letter:
        await add_mails(session, [_mail(guest, decision, order) for guest in guests if guest.mail_address])


async def note(
    session: AsyncSession, guests: Sequence[Registration], job_id: UUID, fields: Sequence[str]
) -> None:
    """What these are before the job changes them, and the version they have after it."""
    rows = [
        {
            "job_id": job_id, "registration_id": guest.id, "version": guest.version + 1,
            "before": {field: getattr(guest, field) for field in fields},
        }
        for guest in guests
    ]  # fmt: skip
    await session.execute(insert(BulkChange), rows)


async def _record(
    session: AsyncSession, actor: Actor, guests: Sequence[Registration], decision: Decision, order: Order
) -> None:
    rows = []
    for guest in guests:
        word = order.word_for(guest.language)
        data = {"before": guest.state, "after": decision.state, "job": str(order.job_id)}
        rows.append(audit_row(actor, guest, decision.audit, data | ({"reason": word} if word else {})))
    await session.execute(insert(AuditLine), rows)


def audit_row(actor: Actor, guest: Registration, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """One line of the history."""
    return {
        "organisation_id": guest.organisation_id, "event_id": guest.event_id, "subject_id": guest.id, "name": name,
        "actor_kind": actor.kind, "actor_id": actor.id, "actor_name": actor.name, "data": dict(data),
    }  # fmt: skip


async def _issue(session: AsyncSession, guests: Sequence[Registration], signer: Signer) -> None:
    fresh = await draw(session, signer, guests[0].event_id, len(guests))
    rows = [
        {**msgspec.structs.asdict(issue), "registration_id": guest.id, "event_id": guest.event_id}
        for guest, issue in zip(guests, fresh, strict=True)
    ]
    made = postgresql.insert(Credential).on_conflict_do_nothing(
        index_elements=["registration_id"], index_where=text("revoked_at IS NULL")
    )
    await session.execute(made, rows)


async def _revoke(session: AsyncSession, ids: Sequence[UUID], reason: str, now: datetime) -> None:
    alive = update(Credential).where(Credential.registration_id.in_(ids), Credential.revoked_at.is_(None))
    await session.execute(alive.values(revoked_at=now, revoked_reason=reason))


def _mail(guest: Registration, decision: Decision, order: Order) -> Mail:
    return Mail(
        letter=decision.letter, dedup=f"{decision.letter}:{guest.id}:v{guest.version + 1}",
        address=guest.mail_address, language=guest.language, event_id=guest.event_id, registration_id=guest.id,
        due=order.mails_at,
    )  # fmt: skip


_REASONS = text("""
    UPDATE registrations r SET reason = given.reason
    FROM unnest(CAST(:ids AS uuid[]), CAST(:reasons AS text[])) AS given (id, reason) WHERE r.id = given.id
""")
