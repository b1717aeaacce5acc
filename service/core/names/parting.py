"""Surname and given name of a name of signs without a blank; and foreign names in Hangul."""

import re
from functools import lru_cache
from itertools import product

from service.core.names import han, hangul
from service.core.names.kinds import kind_of

_DOUBLE_KOREAN = frozenset(surname for surname in hangul.SPELLINGS if len(surname) == 2)


@lru_cache(maxsize=16_384)
def partings(run: str) -> tuple[tuple[str, str], ...]:
    """(surname, given name) of a run of Hangul or Han, the likeliest first; none for what is no whole name."""
    if not 2 <= len(run) <= 5:
        return ()
    doubles = _DOUBLE_KOREAN if kind_of(run) == "hangul" else han.DOUBLE_SURNAMES
    single = len(run) <= 4 and run[0] in hangul.SPELLINGS if kind_of(run) == "hangul" else len(run) <= 4
    found = [(run[:2], run[2:])] if run[:2] in doubles and len(run) > 2 else []
    return tuple(found + ([(run[:1], run[1:])] if single else []))


# Hangul writes a vowel ㅡ (eu) where other languages have none; ㅂ is b or v, ㅍ p or f, ㅈ z or j.
_FOREIGN = [
    (re.compile(pattern), result)
    for pattern, result in [("ll", "L"), ("l(?=[aeiouyw])", "r"), ("l", "r"), ("L", "l"), ("(?<=[^aeiou])eu", ""), ("eo", "o"), ("ae", "e")]
]  # fmt: skip


@lru_cache(maxsize=16_384)
def foreign_hangul(word: str) -> tuple[str, ...]:
    """What a foreign name in Hangul perhaps was in Latin letters: 에두아르트 is eduart, eduard; at most six."""
    if len(word) < 2:
        return ()
    roman = hangul.roman(word)
    for pattern, result in _FOREIGN:
        roman = pattern.sub(result, roman)
    starts = ["r", "l"] if roman[:1] == "r" and len(word) > 2 else [roman[:1]]
    body = roman[1:]
    ends = [body]
    if body[-1:] in ("t", "p", "k"):
        ends.append(body[:-1] + {"t": "d", "p": "v", "k": "g"}[body[-1]])
    if body.endswith(("ri", "li")):  # the soft sign: 이고리 is Igor
        ends.insert(0, body[:-1])
    found = dict.fromkeys(first + rest for first, rest in product(starts, ends))
    for spelling in tuple(found):
        found[_labial(spelling)] = None
        found[spelling.replace("ch", "ts").replace("j", "z")] = None
    return tuple(found)[:6]


def _labial(spelling: str) -> str:
    return spelling.replace("b", "v").replace("p", "f")
