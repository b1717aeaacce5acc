"""Text in comparable form, cut into words: composed, caseless, without piled marks and apostrophes."""

import re
import unicodedata

# A hostile field must not cost more than a long honest one: what lies beyond these lengths is not searched.
FIELD_LIMIT = 400
WORD_LIMIT = 64

# Marks NFKC could not compose: accents piled on a letter, variation selectors, bidi and zero-width signs.
_NOISE = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff"
    "\ufe00-\ufe0f\ufeff\u00ad]+"
)
_SIGNS_OF_STOP = "'’‘ʼʻʹʺ`´ʾʿ"
_APOSTROPHES = re.compile(f"[{_SIGNS_OF_STOP}]+")
# Uzbek oʻ and gʻ (alphabet of 1995) are letters of their own; O’Brien's o becomes one, too, which does no harm.
_UZBEK = re.compile(f"([og])[{_SIGNS_OF_STOP}](?=[a-z])")
_UZBEK_LETTERS = {"o": "ȯ", "g": "ğ"}
_ASCII_WORDS = re.compile(r"[a-z0-9]+")
# Vowel signs of Indic and Arabic scripts are no word characters to Python, yet they belong inside words.
_SIGNS = "\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0eff\u1000-\u109f"
_WORDS = re.compile(rf"[^\W_](?:[^\W_]|[{_SIGNS}])*")
HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
KANA = "\u3041-\u30ff"
_CJK = HANGUL + HAN + KANA
_CJK_RUN = re.compile(f"[{_CJK}]+|[^{_CJK}]+")
CJK_START = re.compile(f"[{_CJK}]")
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


def clean(text: str) -> str:
    """The text in comparable form, at most FIELD_LIMIT characters."""
    text = text[:FIELD_LIMIT]
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKC", text).casefold()
        text = unicodedata.normalize("NFKC", text)[:FIELD_LIMIT]
        text = _NOISE.sub("", text).translate(_TO_HIRAGANA)
    if _APOSTROPHES.search(text):
        text = _UZBEK.sub(lambda found: _UZBEK_LETTERS[found[1]], text)
        text = _APOSTROPHES.sub("", text)
    return text


def words_of(text: str) -> list[str]:
    """The cleaned words, letters and digits only; signs of East Asia are parted from alphabets."""
    cleaned = clean(text)
    found = (_ASCII_WORDS if cleaned.isascii() else _WORDS).findall(cleaned)
    if cleaned.isascii() or not CJK_START.search(cleaned):
        return [word[:WORD_LIMIT] for word in found]
    return [run[:WORD_LIMIT] for word in found for run in _CJK_RUN.findall(word)]
