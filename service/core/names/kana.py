"""Japanese sounds: Kana, Hepburn, Kunrei (ISO 3602) and Polivanov (1917) to one spelling.

A reading is Hepburn without long vowels and double consonants, n before b, m and p."""

import re
from functools import lru_cache

from service.core.names.syllables import readings
from service.core.names.tables.kana import KANA, POLIVANOV_LINES, SMALL

_YO = re.compile("(?<=[kgnhbpmr])i(?=Y[auo])|(?<=sh|ch)iY(?=[auo])|(?<=j)iY(?=[auo])|(?<=[a-z])[aiueo](?=S)")
_KUNREI = [
    (re.compile(pattern), result)
    for pattern, result in [
        ("sy", "sh"), ("ty", "ch"), ("[zd]y", "j"), ("jy", "j"), ("si", "shi"), ("ti", "chi"), ("tu", "tsu"),
        ("hu(?![aeio])", "fu"),
        ("[zd]i", "ji"), ("du|dzu", "zu"),
    ]
]  # fmt: skip
_KUNREI_MARK = re.compile("[stzdj]y|(?<![aeiou])[st]i|^[st]i|tu|hu|[zd]i|[sz]i|[aeiou][st]i")
_SHORT = [
    (re.compile(pattern), result)
    for pattern, result in [
        ("dzu", "zu"), ("m(?=[bmp])", "n"), ("tch", "ch"), ("oh(?![aiueo])", "o"), ("ou|oo", "o"), ("uu", "u"),
        (r"(.)\1+", r"\1"),
    ]
]  # fmt: skip
_MACRONS = str.maketrans("āīūēōâîûêô", "aiueoaiueo")
_ROMAJI = re.compile(
    "(?:(?:[kgnhbpmr]y|sh|ch|ts|tch|sy|ty|zy|jy|dz|[kgsztdnhbpmyrwjf])?[aiueo](?:h(?![aiueo]))?|(?:([kgstpbdzc])(?=\\1|ch))"
    "|n(?![aiueo])|m(?=[bmp]))+"
)

_POLIVANOV = {
    spelling: (sound,)
    for spelling, sound in (pair.split() for pair in re.split(r"[|\n]", POLIVANOV_LINES.strip()))
}


def short(romaji: str) -> str:
    """Hepburn with its vowels short and its consonants single."""
    for pattern, result in _SHORT:
        romaji = pattern.sub(result, romaji)
    return romaji


@lru_cache(maxsize=8_192)
def romaji_of_kana(word: str) -> str:
    """Hiragana (Katakana was cleaned to it) in short Hepburn; "" when there is another sign in it."""
    written: list[str] = []
    for sign in word.replace("ー", "").replace("っ", ""):
        if sign in SMALL and written:
            head, sound = written.pop(), SMALL[sign]
            soft = head[-1] == "i" and sound[0] == "y"
            stem = head[:-1]
            written.append(
                stem + (sound[1:] if stem in ("sh", "ch", "j") else sound) if soft else stem + sound
            )
        elif sign in KANA:
            written.append(KANA[sign])
        else:
            return ""
    return short("".join(written))


@lru_cache(maxsize=8_192)
def romaji_of_latin(word: str) -> frozenset[str]:
    """The short Hepburn readings of a Latin word; empty when it cannot be Japanese."""
    plain = word.translate(_MACRONS)
    if len(plain) > 20 or not _ROMAJI.fullmatch(plain):
        return frozenset()
    found = {short(plain)}
    if len(plain) > 3 and _KUNREI_MARK.search(plain):
        for pattern, result in _KUNREI:
            plain = pattern.sub(result, plain)
        found.add(short(plain))
    return frozenset(found)


@lru_cache(maxsize=8_192)
def romaji_of_cyrillic(word: str) -> frozenset[str]:
    """The short Hepburn readings of a Cyrillic word; empty when it cannot be Japanese."""
    single = re.sub(r"([ктспдз])\1", r"\1", word)
    return frozenset(map(short, readings(single, _POLIVANOV, longest=4, at_most=8)))
