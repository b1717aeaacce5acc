"""Whether two whole names are one name: word for word, in any script, spelling and order."""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from service.core.names import han, kanji, latin
from service.core.names.asian import SIGNS, Setting, has_korean_surname, is_chinese, is_japanese, is_korean
from service.core.names.clean import clean, words_of
from service.core.names.kinds import is_patronymic, kind_of
from service.core.names.meeting import meets, slips
from service.core.names.particles import particles_of
from service.core.names.parting import partings
from service.core.names.readings import of_abd

Words = tuple[str, ...]
_WORDS, _PARTINGS = 8, 8
_SEPARATE = re.compile(r"[\s,;.]+")


class Name(NamedTuple):
    """A full name: the ways to part it into words, and what is known of it as a whole."""

    partings: tuple[Words, ...]
    firm: frozenset[str]  # words of compounds (Anna-Lena), which are not left out
    orthographies: frozenset[str]
    signs: bool
    korean: bool
    chinese: bool
    japanese: bool
    palladius: bool
    wade: bool  # Chinese in another romanisation than pinyin


@lru_cache(maxsize=32_768)
def _read(name: str) -> Name:
    words = tuple(words_of(name)[:_WORDS])
    latins = tuple(word for word in words if kind_of(word) == "latin")
    particles = particles_of(words)
    kept = tuple(word for word in words if word not in particles)
    return Name(
        partings=_ways_to_part(words),
        firm=frozenset(_firm(name)),
        orthographies=latin.orthographies(latins),
        signs=bool(words) and all(kind_of(word) in SIGNS for word in words),
        korean=bool(words) and all(map(is_korean, kept)) and any(map(has_korean_surname, kept)),
        japanese=bool(words) and all(map(is_japanese, kept)),
        chinese=bool(words) and all(map(is_chinese, kept)),
        palladius=any(kind_of(word) == "cyrillic" and han.looks_like_palladius(word) for word in words),
        wade=bool(_firm(name)) or not all(han.pinyin_of_latin(word) for word in latins),
    )


def _firm(name: str) -> list[str]:
    compounds = [words_of(part) for part in _SEPARATE.split(clean(name))]
    return [word for words in compounds if len(words) > 1 for word in words]


def _ways_to_part(words: Words) -> tuple[Words, ...]:
    """As written; without particles; signs parted into surname and given name; neighbours put together."""
    particles = particles_of(words)
    kept = tuple(word for word in words if word not in particles)
    words = kept if len(kept) > 1 else words
    found = {words: None}
    if words and all(kind_of(word) in SIGNS for word in words):
        return _partings_of_signs(words)
    for number, (first, second) in enumerate(pairwise(words)):
        if len(first) + len(second) <= 16:
            found[(*words[:number], first + second, *words[number + 2 :])] = None
    if len(words) > 3:
        found[(words[0] + words[1], words[2] + words[3], *words[4:])] = None
    for number, word in enumerate(words):
        if (rest := of_abd(word)) and len(words) < _WORDS:
            found[(*words[:number], "abd", *rest, *words[number + 1 :])] = None
        if word[:2] in ("al", "el") and len(word) > 6:
            found[(*words[:number], word[2:], *words[number + 1 :])] = None
    return tuple(found)[:_PARTINGS]


def _partings_of_signs(words: Words) -> tuple[Words, ...]:
    run = "".join(words)
    parted: dict[Words, None] = dict.fromkeys(partings(run))
    if kanji.split(run):
        parted.update({(run[:cut], run[cut:]): None for cut in (1, 2, 3) if len(run) > cut})
    found = (
        {**parted, words: None} if len(words) == 1 and kind_of(run) != "hangul" else {words: None, **parted}
    )
    if len(words) == 1 and kind_of(run) == "hangul" and parted:
        del found[words]
    return tuple(found)[:_PARTINGS]


def same_name(query: str, stored: str) -> bool:
    """Whether `query` is `stored` in another spelling: every word of one is a whole word of the other.

    A patronymic, a middle name, initials and particles (van, al-, bin, uulu) may lack on one side when two words
    correspond. One slip of the pen makes another name, see `is_similar`."""
    return _compare(query, stored, meets)


def is_similar(query: str, stored: str) -> bool:
    """As `same_name`, but one word of at least four letters may have one slip (of nine: two)."""
    return same_name(query, stored) or _compare(query, stored, slips, forgiven=1)


Meeting = Callable[[str, str, Setting], bool]


def _compare(query: str, stored: str, alike: Meeting, forgiven: int = 0) -> bool:
    one, other = _read(query[:400]), _read(stored[:400])
    setting = Setting(
        one.orthographies,
        other.orthographies,
        one.korean and other.korean,
        one.chinese and other.chinese,
        one.wade or other.wade,
        one.japanese and other.japanese,
        one.palladius or other.palladius,
    )
    return any(
        _correspond(a, b, one, other, setting, alike, forgiven)
        for a, b in product(one.partings, other.partings)
        # of two names put together differently Erik Andersen would be Erika Andersen
        if a is one.partings[0] or b is other.partings[0] or one.signs != other.signs
    )


def _correspond(
    a: Words, b: Words, one: Name, other: Name, setting: Setting, alike: Meeting, forgiven: int
) -> bool:  # fmt: skip
    if not a or not b:
        return False
    options = [[j for j, word in enumerate(b) if meets(first, word, setting)] for first in a]
    if forgiven:
        near = [[j for j, word in enumerate(b) if alike(first, word, setting)] for first in a]
        return any(
            _matched(_with(options, number, near[number]), a, b, one, other) for number in range(len(a))
        )
    return _matched(options, a, b, one, other)


def _with(options: list[list[int]], number: int, replaced: list[int]) -> list[list[int]]:
    return [*options[:number], sorted({*options[number], *replaced}), *options[number + 1 :]]


def _matched(options: list[list[int]], a: Words, b: Words, one: Name, other: Name) -> bool:
    """Whether all words have partners but those that may lack on one side."""
    partner: dict[int, int] = {}  # of b to a
    for number in range(len(a)):
        _augment(number, options, partner, set())
    lone_a = [number for number in range(len(a)) if number not in partner.values()]
    lone_b = [number for number in range(len(b)) if number not in partner]
    if not lone_a and not lone_b:
        return True
    if len(partner) < 2 or (lone_a and lone_b):
        return False
    return all(_may_lack(a, number, one) for number in lone_a) and all(
        _may_lack(b, number, other) for number in lone_b
    )


def _augment(number: int, options: list[list[int]], partner: dict[int, int], seen: set[int]) -> bool:
    """One step of Kuhn's matching."""
    for j in options[number]:
        if j not in seen:
            seen.add(j)
            if j not in partner or _augment(partner[j], options, partner, seen):
                partner[j] = number
                return True
    return False


def _may_lack(words: Words, number: int, name: Name) -> bool:
    word = words[number]
    if word in name.firm or kind_of(word) in SIGNS:
        return False
    if is_patronymic(word) or len(word) == 1:
        return True
    return 0 < number < len(words) - 1 and len(word) > 3 and not name.korean and not name.chinese
