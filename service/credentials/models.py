"""Keys that sign, and the codes they signed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base


class SigningKey(Base):
    """A private key, encrypted with the master key; shared by all web processes.

    Purposes: `ticket` (Ed25519, id 1-255 stands in the ticket), `dkim` (RSA-2048, PEM)."""

    __tablename__ = "signing_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(unique=True)
    encrypted: Mapped[bytes]
    public: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Credential(Base):
    """The code of one registration. `ticket_hash` is SHA-256 of the signed ticket; `code` is typed by people.

    At most one is alive (not revoked) per registration."""

    __tablename__ = "credentials"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        Index(
            "uq_credentials_alive",
            "registration_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_credentials_registration_id", "registration_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    key_id: Mapped[int]
    ticket_hash: Mapped[bytes] = mapped_column(unique=True)
    code: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    printed_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(server_default="")
