"""Conditions on what came before: mails somebody got, messages that did not reach them, events where they were."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from service.events.models import Event
from service.lists.language import ANY, NONE, Term
from service.outbox.models import Delivery, Task
from service.registrations.models import Registration

if TYPE_CHECKING:
    from service.lists.fields import Scope

Condition = ColumnElement[bool]
NOT_REACHED = ("failed", "bounced", "suppressed")
PERSONAL = ("waits", "was-at")  # depend on who looks: nothing that works by itself may ask for them


def mail(of: InstrumentedAttribute[str]) -> Callable[["Scope", Term], Condition]:
    """Any mail of this letter, or in this state."""

    def condition(_: "Scope", term: Term) -> Condition:
        mine = select(Delivery.task_id).where(Delivery.registration_id == Registration.id)
        plain = any(value not in (NONE, ANY) for value in term.values)
        ways: list[Condition] = [mine.where(of.in_(term.values)).exists()] if plain else []
        ways += [not_(mine.exists())] if NONE in term.values else []
        ways += [mine.exists()] if ANY in term.values else []
        return or_(*ways)

    return condition


def message(states: Collection[str]) -> Callable[["Scope", Term], Condition]:
    """A message of the team's own, by its id, of which the person's mail is in one of these states. It goes to a person
    once, whatever registrations they have. Its mails are read once, not for each guest."""

    def condition(scope: "Scope", term: Term) -> Condition:
        twin = aliased(Registration)
        found = (
            select(twin.person_id)
            .join(Delivery, Delivery.registration_id == twin.id)
            .join(Task, Task.id == Delivery.task_id)
            .where(
                twin.event_id == scope.event_id,
                Task.campaign_id.in_(_ids(term.values)),
                Task.kind == "mail",
                Delivery.state.in_(states),
            )
        )
        return Registration.person_id.in_(found)

    return condition


def was_at(scope: "Scope", term: Term) -> Condition:
    """Approved at another event of the organisation, by the word in its address; only of those that the reader sees."""
    if scope.actor is None:
        return not_(true())
    twin = aliased(Registration)
    seen: list[Condition] = []
    if "see" not in scope.actor.needs(scope.organisation_id):
        mine = [grant.event_id for grant in scope.actor.grants if grant.event_id]
        seen = [Event.id.in_([one for one in mine if "see" in scope.actor.needs(scope.organisation_id, one)])]
    found = (
        select(twin.person_id)
        .join(Event, Event.id == twin.event_id)
        .where(
            and_(Event.organisation_id == scope.organisation_id, Event.id != scope.event_id, *seen),
            Event.slug.in_(term.values),
            twin.state == "approved",
        )
    )
    return Registration.person_id.in_(found)


def _ids(values: tuple[str, ...]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found
