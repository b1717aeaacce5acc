"""The directory. A card's fields are shared by person, invitation and registration: each keeps what was true there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base


class Card:
    """How a person is called and reached. Names are whole, never split; `email` is stored in lower case, '' if none.

    `native_name` is the full name as written (any script), `latin_name` as on the passport ('' if not given);
    `country` is ISO 3166-1 alpha-2 or ''; `phone` is E.164 or ''; `language` one of emails.languages.LANGUAGES."""

    native_name: Mapped[str]
    latin_name: Mapped[str] = mapped_column(server_default="")
    honorific: Mapped[str] = mapped_column(server_default="")
    salutation: Mapped[str] = mapped_column(server_default="")
    affiliation: Mapped[str] = mapped_column(server_default="")
    position: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    email: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="en")


CARD_FIELDS = (
    "native_name", "latin_name", "honorific", "salutation", "affiliation",
    "position", "country", "phone", "email", "language",
)  # fmt: skip


class Person(Card, Base):
    """One row per human being per organisation, across events. A public form never overwrites it."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index(
            "uq_people_organisation_email",
            "organisation_id",
            "email",
            unique=True,
            postgresql_where=text("email <> ''"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
