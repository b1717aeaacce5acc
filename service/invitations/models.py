"""Who was asked to come, in which order, and what they answered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base
from service.people.models import Card

STATES = (
    "waiting", "queued", "sent", "failed", "bounced", "accepted", "declined", "substituted", "expired", "withdrawn",
)  # fmt: skip
ANSWERERS = ("guest", "assistant")
CALENDAR_ANSWERS = ("accepted", "declined", "tentative")


class Invitation(Card, Base):
    """One per address and event. The answer page's link token derives from the id and the master key.

    One in a wave stands there at its `turn` and is `waiting` until it is asked (`invited_at`). It may be answered until
    `answer_by`; without, until the event's (Terms). `plus_ones` may come along. Mails go to the person, or to the
    assistant where there is no address, or to both (`copy_assistant`); `answered_by` says who pressed. One who comes
    instead of somebody names that invitation (`instead_of_id`). `reminded` counts the reminders.

    `with_entry` was decided when they were asked, and holds for good: mails carry a calendar entry, and a registration
    that comes of it keeps its UID. `entry_version` grows when it ends or is opened again. `calendar_answer` is what
    their calendar program said, with a word of theirs: to be seen, it answers nothing."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("plus_ones BETWEEN 0 AND 10", name="plus_ones"),
        CheckConstraint(f"answered_by IN {('', *ANSWERERS)}", name="answered_by"),
        CheckConstraint(f"calendar_answer IN {('', *CALENDAR_ANSWERS)}", name="calendar_answer"),
        CheckConstraint("state <> 'waiting' OR wave_id IS NOT NULL", name="waits_in_a_wave"),
        Index(
            "uq_invitations_event_email",
            "event_id",
            "email",
            unique=True,
            postgresql_where=text("email <> ''"),
        ),
        Index("ix_invitations_event_sort", "event_id", "sort_key", "id"),
        Index("ix_invitations_wave", "wave_id", "turn", "id", postgresql_where=text("wave_id IS NOT NULL")),
        Index(
            "uq_invitations_instead_of", "instead_of_id", unique=True,
            postgresql_where=text("instead_of_id IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    wave_id: Mapped[UUID | None] = mapped_column(ForeignKey("waves.id"))
    turn: Mapped[int | None]
    state: Mapped[str] = mapped_column(server_default="queued")
    word: Mapped[str] = mapped_column(server_default="")
    plus_ones: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    copy_assistant: Mapped[bool] = mapped_column(server_default=text("false"))
    instead_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitations.id", ondelete="SET NULL"))
    answer_by: Mapped[datetime | None]
    reminded: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    reminded_at: Mapped[datetime | None]
    search: Mapped[str]
    sort_key: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    invited_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(server_default="")
    with_entry: Mapped[bool] = mapped_column(server_default=text("true"))
    entry_version: Mapped[int] = mapped_column(server_default="0")
    calendar_answer: Mapped[str] = mapped_column(server_default="")
    calendar_answered_at: Mapped[datetime | None]
    calendar_word: Mapped[str] = mapped_column(server_default="")


class Wave(Base):
    """A list in order with `places`: the first are asked, the others wait for their turn. Who declines, does not answer
    in time or is withdrawn makes room for the next; open and accepted ones are never more than `places`.

    Who is asked has until the end of the day in `answer_days`; without, until the event's date."""

    __tablename__ = "waves"
    __table_args__ = (
        Index("uq_waves_event_lower_name", "event_id", text("lower(name)"), unique=True),
        CheckConstraint("places > 0", name="places"),
        CheckConstraint("answer_days > 0", name="answer_days"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    name: Mapped[str]
    places: Mapped[int]
    answer_days: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Terms(Base):
    """How an event invites; an event without a row has the defaults. Answers are taken until `answer_by`. Who is silent
    is reminded at most so many times (`reminders`): by a button, and every `reminder_days` by itself, if set. Who is
    asked from now on gets a calendar entry, or none (`with_entry`)."""

    __tablename__ = "invitation_terms"
    __table_args__ = (
        CheckConstraint("reminders BETWEEN 0 AND 5", name="reminders"),
        CheckConstraint("reminder_days BETWEEN 1 AND 60", name="reminder_days"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    answer_by: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(SmallInteger, server_default="2")
    reminder_days: Mapped[int | None] = mapped_column(SmallInteger)
    with_entry: Mapped[bool] = mapped_column(server_default=text("true"))


class Suppression(Base):
    """An address that wants no more invitations and news from an organisation: tickets and answers still reach it. Or,
    with the reason bounced, one at which nobody can be reached; `said` is then
    what its server answered."""

    __tablename__ = "suppressions"
    __table_args__ = (CheckConstraint("reason IN ('asked', 'bounced')", name="reason"),)

    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True
    )
    email: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(server_default="asked")
    said: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
