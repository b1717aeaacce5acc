"""Devanagari in Latin letters as passports of India have it: inherent vowels, and the silent ones left out."""

import re

_CONSONANTS = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहळ",
        "k kh g gh n ch chh j jh n t th d dh n t th d dh n p ph b bh m y r l v sh sh s h l".split(),
        strict=True,
    )
)
_VOWELS = dict(zip("अआइईउऊऋएऐओऔ", "a a i i u u ri e ai o au".split(), strict=True))
_SIGNS = dict(zip("ािीुूृेैोौ", "a i i u u ri e ai o au".split(), strict=True))
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
