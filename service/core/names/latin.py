"""Latin words as their orthographies sound: respelled as English romanisation would write them.

A word seldom tells its orthography, so it is respelled by every one whose marks it has: Schtschukin by the German one,
Chtchoukine by the French, Szczukin by the Polish, Ščukin by ISO 9 (1995) and its scientific forerunner, Şçukin by the
Turkish, Azerbaijani and Kazakh ones (drafts of 2018, 2021 and 2023)."""

import re
from functools import lru_cache

from anyascii import anyascii

from service.core.names.tables.latin import ORTHOGRAPHIES, Rules

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def plain(word: str) -> str:
    """A word without its diacritics."""
    return word if word.isascii() else _NOT_PLAIN.sub("", anyascii(word).lower())


@lru_cache(maxsize=8_192)
def respellings(word: str, of: frozenset[str] | None = None) -> tuple[str, ...]:
    """The word in ASCII, English-like, by every orthography it may be of, itself (without diacritics) first.

    With `of` by the orthographies of these names only."""
    found = {plain(word): None}
    if len(word) > 1 and not word.isdigit():
        for orthography in ORTHOGRAPHIES:
            asked = of is None or orthography.name in of
            if asked and orthography.mark.search(word) and not orthography.ban.search(word):
                found[_by(orthography.rules, word)] = None
    return tuple(found)


def orthographies(words: tuple[str, ...]) -> frozenset[str]:
    """The names of those that the words of one name are written in: strong marks in one, and a ban in none."""
    return frozenset(
        orthography.name
        for orthography in ORTHOGRAPHIES
        if any(orthography.strong.search(word) for word in words)
        and not any(orthography.ban.search(word) for word in words)
    )


def _by(rules: Rules, word: str) -> str:
    for pattern, result in rules:
        word = pattern.sub(result, word)
    return plain(word.lower())
