"""What the team writes to many, and reminder rules: relative to a time, once to each."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.core.database import Base

AUDIENCES = ("guests", "delegations")
PURPOSES = ("practical", "news")
STATES = ("draft", "waiting", "running", "paused", "stopped")
RULE_AUDIENCES = ("guests", "delegations", "silent")
RULE_STATES = ("draft", "on", "paused", "removed")
OF_EVENT = ("starts", "ends", "session", "closes", "answers")  # one moment for all
OF_EACH = ("offer", "deadline", "state")  # each has an own
ANCHORS = (*OF_EVENT, *OF_EACH)


class Campaign(Base):
    """One message to many, in some of the event's languages: {"en": …}; the first that was written, `language`, is for
    everybody else. `plain` is the text for those who read no HTML, where it was written apart; `short` goes beside the
    mail, as a text to the phones of those who asked for that.

    To the guests whom `segment` finds when it is sent (the query of a list), or to the `chosen` ones: registrations, or
    delegations. News goes to nobody who asked for no more. A draft is kept; one that waits is begun by its job; one
    that runs has its mails in the outbox. `version` counts how often the words were changed, and guards against two
    people changing it at once. `people` are those it was begun for; the pace is outbox.groups.Pace."""

    __tablename__ = "campaigns"
    __table_args__ = (
        CheckConstraint(f"audience IN {AUDIENCES}", name="audience"),
        CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("0 <= from_hour AND from_hour < until_hour AND until_hour <= 24", name="hours"),
        CheckConstraint("per_minute >= 0 AND per_domain >= 0", name="limits"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    audience: Mapped[str] = mapped_column(server_default="guests")
    purpose: Mapped[str] = mapped_column(server_default="practical")
    subject: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]]
    plain: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    short: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    language: Mapped[str]
    segment: Mapped[str] = mapped_column(server_default="")
    chosen: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    state: Mapped[str] = mapped_column(server_default="draft")
    version: Mapped[int] = mapped_column(server_default="1")
    per_minute: Mapped[int] = mapped_column(server_default="0")
    per_domain: Mapped[int] = mapped_column(server_default="0")
    from_hour: Mapped[int] = mapped_column(server_default="0")
    until_hour: Mapped[int] = mapped_column(server_default="24")
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    starts_at: Mapped[datetime | None]
    people: Mapped[int | None]
    made_by: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ReminderRule(Base):
    """Written once to each whom it is for, so many days or hours before or after its `anchor`.

    What it says is a campaign of its own, whose segment stays open: who comes to it late gets it, too, as long as it
    makes sense (moments.until_of). Two standard ones have a letter of the house instead: event_reminder to the guests,
    invitation_reminder to the silent. `anchor` is when the event starts or ends, a session (`session_id`), when
    registration `closes`, when `answers` are due, the end of each one's `offer`, the `deadline` of each delegation
    (to its focal point), or since when each is in the state `anchor_state`. Days are those of the event's zone,
    at `local_time`.

    `looked_at` is when the last of them was found, None while there is more to find. `sent_at` ends a standard one."""

    __tablename__ = "reminder_rules"
    __table_args__ = (
        Index(
            "uq_reminder_rules_standard", "event_id", "letter", unique=True,
            postgresql_where=text("letter <> 'message'"),
        ),
        CheckConstraint(f"audience IN {RULE_AUDIENCES}", name="audience"),
        CheckConstraint("letter IN ('message', 'event_reminder', 'invitation_reminder')", name="letter"),
        CheckConstraint("(letter = 'message') = (campaign_id IS NOT NULL)", name="words"),
        CheckConstraint(f"anchor IN {ANCHORS}", name="anchor"),
        CheckConstraint("unit IN ('days', 'hours')", name="unit"),
        CheckConstraint("amount BETWEEN 0 AND 366", name="amount"),
        CheckConstraint(f"state IN {RULE_STATES}", name="state"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    audience: Mapped[str] = mapped_column(server_default="guests")
    letter: Mapped[str] = mapped_column(server_default="message")
    campaign_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), unique=True
    )
    anchor: Mapped[str] = mapped_column(server_default="starts")
    anchor_state: Mapped[str] = mapped_column(server_default="")
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme_sessions.id", ondelete="SET NULL"))
    amount: Mapped[int] = mapped_column(SmallInteger, server_default="3")
    unit: Mapped[str] = mapped_column(server_default="days")
    after: Mapped[bool] = mapped_column(server_default=text("false"))
    local_time: Mapped[time] = mapped_column(server_default=text("'09:00'"))
    state: Mapped[str] = mapped_column(server_default="draft")
    looked_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    queued: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Wording(Base):
    """One version of what the team says in a system mail of its event: {"en": {"subject": …, "heading": …, "text": …,
    "button": …}}, only what differs from our words. Followed, never edited: the greatest version counts, and one
    without words is ours again."""

    __tablename__ = "wordings"
    __table_args__ = (
        UniqueConstraint("event_id", "letter", "version"),
        CheckConstraint("version > 0", name="version"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    letter: Mapped[str]
    version: Mapped[int]
    words: Mapped[dict[str, Any]]
    made_by: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
