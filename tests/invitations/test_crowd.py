"""People of the directory for an event that has invited thousands already."""

from typing import Any

from sqlalchemy import text

from service.core.database import Database
from service.invitations import queries
from tests.console.conftest import Desk


async def test_who_is_there_already_is_looked_up_and_not_read_through(db: Database, desk: Desk) -> None:
    """Four questions about each of thousands: each is answered by an index, or by a table made once."""
    async with db.begin() as session:
        await session.execute(
            text("""
            INSERT INTO people (organisation_id, native_name, email)
            SELECT :org, n::text, n || '@x.example' FROM generate_series(1, 3000) AS n
        """),
            {"org": desk.event.organisation_id},
        )
        await session.execute(
            text("""
            INSERT INTO invitations
                (organisation_id, event_id, category_id, person_id, native_name, email, search, sort_key)
            SELECT p.organisation_id, :event, c.id, p.id, p.native_name, p.email, '', ''
            FROM people p JOIN categories c ON c.event_id = :event WHERE p.email LIKE '%@x.example'
        """),
            {"event": desk.event.id},
        )
        ids = list(
            (await session.execute(text("SELECT id FROM people WHERE email LIKE '%@x.example'"))).scalars()
        )
        for table in ("people", "invitations", "registrations"):
            await session.execute(text(f"ANALYZE {table}"))
        asked = text(
            f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON) SELECT why FROM ({queries._PEOPLE}) AS w"
        )
        given = {"event_id": desk.event.id, "organisation_id": desk.event.organisation_id, "ids": ids}
        (plan,) = (await session.execute(asked, given)).scalar_one()

    def read(node: dict[str, Any]) -> float:
        """Rows that were looked at and thrown away, in all loops."""
        own = node.get("Rows Removed by Filter", 0) * node["Actual Loops"]
        return own + sum(read(one) for one in node.get("Plans", ()))

    assert read(plan["Plan"]) < 3 * len(ids)
