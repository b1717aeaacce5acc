"""Japanese names in Kanji: the usual readings of surnames and given names, by tables of the commonest."""

from functools import lru_cache

from service.core.names.kana import romaji_of_kana, short
from service.core.names.tables.kanji import GIVEN, SURNAMES


def _table(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for item in text.strip().replace("\n", "|").split("|"):
        signs, *sounds = item.split()
        found.setdefault(signs, {}).update(dict.fromkeys(map(short, sounds)))
    return {signs: tuple(sounds) for signs, sounds in found.items()}


_SURNAMES, _GIVEN = _table(SURNAMES), _table(GIVEN)


@lru_cache(maxsize=8_192)
def split(run: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The readings of surname and given name of a whole name in Kanji (and Kana); None when the tables know none.

    The longest surname wins: 佐々木 is no 佐."""
    for length in (3, 2, 1):
        surname, given = run[:length], run[length:]
        if surname in _SURNAMES and (sounds := readings_of(given)):
            return _SURNAMES[surname], sounds
    return None


@lru_cache(maxsize=8_192)
def readings_of(run: str) -> tuple[str, ...]:
    """The readings of one name in Kanji or Kana, short Hepburn; empty when the tables know none."""
    if run in _GIVEN or run in _SURNAMES:
        return tuple(dict.fromkeys((*_SURNAMES.get(run, ()), *_GIVEN.get(run, ()))))
    sounds = romaji_of_kana(run)
    return (sounds,) if sounds else ()
