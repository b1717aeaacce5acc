"""Chinese: the syllables of Mandarin in pinyin, Wade-Giles and Palladius; surnames of the South; signs of two readings.

A reading is pinyin without tones, syllables joined, ü written v."""

import re
from functools import lru_cache

from anyascii import anyascii

from service.core.names.syllables import readings
from service.core.names.tables.han import (
    AFTER_JQX,
    CANTONESE_GIVEN,
    PALLADIUS_FINALS,
    PALLADIUS_INITIALS,
    PALLADIUS_WHOLE,
    PINYIN,
    SIGNS,
    SOUTHERN_SURNAMES,
    TRADITIONAL,
    WADE_BESIDES,
    WADE_FINALS,
    WADE_INITIALS,
    WADE_WHOLE,
)

_LONGEST_PINYIN, _LONGEST_WADE, _LONGEST_PALLADIUS = 6, 7, 7
SYLLABLES = 3


def _tables() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """From what is written to pinyin: pinyin itself (with u and yu for ü), Wade-Giles, Palladius."""
    pinyin: dict[str, tuple[str, ...]] = {}
    wade: dict[str, tuple[str, ...]] = {}
    palladius: dict[str, tuple[str, ...]] = {}

    def add(table: dict[str, tuple[str, ...]], spelling: str, syllable: str) -> None:
        table[spelling] = tuple(dict.fromkeys((*table.get(spelling, ()), syllable)))

    for initial, *finals in (line.split() for line in PINYIN.strip().split("\n")):
        for final in finals:
            syllable = (initial if initial != "-" else "") + final
            add(pinyin, syllable, syllable)
            if final in ("v", "ve"):
                for written in ("yu", "u", "ue" if final == "v" else "yue"):
                    add(
                        pinyin,
                        initial + written + ("e" if final == "ve" and written[-1] != "e" else ""),
                        syllable,
                    )
            add(
                wade,
                WADE_WHOLE.get(syllable, WADE_INITIALS[initial] + WADE_FINALS.get(final, final)),
                syllable,
            )
            for cyrillic in _in_palladius(initial, final, syllable):
                add(palladius, cyrillic, syllable)
    for pair in WADE_BESIDES.split():
        add(wade, *pair.split("="))
    return pinyin, wade, palladius


def _in_palladius(initial: str, final: str, syllable: str) -> tuple[str, ...]:
    after = AFTER_JQX.get(final) if initial in ("j", "q", "x") else None
    usual = PALLADIUS_WHOLE.get(syllable, PALLADIUS_INITIALS[initial] + (after or PALLADIUS_FINALS[final]))
    return tuple(dict.fromkeys((usual, usual.replace("э", "е"), usual.replace("хуэй", "хуй"))))


_OF_PINYIN, _OF_WADE, _OF_PALLADIUS = _tables()


def _read_lines(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for group in re.split(r"[|\n]", text.strip()):
        syllable, *spellings = group.split()
        for spelling in spellings:
            found.setdefault(spelling, {})[syllable] = None
    return {spelling: tuple(syllables) for spelling, syllables in found.items()}


SOUTHERN = _read_lines(SOUTHERN_SURNAMES)
_CANTONESE = _read_lines(CANTONESE_GIVEN)
_SIMPLIFIED = {ord(pair[0]): pair[1] for pair in TRADITIONAL.split()}
_PALLADIUS_MARK = re.compile(
    "чж|цз|цы|сы|ь$|ь(?=[бпмфдтнлгкхцсчшжв])|[эе]й$|юй|юэ|уа|чэ|шэ|хэ|жэ|дэ|сю|ця|се|шоу|ао"
)


def simplified(text: str) -> str:
    """Han text in simplified signs, as far as the table of names knows them."""
    return text.translate(_SIMPLIFIED)


@lru_cache(maxsize=8_192)
def pinyin_of_han(run: str) -> tuple[str, ...]:
    """A run of Han signs in pinyin; the usual reading first, at most four."""
    found = [""]
    for sign in run[:12]:
        usual = SIGNS.get(sign) or anyascii(sign).lower()
        found = [head + reading for head in found for reading in usual.split()][:4]
    return tuple(found)


@lru_cache(maxsize=8_192)
def pinyin_of_latin(word: str) -> frozenset[str]:
    """What a Latin word is as pinyin; empty when it is none."""
    return readings(word, _OF_PINYIN, longest=_LONGEST_PINYIN, at_most=SYLLABLES)


@lru_cache(maxsize=8_192)
def few_syllables(word: str) -> bool:
    """Whether a Latin word is pinyin of the length of names, one or two syllables."""
    return bool(readings(word, _OF_PINYIN, longest=_LONGEST_PINYIN, at_most=2))


@lru_cache(maxsize=8_192)
def pinyin_of_wade(word: str) -> frozenset[str]:
    """What a Latin word is as Wade-Giles without apostrophes, which is ambiguous; empty when it is none."""
    return readings(word, _OF_WADE, longest=_LONGEST_WADE, at_most=3)


@lru_cache(maxsize=8_192)
def pinyin_of_cantonese(word: str) -> frozenset[str]:
    """What a Latin word may be as a given name of Hong Kong or Singapore; empty when it is none."""
    return readings(word, _CANTONESE, longest=6, at_most=2)


@lru_cache(maxsize=8_192)
def pinyin_of_cyrillic(word: str) -> frozenset[str]:
    """What a Cyrillic word is as Palladius; empty when it is none."""
    return readings(word.replace("ъ", ""), _OF_PALLADIUS, longest=_LONGEST_PALLADIUS, at_most=SYLLABLES)


def looks_like_palladius(word: str) -> bool:
    """Whether a Cyrillic word has what hardly any but Chinese words have."""
    return _PALLADIUS_MARK.search(word) is not None
