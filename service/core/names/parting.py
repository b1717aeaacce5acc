"""Surname and given name of a name of signs without a blank; and foreign names in Hangul."""

import re
from functools import lru_cache
from itertools import product

from service.core.names import hangul
from service.core.names.kinds import kind_of
from service.core.names.tables.han import DOUBLE_SURNAMES

_DOUBLE_KOREAN = frozenset(surname for surname in hangul.SPELLINGS if len(surname) == 2)


@lru_cache(maxsize=8_192)
def partings(run: str) -> tuple[tuple[str, str], ...]:
    """(surname, given name) of a run of Hangul or Han, the likeliest first; none for what is no whole name."""
    if not 2 <= len(run) <= 5:
        return ()
    korean = kind_of(run) == "hangul"
    doubles = _DOUBLE_KOREAN if korean else DOUBLE_SURNAMES
    single = len(run) <= 4 and (not korean or run[0] in hangul.SPELLINGS)
    found = [(run[:2], run[2:])] if run[:2] in doubles and len(run) > 2 else []
    return tuple(found + ([(run[:1], run[1:])] if single else []))


# Hangul writes a vowel ㅡ (eu) where other languages have none, and one letter for b and v, p and f, z and j.
_FOREIGN = [
    (re.compile(pattern), result)
    for pattern, result in [
        ("ll", "L"), ("l(?=[aeiouyw])", "r"), ("l", "r"), ("L", "l"), ("(?<=[^aeiou])eu", ""), ("eo", "o"), ("ae", "e"),
        ("b(?=[^aeiouyw]|$)", "p"), ("d(?=[^aeiouywr]|$)", "t"), ("g(?=[^aeiouywr]|$)", "k"),
    ]
]  # fmt: skip
_VOICED = {"t": "d", "p": "v", "k": "g"}


@lru_cache(maxsize=8_192)
def foreign_hangul(word: str) -> tuple[str, ...]:
    """What a foreign name in Hangul perhaps was in Latin letters: 에두아르트 is eduart, eduard; at most six."""
    if len(word) < 2:
        return ()
    roman = hangul.roman(word)
    for pattern, result in _FOREIGN:
        roman = pattern.sub(result, roman)
    ends = [roman]
    if roman.endswith(("ri", "li")):  # the soft sign: 이고리 is Igor
        ends.insert(0, roman[:-1])
    if roman[-1:] in _VOICED:
        ends.append(roman[:-1] + _VOICED[roman[-1]])
    starts = [roman[:1], "l"] if roman[:1] == "r" and len(word) > 2 else [roman[:1]]
    spelled = [first + rest[1:] for first, rest in product(starts, ends)]
    others = [spelling.replace("b", "v").replace("p", "f") for spelling in reversed(spelled)]
    others += [spelling.replace("ch", "ts").replace("j", "z") for spelling in spelled]
    return tuple(dict.fromkeys(spelled + others))[:6]
