"""What the words of Korea, China and Japan are in other scripts and romanisations, for saying that two are one."""

import re
from functools import lru_cache
from typing import NamedTuple

from service.core.names import han, hangul, kana, kanji, latin
from service.core.names.apart import apart
from service.core.names.folding import fine, plain_of
from service.core.names.kinds import kind_of
from service.core.names.parting import foreign_hangul

SIGNS = ("hangul", "han", "kana")


class Setting(NamedTuple):
    """What is known of the two names as wholes: their Latin orthographies; whether all words of both may be Korean,
    Chinese or Japanese, and whether one of them is in another
    romanisation than pinyin, or in Palladius beyond doubt."""

    one: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    korean: bool = False
    chinese: bool = False
    wade: bool = False
    japanese: bool = False
    palladius: bool = False


@lru_cache(maxsize=8_192)
def is_korean(word: str) -> bool:
    """Whether a word may be Korean."""
    return kind_of(word) == "hangul" or bool(hangul.surnames_of(word) or hangul.hangul_of(word))


@lru_cache(maxsize=8_192)
def has_korean_surname(word: str) -> bool:
    """Whether a word is a Korean surname or, in Hangul, begins with one."""
    if kind_of(word) == "hangul":
        return bool(hangul.surnames_of(word[:1]) or hangul.surnames_of(word[:2]))
    return bool(hangul.surnames_of(word))


@lru_cache(maxsize=8_192)
def is_chinese(word: str) -> bool:
    """Whether a word may be Chinese, of one or two syllables."""
    if kind_of(word) != "latin":
        return kind_of(word) == "han" or (kind_of(word) == "cyrillic" and bool(han.pinyin_of_cyrillic(word)))
    plain = latin.plain(word)
    other = plain in han.SOUTHERN or han.pinyin_of_wade(plain) or han.pinyin_of_cantonese(plain)
    return han.few_syllables(plain) or bool(other)


@lru_cache(maxsize=8_192)
def is_japanese(word: str) -> bool:
    """Whether a word is made of the syllables of Kana."""
    return kind_of(word) in ("kana", "han") or bool(_romaji(word))


def signs_meet(one: str, other: str, wade: bool) -> bool:
    """Of two words at least one of which is of signs: signs of one script are compared as signs, others by sound."""
    kinds = (kind_of(one), kind_of(other))
    if kinds == ("han", "han"):
        return han.simplified(one) == han.simplified(other)
    if kinds in (("kana", "kana"), ("kana", "han"), ("han", "kana")):
        return bool(set(kanji.readings_of(one)) & set(kanji.readings_of(other)))
    if kinds[0] in SIGNS and kinds[1] in SIGNS:
        return False
    signs, word = (one, other) if kinds[0] in SIGNS else (other, one)
    if kind_of(signs) == "hangul":
        return _hangul_meets(signs, word)
    return bool(_romaji(word) & set(kanji.readings_of(signs))) or (
        kind_of(signs) == "han" and _han_meets(signs, word, wade)
    )


def _hangul_meets(signs: str, word: str) -> bool:
    first = hangul.FIRST_OF.get(signs, signs)
    if first in hangul.surnames_of(word) or signs in hangul.hangul_of(word):
        return True
    return len(signs) > 1 and not hangul.hangul_of(word) and _foreign_meets(signs, word)


def _han_meets(signs: str, word: str, wade: bool) -> bool:
    sounds = han.pinyin_of_han(signs)
    if kind_of(word) == "cyrillic":
        return not han.pinyin_of_cyrillic(word).isdisjoint(sounds)
    plain = latin.plain(word)
    chinese = {*han.pinyin_of_latin(plain)}
    if wade:
        chinese |= {*(han.SOUTHERN.get(plain, ()) if len(signs) < 3 else ())}
        chinese |= han.pinyin_of_wade(plain) | han.pinyin_of_cantonese(plain)
    return not chinese.isdisjoint(sounds)


_EVEN = str.maketrans("bvpfrlzsdtgkh", "pppplljjttkkk")


def _foreign_meets(signs: str, word: str) -> bool:
    """A foreign name in Hangul: pairs of sounds Korean does not tell apart are one, and one vowel may differ."""
    plain = fine(plain_of(word)).translate(_EVEN).replace("c", "j")
    return any(
        apart(fine(guess).translate(_EVEN).replace("c", "j"), plain)
        <= (1 if len(signs) > 2 and len(plain) > 5 else 0)
        for guess in foreign_hangul(signs)
    )


def verdict(one: str, other: str, setting: Setting) -> bool | None:
    """Whether two Latin or Cyrillic words are one to the rules of East Asia; None when that is not for them to say."""
    chinese = _chinese_meet(one, other, setting.wade, setting.palladius) if setting.chinese else None
    if chinese is not None:
        return chinese
    if setting.korean and _korean_meet(one, other):
        return True
    return _japanese_meet(one, other) if setting.japanese else None


def _korean_meet(one: str, other: str) -> bool:
    return koryo_meet(one, other) or not hangul.hangul_of(one).isdisjoint(hangul.hangul_of(other))


def koryo_meet(one: str, other: str) -> bool:
    """Цой and Choi, whatever the given name."""
    return not set(hangul.surnames_of(one)).isdisjoint(hangul.surnames_of(other))


def _chinese_meet(one: str, other: str, wade: bool, marked: bool) -> bool | None:
    kinds = {kind_of(one), kind_of(other)}
    if kinds == {"latin"}:
        return _latin_chinese_meet(latin.plain(one), latin.plain(other), wade)
    if kinds == {"cyrillic"}:
        return not han.pinyin_of_cyrillic(one).isdisjoint(han.pinyin_of_cyrillic(other)) if marked else None
    word, written = (one, other) if kind_of(one) == "cyrillic" else (other, one)
    plain = latin.plain(written)
    if not han.pinyin_of_cyrillic(word).isdisjoint(
        _any_chinese(plain) if wade else han.pinyin_of_latin(plain)
    ):
        return True
    return False if marked else None


def _latin_chinese_meet(one: str, other: str, wade: bool) -> bool | None:
    """Pinyin with pinyin is strict: Chen is not Cheng; with other romanisations all they may stand for counts."""
    loosely = not _any_chinese(one).isdisjoint(_any_chinese(other))
    first, second = han.pinyin_of_latin(one), han.pinyin_of_latin(other)
    if first and second:
        return not first.isdisjoint(second) or (wade and loosely)
    return loosely or None


def _any_chinese(plain: str) -> frozenset[str]:
    own = han.pinyin_of_latin(plain)
    others = han.pinyin_of_wade(plain) if own else han.pinyin_of_wade(plain) | han.pinyin_of_cantonese(plain)
    return own | others | frozenset(han.SOUTHERN.get(plain, ()))


_BY_KANA_ALONE = re.compile("[kgrnhmbp]yo|[кгрнхмбп]ё")


def _japanese_meet(one: str, other: str) -> bool | None:
    """None but where Ryoko would else be Reko."""
    first, second = (_romaji(word) for word in (one, other))
    if not first.isdisjoint(second):
        return True
    return False if _BY_KANA_ALONE.search(one) or _BY_KANA_ALONE.search(other) else None


def _romaji(word: str) -> frozenset[str]:
    return kana.romaji_of_cyrillic(word) if kind_of(word) == "cyrillic" else kana.romaji_of_latin(word)
