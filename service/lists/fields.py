"""What can be filtered by: each field's key in the address, and its condition in SQL."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select, true, tuple_
from sqlalchemy import column as sql_column
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute

from service.checkin.models import Entry
from service.core.actor import Actor
from service.core.names import query_ways
from service.credentials.models import Credential
from service.delegations.models import STATES as DELEGATION_STATES
from service.delegations.models import Delegation
from service.events.models import Category, Event
from service.invitations.models import STATES as INVITATION_STATES
from service.invitations.models import Invitation
from service.lists.earlier import NOT_REACHED, mail, message, was_at
from service.lists.errors import FilterUnclear
from service.lists.language import ANY, NONE, And, Not, Or, Part, Term, terms, write
from service.outbox.models import Delivery
from service.people.models import PersonTag, Tag
from service.questions.facts import QuestionFacts
from service.registrations.changing import WAITS
from service.registrations.models import COMPANIONS, SOURCES, STATES, Registration
from service.registrations.queries import spelled
from service.registrations.searching import found_in

Condition = ColumnElement[bool]
Kind = Literal["choice", "text", "date", "flag", "number"]


class Scope(msgspec.Struct, frozen=True):
    """Within which event, and for whom; dates are days of its `zone`. Made by answers.scope_of.
    `near`: of a few rows that are read anyway, so that no index need be asked."""

    event_id: UUID
    organisation_id: UUID
    zone: str
    questions: tuple[QuestionFacts, ...] = ()
    answers: "Mapping[str, Field]" = {}
    actor: Actor | None = None
    near: bool = False

    @classmethod
    def of(cls, event: Event) -> "Scope":
        return cls(event.id, event.organisation_id, event.zone)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """`choices` are the values of a fixed set; those of a `source` are looked up at the event. `nullable`: there may be
    none. `may_be_null`: its column is NULL then, which NOT would leave as it is."""

    key: str
    kind: Kind
    condition: Callable[[Scope, Term], Condition]
    choices: tuple[str, ...] = ()
    source: str = ""
    nullable: bool = False
    may_be_null: bool = False

    @property
    def signs(self) -> tuple[str, ...]:
        """What stands between field and value."""
        return {
            "text": (":", "~"),
            "date": (":", "<", "<=", ">", ">="),
            "number": (":", "<", "<=", ">", ">="),
        }.get(self.kind, (":",))


def condition_of(scope: Scope, part: Part, fields: Mapping[str, Field]) -> Condition:
    """The tree as one condition on Registration. Raises FilterUnclear for a field, sign or value there is none of."""
    match part:
        case Term():
            return _term(scope, part, fields)
        case Not():
            inside = condition_of(scope, part.part, fields)
            found = [fields.get(term.field) or scope.answers.get(term.field) for term in terms(part.part)]
            unknown = any(field is not None and field.may_be_null for field in found)
            return not_(func.coalesce(inside, false())) if unknown else not_(inside)
        case And():
            return and_(true(), *(condition_of(scope, one, fields) for one in part.parts))
        case Or():
            return or_(*(condition_of(scope, one, fields) for one in part.parts))


def _term(scope: Scope, term: Term, fields: Mapping[str, Field]) -> Condition:
    field = fields.get(term.field) or scope.answers.get(term.field)
    if field is None or term.sign not in field.signs:
        raise FilterUnclear(near=write(term)[:40])
    if field.choices and not set(term.values) <= {*field.choices, *((NONE, ANY) if field.nullable else ())}:
        raise FilterUnclear(near=write(term)[:40])
    return field.condition(scope, term)


def _one_of(column: InstrumentedAttribute[str]) -> Callable[[Scope, Term], Condition]:
    """A text column with a fixed set of values, '' for none."""

    def condition(_: Scope, term: Term) -> Condition:
        plain = [value for value in term.values if value not in (NONE, ANY)]
        ways: list[Condition] = [column.in_(plain)] if plain else []
        ways += [column == ""] if NONE in term.values else []
        ways += [column != ""] if ANY in term.values else []
        return or_(*ways)

    return condition


def _text(*columns: InstrumentedAttribute[str]) -> Callable[[Scope, Term], Condition]:
    """Equal, or containing; capitals do not count."""

    def condition(_: Scope, term: Term) -> Condition:
        return or_(*(_text_way(columns, term.sign, value) for value in term.values))

    return condition


def _text_way(columns: tuple[InstrumentedAttribute[str], ...], sign: str, value: str) -> Condition:
    if value == NONE:
        return and_(*(column == "" for column in columns))
    if value == ANY:
        return or_(*(column != "" for column in columns))
    if sign == "~":
        return or_(*(func.lower(column).contains(value.lower(), autoescape=True) for column in columns))
    return or_(*(func.lower(column) == value.lower() for column in columns))


def _name(scope: Scope, term: Term) -> Condition:
    """`~` finds by any spelling, as the search does, but only where the name itself has it."""
    ways = []
    for value in term.values:
        if term.sign == "~" and value not in (NONE, ANY) and query_ways(value):
            few = spelled(Registration.search, value)
            ways.append(few if scope.near else found_in(scope.event_id, value))
        else:
            ways.append(_text_way((Registration.native_name, Registration.latin_name), term.sign, value))
    return or_(*ways)


def _flag(column: InstrumentedAttribute[bool]) -> Callable[[Scope, Term], Condition]:
    def condition(_: Scope, term: Term) -> Condition:
        return or_(*(column.is_(value == "yes") for value in term.values))

    return condition


def _waits(scope: Scope, term: Term) -> Condition:
    """For a decision: of the reader, or at a step by its number."""
    ways: list[Condition] = []
    for value in term.values:
        mine = tuple_(Registration.category_id, Registration.step).in_(_my_steps(scope))
        ways.append(mine if value == MINE else Registration.step == int(value))
    return and_(Registration.state.in_(WAITS), or_(*ways))


def _my_steps(scope: Scope) -> Any:
    """(category, number of a step) where the reader decides, as events.steps.Step.open_to says it of one."""
    steps = (
        func.jsonb_array_elements(Category.steps)
        .table_valued(sql_column("value", JSONB), with_ordinality="number", name="steps")
        .render_derived()
    )
    named = func.coalesce(steps.c.value["named"].astext == "true", false())
    found = select(Category.id, steps.c.number).join(steps, true()).where(Category.event_id == scope.event_id)
    if scope.actor is None:
        return found.where(false())
    needs = scope.actor.needs(scope.organisation_id, scope.event_id)
    if "own" in needs:
        return found
    called = steps.c.value["deciders"].contains([str(scope.actor.id)])
    return found.where(or_(not_(named), called) if "manage" in needs else and_(named, called))


def _day(column: InstrumentedAttribute[Any]) -> Callable[[Scope, Term], Condition]:
    def condition(scope: Scope, term: Term) -> Condition:
        return or_(*(_day_way(column, scope, term, value) for value in term.values))

    return condition


def _day_way(column: InstrumentedAttribute[Any], scope: Scope, term: Term, value: str) -> Condition:
    if value in (NONE, ANY):
        return column.is_(None) if value == NONE else column.is_not(None)
    first = _begins(value, scope.zone, term)
    after = first + timedelta(days=1)
    return {
        ":": and_(column >= first, column < after), "<": column < first, "<=": column < after, ">": column >= after,
        ">=": column >= first,
    }[term.sign]  # fmt: skip


def _begins(value: str, zone: str, term: Term) -> datetime:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise FilterUnclear(near=write(term)[:40]) from None
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def _category(scope: Scope, term: Term) -> Condition:
    ids = select(Category.id).where(Category.event_id == scope.event_id, Category.key.in_(term.values))
    return Registration.category_id.in_(ids)


def _delegation(scope: Scope, term: Term) -> Condition:
    """By name, or by id."""
    named = [value for value in term.values if value not in (NONE, ANY)]
    ids = select(Delegation.id).where(
        Delegation.event_id == scope.event_id,
        or_(func.lower(Delegation.name).in_([v.lower() for v in named]), Delegation.id.in_(_ids(named))),
    )
    return _or_none(Registration.delegation_id, Registration.delegation_id.in_(ids), term)


def _delegation_state(scope: Scope, term: Term) -> Condition:
    ids = select(Delegation.id).where(
        Delegation.event_id == scope.event_id, Delegation.state.in_(term.values)
    )
    return Registration.delegation_id.in_(ids)


def _principal(_: Scope, term: Term) -> Condition:
    return _or_none(Registration.principal_id, Registration.principal_id.in_(_ids(term.values)), term)


def _plain(term: Term) -> bool:
    """Whether it asks for more than none or any: an OR with nothing to find keeps PostgreSQL from joining."""
    return any(value not in (NONE, ANY) for value in term.values)


def _or_none(column: InstrumentedAttribute[Any], found: Condition, term: Term) -> Condition:
    ways = [found] if _plain(term) else []
    ways += [column.is_(None)] if NONE in term.values else []
    ways += [column.is_not(None)] if ANY in term.values else []
    return or_(*ways)


def _ids(values: "tuple[str, ...] | list[str]") -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def _tag(scope: Scope, term: Term) -> Condition:
    of_person = PersonTag.person_id == Registration.person_id
    any_tag = select(PersonTag.tag_id).where(of_person).exists()
    lower = [value.lower() for value in term.values]
    named = select(Tag.id).where(
        Tag.organisation_id == scope.organisation_id, func.lower(Tag.name).in_(lower)
    )
    tagged = select(PersonTag.tag_id).where(of_person, PersonTag.tag_id.in_(named)).exists()
    ways: list[Condition] = [tagged] if _plain(term) else []
    ways += [not_(any_tag)] if NONE in term.values else []
    ways += [any_tag] if ANY in term.values else []
    return or_(*ways)


def _invitation(_: Scope, term: Term) -> Condition:
    of_guest = Invitation.id == Registration.invitation_id
    found = select(Invitation.id).where(of_guest, Invitation.state.in_(term.values)).exists()
    return _or_none(Registration.invitation_id, found, term)


def _badge(_: Scope, term: Term) -> Condition:
    """none, issued (there is one, not yet printed) or printed."""
    alive = select(Credential.id).where(
        Credential.registration_id == Registration.id, Credential.revoked_at.is_(None)
    )
    ways = {
        NONE: not_(alive.exists()), ANY: alive.exists(),
        "issued": alive.where(Credential.printed_at.is_(None)).exists(),
        "printed": alive.where(Credential.printed_at.is_not(None)).exists(),
    }  # fmt: skip
    return or_(*(ways[value] for value in term.values))


def _arrived(_: Scope, term: Term) -> Condition:
    came = select(Entry.registration_id).where(Entry.registration_id == Registration.id).exists()
    return or_(*(came if value == "yes" else not_(came) for value in term.values))


def _arrival_day(_: Scope, term: Term) -> Condition:
    ways = []
    for value in term.values:
        came = select(Entry.registration_id).where(Entry.registration_id == Registration.id)
        if value in (NONE, ANY):
            ways.append(came.exists() if value == ANY else not_(came.exists()))
            continue
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise FilterUnclear(near=write(term)[:40]) from None
        signs = {
            ":": Entry.day == day, "<": Entry.day < day, "<=": Entry.day <= day, ">": Entry.day > day,
            ">=": Entry.day >= day,
        }  # fmt: skip
        ways.append(came.where(signs[term.sign]).exists())
    return or_(*ways)


def _code(_: Scope, term: Term) -> Condition:
    typed = [value.upper().replace("-", "").replace(" ", "") for value in term.values]
    mine = select(Credential.id).where(
        Credential.registration_id == Registration.id, Credential.code.in_(typed)
    )
    return mine.exists()


MINE = "mine"
YES_NO = ("yes", "no")
MAIL_STATES = ("queued", "sent", "bounced", "failed", "suppressed")
R = Registration


def _fields(*fields: Field) -> dict[str, Field]:
    return {field.key: field for field in fields}


FIELDS = _fields(
    Field(key="state", kind="choice", condition=_one_of(R.state), choices=STATES),
    Field(key="category", kind="choice", condition=_category, source="categories"),
    Field(key="waits", kind="choice", condition=_waits, choices=(MINE, "1", "2", "3")),
    Field(key="country", kind="choice", condition=_one_of(R.country), source="countries", nullable=True),
    Field(key="tag", kind="choice", condition=_tag, source="tags", nullable=True),
    Field(
        key="delegation",
        kind="choice",
        condition=_delegation,
        source="delegations",
        nullable=True,
        may_be_null=True,
    ),
    Field(
        key="delegation-state",
        kind="choice",
        condition=_delegation_state,
        choices=DELEGATION_STATES,
        may_be_null=True,
    ),
    Field(key="watched", kind="flag", condition=_flag(R.watched), choices=YES_NO),
    Field(key="arrived", kind="flag", condition=_arrived, choices=YES_NO),
    Field(key="arrival-day", kind="date", condition=_arrival_day, nullable=True),
    Field(key="badge", kind="choice", condition=_badge, choices=("issued", "printed"), nullable=True),
    Field(
        key="invitation",
        kind="choice",
        condition=_invitation,
        choices=INVITATION_STATES,
        nullable=True,
        may_be_null=True,
    ),
    Field(key="message", kind="choice", condition=mail(Delivery.letter), source="letters", nullable=True),
    Field(key="message-state", kind="choice", condition=mail(Delivery.state), choices=MAIL_STATES),
    Field(key="got", kind="choice", condition=message(("sent",)), source="messages"),
    Field(key="missed", kind="choice", condition=message(NOT_REACHED), source="messages"),
    Field(key="was-at", kind="choice", condition=was_at, source="events"),
    Field(key="source", kind="choice", condition=_one_of(R.source), choices=SOURCES),
    Field(key="language", kind="choice", condition=_one_of(R.language), source="languages"),
    Field(key="companion", kind="choice", condition=_one_of(R.companion), choices=COMPANIONS, nullable=True),
    Field(key="principal", kind="text", condition=_principal, nullable=True, may_be_null=True),
    Field(key="registered", kind="date", condition=_day(R.created_at)),
    Field(key="decided", kind="date", condition=_day(R.decided_at), nullable=True, may_be_null=True),
    Field(key="name", kind="text", condition=_name),
    Field(key="latin-name", kind="text", condition=_text(R.latin_name), nullable=True),
    Field(key="organisation", kind="text", condition=_text(R.affiliation), nullable=True),
    Field(key="position", kind="text", condition=_text(R.position), nullable=True),
    Field(key="email", kind="text", condition=_text(R.email), nullable=True),
    Field(key="assistant", kind="text", condition=_text(R.assistant_email), nullable=True),
    Field(key="phone", kind="text", condition=_text(R.phone), nullable=True),
    Field(key="code", kind="text", condition=_code),
    Field(key="honorific", kind="text", condition=_text(R.honorific), nullable=True),
    Field(key="title", kind="text", condition=_text(R.academic_title), nullable=True),
    Field(key="badge-line", kind="text", condition=_text(R.badge_line), nullable=True),
    Field(key="dietary", kind="text", condition=_text(R.dietary), nullable=True),
    Field(key="access", kind="text", condition=_text(R.access_needs), nullable=True),
    Field(key="reason", kind="text", condition=_text(R.reason), nullable=True),
)
