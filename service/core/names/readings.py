"""How else a word of a name is written: the readings that stored names and queries have in common."""

from functools import lru_cache
from itertools import pairwise

from service.core.names import arabic, cyrillic, han, hangul, kana, latin
from service.core.names.clean import CJK_START
from service.core.names.folding import fold_plain, fold_word, plain_of
from service.core.names.kinds import kind_of
from service.core.names.particles import PARTICLES


@lru_cache(maxsize=8_192)
def readings_of(word: str, kind: str, *, stored: bool) -> tuple[str, ...]:
    """How else a word of an alphabet is written, folded; the likeliest first. Fewer are stored than looked for."""
    if kind == "arabic":
        name = arabic.known(word)
        return (arabic.bare(word), *((fold_plain(name),) if name else map(fold_plain, arabic.guesses(word))))
    special = [fold_plain(name)] if (name := arabic.known(word)) else []
    if word[:2] in ("al", "el") and len(word) > 6:
        special.append(fold_plain(plain_of(word)[2:]))
    if len(word) > 9 and not special:
        special = of_abd(word)
    if kind == "latin":
        spellings = [fold_plain(spelling) for spelling in latin.respellings(word)[1:]]
        return (*special, *asian(word)[: 4 if stored else 3], *spellings[: 3 if stored else 4])
    if kind == "cyrillic":
        spellings = [fold_word(spelling) for spelling in cyrillic.variants(word)]
        return (*special, *asian(word)[:3], *spellings[: 1 if stored else 3])
    return tuple(special)


def of_abd(word: str) -> list[str]:
    """The name of God in Abdulrahman, Abdurrahman, Abdelkarim, by which two words are found."""
    for start in ("abdul", "abdel", "abdal", "abdur", "abder", "абдул", "абдур"):
        if word.startswith(start):
            return [fold_word(word[len(start) :])]
    return []


@lru_cache(maxsize=8_192)
def asian(word: str) -> tuple[str, ...]:
    """The readings of an alphabetic word as a Korean, Chinese or Japanese one; the likeliest first."""
    if len(word) > 16:
        return ()
    plain = plain_of(word)
    found = list(hangul.surnames_of(word)[:2])
    if len(plain) <= 12 and hangul.hangul_of(word):
        found += hangul.loose_keys(word, plain)
    cyrillic_word = kind_of(word) == "cyrillic"
    chinese = sorted(han.pinyin_of_cyrillic(word)) if cyrillic_word else _chinese(plain)
    found += [fold_plain(reading) for reading in list(chinese)[:4] if reading != plain]
    japanese = kana.romaji_of_cyrillic(word) if cyrillic_word else kana.romaji_of_latin(word)
    found += [fold_plain(reading) for reading in sorted(japanese)[:2] if reading != plain]
    return tuple(dict.fromkeys(found))


def _chinese(plain: str) -> list[str]:
    """Pinyin of what may be another romanisation, the likeliest first: a surname of the South, a given name there,
    Wade-Giles."""
    southern = list(han.SOUTHERN.get(plain, ()))
    if len(plain) < 3:  # half of all names begin so
        return southern
    given = sorted(han.pinyin_of_cantonese(plain))[:2]
    wade = sorted(han.pinyin_of_wade(plain))
    return list(dict.fromkeys(southern + wade[:2] + given))


def joins(words: list[str]) -> list[str]:
    """Short neighbours also as one word: 민 수, Min-su, Xiao Ming, Al-Ahmad are looked for as 민수, Alahmad."""
    return [first + second for first, second in pairwise(words) if joinable(first, second)]


@lru_cache(maxsize=8_192)
def joinable(first: str, second: str) -> bool:
    if len(first) + len(second) > 12 or kind_of(first) != kind_of(second):
        return False
    if CJK_START.match(first):
        return len(first) + len(second) <= 4
    if kind_of(first) == "arabic":
        return first in ("عبد", "ابو", "أبو")
    if first in PARTICLES or first in ("o", "mac", "mc", "d", "abd", "abdul", "abdel", "abdur"):
        return True
    return len(first) <= 7 and len(second) <= 7 and _syllabic(first) and _syllabic(second)


def _syllabic(word: str) -> bool:
    """Whether a word may be a syllable or two of a given name of East Asia."""
    if kind_of(word) == "cyrillic":
        return len(word) <= 5 and bool(hangul.hangul_of(word) or han.pinyin_of_cyrillic(word))
    return bool(hangul.hangul_of(word) or han.pinyin_of_latin(word) or _chinese(word))
