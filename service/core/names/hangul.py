"""Korean: the syllables of names and all the ways to spell them.

A reading is Hangul itself: a Latin or Cyrillic word is read as every Hangul word that is spelled so by Revised
Romanisation (2000), McCune-Reischauer (1939), the Ministry's passport habits or Kontsevich (Cyrillic)."""

import re
from functools import lru_cache

from anyascii import anyascii

from service.core.names.syllables import readings
from service.core.names.tables.hangul import (
    CYRILLIC_FINALS,
    CYRILLIC_INITIALS,
    CYRILLIC_VOWELS,
    FINALS,
    GIVEN,
    INITIALS,
    POPULAR,
    SURNAME_LINES,
    VOWELS,
)

_MR_SIGNS = str.maketrans({"ŏ": "eo", "ŭ": "eu", "ŎŬ"[0]: "eo", "ö": "oe"})

_FIRST, _INITIAL_SIZE, _VOWEL_SIZE = 0xAC00, 588, 28
_LONGEST_LATIN, _LONGEST_CYRILLIC, SYLLABLES = 7, 6, 3
_LOOKS_KOREAN = re.compile("[a-zа-яё]{1,16}")


def _product(initial: str, vowel: str, final: str) -> list[str]:
    return [
        (a + b + c).replace("-", "") for a in initial.split() for b in vowel.split() for c in final.split() if final
    ]  # fmt: skip


def _spellings(syllable: str) -> list[str]:
    """Latin and Cyrillic, the Revised one first."""
    code = ord(syllable) - _FIRST
    initial, vowel, final = code // _INITIAL_SIZE, code % _INITIAL_SIZE // _VOWEL_SIZE, code % _VOWEL_SIZE
    latin = _product(INITIALS[initial], VOWELS[vowel], FINALS[final])
    if syllable in POPULAR:
        latin = [anyascii(syllable).lower(), *POPULAR[syllable].split()]
    if vowel == 20 and initial == 9:
        latin += [spelling.replace("s", "sh", 1) for spelling in latin if spelling[1] != "h"]
    cyrillic = _product(CYRILLIC_INITIALS[initial], CYRILLIC_VOWELS[vowel], CYRILLIC_FINALS[final])
    return [*latin, *cyrillic]


def _given_table() -> dict[str, tuple[str, ...]]:
    table: dict[str, dict[str, None]] = {}
    for syllable in dict.fromkeys(GIVEN):
        for spelling in _spellings(syllable):
            table.setdefault(spelling, {})[syllable] = None
    return {spelling: tuple(syllables) for spelling, syllables in table.items()}


def _surname_table() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Spelling -> Hangul surnames it may stand for; Hangul surname -> its spellings."""
    meanings: dict[str, dict[str, None]] = {}
    written: dict[str, tuple[str, ...]] = {}
    for line in SURNAME_LINES.strip().split("\n"):
        hangul = [word for word in line.split() if word[0] >= "가"]
        spellings = [word for word in line.split() if word[0] < "가"]
        for spelling in spellings:
            meanings.setdefault(spelling, {})[hangul[0]] = None
        written.update(dict.fromkeys(hangul, tuple(spellings)))
    return {spelling: tuple(found) for spelling, found in meanings.items()}, written


_OF_GIVEN = _given_table()
SURNAMES, SPELLINGS = _surname_table()
FIRST_OF = {
    line.split()[1]: line.split()[0] for line in SURNAME_LINES.strip().split("\n") if line.split()[1] >= "가"
}


@lru_cache(maxsize=8_192)
def hangul_of(word: str) -> frozenset[str]:
    """Every Hangul word of one to three syllables of names that this Latin or Cyrillic word may spell."""
    plain = word.translate(_MR_SIGNS)
    if not _LOOKS_KOREAN.fullmatch(plain):
        return frozenset()
    longest = _LONGEST_LATIN if plain.isascii() else _LONGEST_CYRILLIC
    return readings(plain, _OF_GIVEN, longest=longest, at_most=SYLLABLES)


def surnames_of(word: str) -> tuple[str, ...]:
    """The Hangul surnames a word may stand for, each once: 이 for 리, too."""
    if word in SPELLINGS:
        return (FIRST_OF.get(word, word),)
    return SURNAMES.get(word.translate(_MR_SIGNS), ())


def roman(run: str) -> str:
    """Hangul in the Revised Romanisation, letter by letter."""
    return anyascii(run).lower()


# What a Korean sound may look like in Latin, made equal: so loose that only the search may use it.
_LOOSE = [
    (re.compile(pattern), result)
    for pattern, result in [
        ("chkh", "ch"), ("([tpk])kh", r"\1"), ("kh", "h"), ("ng", "n"), ("gy", "ky"), ("yeo|you|yoo|yuh|yu|yo", "xu"),
        ("eui|ui|ee|ih", "i"), ("wae|weo|oe|oi|we|wo", "we"), ("eo|eu|oo|ou|uh|oh|o", "u"),
        ("yae|ae|ai|ay|ye", "e"), ("ah", "a"),
        ("wu|w", "u"), ("sh", "s"), ("tch|ch|dzh|j", "c"), ("cx", "c"),
        ("g|ck|q", "k"), ("d", "t"), ("b", "p"), ("r", "l"), ("y", "i"),
        (r"(.)\1+", r"\1"),
    ]
]  # fmt: skip


@lru_cache(maxsize=8_192)
def loose(plain: str) -> str:
    """A key that all spellings of one Korean given name share, and others, too."""
    for pattern, result in _LOOSE:
        plain = pattern.sub(result, plain)
    return plain


@lru_cache(maxsize=8_192)
def loose_of_hangul(run: str) -> str:
    """The same of Hangul, syllable by syllable: 선규 is no 성유."""
    return re.sub(r"(.)\1+", r"\1", "".join(loose(roman(syllable)) for syllable in run))


@lru_cache(maxsize=8_192)
def loose_keys(word: str, plain: str) -> tuple[str, ...]:
    """The keys of a Latin or Cyrillic word that may be Korean; `plain` is the word in ASCII."""
    runs = sorted(hangul_of(word), key=lambda run: (len(run), run))
    found = list(dict.fromkeys(loose_of_hangul(run) for run in runs))
    return tuple(found[:2] if found else [loose(plain)] if _MAY_BE.fullmatch(plain) else ())


_MAY_BE = re.compile("(?:[bcdghjklmnprstwy]{0,2}[aeiouy]{1,3}(?:ng|[nmlkgpbt])?){1,3}")
