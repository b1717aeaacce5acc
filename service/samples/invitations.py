"""Who was invited: those who accepted stand beside their registrations, the others in every other state."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from service.core.tokens import new_id
from service.invitations.models import Invitation, Terms, Wave
from service.samples.guests import Guest, card, found_by
from service.samples.people import Delegate
from service.samples.rows import World
from service.samples.stage import Stage

# OURS. Those that are queued really go out at the first start: a handful.
OTHERS = {
    "ai-4room": {
        "sent": 30,
        "declined": 12,
        "substituted": 2,
        "failed": 3,
        "bounced": 4,
        "expired": 5,
        "withdrawn": 3,
    },
    "k-park": {"sent": 18, "declined": 9, "bounced": 2, "expired": 4},
    "alatau-seoul": {"sent": 34, "declined": 6, "failed": 2, "bounced": 2, "queued": 4, "waiting": 7},
}
# The wave of the roadshow: as many as it has places are asked, so that nobody more is at the first start.
WAVE = {"slug": "alatau-seoul", "name": "Seoul companies", "places": 12}
CATEGORY = {"ai-4room": "business", "k-park": "resident", "alatau-seoul": "company"}
WORDS = (
    "I am abroad that week.",
    "Өкінішке қарай, іссапардамын.",
    "К сожалению, не смогу быть.",
    "해외 출장으로 참석이 어렵습니다.",
    "",
)
IN_CALENDARS = {5: ("accepted", ""), 6: ("declined", "I am in Astana that day."), 7: ("tentative", "")}
ANSWER_AHEAD = timedelta(days=3)
ANSWERED = ("declined", "substituted")
# what an invitation has where nothing else is said
PLAIN: dict[str, Any] = {
    "wave_id": None, "turn": None, "plus_ones": 0, "assistant_email": "", "copy_assistant": False,
    "instead_of_id": None, "calendar_answer": "", "calendar_answered_at": None, "calendar_word": "",
}  # fmt: skip
ERRORS = {
    "failed": ("421 4.7.0 Too many connections (given up after 48 h)", "policy"),
    "bounced": ("550 5.1.1 Mailbox unavailable", "hard"),
}


def add_invitations(world: World, stage: Stage, guests: list[Guest], delegates: list[Delegate]) -> None:
    """For one event."""
    if (until := stage.starts_at - ANSWER_AHEAD) > world.now:
        world.add(Terms, event_id=stage.id, answer_by=until, reminders=2)
    for guest in guests:
        if guest.invitation_id is not None:
            sent = guest.created_at - timedelta(hours=world.rng.uniform(2, 90))
            _add(
                world,
                stage,
                guest.invitation_id,
                guest.who,
                guest.category,
                "accepted",
                sent,
                guest.created_at,
            )
    here = {guest.who.id for guest in guests}
    silent = [who for who in reversed(delegates) if who.id not in here]
    line = _wave(world, stage)
    for state, n in OTHERS[stage.plan.slug].items():
        for number in range(n):
            sent = min(world.now, stage.starts_at) - timedelta(days=world.rng.uniform(2, 20))
            answered = sent + timedelta(hours=world.rng.uniform(3, 40)) if state in ANSWERED else None
            wave = next(line, {}) if state in ("sent", "waiting") else {}
            who, own_id = silent.pop(0), new_id()
            other = _colleague(who, silent) if state == "substituted" else None
            called = {"called": other.native_name} if other else {}
            category, extra = CATEGORY[stage.plan.slug], wave | _extra(state, number, who)
            if state == "sent" and (heard := IN_CALENDARS.get(number)):
                extra |= _heard(*heard, sent)
            _add(world, stage, own_id, who, category, state, sent, answered, called, **extra)
            if other and answered is not None:
                _add(world, stage, new_id(), other, category, "sent", answered, None, instead_of_id=own_id)


def _heard(answer: str, word: str, sent: datetime) -> dict[str, Any]:
    """Some answered in their calendar only."""
    at = sent + timedelta(hours=5)
    return {"calendar_answer": answer, "calendar_answered_at": at, "calendar_word": word}


def _extra(state: str, number: int, who: Delegate) -> dict[str, Any]:
    """Some may bring somebody, some have an assistant who reads along and may answer."""
    if state not in ("sent", "declined") or number >= 4:
        return {}
    assistant = f"assistant@{who.email.partition('@')[2]}" if number < 2 else ""
    by = {"answered_by": "assistant"} if state == "declined" and assistant else {}
    return {"plus_ones": 1, "assistant_email": assistant, "copy_assistant": bool(assistant), **by}


def _colleague(who: Delegate, silent: list[Delegate]) -> Delegate:
    """Who is asked instead, and has not answered yet."""
    other = next(one for one in silent if one.affiliation == who.affiliation)
    silent.remove(other)
    return other


def _wave(world: World, stage: Stage) -> Iterator[dict[str, Any]]:
    """The places in line, first those who are asked; for those who are not of the wave nothing."""
    if stage.plan.slug != WAVE["slug"]:
        return
    wave_id = new_id()
    world.add(
        Wave, id=wave_id, event_id=stage.id, name=WAVE["name"], places=WAVE["places"], answer_days=None,
        created_at=world.now,
    )  # fmt: skip
    asked, waiting = int(str(WAVE["places"])), OTHERS[stage.plan.slug]["waiting"]
    others = OTHERS[stage.plan.slug]["sent"] - asked
    yield from ({"wave_id": wave_id, "turn": turn} for turn in range(1, asked + 1))
    yield from ({} for _ in range(others))
    yield from ({"wave_id": wave_id, "turn": turn} for turn in range(asked + 1, asked + waiting + 1))


def _add(
    world: World, stage: Stage, invitation_id: UUID, who: Delegate, category: str, state: str, sent: datetime,
    answered: datetime | None, said: dict[str, str] | None = None, **extra: Any,
) -> None:  # fmt: skip
    sent = world.now if state == "queued" else sent
    word = world.rng.choice(WORDS) if state == "declined" else ""
    row = PLAIN | {"answered_by": "guest" if answered else ""} | extra
    world.add(
        Invitation, id=invitation_id, organisation_id=world.organisation_id, event_id=stage.id, person_id=who.id,
        category_id=stage.categories[category], state=state, word=word, **card(who), **found_by(who), created_at=sent,
        invited_at=None if state == "waiting" else sent, answered_at=answered, **row,
    )  # fmt: skip
    if state == "waiting":
        return
    mail = state if state in ("queued", "failed", "bounced") else "sent"
    error, refusal = ERRORS.get(state, (None, None))
    world.mail(
        "invitation", sent, stage.id, address=who.email, language=who.language, dedup=f"invitation:{invitation_id}:1",
        invitation_id=invitation_id, state=mail, error=error, refusal=refusal,
    )  # fmt: skip
    if heard := row["calendar_answer"]:
        world.line(
            f"calendar.{heard}", row["calendar_answered_at"], stage.id, invitation_id, by="system", before="",
            after=heard, word=row["calendar_word"],
        )  # fmt: skip
    if answered is not None:
        world.line(
            f"invitation.{state}", answered, stage.id, invitation_id, by="guest", before="sent", after=state, word=word,
            **(said or {}),
        )  # fmt: skip
