"""Verdicts in the words of the door: a short title and one sentence that says why and what to do."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from emails import languages
from service.checkin.facts import DoorFacts
from service.checkin.schemas import Outcome
from service.core.names import lang_of_name
from service.questions.words import Reader, say_answer
from service.web.words import LOCALES

N_ = str  # marks a msgid for extraction

TITLES = {
    "admitted": N_("Admitted"),
    "already_in": N_("Already in"),
    "not_approved": N_("Not approved"),
    "cancelled": N_("Cancelled"),
    "revoked": N_("Code withdrawn"),
    "wrong_event": N_("Other event"),
    "wrong_day": N_("Not today"),
    "wrong_gate": N_("Other gate"),
    "unknown": N_("Unknown code"),
    "undone": N_("Undone"),
    "nothing_to_undo": N_("Nothing to undo"),
}
STATES = {
    "draft": N_("The registration was never finished. Send them to the registration desk."),
    "pending": N_("The registration waits for approval. Send them to the registration desk."),
    "held": N_("The registration is on hold. Send them to the registration desk."),
    "waitlisted": N_("They are on the waiting list. Send them to the registration desk."),
    "offered": N_("They were offered a place and have not answered. Send them to the registration desk."),
    "rejected": N_("The registration was not accepted."),
}
PLAIN = {
    "admitted": "",
    "cancelled": N_("The registration was cancelled."),
    "wrong_event": N_("This badge belongs to another event."),
    "unknown": N_("No guest has this code. Search for the name instead."),
    "undone": N_("The entry does not count any more. They can be scanned again."),
    "nothing_to_undo": N_("They have not entered here today."),
}


class Told(msgspec.Struct, frozen=True):
    """What the guest answered to a question that is marked for the door."""

    label: str
    text: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen at the door shows. `lang` is the BCP 47 tag of the native name; `colour` of the category (1-8, 0
    none); `at`, `point`, `by` tell of the entry that stands already."""

    scan_id: UUID
    verdict: str
    title: str
    reason: str
    registration_id: UUID | None
    native_name: str
    latin_name: str
    lang: str
    affiliation: str
    category: str
    colour: int
    at: datetime | None
    point: str
    by: str
    answers: tuple[Told, ...] = ()


def answer(
    outcome: Outcome, door: DoorFacts, asked_at: UUID, language: str, answers: Mapping[str, Any] | None = None
) -> Answer:
    """The outcome of a scan at point `asked_at`, in the reader's language; `answers` are the guest's, by question."""
    say = languages.catalogue(LOCALES, language).gettext
    category = door.categories.get(outcome.category_id) if outcome.category_id else None
    standing = door.points.get(outcome.point_id) if outcome.point_id else None
    return Answer(
        scan_id=outcome.scan_id, verdict=outcome.verdict, title=say(TITLES[outcome.verdict]),
        reason=_reason(outcome, door, asked_at, language, say), registration_id=outcome.registration_id,
        native_name=outcome.native_name, latin_name=outcome.latin_name,
        lang=lang_of_name(outcome.native_name, outcome.country) if outcome.native_name else "",
        affiliation=outcome.affiliation, at=outcome.at, by=outcome.by,
        category=languages.pick(category.name, language, door.language) if category else "",
        colour=category.colour if category else 0,
        point=languages.pick(standing.name, language, door.language) if standing else "",
        answers=_told(door, language, answers or {}),
    )  # fmt: skip


def _told(door: DoorFacts, language: str, answers: Mapping[str, Any]) -> tuple[Told, ...]:
    reader = Reader(language, (door.language,))
    asked = [one for one in door.questions if one.key in answers]
    return tuple(Told(reader.text(one.label), say_answer(one, answers[one.key], reader)) for one in asked)


def _reason(
    outcome: Outcome, door: DoorFacts, asked_at: UUID, language: str, say: Callable[[str], str]
) -> str:
    match outcome.verdict:
        case "already_in":
            return _entered(outcome, door, language, say)
        case "not_approved":
            return say(STATES[outcome.state])
        case "revoked":
            why = say(N_("This badge was blocked or replaced by a newer one. Ask for the newer one."))
            return f"{why} ({outcome.note})" if outcome.note else why
        case "wrong_day":
            return _times(door, asked_at, language, say)
        case "wrong_gate":
            return _other_gates(outcome, door, language, say)
    return say(PLAIN[outcome.verdict]) if PLAIN[outcome.verdict] else ""


def _entered(outcome: Outcome, door: DoorFacts, language: str, say: Callable[[str], str]) -> str:
    point = door.points.get(outcome.point_id) if outcome.point_id else None
    if outcome.at is None or point is None:
        return say(N_("This badge was scanned a moment ago."))
    msgid = (
        N_("Entered at %(time)s, %(point)s. Scanned by %(by)s.")
        if outcome.by
        else N_("Entered at %(time)s, %(point)s.")
    )
    name = languages.pick(point.name, language, door.language)
    return say(msgid) % {"time": languages.clock(outcome.at, door.zone), "point": name, "by": outcome.by}


def _times(door: DoorFacts, asked_at: UUID, language: str, say: Callable[[str], str]) -> str:
    point, zone = door.points[asked_at], ZoneInfo(door.zone)
    start = point.opens_at or datetime.combine(door.first_day, time(), zone)
    end = point.closes_at or datetime.combine(door.last_day, time(23, 59), zone)
    if point.opens_at or point.closes_at:
        span = languages.span(start, end, door.zone, language)
        return say(N_("This point is open %(span)s.")) % {"span": span}
    first, last = languages.day(start, door.zone, language), languages.day(end, door.zone, language)
    if first == last:
        return say(N_("The event is on %(day)s.")) % {"day": first}
    return say(N_("The event is from %(first)s to %(last)s.")) % {"first": first, "last": last}


def _other_gates(outcome: Outcome, door: DoorFacts, language: str, say: Callable[[str], str]) -> str:
    names = [
        languages.pick(point.name, language, door.language)
        for point in door.points.values()
        if point.admits(outcome.category_id)
    ]
    if not names:
        return say(N_("This category is not admitted here."))
    return say(N_("This category enters at: %(points)s.")) % {"points": ", ".join(names)}
