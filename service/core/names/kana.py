"""Japanese sounds: Kana, Hepburn, Kunrei (ISO 3602) and Polivanov (1917) to one spelling.

A reading is Hepburn without long vowels and double consonants, n before b, m and p."""

import re
from functools import lru_cache

from service.core.names.syllables import readings

_KANA = dict(
    zip(
        "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわゐゑをんがぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽゔ",
        (
            "a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho ma mi mu me mo ya yu yo "
            "ra ri ru re ro wa i e o n ga gi gu ge go za ji zu ze zo da ji zu de do ba bi bu be bo pa pi pu pe po vu"
        ).split(),
        strict=True,
    )
)
_SMALL = dict(zip("ゃゅょぁぃぅぇぉ", "ya yu yo a i u e o".split(), strict=True))
_YO = re.compile("(?<=[kgnhbpmr])i(?=Y[auo])|(?<=sh|ch)iY(?=[auo])|(?<=j)iY(?=[auo])|(?<=[a-z])[aiueo](?=S)")
_KUNREI = [
    (re.compile(pattern), result)
    for pattern, result in [
        ("sy", "sh"), ("ty", "ch"), ("[zd]y", "j"), ("jy", "j"), ("si", "shi"), ("ti", "chi"), ("tu", "tsu"), ("hu(?![aeio])", "fu"),
        ("[zd]i", "ji"), ("du|dzu", "zu"),
    ]
]  # fmt: skip
_KUNREI_MARK = re.compile("[stzdj]y|(?<![aeiou])[st]i|^[st]i|tu|hu|[zd]i|[sz]i|[aeiou][st]i")
_SHORT = [
    (re.compile(pattern), result)
    for pattern, result in [
        ("dzu", "zu"), ("m(?=[bmp])", "n"), ("tch", "ch"), ("oh(?![aiueo])", "o"), ("ou|oo", "o"), ("uu", "u"), (r"(.)\1+", r"\1"),
    ]
]  # fmt: skip
_MACRONS = str.maketrans("āīūēōâîûêô", "aiueoaiueo")
_ROMAJI = re.compile(
    "(?:(?:[kgnhbpmr]y|sh|ch|ts|tch|sy|ty|zy|jy|dz|[kgsztdnhbpmyrwjf])?[aiueo](?:h(?![aiueo]))?|(?:([kgstpbdzc])(?=\\1|ch))"
    "|n(?![aiueo])|m(?=[bmp]))+"
)

_POLIVANOV_LINES = """
а a|и i|у u|э e|е e|о o|ка ka|ки ki|ку ku|кэ ke|ке ke|ко ko|са sa|си shi|су su|сэ se|се se|со so|та ta|ти chi|цу tsu|тэ te|те te|то to|на na|ни ni|ну nu
нэ ne|не ne|но no|ха ha|хи hi|фу fu|хэ he|хе he|хо ho|ма ma|ми mi|му mu|мэ me|ме me|мо mo|я ya|ю yu|ё yo|йо yo|ра ra|ри ri|ру ru|рэ re|ре re|ро ro|ва wa
н n|нъ n|м n|га ga|ги gi|гу gu|гэ ge|ге ge|го go|дза za|дзи ji|дзу zu|дзэ ze|дзе ze|дзо zo|да da|дэ de|де de|до do|ба ba|би bi|бу bu|бэ be|бе be|бо bo
па pa|пи pi|пу pu|пэ pe|пе pe|по po|кя kya|кю kyu|кё kyo|кьё kyo|ся sha|сю shu|сё sho|тя cha|тю chu|тё cho|ня nya|ню nyu|нё nyo|хя hya|хю hyu|хё hyo|мя mya|мю myu|мё myo
ря rya|рю ryu|рё ryo|гя gya|гю gyu|гё gyo|дзя ja|дзю ju|дзё jo|бя bya|бю byu|бё byo|пя pya|пю pyu|пё pyo|й i|ши shi|ша sha|шу shu|шо sho|чи chi|ча cha|чу chu|чо cho
джи ji|джа ja|джу ju|джо jo|за za|зу zu|зе ze|зэ ze|зо zo|дзу zu|ттё cho|кио kyo|рио ryo|к k|т t|с s|п p|дж j|ио yo
"""
_POLIVANOV = {
    spelling: (sound,)
    for spelling, sound in (pair.split() for pair in re.split(r"[|\n]", _POLIVANOV_LINES.strip()))
}


def short(romaji: str) -> str:
    """Hepburn with its vowels short and its consonants single."""
    for pattern, result in _SHORT:
        romaji = pattern.sub(result, romaji)
    return romaji


@lru_cache(maxsize=16_384)
def romaji_of_kana(word: str) -> str:
    """Hiragana (Katakana was cleaned to it) in short Hepburn; "" when there is another sign in it."""
    written: list[str] = []
    for sign in word.replace("ー", "").replace("っ", ""):
        if sign in _SMALL and written:
            head, sound = written.pop(), _SMALL[sign]
            soft = head[-1] == "i" and sound[0] == "y"
            stem = head[:-1]
            written.append(
                stem + (sound[1:] if stem in ("sh", "ch", "j") else sound) if soft else stem + sound
            )
        elif sign in _KANA:
            written.append(_KANA[sign])
        else:
            return ""
    return short("".join(written))


@lru_cache(maxsize=65_536)
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


@lru_cache(maxsize=65_536)
def romaji_of_cyrillic(word: str) -> frozenset[str]:
    """The short Hepburn readings of a Cyrillic word; empty when it cannot be Japanese."""
    return frozenset(map(short, readings(word, _POLIVANOV, longest=4, at_most=8)))
