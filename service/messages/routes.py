"""The API of reminder rules, and of telling guests that the event was moved."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Invalid, NotFound
from service.events.models import Event
from service.events.queries import get_event
from service.lists.addresses import query_of, read_query
from service.lists.errors import FilterUnclear
from service.messages import moved, rules
from service.messages.drafting import LONGEST_SEGMENT, check_words, read_draft
from service.messages.queries import Planned, get_planned, list_planned, list_session_names
from service.messages.timing import When, read_when, when_of
from service.outbox.bell import Bell

EVENT = "/api/v1/events/{slug:str}/reminders"
ONE = EVENT + "/{rule_id:uuid}/{step:str}"
PASSPORT: dict[str, Any] = {
    "anchor": "starts", "amount": 1, "unit": "days", "side": "before", "local_time": "18:00",
    "list": "where=state:approved", "subject": {"en": "Please bring your passport: {event}"},
    "body": {"en": "We check documents at the entrance"},
}  # fmt: skip


class ReminderForm(msgspec.Struct, frozen=True, kw_only=True):
    """So many days (at a time of the event's day) or hours before or after `anchor`: starts, ends, session:ID, closes,
    answers, offer, deadline or state:NAME. `list` is the query string of a list of guests; words are by language.
    `short` goes to the phones of those who want that, beside the mail."""

    anchor: str
    amount: int
    subject: dict[str, str]
    body: dict[str, str]
    short: dict[str, str] = {}
    unit: Literal["days", "hours"] = "days"
    side: Literal["before", "after"] = "before"
    local_time: str = "09:00"
    list: str = "where=state:approved"


class ReminderView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule: draft, on, paused or removed. `next_at` is one moment for all (null: each has an own one, or there is
    none); behind `until` it has no sense any more. `written` counts its mails."""

    id: UUID
    state: str
    anchor: str
    amount: int
    unit: str
    side: str
    local_time: str
    list: str
    subject: dict[str, str]
    short: dict[str, str]
    next_at: datetime | None
    until: datetime | None
    written: int


def _view(planned: Planned) -> ReminderView:
    rule, words = planned.rule, planned.words
    return ReminderView(
        id=rule.id, state=rule.state, anchor=when_of(rule).choice, amount=rule.amount, unit=rule.unit,
        side="after" if rule.after else "before", local_time=rule.local_time.strftime("%H:%M"),
        list=words.segment if words else "", subject=words.subject if words else {},
        short=words.short if words else {}, next_at=planned.moment, until=planned.until, written=rule.queued or 0,
    )  # fmt: skip


@get(EVENT, operation_id="list_reminders", summary="List reminders", tags=["messages"])
async def list_reminders(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> list[ReminderView]:
    """Those with words of the team's own, the next first."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        planned = await list_planned(session, event.id)
    return [_view(one) for one in planned if one.words is not None]


@post(EVENT, operation_id="make_reminder", summary="Make a reminder", tags=["messages"])
async def make_reminder(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    data: Annotated[ReminderForm, BodyKwarg(examples=[Example(value=PASSPORT)])],
) -> ReminderView:  # fmt: skip
    """A draft: nobody gets it until it is turned on."""
    typed = {
        "rule_anchor": data.anchor, "rule_amount": str(data.amount), "rule_unit": data.unit, "rule_side": data.side,
        "rule_time": data.local_time,
    }  # fmt: skip
    segment = query_of(read_query(data.list), after="")
    if len(segment) > LONGEST_SEGMENT:
        raise FilterUnclear(near=segment[:20])
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        when, errors = read_when(typed, When(), await list_session_names(session, event.id))
        written = read_draft(
            {f"{name}_{code}": text
             for name, texts in (("subject", data.subject), ("text", data.body), ("short", data.short))
             for code, text in texts.items()}, event.languages,
        )  # fmt: skip
        errors |= check_words(written.subject, written.body, {}, event.languages, written.short)
        if errors:
            raise Invalid(errors)
        made = await rules.start_rule(
            session, actor, event, when, segment=segment, subject=written.subject, body=written.body,
            short=written.short,
        )  # fmt: skip
        return _view(await get_planned(session, event.id, made.id))


STEPS = {"on": rules.turn_on, "pause": rules.pause, "remove": rules.remove, "back": rules.put_back}


@post(ONE, operation_id="step_reminder", summary="Turn a reminder on, pause, remove it", tags=["messages"])
async def step_reminder(
    slug: FromPath[str], rule_id: FromPath[UUID], step: FromPath[str],
    actor: NamedDependency[Actor], db: NamedDependency[Database], bell: NamedDependency[Bell],
) -> ReminderView:  # fmt: skip
    """on, pause, remove, or back: put one back that was removed; it is paused then."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        planned = await get_planned(session, event.id, rule_id, lock=True)
        if step not in STEPS or planned.words is None:
            raise NotFound
        await STEPS[step](session, actor, event, planned.rule, planned.words)
        done = _view(await get_planned(session, event.id, rule_id))
    bell.ring()
    return done


MOVE = "/api/v1/events/{slug:str}/move"


class MoveView(msgspec.Struct, frozen=True, kw_only=True):
    """`moved_at`: when time or place were changed last, null when nothing is to be decided. `known` is what guests
    think (starts_at, ends_at, zone, place), `untold` how many of them would get the mail."""

    moved_at: datetime | None
    known: dict[str, Any] | None
    untold: int


async def _move(session: AsyncSession, event: Event) -> MoveView:
    return MoveView(
        moved_at=event.moved_at, known=event.moved_from, untold=await moved.count_untold(session, event)
    )


@get(MOVE, operation_id="get_move", summary="Whether guests know time and place", tags=["messages"])
async def get_move(
    slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database]
) -> MoveView:
    """After a change of time or place."""
    async with db.begin() as session:
        return await _move(session, await get_event(session, actor, slug, "see"))


@post(
    MOVE + "/{step:str}", status_code=200, operation_id="decide_move", tags=["messages"],
    summary="Tell guests of the new time or place, or not",
)  # fmt: skip
async def decide_move(
    slug: FromPath[str], step: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    bell: NamedDependency[Bell], now: NamedDependency[datetime], moved_at: FromQuery[str] = "",
) -> MoveView:  # fmt: skip
    """tell: one mail to each in half a minute; or dismiss. `moved_at` is the change that was read: 409 for another."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
        await moved.decide(session, actor, event, step, moved_at, now=now)
        done = await _move(session, event)
    bell.ring()
    return done


ROUTES = (list_reminders, make_reminder, step_reminder, get_move, decide_move)
