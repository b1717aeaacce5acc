"""Whether two words may be one word of a name in two spellings: strict where names one letter apart are both real."""

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from service.core.names import arabic, cyrillic, han, hangul, kana, kanji, latin
from service.core.names.folding import fine, fold_plain, plain_of
from service.core.names.kinds import kind_of
from service.core.names.parting import foreign_hangul

SIGNS = ("hangul", "han", "kana")


class Setting(NamedTuple):
    """What is known of the two names as wholes: their Latin orthographies; whether all words of both may be Korean,
    Chinese or Japanese, and one of them in another romanisation than pinyin."""

    one: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    korean: bool = False
    chinese: bool = False
    wade: bool = False
    japanese: bool = False


@lru_cache(maxsize=65_536)
def is_korean(word: str) -> bool:
    return kind_of(word) == "hangul" or bool(hangul.surnames_of(word) or hangul.hangul_of(word))


@lru_cache(maxsize=65_536)
def has_korean_surname(word: str) -> bool:
    return bool(
        hangul.surnames_of(word[:1] if kind_of(word) == "hangul" else word) or hangul.surnames_of(word[:2])
    )


@lru_cache(maxsize=65_536)
def is_chinese(word: str) -> bool:
    kind = kind_of(word)
    if kind == "latin":
        plain = latin.plain(word)
        return bool(
            han.few_syllables(plain)
            or han.pinyin_of_wade(plain)
            or plain in han.SOUTHERN
            or han.pinyin_of_cantonese(plain)
        )
    return kind == "han" or (kind == "cyrillic" and bool(han.pinyin_of_cyrillic(word)))


@lru_cache(maxsize=131_072)
def meets(one: str, other: str, setting: Setting) -> bool:
    """Whether two cleaned words may be spellings of one word."""
    if one == other:
        return True
    kinds = (kind_of(one), kind_of(other))
    if kinds[0] in SIGNS and kinds[1] in SIGNS:
        return _signs_meet(one, other, kinds)
    if kinds[0] in SIGNS:
        return _sign_meets(one, other, kinds[0])
    if kinds[1] in SIGNS:
        return _sign_meets(other, one, kinds[1])
    if "arabic" in kinds:
        return _arabic_meets(one, other) if kinds[0] == "arabic" else _arabic_meets(other, one)
    if setting.chinese and (verdict := _chinese_meet(one, other, kinds, setting.wade)) is not None:
        return verdict
    if setting.korean and set(kinds) <= {"latin", "cyrillic"} and _korean_meet(one, other):
        return True
    if set(kinds) <= {"latin", "cyrillic"} and (verdict := _japanese_meet(one, other, setting)) is not None:
        return verdict
    if kinds == ("cyrillic", "cyrillic"):
        return bool(cyrillic.in_plain_letters(one) & cyrillic.in_plain_letters(other))
    if (name := arabic.known(one)) and (same := arabic.known(other)):
        return name == same
    if kinds == ("latin", "latin"):
        return _latin_meet(one, other, setting)
    hard = any("kh" in word for word in (one, other))
    return bool(sounds(one, setting.one, hard) & sounds(other, setting.other, hard)) or _koryo_meet(
        one, other
    )


def _signs_meet(one: str, other: str, kinds: tuple[str, str]) -> bool:
    """Signs of one script are compared as signs; Kana with Kanji by sound."""
    if kinds == ("han", "han"):
        return han.simplified(one) == han.simplified(other)
    if kinds in (("kana", "kana"), ("kana", "han"), ("han", "kana")):
        return bool(set(kanji.readings_of(one)) & set(kanji.readings_of(other)))
    return False


def _sign_meets(signs: str, word: str, kind: str) -> bool:
    """Signs with a word of an alphabet, by sound."""
    of_cyrillic = kind_of(word) == "cyrillic"
    plain = latin.plain(word)
    if kind == "hangul":
        first = hangul.FIRST_OF.get(signs, signs)
        if first in hangul.surnames_of(word) or signs in hangul.hangul_of(word):
            return True
        return len(signs) > 1 and not hangul.hangul_of(word) and _foreign_meets(signs, word)
    japanese = kana.romaji_of_cyrillic(word) if of_cyrillic else kana.romaji_of_latin(word)
    if japanese & set(kanji.readings_of(signs)):
        return True
    if kind == "kana":
        return False
    if of_cyrillic:
        return not han.pinyin_of_cyrillic(word).isdisjoint(han.pinyin_of_han(signs))
    southern = (*han.SOUTHERN.get(plain, ()),) if len(signs) < 3 else ()
    chinese = {*han.pinyin_of_latin(plain), *southern}
    if len(signs) > 1 or not han.pinyin_of_latin(plain):
        chinese |= han.pinyin_of_wade(plain) | han.pinyin_of_cantonese(plain)
    return not chinese.isdisjoint(han.pinyin_of_han(signs))


_EVEN = str.maketrans("bvpfrlzsdtgkh", "pppplljjttkkk")


def _foreign_meets(signs: str, word: str) -> bool:
    """A foreign name in Hangul: pairs of sounds Korean does not tell apart are one, and one vowel may differ."""
    plain = fine(plain_of(word)).translate(_EVEN).replace("c", "j")
    return any(
        OSA.distance(fine(guess).translate(_EVEN).replace("c", "j"), plain)
        <= (1 if len(signs) > 2 and len(plain) > 5 else 0)
        for guess in foreign_hangul(signs)
    )


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


def _korean_meet(one: str, other: str) -> bool:
    if not hangul.hangul_of(one).isdisjoint(hangul.hangul_of(other)):
        return True
    return not set(hangul.surnames_of(one)).isdisjoint(hangul.surnames_of(other))


def _chinese_meet(one: str, other: str, kinds: tuple[str, ...], wade: bool) -> bool | None:
    """None when it is not for the rules of Chinese to decide."""
    if kinds == ("latin", "latin"):
        first, second = han.pinyin_of_latin(latin.plain(one)), han.pinyin_of_latin(latin.plain(other))
        if first and second:
            return not first.isdisjoint(second) or (
                wade and not _any_chinese(one).isdisjoint(_any_chinese(other))
            )
        return True if not _any_chinese(one).isdisjoint(_any_chinese(other)) else None
    if kinds == ("cyrillic", "cyrillic"):
        if han.looks_like_palladius(one) or han.looks_like_palladius(other):
            return not han.pinyin_of_cyrillic(one).isdisjoint(han.pinyin_of_cyrillic(other))
        return None
    word, written = (one, other) if kinds[0] == "cyrillic" else (other, one)
    if kind_of(written) != "latin":
        return None
    if not han.pinyin_of_cyrillic(word).isdisjoint(_any_chinese(written)):
        return True
    return False if han.looks_like_palladius(word) else None


def _any_chinese(word: str) -> frozenset[str]:
    plain = latin.plain(word)
    own = han.pinyin_of_latin(plain)
    return frozenset(
        {
            *own,
            *han.SOUTHERN.get(plain, ()),
            *han.pinyin_of_wade(plain),
            *(() if own else han.pinyin_of_cantonese(plain)),
        }
    )


def _latin_meet(one: str, other: str, setting: Setting) -> bool:
    if _doubled(one) != _doubled(other):
        return False
    latin_only = setting.one - latin.FOR_OTHER_SCRIPTS, setting.other - latin.FOR_OTHER_SCRIPTS
    return not sounds(one, latin_only[0]).isdisjoint(sounds(other, latin_only[1]))


_BY_KANA_ALONE = re.compile("[kgrnhmbp]yo|[кгрнхмбп]ё")


def _japanese_meet(one: str, other: str, setting: Setting) -> bool | None:
    """None when it is not for the rules of Japanese to decide; they do where Ryoko would else be Reko."""
    if not setting.japanese:
        return None
    first, second = (_romaji(word) for word in (one, other))
    if not first.isdisjoint(second):
        return True
    return False if _BY_KANA_ALONE.search(one) or _BY_KANA_ALONE.search(other) else None


def _romaji(word: str) -> frozenset[str]:
    return kana.romaji_of_cyrillic(word) if kind_of(word) == "cyrillic" else kana.romaji_of_latin(word)


@lru_cache(maxsize=65_536)
def is_japanese(word: str) -> bool:
    """Whether a word is made of the syllables of Kana."""
    return kind_of(word) in ("kana", "han") or bool(_romaji(word))


def _koryo_meet(one: str, other: str) -> bool:
    """Цой and Choi, whatever the given name."""
    return not set(hangul.surnames_of(one)).isdisjoint(hangul.surnames_of(other))


_DOUBLED = re.compile(r"([bcdfgklmnprtvz])\1(?<!ff$)(?!$|.*ck)|([lmnr])\2$")


def _doubled(word: str) -> list[str]:
    """Its double consonants but those that romanisations add (ss, -ff): Hoffmann is not Hofmann."""
    return [found[0] for found in _DOUBLED.finditer(latin.plain(word))]


@lru_cache(maxsize=65_536)
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
    return allowed > 0 and OSA.distance(one, other, score_cutoff=allowed) <= allowed


@lru_cache(maxsize=16_384)
def _for_slips(word: str, kind: str) -> tuple[str, ...]:
    if kind == "hangul":
        return (hangul.loose(hangul.roman(word)), fine(hangul.roman(word)))
    if kind in ("han", "kana"):
        return tuple(
            dict.fromkeys((*(han.pinyin_of_han(word) if kind == "han" else ()), *kanji.readings_of(word)))
        )
    if kind == "arabic":
        return tuple(map(fold_plain, arabic.guesses(word)[:2]))
    found = dict.fromkeys((*sorted(sounds(word, None, False))[:4], latin.plain(word)))
    if hangul.hangul_of(word):
        found[hangul.loose(plain_of(word))] = None
    return tuple(word for word in found if word)
