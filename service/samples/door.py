"""Who arrived: nearly all at the ceremony, some at the forum so far."""

from datetime import datetime, time, timedelta
from uuid import UUID

from service.checkin.models import Entry, Scan
from service.core.tokens import new_id
from service.samples.guests import Guest, pinned_guest
from service.samples.rows import World
from service.samples.stage import Stage

FIRST, LAST = time(9, 10), time(11, 15)


def add_arrivals(world: World, stage: Stage, guests: list[Guest]) -> None:
    """Entries with their scans, and a few people who were turned away."""
    opens, closes = _doors(world, stage)
    if closes <= opens:
        return
    share = 0.86 if stage.ends_at < world.now else 0.34
    coming = [
        guest for guest in guests if guest.state == "approved" and guest is not pinned_guest(stage, guests)
    ]
    came = [guest for guest in coming if world.rng.random() < share]
    for guest in came:
        at = opens + (closes - opens) * world.rng.betavariate(2, 3)
        _add_entry(world, stage, guest, at)
    for guest in world.rng.sample(came, min(5, len(came))):
        _add_scan(world, stage, guest, "already_in", closes - timedelta(seconds=world.rng.randint(5, 50)))
    for guest in [guest for guest in guests if guest.state == "cancelled" and guest.credential_id][:2]:
        _add_scan(world, stage, guest, "cancelled", closes - timedelta(seconds=world.rng.randint(5, 50)))


def _doors(world: World, stage: Stage) -> tuple[datetime, datetime]:
    """The time in which people came. Started at night, the sample of today has its first guests just now."""
    midnight = stage.plan.at(stage.day, time(0))
    opens = stage.plan.at(stage.day, FIRST)
    if opens > world.now > midnight:
        opens = max(midnight, world.now - timedelta(minutes=40))
    return opens, min(
        stage.plan.at(stage.day, LAST), world.now - timedelta(minutes=1)
    ) if world.now > opens else opens


def _add_entry(world: World, stage: Stage, guest: Guest, at: datetime) -> None:
    point_id, scan_id = _add_scan(world, stage, guest, "admitted", at)
    world.add(
        Entry, registration_id=guest.id, zone="venue", day=stage.day, event_id=stage.id, point_id=point_id,
        scan_id=scan_id, at=at,
    )  # fmt: skip


def _add_scan(world: World, stage: Stage, guest: Guest, verdict: str, at: datetime) -> tuple[UUID, UUID]:
    honoured = guest.category in ("vip", "speaker", "founder")
    point_id = stage.points[2] if honoured else world.rng.choice(stage.points[:2])
    scan_id = new_id()
    world.add(
        Scan, id=scan_id, event_id=stage.id, point_id=point_id, device_id=stage.device_id, registration_id=guest.id,
        credential_id=guest.credential_id, verdict=verdict, how="scan", device_time=at, received_at=at,
    )  # fmt: skip
    return point_id, scan_id
