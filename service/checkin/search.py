"""Finding somebody at the door, by any spelling: raw statements, because people wait."""

from functools import cache
from typing import Any

import asyncpg

from service.checkin.facts import DoorFacts
from service.checkin.schemas import Guest
from service.core.names import query_tokens, sort_key
from service.registrations.queries import pattern

BEST = 20
LOOKED_AT = 300
LAST = "\U0010ffff"


async def find_guests(run: asyncpg.Pool, door: DoorFacts, q: str) -> list[Guest]:
    """The twenty best for what was typed: from one Han, Hangul or Kana sign, or two other characters.

    Names that begin with it come first, then names with it, then anything in the script that was typed, then other
    spellings. Of more than 300 matches the rest is not looked at: people type one letter more. Names given in Latin
    are found by Han, Hangul and Kana in a second try."""
    tokens = query_tokens(q)
    found = await _find(run, door, q, tokens) if tokens else []
    by_sound = query_tokens(q, romanised=True)
    if len(found) < BEST and by_sound != tokens:
        known = {guest.registration_id for guest in found}
        found += [
            guest for guest in await _find(run, door, q, by_sound) if guest.registration_id not in known
        ]
    return found[:BEST]


async def _find(run: asyncpg.Pool, door: DoorFacts, q: str, tokens: list[str]) -> list[Guest]:
    words = q[:100].casefold().split()
    start = " ".join(
        sort_key(q[:100]).split()[: len(words)]
    )  # the key repeats the name: its first half is enough
    as_typed = pattern(words[0])
    rows: list[Any] = await run.fetch(
        _statement(len(tokens)), door.id, start, start + LAST, as_typed, door.zone, *map(pattern, tokens)
    )
    return [Guest(**dict(row.items())) for row in rows]


@cache
def _statement(words: int) -> str:
    matches = " AND ".join(f"search LIKE ${number + 6}" for number in range(words))
    return STATEMENT.replace("{matches}", matches)


# `hits` is materialised, so that it is planned to be read whole, by the trigram index, and not in the order of another
# index until enough rows have passed by (which reads everybody when the few hits stand last); it is filled only as far
# as it is read.
STATEMENT = """
WITH begins AS (
    SELECT id FROM registrations
    WHERE event_id = $1 AND sort_key >= $2 AND sort_key < $3 AND starts_with(sort_key, $2) AND {matches}
    ORDER BY sort_key, id LIMIT 20
), hits AS MATERIALIZED (
    SELECT id, ' ' || lower(native_name) || ' ' || lower(latin_name) LIKE $4 AS by_name, search, sort_key
    FROM registrations WHERE event_id = $1 AND {matches}
), best AS (
    SELECT id FROM begins
    UNION
    (SELECT id FROM (SELECT * FROM hits WHERE (SELECT count(*) FROM begins) < 20 LIMIT 300) seen
    ORDER BY by_name DESC, search LIKE $4 DESC, sort_key, id LIMIT 20)
)
SELECT r.id AS registration_id, r.native_name, r.latin_name, r.affiliation, r.country, r.category_id, r.state,
    (
        SELECT min(e.at) FROM entries e WHERE e.registration_id = r.id AND e.day = (now() AT TIME ZONE $5)::date
    ) AS arrived_at
FROM best JOIN registrations r USING (id)
ORDER BY starts_with(r.sort_key, $2) DESC, ' ' || lower(r.native_name) || ' ' || lower(r.latin_name) LIKE $4 DESC,
    r.search LIKE $4 DESC, r.sort_key, r.id LIMIT 20
"""
