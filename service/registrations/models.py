"""Who is or wants to be at an event."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base
from service.people.models import Card
from service.settings import CHANNELS

STATES = ("draft", "pending", "held", "waitlisted", "offered", "approved", "rejected", "cancelled")
TAKES_A_PLACE = ("pending", "held", "offered", "approved")
ALIVE = ("pending", "held", "waitlisted", "offered", "approved")  # may still come
COMPANIONS = ("plus_one", "interpreter", "assistant", "security")
SOURCES = ("web", "invitation", "organizer", "import", "delegation", "walk_in")


# Cyrillic letters by the Kazakh alphabet as core.names.sort_key has them, and what stands in their order by itself.
LETTERS = "аәбвгґғдеёєжзийкқлмнңоөпрстуўұүфхҳһцчҷшщъыіїьэюя"
LETTER_PLACES = "".join(chr(0x0430 + place) for place in range(len(LETTERS)))
# What is searched: every word behind the end of its event's id, CODE letters (a function of migration 0012).
CODE = 8
WORDS = "search_words(event_id, search)"
# What lists are filtered by most. It stands in the index of names, too: counting fifty thousand there takes a third of
# the time that reading their rows takes.
LISTED = (
    "state", "step", "category_id", "country", "delegation_id", "invitation_id", "person_id", "principal_id", "source",
    "language", "companion", "watched", "created_at", "decided_at",
)  # fmt: skip
# Texts that lists are filtered by; they stand in the index of organisations for the same reason.
TEXTS = ("affiliation", "email", "phone")


class Registration(Card, Base):
    """A person at an event in a category. The card is a copy: a badge of last year keeps last year's position.

    `search` is core.names.search_text of everything people look for; `sort_key` orders lists. `version` guards
    against two people changing it at once. The own page's link derives from the id and the master key.

    `answers` are those to the event's questions, by their keys. A companion has a principal and says what it is to them
    (`companion`: '' or one of COMPANIONS). `choice_places` are the counters of the answers that have places.
    `watched` marks one whom the team keeps an eye on. One who waits for a decision does so at this `step` of the
    category's (from 1), `waiting_since`; one who was offered a place may take it `offer_until`. `calendar_answer` is
    what their calendar program said of the entry it got: to be seen, it decides nothing. `text_channel` is by which way
    the guest wants short texts, too ('': by none), `text_consent_at` since when; nobody else may say so."""

    __tablename__ = "registrations"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"source IN {SOURCES}", name="source"),
        CheckConstraint(f"companion IN {('', *COMPANIONS)}", name="companion"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint(
            "calendar_answer IN ('', 'accepted', 'declined', 'tentative')", name="calendar_answer"
        ),
        CheckConstraint(f"text_channel IN {('', *CHANNELS)}", name="text_channel"),
        CheckConstraint("(text_channel = '') = (text_consent_at IS NULL)", name="text_consent"),
        Index(
            "uq_registrations_event_email", "event_id", "email", unique=True,
            postgresql_where=text("email <> '' AND state <> 'cancelled'"),
        ),
        Index("ix_registrations_words", text(WORDS), postgresql_using="gin"),
        Index("ix_registrations_event_sort", "event_id", "sort_key", "id", postgresql_include=LISTED),
        Index(
            "ix_registrations_event_organisation", "event_id",
            text(f"translate(lower(affiliation), '{LETTERS}', '{LETTER_PLACES}')"), "sort_key", "id",
            postgresql_include=TEXTS,
        ),
        Index("ix_registrations_event_country", "event_id", "country", "sort_key", "id"),
        Index("ix_registrations_event_created", "event_id", "created_at", "id"),
        Index(
            "ix_registrations_waiting", "category_id", "created_at", "id",
            postgresql_where=text("state = 'waitlisted'"),
        ),
        Index("ix_registrations_offers", "offer_until", postgresql_where=text("state = 'offered'")),
        Index("ix_registrations_delegation", "delegation_id", postgresql_where=text("delegation_id IS NOT NULL")),
        Index("ix_registrations_invitation", "invitation_id", postgresql_where=text("invitation_id IS NOT NULL")),
        Index("ix_registrations_principal", "principal_id", postgresql_where=text("principal_id IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitations.id", ondelete="SET NULL"))
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    source: Mapped[str]
    dietary: Mapped[str] = mapped_column(server_default="")
    access_needs: Mapped[str] = mapped_column(server_default="")
    consent_version: Mapped[int | None]
    consent_at: Mapped[datetime | None]
    search: Mapped[str]
    sort_key: Mapped[str]
    answers: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    choice_places: Mapped[list[UUID]] = mapped_column(
        ARRAY(PG_UUID(as_uuid=True)), server_default=text("'{}'")
    )
    delegation_id: Mapped[UUID | None] = mapped_column(ForeignKey("delegations.id"))
    principal_id: Mapped[UUID | None] = mapped_column(ForeignKey("registrations.id"))
    companion: Mapped[str] = mapped_column(server_default="")
    watched: Mapped[bool] = mapped_column(server_default=text("false"))
    step: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    waiting_since: Mapped[datetime] = mapped_column(server_default=text("now()"))
    offer_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    decided_at: Mapped[datetime | None]
    calendar_answer: Mapped[str] = mapped_column(server_default="")
    calendar_answered_at: Mapped[datetime | None]
    text_channel: Mapped[str] = mapped_column(server_default="")
    text_consent_at: Mapped[datetime | None]


class BulkChange(Base):
    """What one was before a job changed many, so that it can be taken back: {field: value}. `version` is the one it had
    right after: whom somebody changed since then stays as they are."""

    __tablename__ = "bulk_changes"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    registration_id: Mapped[UUID] = mapped_column(
        ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    before: Mapped[dict[str, Any]]
    version: Mapped[int]


class IdempotencyKey(Base):
    """The first answer to a key: the same key again gets the same registration (per event)."""

    __tablename__ = "idempotency_keys"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    registration_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
