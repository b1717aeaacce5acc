"""Words between names that one spelling has and another lacks: van, al-, bin, uulu."""

from collections.abc import Sequence

from service.core.names.hangul import surnames_of
from service.core.names.latin import plain

# From Arabic, German, Dutch and Romance languages, Turkic ones, their Cyrillic forms, Hebrew and Arabic script
PARTICLES = frozenset(
    {"al", "el", "ul", "ash", "ar", "ibn", "bint", "abu", "abou", "von", "van", "vom", "der", "den", "de", "da", "di"}
    | {"dos", "das", "del", "della", "du", "ter", "zu", "uulu", "kyzy", "kizi", "ogly", "oglu", "oglou", "qizi", "uly"}
    | {"аль", "эль", "ас", "аш", "ибн", "абу", "фон", "де", "дер", "ден", "уулу", "кызы", "оглы", "оглу", "кизи"}
    | {"y", "гызы", "ұлы", "қызы", "улы", "בן", "בת", "بن", "ابن", "بنت"}
)  # fmt: skip
_SONS = frozenset({"bin", "ben", "бин", "бен"})  # given names in Korea and China, too

_SYLLABLES = frozenset({"da", "di", "du", "do", "ul", "y", "ar", "de"})  # of names of Korea: Kim Da-eun


def particles_of(words: Sequence[str]) -> frozenset[str]:
    """Those of a name's words that another spelling may lack.

    Ван is one before ден only, else a surname; bin is one in the middle of what is no Korean name."""
    found = {word for word in words if (word if word[0] >= "а" else plain(word)) in PARTICLES}
    if any(map(surnames_of, words)):
        found -= _SYLLABLES
    if found & {"ден", "дер", "де"}:
        found.add("ван")
    if _SONS & set(words[1:-1]) and not any(map(surnames_of, words)):
        found |= _SONS & set(words[1:-1])
    return frozenset(found)
