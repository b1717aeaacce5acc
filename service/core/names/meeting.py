"""Whether two words may be one word of a name in two spellings: strict where names one letter apart are both real."""

import re
from functools import lru_cache

from service.core.names import arabic, cyrillic, han, hangul, kanji, latin
from service.core.names.apart import apart
from service.core.names.asian import SIGNS, Setting, koryo_meet, signs_meet, verdict
from service.core.names.folding import fine, fold_plain, plain_of
from service.core.names.kinds import kind_of
from service.core.names.tables.latin import FOR_OTHER_SCRIPTS


@lru_cache(maxsize=131_072)
def meets(one: str, other: str, setting: Setting) -> bool:
    """Whether two cleaned words may be spellings of one word."""
    if one == other:
        return True
    kinds = (kind_of(one), kind_of(other))
    if kinds[0] in SIGNS or kinds[1] in SIGNS:
        return signs_meet(one, other, setting.wade)
    if "arabic" in kinds:
        return _arabic_meets(one, other) if kinds[0] == "arabic" else _arabic_meets(other, one)
    said = verdict(one, other, setting) if set(kinds) <= {"latin", "cyrillic"} else None
    return _alphabets_meet(one, other, kinds, setting) if said is None else said


def _alphabets_meet(one: str, other: str, kinds: tuple[str, str], setting: Setting) -> bool:
    if kinds == ("cyrillic", "cyrillic"):
        return bool(cyrillic.in_plain_letters(one) & cyrillic.in_plain_letters(other))
    name, same = arabic.known(one), arabic.known(other)
    if name and same:
        return name == same
    if kinds == ("latin", "latin"):
        return _latin_meet(one, other, setting)
    hard = any("kh" in word for word in (one, other))
    return bool(sounds(one, setting.one, hard) & sounds(other, setting.other, hard)) or koryo_meet(one, other)


def _arabic_meets(word: str, other: str) -> bool:
    if kind_of(other) == "arabic":
        return _even_arabic(word) == _even_arabic(other)
    name, same = arabic.known(word), arabic.known(other)
    if name and same:
        return name == same
    return arabic.may_spell(word, plain_of(other))


_ARABIC_EVEN = str.maketrans("أإآىیةکے", "ااايیهكي".replace("یه", "يه"))


def _even_arabic(word: str) -> str:
    return arabic.bare(word).translate(_ARABIC_EVEN)


def _latin_meet(one: str, other: str, setting: Setting) -> bool:
    if _doubled(one) != _doubled(other):
        return False
    latin_only = setting.one - FOR_OTHER_SCRIPTS, setting.other - FOR_OTHER_SCRIPTS
    return not sounds(one, latin_only[0]).isdisjoint(sounds(other, latin_only[1]))


_DOUBLED = re.compile(r"([bcdfgklmnprtvz])\1(?<!ff$)(?!$|.*ck)|([lmnr])\2$")


def _doubled(word: str) -> list[str]:
    """Its double consonants but those that romanisations add (ss, -ff): Hoffmann is not Hofmann."""
    return [found[0] for found in _DOUBLED.finditer(latin.plain(word))]


@lru_cache(maxsize=8_192)
def sounds(word: str, orthographies: frozenset[str] | None, hard: bool = False) -> frozenset[str]:
    """How a word of an alphabet may sound, in the letters of `fine`; with `hard` Cyrillic г is no h."""
    kind = kind_of(word)
    if kind == "latin":
        spellings = latin.respellings(word, orthographies)
    elif kind == "cyrillic":
        spellings = (
            word,
            *(
                spelling
                for spelling in cyrillic.variants(word)
                if not hard or spelling.count("х") == word.count("х")
            ),
        )
    else:
        spellings = (word,)
    return frozenset(fine(plain_of(spelling)) or spelling for spelling in spellings if spelling)


def slips(one: str, other: str, setting: Setting) -> bool:
    """Whether two words are one but for a slip of the pen: one letter of four, two of nine."""
    kinds = (kind_of(one), kind_of(other))
    forms = [(one, other)] if kinds[0] == kinds[1] else []
    readings = [_for_slips(one, kinds[0]), _for_slips(other, kinds[1])]
    forms += [(a, b) for a in readings[0] for b in readings[1]]
    return any(_near(a, b) for a, b in forms)


def _near(one: str, other: str) -> bool:
    length = min(len(one), len(other))
    allowed = 2 if length >= 9 else 1 if length >= 4 else 0
    return allowed > 0 and apart(one, other, allowed) <= allowed


@lru_cache(maxsize=8_192)
def _for_slips(word: str, kind: str) -> tuple[str, ...]:
    if kind == "hangul":
        return (hangul.loose_of_hangul(word), fine(hangul.roman(word)))
    if kind in ("han", "kana"):
        return tuple(
            dict.fromkeys((*(han.pinyin_of_han(word) if kind == "han" else ()), *kanji.readings_of(word)))
        )
    if kind == "arabic":
        return tuple(map(fold_plain, arabic.guesses(word)[:2]))
    found = dict.fromkeys((*sorted(sounds(word, None, False))[:4], latin.plain(word)))
    if hangul.hangul_of(word):
        found.update(dict.fromkeys(hangul.loose_keys(word, plain_of(word))))
    return tuple(word for word in found if word)
