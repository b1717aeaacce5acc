"""An event and its categories. Texts for guests are JSON objects by language: {"en": "...", "kk": "..."}."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base


class Event(Base):
    """States: draft (only the team sees it), open, closed (no registration), over, archived.

    Instants are stored in UTC and shown in `zone` (IANA name). `version` grows with every change that guests see:
    cached pages are keyed by it. Guests change their answers to questions `answers_until` (None: until the end).

    `moved_from` is what guests know of time and place where it is no longer so: {"starts_at", "ends_at", "zone",
    "place"}. `moved_at` is when it was changed last, until the team has told them or said that it need not."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'closed', 'over', 'archived')", name="state"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), index=True
    )
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(server_default="forum")
    state: Mapped[str] = mapped_column(server_default="draft")
    name: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'"))
    host: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'"))
    place: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'"))
    languages: Mapped[list[str]]
    zone: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    registration_closes_at: Mapped[datetime | None]
    answers_until: Mapped[datetime | None]
    colour: Mapped[int] = mapped_column(server_default="1")
    contact: Mapped[str] = mapped_column(server_default="")
    sample: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    failures_told_at: Mapped[datetime | None]
    moved_from: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    moved_at: Mapped[datetime | None]

    lost = 0  # mails that did not arrive, where the console has asked for it (queries.get_event)


class Category(Base):
    """A kind of guest: its places are in `places` under the same id; `approval` is automatic or desk, and then in one
    to three `steps` (events.steps); `visibility` is public (anybody may choose it) or invited (only with an
    invitation). `colour` is 1-8. A place that becomes free is kept `offer_hours` for the next who waits (None: it is
    theirs at once)."""

    __tablename__ = "categories"
    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        CheckConstraint("approval IN ('automatic', 'desk')", name="approval"),
        CheckConstraint("visibility IN ('public', 'invited')", name="visibility"),
        CheckConstraint("colour BETWEEN 1 AND 8", name="colour"),
        CheckConstraint("jsonb_array_length(steps) BETWEEN 1 AND 3", name="steps"),
        CheckConstraint("offer_hours > 0", name="offer_hours"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    key: Mapped[str]
    name: Mapped[dict[str, str]]
    approval: Mapped[str] = mapped_column(server_default="desk")
    visibility: Mapped[str] = mapped_column(server_default="public")
    colour: Mapped[int] = mapped_column(server_default="1")
    ordinal: Mapped[int] = mapped_column(server_default="0")
    steps: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=lambda: [{"kind": "desk"}], server_default=text("""'[{"kind": "desk"}]'""")
    )
    offer_hours: Mapped[int | None]


class ConsentText(Base):
    """One version of the text a guest agrees to; a registration names the one it saw. Followed, never edited."""

    __tablename__ = "consent_texts"
    __table_args__ = (UniqueConstraint("event_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    version: Mapped[int]
    body: Mapped[dict[str, str]]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
