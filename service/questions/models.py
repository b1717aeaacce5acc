"""Questions of an event, and the files that answer some of them. Answers stand in registrations.answers by key."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base

KINDS = (
    "short_text", "long_text", "number", "yes_no", "one_of", "many_of", "date", "country", "phone", "email", "link",
    "file", "photo", "consent",
)  # fmt: skip
CHOOSING = ("one_of", "many_of")
UPLOADED = ("file", "photo")
TESTS = ("is", "is_not", "contains")


class Question(Base):
    """One question, asked of the categories listed (empty: all). Texts are JSON objects by language.

    `choices` is a list of {"key", "label", "places"} (places None: no limit; the counter of a choice is
    places.operations.place_of(id, choice_id(id, key))). `condition` is {} or {"question", "test", "value"}: asked only
    when the answer to an earlier question passes. Answers that are `personal` are erased `retention_days` after the
    event's end (None: never). `asks_again`: an approved guest who changes the answer waits for approval again."""

    __tablename__ = "questions"
    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("retention_days >= 0", name="retention_days"),
        CheckConstraint("minimum <= maximum", name="limits"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    key: Mapped[str]
    kind: Mapped[str]
    label: Mapped[dict[str, str]]
    help: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'"))
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    required: Mapped[bool] = mapped_column(server_default=text("false"))
    category_ids: Mapped[list[UUID]] = mapped_column(
        ARRAY(PG_UUID(as_uuid=True)), server_default=text("'{}'")
    )
    condition: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'"))
    personal: Mapped[bool] = mapped_column(server_default=text("false"))
    retention_days: Mapped[int | None]
    at_door: Mapped[bool] = mapped_column(server_default=text("false"))
    asks_again: Mapped[bool] = mapped_column(server_default=text("false"))
    minimum: Mapped[float | None]
    maximum: Mapped[float | None]
    ordinal: Mapped[int] = mapped_column(server_default="0")


class StoredFile(Base):
    """A file or portrait that answers a question; without a registration it waits for its form to be sent.

    `data` is what is served (of a portrait the part that was cut out, `source` the whole, both made anew)."""

    __tablename__ = "files"
    __table_args__ = (
        CheckConstraint("size = octet_length(data)", name="size"),
        Index("ix_files_registration", "registration_id", postgresql_where=text("registration_id IS NOT NULL")),
        Index("ix_files_waiting", "created_at", postgresql_where=text("registration_id IS NULL")),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    question_id: Mapped[UUID] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[UUID | None] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[bytes]
    crop: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    source: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
