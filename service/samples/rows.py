"""Rows on their way into the tables: collected first, then written table by table in one go each."""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts.models import Account
from service.audit.models import AuditLine
from service.checkin.models import Device, Entry, Point, Scan
from service.core.database import Base
from service.core.tokens import new_id
from service.credentials.models import Credential
from service.credentials.operations import Signer
from service.delegations.models import Delegation, Quota
from service.events.models import Category, ConsentText, Event
from service.invitations.models import Invitation, Terms, Wave
from service.messages.models import Campaign, ReminderRule, Wording
from service.organisations.models import Membership, Organisation
from service.outbox.models import Delivery, Task
from service.people.models import Person
from service.places.models import Places
from service.programme.models import ProgrammeSession, Room, Track
from service.questions.models import Question
from service.registrations.models import Registration

# foreign keys point upwards in this list
ORDER: tuple[type[Base], ...] = (
    Organisation, Account, Membership, Event, Category, Places, Question, ConsentText, Track, Room, ProgrammeSession,
    Point, Device, Campaign, ReminderRule, Wording, Terms, Person, Wave, Invitation, Delegation, Quota, Registration,
    Credential, Task, Delivery, Scan, Entry, AuditLine,
)  # fmt: skip
SENT, FAILED = "sent", "failed"


class World(msgspec.Struct, kw_only=True):
    """What the samples are made of and for: one clock, one die, one organisation."""

    now: datetime
    rng: Random
    signer: Signer
    organisation_id: UUID
    organizer_id: UUID = msgspec.field(default_factory=new_id)
    owner_id: UUID = msgspec.field(default_factory=new_id)
    organizer_name: str = "Aliya Seitkali"
    rows: dict[type[Base], list[dict[str, Any]]] = msgspec.field(default_factory=lambda: defaultdict(list))

    def add(self, model: type[Base], **values: Any) -> None:
        """One row; all rows of a table name the same columns."""
        self.rows[model].append(values)

    async def write(self, session: AsyncSession) -> None:
        """Everything, in the order the foreign keys want."""
        for model in ORDER:
            if self.rows[model]:
                await session.execute(insert(model), self.rows[model])

    def line(
        self, name: str, at: datetime, event_id: UUID, subject_id: UUID, *, by: str, **data: Any
    ) -> None:
        """An audit line, by the guest, the system or the organizer (`by` account)."""
        mine = by == "account"
        self.add(
            AuditLine, organisation_id=self.organisation_id, event_id=event_id, subject_id=subject_id, name=name,
            actor_kind=by, actor_id=self.organizer_id if mine else None,
            actor_name=self.organizer_name if mine else ("Qonaq" if by == "system" else ""), data=data, at=at,
        )  # fmt: skip

    def mail(
        self, letter: str, at: datetime, event_id: UUID, *, address: str, language: str, dedup: str,
        registration_id: UUID | None = None, invitation_id: UUID | None = None, state: str = SENT,
        error: str | None = None, refusal: str | None = None,
    ) -> None:  # fmt: skip
        """A mail of the past, with its task; `state` queued is one that will really go out. `refusal` is the class of
        the `error`."""
        task_id, done = (
            new_id(),
            None if state == "queued" else at + timedelta(seconds=self.rng.randint(1, 9)),
        )
        payload = {
            name: str(value) if value else None
            for name, value in (
                ("event_id", event_id), ("registration_id", registration_id), ("invitation_id", invitation_id),
            )
        }  # fmt: skip
        task_state = {"queued": "queued", SENT: "done"}.get(state, "parked")
        self.add(
            Task, id=task_id, kind="mail", payload=payload, dedup=dedup, state=task_state,
            attempts=0 if done is None else 1, due_at=at, error=error, created_at=at, done_at=done,
        )  # fmt: skip
        self.add(
            Delivery, task_id=task_id, event_id=event_id, registration_id=registration_id, invitation_id=invitation_id,
            letter=letter, address=address, language=language, state=state, error=error, refusal=refusal,
            created_at=at, sent_at=done if state == SENT else None, failed_at=done if refusal else None,
            tries=[{"at": str(done), "said": error}] if refusal else [],
        )  # fmt: skip
