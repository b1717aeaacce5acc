"""Finding somebody at the door, by any spelling: raw statements, because people wait."""

from typing import Any

import asyncpg

from service.checkin.facts import DoorFacts
from service.checkin.schemas import Guest
from service.core.names import Way, query_ways, same_name, sort_key
from service.registrations.models import WORDS
from service.registrations.queries import pattern
from service.registrations.searching import initials, wanted_words
from service.registrations.vocabulary import PATIENCE, VOCABULARY, Words, nearest

BEST = 20
MEANT = 18  # alternatives of one word, slips among them
SHORT = 2
LARGE = 20_000  # guests
LAST = "\U0010ffff"


async def find_guests(
    run: asyncpg.Pool, door: DoorFacts, q: str, *, patience: float = PATIENCE
) -> list[Guest]:
    """The twenty best for what was typed: from one Han, Hangul or Kana sign, or two other characters.

    Whoever bears the whole name that was typed, in any spelling, comes first (`match` full); then names that begin with
    it, names with it, anything in the script that was typed, other spellings (part); where there are fewer than twenty,
    those whom a slip of the finger hides (similar): who bears the nearest words, and only if nobody does, the others.
    Of more than 300 matches (100 of one or two letters) the rest is not looked at: people type one letter more.
    `patience`: seconds to wait for an event's words that were never read."""
    ways = query_ways(q)
    if not ways:
        return []
    rows = await _find(run, door, q, ways)
    found = sorted(
        (Guest(**row, match=_match(q, row)) for row in rows), key=lambda guest: guest.match != "full"
    )
    if len(found) < BEST:
        known = {guest.registration_id for guest in found}
        for meant in _meant(await VOCABULARY.words(run, door.id, patience), ways[0]):
            rows = await _find(run, door, q, (meant,))
            similar = [Guest(**row, match="similar") for row in rows if row["registration_id"] not in known]
            if similar:
                return [*found, *similar][:BEST]
    return found


def _meant(words: Words, way: Way) -> list[Way]:
    """The same words with those that each may be meant to be: with the nearest only, and with all. Empty when none may
    be another."""
    near = [nearest(words, word[0]) | (nearest(words, word[1]) if len(word) > 1 else {}) for word in way]
    closest = [[one for one in found if found[one] == min(found.values())] for found in near]
    ways = [
        tuple(tuple(dict.fromkeys((*word, *more)))[:MEANT] for word, more in zip(way, each, strict=True))
        for each in (closest, near)
        if any(each)
    ]
    return ways[:1] if len(ways) > 1 and ways[0] == ways[1] else ways


async def _find(run: asyncpg.Pool, door: DoorFacts, q: str, ways: tuple[Way, ...]) -> list[dict[str, Any]]:
    words = q[:100].casefold().split()
    # the key repeats the name: its first half is enough
    start = " ".join(sort_key(q[:100]).split()[: len(words)])
    rows = await run.fetch(
        STATEMENT, door.id, start, start + LAST, pattern(words[0]), door.zone, wanted_words(ways, door.id),
        initials(ways), _frequent(q, ways), LARGE,
    )  # fmt: skip
    return [dict(row.items()) for row in rows]


def _frequent(q: str, ways: tuple[Way, ...]) -> list[str] | None:
    """Patterns of a single word so short that thousands may have it."""
    if len(q.strip()) > SHORT or any(len(way) > 1 for way in ways):
        return None
    return [pattern(word) for way in ways for words in way for word in words]


def _match(q: str, row: Any) -> str:
    names = (row["native_name"], row["latin_name"])
    return "full" if any(name and same_name(q, name) for name in names) else "part"


# In a large event a start of one or two letters that at least four of the latest 300 guests have is frequent: it is
# looked for among the latest two thousand, and what tens of thousands share is never gathered from the index.
# `hits` is materialised, so that it is planned to be read whole, by the index of words, and not in the order of another
# index until enough rows have passed by (which reads everybody when the few hits stand last); it is filled only as far
# as it is read.
STATEMENT = f"""
WITH begins AS (
    SELECT id FROM registrations
    WHERE event_id = $1 AND sort_key >= $2 AND sort_key < $3
    ORDER BY sort_key, id LIMIT 20
), frequent AS MATERIALIZED (
    SELECT 1 FROM (
        SELECT search FROM registrations
        WHERE event_id = $1 AND $8::text[] IS NOT NULL AND (SELECT taken FROM places WHERE id = $1) > $9
        ORDER BY created_at DESC, id DESC LIMIT 300
    ) seen WHERE search LIKE ANY($8) LIMIT 4
), latest AS MATERIALIZED (
    SELECT id, ' ' || lower(native_name) || ' ' || lower(latin_name) LIKE $4 AS by_name, search, sort_key
    FROM (
        SELECT id, native_name, latin_name, search, sort_key FROM registrations
        WHERE event_id = $1 AND (SELECT count(*) FROM frequent) = 4 ORDER BY created_at DESC, id DESC LIMIT 2000
    ) seen WHERE search LIKE ANY($8) LIMIT 50
), hits AS MATERIALIZED (
    SELECT id, ' ' || lower(native_name) || ' ' || lower(latin_name) LIKE $4 AS by_name, search, sort_key
    FROM registrations WHERE event_id = $1 AND {WORDS} @@ CAST($6 AS tsquery) AND search LIKE ANY($7)
), best AS (
    SELECT id FROM begins
    UNION
    (SELECT id FROM (
        SELECT * FROM latest WHERE (SELECT count(*) FROM begins) < 20 AND (SELECT count(*) FROM latest) >= 20
        UNION ALL
        (SELECT * FROM hits
        WHERE (SELECT count(*) FROM begins) < 20 AND (SELECT count(*) FROM latest) < 20
        LIMIT CASE WHEN $8::text[] IS NULL THEN 300 ELSE 100 END)
    ) seen
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
