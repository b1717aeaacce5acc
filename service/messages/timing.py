"""When a rule leaves, as it is typed: an amount of days or hours, before or after what, at which time of the day."""

from collections.abc import Collection, Mapping
from datetime import time
from uuid import UUID

import msgspec

from service.messages.models import ANCHORS, ReminderRule
from service.registrations.models import STATES

LONGEST = 366
NO_AMOUNT = "Please give a number between 0 and 366."
NO_ANCHOR = "Please choose what it is before or after."
NO_TIME = "Please give a time of the day, as in 09:00."
ONLY_AFTER = "People come into a state first: please choose “after”."
ONLY_BEFORE = "When an offer has ended it is too late: please choose “before”."


class When(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of ReminderRule that say when."""

    anchor: str = "starts"
    anchor_state: str = ""
    session_id: UUID | None = None
    amount: int = 3
    unit: str = "days"
    after: bool = False
    local_time: time = time(9)

    @property
    def choice(self) -> str:
        """The anchor as one word of a form: session:ID, state:approved."""
        return ":".join(filter(None, (self.anchor, self.anchor_state, str(self.session_id or ""))))


def when_of(rule: ReminderRule) -> When:
    """As it stands."""
    return When(**{name: getattr(rule, name) for name in When.__struct_fields__})


def read_when(
    form: Mapping[str, str], before: When, sessions: Collection[UUID]
) -> tuple[When, dict[str, str]]:
    """The fields rule_amount, rule_unit, rule_side, rule_anchor, rule_time, and what is wrong with them: then it is as
    `before`. A session must be one of these."""
    errors: dict[str, str] = {}
    amount, at = form.get("rule_amount", ""), _time(form.get("rule_time", ""))
    unit, after = form.get("rule_unit", "days"), form.get("rule_side") == "after"
    if not (amount.isascii() and amount.isdecimal() and len(amount) < 4 and int(amount) <= LONGEST):
        errors["rule_amount"] = NO_AMOUNT
    if at is None and unit != "hours":
        errors["rule_time"] = NO_TIME
    anchor, _, which = form.get("rule_anchor", "").partition(":")
    session = next((one for one in sessions if str(one) == which), None) if anchor == "session" else None
    if (
        anchor not in ANCHORS
        or (anchor == "state" and which not in STATES)
        or (anchor == "session" and not session)
    ):
        errors["rule_anchor"] = NO_ANCHOR
    elif (anchor == "state" and not after) or (anchor == "offer" and after):
        errors["rule_side"] = ONLY_AFTER if anchor == "state" else ONLY_BEFORE
    if errors:
        return before, errors
    return When(
        anchor=anchor, anchor_state=which if anchor == "state" else "", session_id=session, amount=int(amount),
        unit="hours" if unit == "hours" else "days", after=after, local_time=at or before.local_time,
    ), {}  # fmt: skip


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None
