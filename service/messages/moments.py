"""When a rule's time has come, and until when it makes sense: in SQL, for one guest as for all.

PostgreSQL knows the zones; asked each time, a rule moves with its event, its session, its deadline."""

from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    and_,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import INTERVAL

from service.delegations.models import Delegation
from service.events.models import Event
from service.messages.models import OF_EACH, OF_EVENT, ReminderRule
from service.programme.models import ProgrammeSession
from service.registrations.changing import WAITS
from service.registrations.models import Registration

Instant = Any  # an expression or a column
TIME = DateTime(timezone=True)
# behind an event: a thank-you of last month thanks nobody
_LATE: Instant = literal_column("interval '14 days'", INTERVAL())
_HOUR: Instant = literal_column("interval '1 hour'", INTERVAL())


class Times(msgspec.Struct, frozen=True):
    """`moment` is when it is to leave, `until` when it has lost its sense: both NULL when there is no such time."""

    moment: Instant
    until: Instant

    def due(self, now: Any) -> ColumnElement[bool]:
        """The moment has come, and it still makes sense."""
        return and_(self.moment <= now, now < self.until)

    def ahead(self, now: Any) -> ColumnElement[bool]:
        """It has come, or will."""
        return and_(now < self.until, self.moment < self.until)


def times_of_event() -> Times:
    """Of rules with one moment for all, with Event and ProgrammeSession joined. Until the thing itself begins; what
    comes behind it is of use until the event begins or ends, or for two weeks."""
    bases = {
        "starts": Event.starts_at, "ends": Event.ends_at, "session": ProgrammeSession.starts_at,
        "closes": Event.registration_closes_at, "answers": Event.answers_until,
    }  # fmt: skip
    base = case(*((ReminderRule.anchor == name, bases[name]) for name in OF_EVENT), else_=null())
    moment = _moment(base)
    until = case(
        (base.is_(None), null()), (moment < base, base), (moment < Event.starts_at, Event.starts_at),
        (moment < Event.ends_at, Event.ends_at), else_=moment + _LATE,
    )  # fmt: skip
    return Times(moment, until)


def times_of_each(rule: ReminderRule) -> Times:
    """Of a rule with a moment for each, with Event and ReminderRule joined to Registration or Delegation: until the
    offer or the deadline ends, and never into the event."""
    if rule.anchor == "deadline":
        until: Instant = func.least(Delegation.deadline, Event.starts_at)
        moment = _moment(Delegation.deadline)
        return Times(moment, Event.ends_at if rule.after else until)
    if rule.anchor == "offer":
        return Times(_moment(Registration.offer_until), func.least(Registration.offer_until, Event.starts_at))
    return Times(_moment(since()), Event.starts_at)


def since() -> Instant:
    """When somebody came into the state they are in; who waits for a decision, to the step at which they wait."""
    decided = func.coalesce(Registration.decided_at, Registration.created_at)
    return case((Registration.state.in_(WAITS), Registration.waiting_since), else_=decided)


def may_be_due(now: Any) -> ColumnElement[bool]:
    """Rules to look at, with Event and ProgrammeSession joined: their moment has come, or each has an own one."""
    each = and_(ReminderRule.anchor.in_(OF_EACH), now < Event.ends_at)
    return or_(times_of_event().due(now), each)


def _moment(base: Any) -> Instant:
    """So many hours or days from `base`. An hour that comes twice is the first one; one that the change to summer time
    leaves out is read as if the clocks had not been changed."""
    amount = case((ReminderRule.after, ReminderRule.amount), else_=-ReminderRule.amount)
    by_hours = base + amount * _HOUR
    day = cast(func.timezone(Event.zone, base), Date) + amount
    wall = type_coerce(day + ReminderRule.local_time, DateTime())
    found = type_coerce(func.timezone(Event.zone, wall), TIME)
    earlier = found - _HOUR
    first = case((func.timezone(Event.zone, earlier) == wall, earlier), else_=found)
    return case((ReminderRule.unit == "hours", by_hours), else_=first)
