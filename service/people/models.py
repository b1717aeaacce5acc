"""The directory. A card's fields are shared by person, invitation and registration: each keeps what was true there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base


class Card:
    """How a person is called and reached. Names are whole, never split; `email` is stored in lower case, '' if none:
    then mails go to `assistant_email`, if there is one.

    `native_name` is the full name as written (any script), `latin_name` as on the passport ('' if not given);
    `name_order` says which of the two stands first on a badge (native or latin); `badge_line` stands below, if given.
    `country` is ISO 3166-1 alpha-2 or ''; `phone` is E.164 or ''; `language` one of emails.languages.LANGUAGES.
    `in_languages` holds what affiliation, position and salutation are in other languages: {field: {language: text}}."""

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
    academic_title: Mapped[str] = mapped_column(server_default="")
    name_order: Mapped[str] = mapped_column(server_default="native")
    badge_line: Mapped[str] = mapped_column(server_default="")
    assistant_email: Mapped[str] = mapped_column(server_default="")
    in_languages: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))

    @property
    def mail_address(self) -> str:
        """Where mails for this person go; '' if nowhere."""
        return self.email or self.assistant_email


CARD_FIELDS = (
    "native_name", "latin_name", "honorific", "salutation", "affiliation",
    "position", "country", "phone", "email", "language",
    "academic_title", "name_order", "badge_line", "assistant_email", "in_languages",
)  # fmt: skip


class Person(Card, Base):
    """One row per human being per organisation, across events. A public form never overwrites it.

    `note` is the team's. `name_key` is core.names.name_key of the name, for finding doubles: NULL until a worker has
    made it. `version` guards against two people changing it at once."""

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
        Index("ix_people_name_key", "organisation_id", "name_key", postgresql_where=text("name_key <> ''")),
        Index("ix_people_phone", "organisation_id", "phone", postgresql_where=text("phone <> ''")),
        Index("ix_people_no_key", "id", postgresql_where=text("name_key IS NULL")),
        Index("ix_people_organisation", "organisation_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    note: Mapped[str] = mapped_column(server_default="")
    name_key: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Merge(Base):
    """Two rows that were one human being, made one, so that it can be taken back.

    `gone` is the card of the one that is no more, `before` and `after` that of the one kept; `registrations`,
    `invitations` and former `merges` changed hands; `tags` came over; `cancelled` lists registrations that were double
    at an event: {id, version, state, reason}."""

    __tablename__ = "merges"
    __table_args__ = (Index("ix_merges_kept", "kept_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    gone_id: Mapped[UUID]
    gone: Mapped[dict[str, Any]]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    registrations: Mapped[list[UUID]] = mapped_column(ARRAY(PG_UUID(as_uuid=True)), server_default="{}")
    invitations: Mapped[list[UUID]] = mapped_column(ARRAY(PG_UUID(as_uuid=True)), server_default="{}")
    merges: Mapped[list[UUID]] = mapped_column(ARRAY(PG_UUID(as_uuid=True)), server_default="{}")
    tags: Mapped[dict[str, Any]]
    cancelled: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    made_by: Mapped[str] = mapped_column(server_default="")
    made_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    undone_at: Mapped[datetime | None]


class Apart(Base):
    """A person of the team looked: these two are not one."""

    __tablename__ = "people_apart"
    __table_args__ = (CheckConstraint("one_id < other_id", name="in_order"),)

    one_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Tag(Base):
    """A word that the team puts on people, across events."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    name: Mapped[str]
    colour: Mapped[int] = mapped_column(server_default="1")


class PersonTag(Base):
    """This person has this tag."""

    __tablename__ = "person_tags"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[UUID] = mapped_column(
        ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True
    )
