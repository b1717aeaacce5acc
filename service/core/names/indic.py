"""Devanagari in Latin letters as passports of India have it: inherent vowels, and the silent ones left out."""

import re


def _pairs(text: str) -> dict[str, str]:
    """ "क k ख kh" to {"क": "k", "ख": "kh"}."""
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_CONSONANTS = _pairs(
    "क k ख kh ग g घ gh ङ n च ch छ chh ज j झ jh ञ n ट t ठ th ड d ढ dh ण n त t थ th द d ध dh न n "
    "प p फ ph ब b भ bh म m य y र r ल l व v श sh ष sh स s ह h ळ l"
)
_VOWELS = _pairs("अ a आ a इ i ई i उ u ऊ u ऋ ri ए e ऐ ai ओ o औ au")
_SIGNS = _pairs("ा a ि i ी i ु u ू u ृ ri े e ै ai ो o ौ au")
_OTHERS = {"ं": "n", "ँ": "n", "ः": "h"}
_NUKTA, _VIRAMA = "\u093c", "\u094d"
_MEDIAL = re.compile("(?<=[aeiou][bcdfghjklmnprstvyz])A(?=[bcdfghjklmnprstvyz]+[aeiou])")
_LAST = re.compile("(?<=[bcdfghjklmnprstvyz])A$")


def devanagari_to_latin(word: str) -> str:
    """A cleaned word; letters of other scripts stay."""
    written = []
    letters = word.replace(_NUKTA, "")
    for place, letter in enumerate(letters):
        after = letters[place + 1 : place + 2]
        if letter in _CONSONANTS:
            silent = after in _SIGNS or after == _VIRAMA
            written.append(_CONSONANTS[letter] + ("" if silent else "A"))
        elif letter != _VIRAMA:
            written.append(_VOWELS.get(letter) or _SIGNS.get(letter) or _OTHERS.get(letter, letter))
    return _MEDIAL.sub("", _LAST.sub("", "".join(written))).lower()
