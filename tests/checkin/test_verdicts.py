"""Every verdict, with its reason."""

from datetime import timedelta

import msgspec
import pytest

from service.checkin.errors import DeviceRevoked, NoSuchPoint, ScanIdTaken
from service.checkin.models import Device, Entry, Point, Scan
from service.checkin.schemas import Outcome
from service.core.database import Database
from service.core.tokens import new_id
from service.credentials.operations import Signer
from service.events.models import Event
from tests.checkin.door import DAY, NOW, Forum, guest, open_forum, revoke_code, set_state, typed
from tests.support import factories


async def test_a_guest_is_admitted_and_the_scan_is_kept(forum: Forum, signer: Signer, db: Database) -> None:
    registration_id, code = await guest(forum, signer)
    scan_id, device_id = new_id(), new_id()

    done = await forum.scan(code, scan_id=scan_id, device_id=device_id)

    assert done == Outcome(
        scan_id=scan_id, verdict="admitted", registration_id=registration_id, native_name="Әсел Нұрланқызы",
        latin_name="Assel Nurlankyzy", affiliation="Steppe Ventures", country="KZ", category_id=forum.business.id,
        state="approved",
    )  # fmt: skip
    async with db.begin() as session:
        row = await session.get_one(Scan, scan_id)
        assert (row.event_id, row.point_id, row.device_id, row.account_id, row.registration_id) == (
            forum.event.id, forum.main.id, device_id, forum.staff.id, registration_id,
        )  # fmt: skip
        assert (row.action, row.verdict, row.how, row.device_time, row.device_offset, row.seq) == (
            "enter", "admitted", "camera", NOW, 0, 1,
        )  # fmt: skip
        assert await factories.count(session, "entries", scan_id=scan_id) == 1


async def test_the_second_time_they_are_in_already_with_when_where_and_by_whom(
    forum: Forum, signer: Signer, db: Database
) -> None:
    registration_id, code = await guest(forum, signer)
    first = forum.given(code)
    await forum.scan(code, scan_id=first.scan_id)

    again = await forum.scan(code, forum.main)

    async with db.begin() as session:
        entry = (await session.execute(Entry.__table__.select())).one()
    assert again.verdict == "already_in"
    assert (again.registration_id, again.at, again.point_id, again.by) == (
        registration_id, entry.at, forum.main.id, "Door of Alatau City",
    )  # fmt: skip


async def test_gates_of_one_zone_know_of_each_other_and_other_zones_do_not(
    forum: Forum, signer: Signer
) -> None:
    _, code = await guest(forum, signer, category="vip")
    assert await forum.verdict(code, forum.vip) == "admitted"
    assert await forum.verdict(code, forum.main) == "already_in"
    assert await forum.verdict(code, forum.hall) == "admitted"


@pytest.mark.parametrize("state", ["draft", "pending", "held", "waitlisted", "offered", "rejected"])
async def test_who_is_not_approved_is_told_the_state(forum: Forum, signer: Signer, state: str) -> None:
    registration_id, code = await guest(forum, signer)
    await set_state(forum, registration_id, state)
    done = await forum.scan(code)
    assert (done.verdict, done.state) == ("not_approved", state)


async def test_cancelled(forum: Forum, signer: Signer) -> None:
    registration_id, code = await guest(forum, signer)
    await revoke_code(forum, registration_id, "cancelled")
    await set_state(forum, registration_id, "cancelled")
    assert await forum.verdict(code) == "cancelled"


async def test_a_revoked_badge_says_why_by_every_way_in(forum: Forum, signer: Signer) -> None:
    registration_id, code = await guest(forum, signer)
    by_hand = await typed(forum, registration_id)
    await revoke_code(forum, registration_id)
    for done in (
        await forum.scan(code),
        await forum.scan(by_hand, how="typed"),
        await forum.scan(registration_id=registration_id, how="search"),
    ):
        assert (done.verdict, done.note, done.native_name) == ("revoked", "lost", "Әсел Нұрланқызы")


async def test_a_guest_of_another_event_stays_nameless(forum: Forum, signer: Signer, db: Database) -> None:
    other = await open_forum(db, "ceremony", forum.host)
    elsewhere, code = await guest(other, signer)
    scan_id = new_id()
    assert await forum.scan(code, scan_id=scan_id) == Outcome(scan_id=scan_id, verdict="wrong_event")
    assert await forum.verdict(registration_id=elsewhere) == "unknown"
    assert await forum.verdict(await typed(other, elsewhere)) == "unknown"
    async with db.begin() as session:
        assert (await session.get_one(Scan, scan_id)).registration_id is None


@pytest.mark.parametrize(("starts", "ends"), [(2 * DAY, 3 * DAY), (-3 * DAY, -2 * DAY)])
async def test_outside_the_days_of_the_event(
    forum: Forum, signer: Signer, db: Database, starts: timedelta, ends: timedelta
) -> None:
    _, code = await guest(forum, signer)
    async with db.begin() as session:
        event = await session.get_one(Event, forum.event.id)
        event.starts_at, event.ends_at = NOW + starts, NOW + ends
    await forum.refresh()
    assert await forum.verdict(code) == "wrong_day"


@pytest.mark.parametrize(
    ("opens", "closes", "verdict"),
    [(1, None, "wrong_day"), (None, -1, "wrong_day"), (-1, 1, "admitted"), (-1, None, "admitted")],
)
async def test_outside_the_times_of_the_point(
    forum: Forum, signer: Signer, db: Database, opens: int | None, closes: int | None, verdict: str
) -> None:
    _, code = await guest(forum, signer)
    async with db.begin() as session:
        point = await session.get_one(Point, forum.main.id)
        point.opens_at = NOW + timedelta(hours=opens) if opens else None
        point.closes_at = NOW + timedelta(hours=closes) if closes else None
    await forum.refresh()
    assert await forum.verdict(code) == verdict


async def test_an_event_that_ends_at_midnight_has_no_day_after(forum: Forum, db: Database) -> None:
    midnight = (NOW + timedelta(hours=5)).replace(hour=0, minute=0, second=0, microsecond=0)
    async with db.begin() as session:  # 00:00 in Almaty (UTC+5)
        event = await session.get_one(Event, forum.event.id)
        event.starts_at, event.ends_at = midnight - timedelta(hours=15), midnight - timedelta(hours=5)
    await forum.refresh()
    assert forum.facts.first_day == forum.facts.last_day == (midnight - DAY).date()


async def test_a_gate_admits_its_categories(forum: Forum, signer: Signer) -> None:
    _, code = await guest(forum, signer)
    assert await forum.verdict(code, forum.vip) == "wrong_gate"


@pytest.mark.parametrize("text", ["K7M3 9XQ4", "hello", "https://elsewhere.example/t/abc", "۱۲۳", "A" * 600])
async def test_unknown(forum: Forum, text: str) -> None:
    scan_id = new_id()
    assert await forum.scan(text, scan_id=scan_id) == Outcome(scan_id=scan_id, verdict="unknown")


async def test_undo_takes_the_entry_back_and_they_can_enter_again(forum: Forum, signer: Signer) -> None:
    registration_id, code = await guest(forum, signer)
    assert await forum.verdict(registration_id=registration_id, action="undo") == "nothing_to_undo"
    assert await forum.verdict(code) == "admitted"
    undone = await forum.scan(registration_id=registration_id, action="undo")
    assert (undone.verdict, undone.native_name) == ("undone", "Әсел Нұрланқызы")
    assert await forum.verdict(code, action="undo") == "nothing_to_undo"
    assert await forum.verdict(code) == "admitted"


async def test_undo_is_of_this_zone_only(forum: Forum, signer: Signer) -> None:
    registration_id, code = await guest(forum, signer)
    await forum.scan(code)
    assert await forum.verdict(code, forum.hall, action="undo") == "nothing_to_undo"
    await set_state(forum, registration_id, "cancelled")
    assert await forum.verdict(code, action="undo") == "undone"


async def test_the_same_scan_sent_again_gets_the_first_answer(
    forum: Forum, signer: Signer, db: Database
) -> None:
    registration_id, code = await guest(forum, signer)
    given = forum.given(code)
    first = await forum.scan(code, scan_id=given.scan_id)
    await forum.scan(registration_id=registration_id, action="undo")
    await set_state(forum, registration_id, "cancelled")
    again = await forum.scan(code, scan_id=given.scan_id)
    assert again == msgspec.structs.replace(first, state="cancelled")
    async with db.begin() as session:
        assert await factories.count(session, "scans") == 2
        assert await factories.count(session, "entries") == 0


async def test_a_scan_id_of_another_event_is_refused(forum: Forum, db: Database) -> None:
    other = await open_forum(db, "ceremony", forum.host)
    scan_id = new_id()
    await other.scan("hello", scan_id=scan_id)
    with pytest.raises(ScanIdTaken):
        await forum.scan("hello", scan_id=scan_id)


async def test_points_of_other_events_and_blocked_devices_are_refused(
    forum: Forum, signer: Signer, db: Database
) -> None:
    other = await open_forum(db, "ceremony", forum.host)
    _, code = await guest(forum, signer)
    with pytest.raises(NoSuchPoint):
        await forum.scan(code, other.main)
    device_id = new_id()
    async with db.begin() as session:
        session.add(Device(id=device_id, event_id=forum.event.id, name="Phone", revoked_at=NOW))
    await forum.refresh()
    with pytest.raises(DeviceRevoked):
        await forum.scan(code, device_id=device_id)
    async with db.begin() as session:
        assert await factories.count(session, "scans") == 0
