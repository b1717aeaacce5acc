"""Who registered for what, in every state, over three weeks; with codes, mails and audit lines as they would be."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from service.checkin.routes import SAMPLE_CODE
from service.core.names import search_text, sort_key
from service.core.tokens import new_id
from service.credentials.models import Credential
from service.people.models import Person
from service.places.models import Places
from service.registrations.models import TAKES_A_PLACE, Registration
from service.samples.delegations import Comer, add_delegations
from service.samples.people import Delegate
from service.samples.questions import answers_of
from service.samples.rows import World
from service.samples.stage import Stage

# OURS: how many are in which state
FORUM = {
    "business": {"approved": 150, "pending": 48, "rejected": 10, "cancelled": 12, "held": 5},
    "investor": {"approved": 31, "pending": 7, "offered": 2, "waitlisted": 14, "cancelled": 3},
    "government": {"approved": 44, "pending": 6, "cancelled": 3},
    "expert": {"approved": 30, "pending": 8, "rejected": 3},
    "press": {"approved": 18, "pending": 7, "rejected": 4},
    "speaker": {"approved": 16}, "vip": {"approved": 14, "cancelled": 1}, "staff": {"approved": 10},
}  # fmt: skip
CEREMONY = {
    "vip": {"approved": 38}, "government": {"approved": 42, "cancelled": 3}, "founder": {"approved": 24},
    "press": {"approved": 14, "rejected": 2}, "resident": {"approved": 52, "cancelled": 4}, "staff": {"approved": 8},
}  # fmt: skip
ROADSHOW = {
    "company": {"approved": 22, "pending": 38, "cancelled": 2, "rejected": 2},
    "official": {"approved": 9, "pending": 8}, "press": {"approved": 3, "pending": 9}, "speaker": {"approved": 5},
    "vip": {"approved": 6},
}  # fmt: skip
PLANS = {"ai-4room": FORUM, "k-park": CEREMONY, "alatau-seoul": ROADSHOW}
REASONS = (
    "All places of this category go to companies of the region this year.",
    "We could not confirm the accreditation of the editorial office.",
    "One person per company; your colleague is registered already.",
)
CREATED_LETTER = {"pending": "registration_received", "waitlisted": "registration_waitlisted"}


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """A delegate at an event."""

    id: UUID
    who: Delegate
    category: str
    state: str
    source: str
    created_at: datetime
    decided_at: datetime | None
    credential_id: UUID | None
    invitation_id: UUID | None


def card(who: Delegate) -> dict[str, Any]:
    """The columns that person, invitation and registration share."""
    return {
        "native_name": who.native_name, "latin_name": who.latin_name, "affiliation": who.affiliation,
        "position": who.position, "country": who.country, "phone": who.phone, "email": who.email,
        "language": who.language,
    }  # fmt: skip


def found_by(who: Delegate) -> dict[str, str]:
    """The columns that lists search and sort by."""
    text = search_text(who.native_name, who.latin_name, who.affiliation, who.position, who.email, who.phone)
    return {"search": text, "sort_key": sort_key(who.native_name, who.latin_name)}


def add_people(world: World, delegates: Iterable[Delegate]) -> None:
    """The directory."""
    for who in delegates:
        world.add(Person, id=who.id, organisation_id=world.organisation_id, **card(who))


def choose(stage: Stage, delegates: list[Delegate]) -> list[Delegate]:
    """Many of the ceremony come to the forum too; to Seoul come mostly Koreans."""
    if stage.plan.slug == "ai-4room":
        return delegates[:450]
    if stage.plan.slug == "k-park":
        return delegates[400:]
    koreans = [who for who in delegates if who.country == "KR"]
    return koreans[:72] + [who for who in delegates if who.country != "KR"][:60]


def add_guests(world: World, stage: Stage, delegates: list[Delegate]) -> list[Guest]:
    """All registrations of one event; the counters of its categories equal the rows."""
    wanted = [
        (category, state)
        for category, states in PLANS[stage.plan.slug].items()
        for state, n in states.items()
        for _ in range(n)
    ]
    world.rng.shuffle(wanted)
    guests = [
        _guest(world, stage, who, category, state)
        for who, (category, state) in zip(choose(stage, delegates), wanted, strict=False)
    ]
    comers = [Comer(guest.id, guest.who.country, guest.category, guest.state) for guest in guests]
    brought = add_delegations(world, stage.plan.slug, stage.id, stage.categories, comers)
    for number, guest in enumerate(guests):
        _add_registration(world, stage, guest, number, brought.get(guest.id))
        _add_history(world, stage, guest)
    _add_credentials(world, stage, guests)
    _add_places(world, stage, guests)
    return guests


def _guest(world: World, stage: Stage, who: Delegate, category: str, state: str) -> Guest:
    rng, plan = world.rng, next(c for c in stage.plan.categories if c.key == category)
    last = min(world.now, stage.starts_at) - timedelta(hours=1)
    # most come late; those who wait came when the category was full
    days = 4 * rng.random() if state == "waitlisted" else 21 * rng.random() ** 1.4
    created = last - timedelta(days=days)
    decided = None
    if plan.approval == "automatic" and state == "approved":
        decided = created
    elif state in ("approved", "rejected", "cancelled", "offered", "held"):
        decided = min(created + timedelta(hours=rng.uniform(1, 60)), last)
    invited = plan.visibility == "invited" or rng.random() < 0.1
    source = "organizer" if category == "staff" else "invitation" if invited else "web"
    return Guest(
        id=new_id(), who=who, category=category, state=state, source=source, created_at=created, decided_at=decided,
        credential_id=new_id() if state == "approved" or (state == "cancelled" and rng.random() < 0.5) else None,
        invitation_id=new_id() if source == "invitation" else None,
    )  # fmt: skip


def _add_registration(
    world: World, stage: Stage, guest: Guest, number: int, delegation_id: UUID | None
) -> None:
    reason = world.rng.choice(REASONS) if guest.state == "rejected" else ""
    steps = len(next(one.steps for one in stage.plan.categories if one.key == guest.category))
    offered = world.now + timedelta(hours=20) if guest.state == "offered" else None
    world.add(
        Registration, id=guest.id, organisation_id=world.organisation_id, event_id=stage.id, person_id=guest.who.id,
        category_id=stage.categories[guest.category], invitation_id=guest.invitation_id, state=guest.state,
        reason=reason, source=guest.source, **card(guest.who), **found_by(guest.who), dietary=guest.who.dietary,
        access_needs=guest.who.access_needs, consent_version=1, consent_at=guest.created_at,
        version=1 if guest.decided_at in (None, guest.created_at) else 2, created_at=guest.created_at,
        decided_at=guest.decided_at, delegation_id=delegation_id, waiting_since=guest.created_at, offer_until=offered,
        step=number % steps + 1 if guest.state == "pending" else steps,
        answers=answers_of(
            stage.plan.slug, number, guest.category, guest.who.country, guest.who.language, stage.day
        ),
    )  # fmt: skip


def _add_history(world: World, stage: Stage, guest: Guest) -> None:
    at_once = guest.decided_at == guest.created_at
    first = "approved" if at_once else "waitlisted" if guest.state == "waitlisted" else "pending"
    by = "account" if guest.source == "organizer" else "guest"
    world.line(
        "registration.created", guest.created_at, stage.id, guest.id, by=by, state=first, source=guest.source
    )
    _mail(
        world,
        stage,
        guest,
        CREATED_LETTER.get(first, "registration_approved"),
        guest.created_at,
        f"created:{guest.id}",
    )
    if guest.decided_at is None or at_once:
        return
    by = "guest" if guest.state == "cancelled" else "account"
    world.line(
        f"registration.{guest.state}",
        guest.decided_at,
        stage.id,
        guest.id,
        by=by,
        before=first,
        after=guest.state,
    )
    if guest.state in ("approved", "rejected", "cancelled", "offered"):
        letter = f"registration_{guest.state}"
        _mail(world, stage, guest, letter, guest.decided_at, f"{letter}:{guest.id}:v2")


def _mail(world: World, stage: Stage, guest: Guest, letter: str, at: datetime, dedup: str) -> None:
    state, error, refusal = "sent", None, None
    die = world.rng.random()
    if die < 0.004:
        state, error, refusal = "bounced", "550 5.1.1 No such user here", "hard"
    elif die < 0.006:
        state, error, refusal = "bounced", "552 5.2.2 The mailbox is full", "full"
    elif die < 0.010:
        state, error, refusal = "failed", "451 4.3.0 Try again later (given up after 8 attempts)", "soft"
    world.mail(
        letter, at, stage.id, address=guest.who.email, language=guest.who.language, dedup=dedup,
        registration_id=guest.id, state=state, error=error, refusal=refusal,
    )  # fmt: skip


def _add_credentials(world: World, stage: Stage, guests: list[Guest]) -> None:
    pinned = pinned_guest(stage, guests)
    for guest in guests:
        if guest.credential_id is None:
            continue
        issue = world.signer.issue()
        over = guest.state == "cancelled"
        world.add(
            Credential, **{**msgspec.structs.asdict(issue), "code": SAMPLE_CODE if guest is pinned else issue.code},
            event_id=stage.id, registration_id=guest.id, issued_at=guest.decided_at,
            revoked_at=guest.decided_at if over else None, revoked_reason="cancelled" if over else "",
        )  # fmt: skip


def pinned_guest(stage: Stage, guests: list[Guest]) -> Guest | None:
    """The one whose typed code stands in the API's examples; has not arrived yet."""
    if stage.plan.slug != "ai-4room":
        return None
    return next(guest for guest in guests if guest.state == "approved" and guest.category == "business")


def _add_places(world: World, stage: Stage, guests: list[Guest]) -> None:
    taken = Counter(guest.category for guest in guests if guest.state in TAKES_A_PLACE)
    world.add(Places, id=stage.id, kind="event", capacity=None, taken=taken.total())
    for category in stage.plan.categories:
        world.add(
            Places,
            id=stage.categories[category.key],
            kind="category",
            capacity=category.capacity,
            taken=taken[category.key],
        )
