"""The fold: one word in Latin letters, with the classes of transcription made equal."""

import re
from functools import lru_cache

from anyascii import anyascii

from service.core.names.clean import words_of
from service.core.names.cyrillic import to_latin
from service.core.names.indic import devanagari_to_latin

_CYRILLIC = re.compile("[\u0400-\u052f]")
_DEVANAGARI = re.compile("[\u0900-\u097f]")
_GREEK = re.compile("[\u0370-\u03ff]")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
# Greek as ELOT 743 (1982) romanises it, which is what passports have
_GREEK_PAIRS = [
    (re.compile(pattern), result)
    for pattern, result in [
        ("[οό][υύ]", "u"), ("^μπ", "b"), ("^ντ", "d"), ("γκ", "g"), ("γγ", "ng"), ("γξ", "nx"), ("γχ", "nch"),
        ("α[υύ]", "av"), ("ε[υύ]", "ev"), ("χ", "kh"), ("[υύϋΰ]", "y"), ("[οό][ιί]", "i"), ("[εέ][ιί]", "i"),
    ]
]  # fmt: skip

# Transcription classes, applied in this order until nothing changes. Each result is the start of what it
# replaces wherever possible, so that a half-typed word is still the start of the whole one.
_FINE = [
    ("shch|schtsch|sch|shh", "sh"),
    ("tsch|tch|cz", "ch"),
    ("ch(?=[lr])|kh", "h"),
    ("ck|q|c(?=[^heiy]|$)", "k"),
    ("tz|c(?=[eiy])", "ts"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("dzh|zh|dj", "j"),
    ("x", "ks"),
    ("hui", "hi"),
    ("ee(?!v|nk)", "i"),
    ("oo|ou", "u"),
    ("w", "u"),
    ("(?<=[aeiou])j(?=[^aeiouy]|$)", "i"),
    ("(?<=[lt])j", "i"),
    ("(?<=[bcdfghklmnprstvz])yo", "e"),
    ("(?<=[bdfgklmnprstvz])io(?=[vnmkrltd])", "e"),
    ("(?<=[cs]h)o(?=va?$)|(?<=j)o(?=va?$)", "e"),
    ("y", "i"),
    ("(?<=[^aeiou])ie$", "i"),
    ("^ie|ie(?!v)", "e"),
    ("(?<=[aeiouvt])ie(?=v)", "e"),
    ("ue", "u"),
    ("oe", "o"),
    ("(?<=[bcdfghklmnprstvz])iu", "u"),
    ("(?<=[bdfgjklmnprstvz])er$", "r"),
    (r"([a-z])\1+", r"\1"),
]
_COARSE = [
    ("ts", "s"),
    ("ie", "e"),
    ("ieo", "iu"),
    ("eong", "ung"),
    ("eon$", "un"),
]
_FINE_RULES = [(re.compile(pattern), result) for pattern, result in _FINE]
_RULES = [(re.compile(pattern), result) for pattern, result in _COARSE[2:] + _FINE + _COARSE[:2]]
# Most passes change nothing: one look instead of thirty. (The only group of all rules is the last fine one's.)
_ANY_FINE = re.compile("|".join(f"(?:{pattern})" for pattern, _ in _FINE))
_ANY_RULE = re.compile("|".join(f"(?:{pattern})" for pattern, _ in _FINE + _COARSE))


@lru_cache(maxsize=8_192)
def plain_of(word: str) -> str:
    """One cleaned word in ASCII letters and digits, English-like; "" when nothing is left."""
    if word.isascii():
        return word
    if _CYRILLIC.search(word):
        word = to_latin(word)
    elif _DEVANAGARI.search(word):
        word = devanagari_to_latin(word)
    elif _GREEK.search(word):
        for pattern, result in _GREEK_PAIRS:
            word = pattern.sub(result, word)
    return _NOT_PLAIN.sub("", anyascii(word).lower())


@lru_cache(maxsize=8_192)
def fold_plain(plain: str) -> str:
    """Of what is Latin letters and digits already."""
    before = ""
    while plain != before and _ANY_RULE.search(plain):
        before = plain
        for pattern, result in _RULES:
            plain = pattern.sub(result, plain)
    return plain


@lru_cache(maxsize=8_192)
def fine(plain: str) -> str:
    """As fold_plain, but what only loose spellings mix up stays apart: for saying that two names are the same."""
    before = ""
    while plain != before and _ANY_FINE.search(plain):
        before = plain
        for pattern, result in _FINE_RULES:
            plain = pattern.sub(result, plain)
    return plain


def fold_word(word: str) -> str:
    """One cleaned word in Latin letters, transcription classes made equal; itself when nothing is left."""
    return fold_plain(plain_of(word)) or word


def fold(text: str) -> str:
    """The text as it sounds, for comparing spellings: Latin letters and digits, words parted by one blank.

    Folding twice changes nothing. A text with a letter in it never folds to nothing.
    """
    return " ".join(fold_word(word) for word in words_of(text))
