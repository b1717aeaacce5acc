"""The one statement and its ORM twin agree on any sequence of scans and changes."""

import secrets
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from service.checkin.models import Entry, Scan
from service.checkin.schemas import ScanInput
from service.core.database import Database
from service.credentials.operations import Signer, issue
from tests.checkin.door import Forum, guest, open_forum, revoke_code, set_state
from tests.checkin.twin import scan_by_orm
from tests.support import factories

GUESTS = 3
WAYS = ("ticket", "typed", "search", "nonsense")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("scan"), st.integers(0, GUESTS), st.sampled_from(WAYS), st.integers(0, 2),
                  st.sampled_from(["enter", "enter", "undo"])),
        st.tuples(st.just("again"), st.integers(0, 30)),
        st.tuples(st.just("state"), st.integers(0, GUESTS - 1), st.sampled_from(["approved", "pending", "cancelled"])),
        st.tuples(st.just("reissue"), st.integers(0, GUESTS - 1)),
        st.tuples(st.just("revoke"), st.integers(0, GUESTS - 1)),
    ),
    min_size=1, max_size=25,
)  # fmt: skip


class Pair:
    """The same door twice in one database: `mine` is scanned by the statement, `twin` by the ORM."""

    def __init__(self, mine: Forum, twin: Forum, signer: Signer) -> None:
        self.forums, self.signer = (mine, twin), signer
        self.guests: list[list[tuple[Any, str]]] = [[], []]
        self.sent: list[list[ScanInput]] = [[], []]

    async def fill(self) -> None:
        """Two guests of business, one VIP, and at the end one of another event."""
        for side, forum in enumerate(self.forums):
            other = await open_forum(forum.db, f"other-{secrets.token_hex(4)}", forum.host)
            for at, category in (
                (forum, "business"),
                (forum, "business"),
                (forum, "vip"),
                (other, "business"),
            ):
                self.guests[side].append(await guest(at, self.signer, category=category))

    async def step(self, step: tuple[Any, ...]) -> tuple[str, str]:
        """Do the same on both sides; what each said."""
        if step[0] == "scan":
            for side in (0, 1):
                self.sent[side].append(await self._given(side, *step[1:]))
            return await self._answers(-1)
        if step[0] == "again":
            return await self._answers(step[1] % len(self.sent[0])) if self.sent[0] else ("", "")
        for side in (0, 1):
            await self._change(side, *step)
        return ("", "")

    async def _given(self, side: int, who: int, way: str, point: int, action: str) -> ScanInput:
        forum = self.forums[side]
        registration_id, ticket = self.guests[side][who]
        where = (forum.main, forum.vip, forum.hall)[point]
        if way == "search":
            return forum.given(point=where, registration_id=registration_id, how="search", action=action)
        code = {"ticket": ticket, "typed": await self._typed(side, registration_id), "nonsense": "?"}[way]
        return forum.given(code, where, action=action)

    async def _typed(self, side: int, registration_id: Any) -> str:
        async with self.forums[side].db.begin() as session:
            wanted = text(
                "SELECT code FROM credentials WHERE registration_id = :id ORDER BY issued_at LIMIT 1"
            )
            return str((await session.execute(wanted, {"id": registration_id})).scalar_one())

    async def _answers(self, number: int) -> tuple[str, str]:
        mine, twin = self.forums
        done = await mine.send(self.sent[0][number])
        async with twin.db.begin() as session:
            expected = await scan_by_orm(
                session, twin.facts, self.sent[1][number], twin.staff, datetime.now(UTC)
            )
        return done.verdict, expected.verdict

    async def _change(self, side: int, what: str, who: int, state: str = "") -> None:
        forum, (registration_id, _) = self.forums[side], self.guests[side][who]
        if what == "state":
            await set_state(forum, registration_id, state)
            return
        async with forum.db.begin() as session:
            alive = await session.execute(
                text("SELECT 1 FROM credentials WHERE registration_id = :id AND revoked_at IS NULL"),
                {"id": registration_id},
            )
            standing = alive.first() is not None
        if standing:
            await revoke_code(forum, registration_id)
        if what == "reissue":
            async with forum.db.begin() as session:
                await issue(session, self.signer, registration_id, forum.event.id)

    async def rows(self, side: int) -> tuple[list[Any], list[Any]]:
        """All scans and entries, told by guest and order instead of ids."""
        forum = self.forums[side]
        names = {registration_id: n for n, (registration_id, _) in enumerate(self.guests[side])}
        points = {forum.main.id: "main", forum.vip.id: "vip", forum.hall.id: "hall"}
        async with forum.db.begin() as session:
            scans = (
                await session.execute(select(Scan).where(Scan.event_id == forum.event.id).order_by(Scan.seq))
            ).scalars()
            entries = (await session.execute(select(Entry).where(Entry.event_id == forum.event.id))).scalars()
            return (
                [(s.seq, points[s.point_id], names.get(s.registration_id), s.credential_id is None, s.action, s.verdict,
                  s.how, s.device_time, s.device_offset, s.account_id == forum.staff.id) for s in scans],
                sorted((names[e.registration_id], e.zone, e.day, points[e.point_id]) for e in entries),
            )  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
async def test_the_statement_and_the_twin_agree(
    db: Database, signer: Signer, steps: list[tuple[Any, ...]]
) -> None:
    async with db.begin() as session:
        host = await factories.organisation(session, f"host-{secrets.token_hex(4)}")
    mine = await open_forum(db, f"mine-{secrets.token_hex(4)}", host)
    twin = await open_forum(db, f"twin-{secrets.token_hex(4)}", host)
    pair = Pair(mine, twin, signer)
    await pair.fill()
    for step in steps:
        said, expected = await pair.step(step)
        assert said == expected, step
    assert await pair.rows(0) == await pair.rows(1)
