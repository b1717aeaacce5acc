"""A list that somebody brings in: the file, how it is read, and every row with what would become of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base

STATES = ("mapping", "reading", "ready", "applying", "applied", "undoing", "undone")
VERDICTS = ("new", "changed", "same", "duplicate", "wrong")


class Import(Base):
    """One file at one event. `mapping` is a target for each column ('' for none); `options` are schemas.Options.

    The file is kept until it is applied and some days longer, so that it can be read in another way."""

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_imports_event_created", "event_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    file_name: Mapped[str]
    made_by: Mapped[str] = mapped_column(server_default="")
    heads: Mapped[list[str]]
    mapping: Mapped[list[str]]
    options: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    state: Mapped[str] = mapped_column(server_default="mapping")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    applied_at: Mapped[datetime | None]


class ImportFile(Base):
    """The bytes as they were brought, apart from the row that is read often."""

    __tablename__ = "import_files"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    body: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ImportRow(Base):
    """One row of the file. `data` is the card that came out; `changes` {field: [before, after]}; `candidates` those it
    may be a double of: [{id or line, name, why}]. `choice`: '' (none yet), new, same (with `registration_id`), skip.

    `problem` is a msgid, `problem_data` its data, `field` the field it is about. When applied, `done` is set and
    `version` is the registration's right after; `made` says that the import made it."""

    __tablename__ = "import_rows"
    __table_args__ = (
        CheckConstraint(f"verdict IN {VERDICTS}", name="verdict"),
        Index("ix_import_rows_verdict", "import_id", "verdict", "line"),
    )

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    verdict: Mapped[str]
    cells: Mapped[list[str]]
    data: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    changes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    candidates: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    choice: Mapped[str] = mapped_column(server_default="")
    registration_id: Mapped[UUID | None]
    expected: Mapped[int | None]
    problem: Mapped[str] = mapped_column(server_default="")
    problem_data: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    field: Mapped[str] = mapped_column(server_default="")
    done: Mapped[bool] = mapped_column(server_default=text("false"))
    made: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int | None]


class SavedMapping(Base):
    """How the organisation reads files of this shape."""

    __tablename__ = "import_mappings"

    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True
    )
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    mapping: Mapped[list[str]]
    options: Mapped[dict[str, Any]]
