"""The words of an event, to forgive a slip of the finger: which of them was meant?

Kept by each web process for a while, and only a hint: whoever is found is read from PostgreSQL. A name that came in the
last half minute is found as it is written, only not yet with a slip."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import asyncpg
import structlog
from rapidfuzz import process
from rapidfuzz.distance import OSA

FRESH = 30.0  # seconds
PATIENCE = 0.3  # seconds that a search waits for words that were never read before
EVENTS = 20
SHORTEST, LONG = 4, 8  # letters: from SHORTEST on one slip is forgiven, from LONG on two
NEAREST = 12
WORDS = """
SELECT DISTINCT word FROM registrations, unnest(string_to_array(btrim(search), ' ')) AS word
WHERE event_id = $1 AND length(word) BETWEEN 4 AND 24 AND word !~ '[0-9]'
"""
log = structlog.get_logger()


Words = Mapping[tuple[bool, int], Sequence[str]]  # by whether they are ASCII, and by length
NO_WORDS: Words = {}


def shelves(words: Iterable[str]) -> Words:
    """Where each word is looked for: a slip leaves the script, and changes the length by two at most."""
    found: dict[tuple[bool, int], list[str]] = defaultdict(list)
    for word in words:
        found[word.isascii(), len(word)].append(word)
    return dict(found)


class Vocabulary:
    """Words by event; the events that nobody looked into for longest are forgotten."""

    def __init__(self) -> None:
        self._words: dict[UUID, tuple[float, Words]] = {}
        self._reading: dict[UUID, asyncio.Task[None]] = {}

    async def words(self, run: asyncpg.Pool, event_id: UUID) -> Words:
        """What is known, at once; only the very first time it waits a little."""
        known = self._words.get(event_id)
        if known is None or time.monotonic() - known[0] > FRESH:
            reading = self._reading.get(event_id)
            if reading is None:
                reading = self._reading[event_id] = asyncio.create_task(self._read(run, event_id))
                reading.add_done_callback(lambda _: self._reading.pop(event_id, None))
            if known is None:
                await asyncio.wait([reading], timeout=PATIENCE)
        return self._words.get(event_id, (0.0, NO_WORDS))[1]

    async def _read(self, run: asyncpg.Pool, event_id: UUID) -> None:
        try:
            rows = await run.fetch(WORDS, event_id)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            log.warning("vocabulary_not_read", error=str(error))
            return
        self._words.pop(event_id, None)
        while len(self._words) >= EVENTS:
            self._words.pop(next(iter(self._words)))
        self._words[event_id] = (time.monotonic(), shelves(row[0] for row in rows))


VOCABULARY = Vocabulary()


def nearest(words: Words, typed: str) -> list[str]:
    """The words that `typed` may be meant to be: swapped, missing, doubled or wrong letters."""
    if len(typed) < SHORTEST:
        return []
    most = 1 if len(typed) < LONG else 2
    found = [
        (distance, abs(length - len(typed)), word)
        for length in range(len(typed) - most, len(typed) + most + 1)
        for word, distance, _ in process.extract(
            typed,
            words.get((typed.isascii(), length), ()),
            scorer=OSA.distance,
            score_cutoff=most,
            limit=NEAREST,
        )
    ]
    return [word for _, _, word in sorted(found)[:NEAREST] if word != typed]
