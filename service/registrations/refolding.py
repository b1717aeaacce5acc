"""Names are folded anew after an update that folds them otherwise: `./qonaq refold`. The service may run meanwhile."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database import Database
from service.core.names import search_text, sort_key

BATCH = 1_000
TABLES = ("registrations", "invitations")


async def refold(url: str, say: Callable[[str], None]) -> int:
    """Every registration and invitation, a thousand a transaction; how many were changed. May be run again."""
    db, changed = Database(url), 0
    try:
        for table in TABLES:
            last: Any = None
            while True:
                async with db.begin() as session:
                    last, number = await _part(session, table, last)
                changed += number
                if last is None:
                    break
                say(f"{table}: {changed} changed")
    finally:
        await db.close()
    return changed


async def _part(session: AsyncSession, table: str, last: Any) -> tuple[Any, int]:
    rows = (
        await session.execute(
            text(f"""
                SELECT id, native_name, latin_name, affiliation, position, email, phone, in_languages, search, sort_key
                FROM {table} WHERE CAST(:last AS uuid) IS NULL OR id > :last ORDER BY id LIMIT :batch FOR UPDATE
            """),
            {"last": last, "batch": BATCH},
        )
    ).all()
    new = [
        row for row in ((one, *_folded(one)) for one in rows) if (row[0].search, row[0].sort_key) != row[1:]
    ]
    if new:
        known = {"ids": [r[0].id for r in new], "searches": [r[1] for r in new], "keys": [r[2] for r in new]}
        await session.execute(
            text(f"""
                UPDATE {table} t SET search = n.search, sort_key = n.key
                FROM unnest(CAST(:ids AS uuid[]), CAST(:searches AS text[]), CAST(:keys AS text[]))
                    AS n (id, search, key)
                WHERE t.id = n.id
            """),
            known,
        )
    return (rows[-1].id if rows else None), len(new)


def _folded(row: Any) -> tuple[str, str]:
    texts = (said for of_field in row.in_languages.values() for said in of_field.values())
    fields = (row.native_name, row.latin_name, row.affiliation, row.position, row.email, row.phone, *texts)
    return search_text(*fields), sort_key(row.native_name, row.latin_name)
