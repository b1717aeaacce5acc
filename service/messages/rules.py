"""Reminder rules with words of the team's own: made, changed, turned on, paused, thrown away and put back.

A rule's words and its list are a campaign that never ends: drafts, the composer and the outbox know it as one. What is
changed counts for what is not sent yet. Nobody gets a rule twice: its mails are unique by rule and person."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.operations import record
from service.core.actor import Actor
from service.core.errors import Conflict
from service.events.models import Event
from service.lists.addresses import read_query
from service.lists.earlier import PERSONAL
from service.lists.language import terms
from service.messages.campaigns import pace_of
from service.messages.drafting import require_words
from service.messages.models import Campaign, ReminderRule
from service.messages.timing import When
from service.outbox.groups import hold, release

STATES = {"on": "running", "paused": "paused", "removed": "paused"}  # of a rule -> of its campaign


class NeedsReader(Conflict):
    """The list asks what only somebody who looks at it can know."""

    code = "reminder_needs_reader"
    say = "A reminder works by itself: its list cannot ask what waits for you, or who was at another event."


class RuleConflict(Conflict):
    code = "reminder_conflict"
    say = "The reminder is at another stage by now. Please look at it again."


async def start_rule(
    session: AsyncSession, actor: Actor, event: Event, when: When, *, segment: str, subject: Mapping[str, str],
    body: Mapping[str, str], short: Mapping[str, str] | None = None,
) -> ReminderRule:  # fmt: skip
    """A draft with these words by language, and a text for phones where there is one: nobody gets it until it is turned
    on."""
    language = next((code for code in event.languages if code in body), event.languages[0])
    campaign = Campaign(
        event_id=event.id, segment=segment, subject=dict(subject), body=dict(body), short=dict(short or {}),
        language=language, made_by=actor.name,
    )  # fmt: skip
    session.add(campaign)
    await session.flush()
    rule = ReminderRule(event_id=event.id, campaign_id=campaign.id)
    session.add(rule)
    await set_when(session, rule, campaign, when)
    await _record(session, actor, event, rule, "reminder.made")
    return rule


async def set_when(session: AsyncSession, rule: ReminderRule, campaign: Campaign, when: When) -> None:
    """A deadline is that of a delegation: its focal point is written to. Everything else is for guests."""
    for name in When.__struct_fields__:
        setattr(rule, name, getattr(when, name))
    rule.audience = campaign.audience = "delegations" if when.anchor == "deadline" else "guests"
    rule.looked_at = None
    await session.flush()


async def turn_on(
    session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule, campaign: Campaign
) -> None:
    """From now on it writes to whomever it finds, each once. Raises RuleConflict, WordsUnfinished, NeedsReader,
    FilterUnclear."""
    require_words(campaign, event.languages)
    if needs_reader(campaign):
        raise NeedsReader
    await _turn(session, actor, event, rule, campaign, ("draft", "paused"), "on")
    await release(session, campaign.id, pace_of(campaign, event))


def needs_reader(campaign: Campaign) -> bool:
    """Whether its list is another one for everybody who looks at it. Raises FilterUnclear."""
    return any(term.field in PERSONAL for term in terms(read_query(campaign.segment).part))


async def pause(
    session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule, campaign: Campaign
) -> None:
    """No further mail is begun, and it can be changed. Raises RuleConflict."""
    await _turn(session, actor, event, rule, campaign, ("on",), "paused")
    await hold(session, campaign.id)


async def remove(
    session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule, campaign: Campaign
) -> None:
    """Nobody gets it any more; it stays among the removed, with who had it. Raises RuleConflict."""
    await _turn(session, actor, event, rule, campaign, ("draft", "on", "paused"), "removed")
    await hold(session, campaign.id)


async def put_back(
    session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule, campaign: Campaign
) -> None:
    """Paused, until it is turned on again. Raises RuleConflict."""
    await _turn(session, actor, event, rule, campaign, ("removed",), "paused")


async def _turn(
    session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule, campaign: Campaign, before: tuple[str, ...],
    after: str,
) -> None:  # fmt: skip
    if rule.state not in before:
        raise RuleConflict
    name = {"on": "turned_on", "paused": "put_back" if rule.state == "removed" else "paused"}.get(
        after, after
    )
    rule.state, campaign.state, rule.looked_at = after, STATES[after], None
    await session.flush()
    await _record(session, actor, event, rule, f"reminder.{name}")


async def _record(session: AsyncSession, actor: Actor, event: Event, rule: ReminderRule, name: str) -> None:
    assert rule.campaign_id is not None  # noqa: S101 — it has words of its own
    await record(
        session, actor, name, organisation_id=event.organisation_id, event_id=event.id, subject_id=rule.campaign_id
    )  # fmt: skip
