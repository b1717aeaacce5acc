"""The words of an event, to forgive a slip of the finger: which of them was meant?

Kept by each web process, and only a hint: whoever is found is read from PostgreSQL. A name that came in the last half
minute, or was changed in the last ten, is found as it is written, only not yet with a slip."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import structlog
from rapidfuzz import process
from rapidfuzz.distance import OSA

FRESH = 30.0  # seconds; then the words of those who came since are added
WHOLE = 600.0  # seconds; then all are read anew: names were changed, people deleted
OVERLAP = timedelta(minutes=1)  # rows are older than their commit, those of an import a little more
PATIENCE = 0.3  # seconds that a search waits for words that were never read before
EVENTS = 20
SHORTEST, LONG = 4, 8  # letters: from SHORTEST on one slip is forgiven, from LONG on two
NEAREST = 12
WORDS = """
SELECT now() AS read_at, string_agg(word, ' ') AS words FROM (
    SELECT DISTINCT word FROM registrations, unnest(string_to_array(btrim(search), ' ')) AS word
    WHERE event_id = $1 AND created_at >= $2 AND length(word) BETWEEN 4 AND 24 AND word !~ '[0-9]'
) AS words
"""
EVER = datetime(1, 1, 1, tzinfo=UTC)
log = structlog.get_logger()


class Words:
    """Words by their first two letters and by their last two, each by length: a slip of one finger leaves the ones or
    the others as they are, so that only these are looked at (and of two slips nearly always)."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.known: set[str] = set()
        self._begin: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._end: dict[tuple[str, int], list[str]] = defaultdict(list)
        self.add(words)

    def __len__(self) -> int:
        return len(self.known)

    def add(self, words: Iterable[str]) -> None:
        """These, too."""
        for word in words:
            if word not in self.known:
                self.known.add(word)
                self._begin[word[:2], len(word)].append(word)
                self._end[word[-2:], len(word)].append(word)

    def beside(self, typed: str, most: int) -> Iterator[Sequence[str]]:
        """What `typed` may be meant to be, when its length is changed by `most` at the utmost."""
        starts = {typed[:2]}
        if len(typed) == SHORTEST:  # a swap in the middle touches both ends
            starts.add(typed[0] + typed[2])
        for length in range(len(typed) - most, len(typed) + most + 1):
            for start in starts:
                yield self._begin.get((start, length), ())
            yield self._end.get((typed[-2:], length), ())


NO_WORDS = Words()


@dataclass
class Known:
    """The words of an event: read whole and brought up to date at these times (monotonic); `read_at` is the time of the
    latter in PostgreSQL."""

    words: Words
    whole_at: float
    fresh_at: float
    read_at: datetime


class Vocabulary:
    """Words by event; the events that nobody looked into for longest are forgotten."""

    def __init__(self) -> None:
        self._known: dict[UUID, Known] = {}
        self._reading: dict[UUID, asyncio.Task[None]] = {}

    async def words(self, run: asyncpg.Pool, event_id: UUID, patience: float = PATIENCE) -> Words:
        """What is known, at once; only whoever asks first waits a little, `patience` seconds at most: half a million
        guests are read in some seconds, and everybody's search would wait as long."""
        known = self._known.get(event_id)
        if known is None or time.monotonic() - known.fresh_at > FRESH:
            reading = self._reading.get(event_id)
            if reading is None:
                reading = self._reading[event_id] = asyncio.create_task(self._read(run, event_id))
                reading.add_done_callback(lambda _: self._reading.pop(event_id, None))
                if known is None:
                    await asyncio.wait([reading], timeout=patience)
        known = self._known.get(event_id)
        return known.words if known else NO_WORDS

    async def _read(self, run: asyncpg.Pool, event_id: UUID) -> None:
        known, began = self._known.pop(event_id, None), time.monotonic()
        if known is not None:
            self._known[event_id] = known  # behind the others: looked into last
        if known is not None and began - known.whole_at > WHOLE:
            known = None  # it is in use until the new ones are there
        try:
            since = known.read_at - OVERLAP if known else EVER
            row = await run.fetchrow(WORDS, event_id, since)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            log.warning("vocabulary_not_read", error=str(error))
            return
        read_at: datetime = row["read_at"]
        found = row["words"].split(" ") if row["words"] else []
        if known is not None:
            known.words.add(found)
            known.fresh_at, known.read_at = began, read_at
            return
        self._known[event_id] = Known(await asyncio.to_thread(Words, found), began, began, read_at)
        while len(self._known) > EVENTS:
            self._known.pop(next(iter(self._known)))


VOCABULARY = Vocabulary()


def nearest(words: Words, typed: str) -> dict[str, int]:
    """The words that `typed` may be meant to be (swapped, missing, doubled or wrong letters), the nearest first, with
    how many slips away each is."""
    if len(typed) < SHORTEST:
        return {}
    most = 1 if len(typed) < LONG else 2
    found = {
        (distance, abs(len(word) - len(typed)), word)
        for shelf in words.beside(typed, most)
        for word, distance, _ in process.extract(
            typed, shelf, scorer=OSA.distance, score_cutoff=most, limit=NEAREST
        )
    }
    return {word: distance for distance, _, word in sorted(found)[:NEAREST] if word != typed}
