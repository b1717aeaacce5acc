"""Finding guests by any spelling: the words that a search text has, and their starts, in an index (models.WORDS).

An index of trigrams reads thousands of entries for a name of common syllables: at half a million guests 6 ms for each
word, where this one takes 0.1. It knows no order: a start of two letters that every tenth guest has costs 10 ms and
more. A word is sought with the end of its event's id before it, so that events share no entries."""

from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY

from service.core.names import CJK_START, Way, query_ways
from service.events.models import Event
from service.registrations.models import CODE, Registration
from service.registrations.queries import pattern

_WORDS: ColumnElement[str] = func.search_words(Registration.event_id, Registration.search)
_EVENT = "#"  # stands for the event's code; words are letters and digits


def wanted_words(ways: tuple[Way, ...], event_id: UUID | None = None) -> str:
    """A tsquery: for one way every word has one alternative that starts a word. Without an event `#` stands for its
    code. "" for no way. Initials beside a longer word are left out: see `initials`."""
    code = _EVENT if event_id is None else str(event_id)[-CODE:]
    return " | ".join(
        "("
        + " & ".join("(" + " | ".join(f"'{code}{_quoted(word)}':*" for word in words) + ")" for words in way)
        + ")"
        for way in map(_without_initials, ways)
    )


def initials(ways: tuple[Way, ...]) -> list[str]:
    """Patterns for LIKE, of which one must fit. "Kim S": every tenth guest has a word in S, so that the index would
    read them all; it is asked of those who are called Kim."""
    if all(way == _without_initials(way) for way in ways):
        return ["%"]
    asked = [[words for words in way if words not in _without_initials(way)] or way[:1] for way in ways]
    return [pattern(word) for way in asked for words in way for word in words]


def _without_initials(way: Way) -> Way:
    return tuple(words for words in way if not all(map(_is_initial, words))) or way


def _is_initial(word: str) -> bool:
    return len(word) == 1 and not CJK_START.match(word)


def _quoted(word: str) -> str:
    return word.replace("\\", "\\\\").replace("'", "''")


def spelled_in(event_id: UUID, q: str) -> ColumnElement[bool]:
    """Whether a guest of this event has what was typed, in one of the ways it may be read. Only for a condition that
    all must meet: elsewhere `found_in`, which asks the index wherever it stands."""
    ways = query_ways(q)
    return _spelled(ways, literal(wanted_words(ways, event_id)))


def found_in(event_id: UUID, q: str) -> ColumnElement[bool]:
    """As `spelled_in`, below an or, or behind a not."""
    guests = select(Registration.id).where(Registration.event_id == event_id, spelled_in(event_id, q))
    return Registration.id.in_(guests.correlate(None))


def spelled_at(q: str) -> ColumnElement[bool]:
    """As `spelled_in`, at the event that the statement joins."""
    code = func.right(cast(Event.id, Text), CODE)
    ways = query_ways(q)
    return _spelled(ways, func.replace(literal(wanted_words(ways)), _EVENT, code))


def _spelled(ways: tuple[Way, ...], words: ColumnElement[str]) -> ColumnElement[bool]:
    letters = or_(*(Registration.search.like(one) for one in initials(ways)))
    return and_(_WORDS.op("@@")(cast(words, TSQUERY)), letters) if ways else false()
