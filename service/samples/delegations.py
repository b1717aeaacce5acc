"""OURS: the delegations of the forum. Countries bring their officials and investors; each stands at another point."""

from collections import Counter
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from emails.languages import LANGUAGES, country_name
from service.delegations.models import Delegation, Quota
from service.places.models import Places
from service.places.operations import place_of
from service.registrations.models import TAKES_A_PLACE
from service.samples.rows import World

BRING = ("government", "investor")
LOCAL = "KZ"
LARGEST = 14
SPEAK = {"RU": "ru", "UZ": "ru", "KG": "ru", "KR": "ko", "TJ": "ru", "BY": "ru"}


class Comer(NamedTuple):
    """What is known of a guest here: who, from where, as what, in which state."""

    id: UUID
    country: str
    category: str
    state: str


class Plan(NamedTuple):
    """How one delegation stands: places beyond those taken, its state, days from today to its deadline."""

    spare: int
    state: str
    days: int


# by size: the largest country first
PLANS = (
    Plan(2, "submitted", -2), Plan(0, "open", 3), Plan(3, "open", -1), Plan(1, "locked", -5), Plan(4, "open", 6),
    Plan(2, "open", 2), Plan(0, "submitted", 4),
)  # fmt: skip


def add_delegations(
    world: World, slug: str, event_id: UUID, categories: dict[str, UUID], guests: list[Comer]
) -> dict[UUID, UUID]:
    """Delegation by guest; those of the host country and of other categories come by themselves."""
    if slug != "ai-4room":
        return {}
    coming = [guest for guest in guests if guest.category in BRING and guest.country not in ("", LOCAL)]
    sizes = Counter(guest.country for guest in coming).most_common(LARGEST)
    ids = {country: uuid5(event_id, country) for country, _ in sizes}
    for number, (country, _) in enumerate(sizes):
        mine = [guest for guest in coming if guest.country == country]
        _add(world, event_id, ids[country], country, PLANS[number % len(PLANS)], categories, mine)
    return {guest.id: ids[guest.country] for guest in coming if guest.country in ids}


def _add(
    world: World, event_id: UUID, delegation_id: UUID, country: str, plan: Plan, categories: dict[str, UUID],
    guests: list[Comer],
) -> None:  # fmt: skip
    language = SPEAK.get(country, "en")
    at = world.now + timedelta(days=plan.days)
    world.add(
        Delegation, id=delegation_id, organisation_id=world.organisation_id, event_id=event_id, kind="country",
        name=country_name(country, "en"), country=country, focal_name=_FOCAL[language],
        focal_email=f"embassy.{country.lower()}@delegations.example", focal_language=language,
        deadline=at.replace(hour=13, minute=0, second=0, microsecond=0), state=plan.state,
        submitted_at=world.now - timedelta(days=1) if plan.state == "submitted" else None,
        created_at=world.now - timedelta(days=30),
    )  # fmt: skip
    taken = Counter(guest.category for guest in guests if guest.state in TAKES_A_PLACE)
    for category in BRING:
        place = place_of(delegation_id, categories[category])
        world.add(Quota, id=place, delegation_id=delegation_id, category_id=categories[category])
        row: dict[str, Any] = {
            "kind": "quota",
            "capacity": taken[category] + plan.spare,
            "taken": taken[category],
        }
        world.add(Places, id=place, **row)
    world.line("delegation.saved", world.now - timedelta(days=30), event_id, delegation_id, by="account")
    if plan.state != "open":
        world.line(
            f"delegation.{plan.state}", world.now - timedelta(days=1), event_id, delegation_id, by="focal"
        )


_FOCAL = dict(
    zip(LANGUAGES, ("Helena Marques", "Гүлнар Бекова", "Ольга Сергеевна Ли", "박지훈"), strict=True)
)


async def name_heads(session: AsyncSession) -> None:
    """The first of each who is certain leads it."""
    await session.execute(_HEADS)


_HEADS = text("""
    UPDATE delegations d SET head_id = (
        SELECT r.id FROM registrations r WHERE r.delegation_id = d.id AND r.state = 'approved'
        ORDER BY r.created_at, r.id LIMIT 1)
""")
