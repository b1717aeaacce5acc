"""Many devices at once: one ticket lets one person in, one scan is one row."""

import asyncio
from collections import Counter

import asyncpg

from service.checkin.scan import scan
from service.core.database import Database
from service.core.tokens import new_id
from service.credentials.operations import Signer
from tests.checkin.door import guest, open_forum
from tests.support import factories


async def wide_pool(db: Database) -> asyncpg.Pool:
    """Sixteen connections, so that the statements really meet."""
    return await asyncpg.create_pool(db.url, min_size=16, max_size=16)


async def test_sixty_scans_of_one_ticket_admit_once_in_each_of_twenty_rounds(
    db: Database, signer: Signer
) -> None:
    forum = await open_forum(db)
    async with await wide_pool(db) as pool:
        for _ in range(20):
            registration_id, code = await guest(forum, signer)
            sent = [forum.given(code) for _ in range(60)]
            done = await asyncio.gather(*(scan(pool, forum.facts, one, forum.staff) for one in sent))
            assert Counter(one.verdict for one in done) == {"admitted": 1, "already_in": 59}
            assert all(one.at is not None for one in done if one.verdict == "already_in")
            async with db.begin() as session:
                assert await factories.count(session, "entries", registration_id=registration_id) == 1
                assert await factories.count(session, "scans", registration_id=registration_id) == 60


async def test_two_simultaneous_scans_at_two_gates_make_one_entry(db: Database, signer: Signer) -> None:
    forum = await open_forum(db)
    async with await wide_pool(db) as pool:
        for _ in range(20):
            registration_id, code = await guest(forum, signer, category="vip")
            sent = [forum.given(code, forum.main), forum.given(code, forum.vip)]
            done = await asyncio.gather(*(scan(pool, forum.facts, one, forum.staff) for one in sent))
            assert sorted(one.verdict for one in done) == ["admitted", "already_in"]
            async with db.begin() as session:
                assert await factories.count(session, "entries", registration_id=registration_id) == 1


async def test_one_scan_sent_twelve_times_at_once_is_one_row_with_one_verdict(
    db: Database, signer: Signer
) -> None:
    forum = await open_forum(db)
    async with await wide_pool(db) as pool:
        for action in ("enter", "undo", "enter") * 7:
            registration_id, code = await guest(forum, signer)
            if action == "undo":
                await forum.scan(code)
            given = forum.given(code, action=action)
            done = await asyncio.gather(*(scan(pool, forum.facts, given, forum.staff) for _ in range(12)))
            assert {one.verdict for one in done} == {"admitted" if action == "enter" else "undone"}
            async with db.begin() as session:
                assert await factories.count(session, "scans", id=given.scan_id) == 1
                entries = await factories.count(session, "entries", registration_id=registration_id)
                assert entries == (1 if action == "enter" else 0)


async def test_one_scan_id_with_two_tickets_at_once_lets_one_in(db: Database, signer: Signer) -> None:
    forum = await open_forum(db)
    async with await wide_pool(db) as pool:
        for _ in range(20):
            scan_id = new_id()
            sent = [forum.given((await guest(forum, signer))[1], scan_id=scan_id) for _ in range(2)]
            done = await asyncio.gather(*(scan(pool, forum.facts, one, forum.staff) for one in sent))
            assert len({one.registration_id for one in done}) == 1
            async with db.begin() as session:
                assert await factories.count(session, "entries", scan_id=scan_id) == 1


async def test_entering_and_undoing_at_once_ends_in_what_was_kept(db: Database, signer: Signer) -> None:
    forum = await open_forum(db)
    async with await wide_pool(db) as pool:
        for _ in range(20):
            registration_id, code = await guest(forum, signer)
            sent = [forum.given(code, action=("enter", "undo")[n % 2]) for n in range(20)]
            done = await asyncio.gather(*(scan(pool, forum.facts, one, forum.staff) for one in sent))
            told = Counter(one.verdict for one in done)
            async with db.begin() as session:
                entries = await factories.count(session, "entries", registration_id=registration_id)
            assert told["admitted"] - told["undone"] == entries
