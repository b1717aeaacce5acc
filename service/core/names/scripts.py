"""The script a name is written in and the language it is read aloud in."""

import re

from service.core.names.clean import FIELD_LIMIT, HAN, HANGUL, KANA

_SCRIPTS = [
    ("Jpan", re.compile(f"[{KANA}]")),
    ("Hang", re.compile(f"[{HANGUL}]")),
    ("Hans", re.compile(f"[{HAN}]")),
    ("Cyrl", re.compile("[\u0400-\u052f]")),
    ("Grek", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("Arab", re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")),
    ("Hebr", re.compile("[\u0590-\u05ff]")),
    ("Armn", re.compile("[\u0530-\u058f]")),
    ("Geor", re.compile("[\u10a0-\u10ff\u1c90-\u1cbf]")),
    ("Deva", re.compile("[\u0900-\u097f]")),
    ("Thai", re.compile("[\u0e00-\u0e7f]")),
    ("Latn", re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff\uff21-\uff5a]")),
]


def script_of(text: str) -> str:
    """The ISO 15924 code of the script a name is written in; Han is `Hans`, no letter at all `Zyyy`.

    Of several scripts the most telling wins: Kana before Hangul before Han before alphabets, Latin last.
    """
    head = text[:FIELD_LIMIT]
    if head.isascii() and any(letter.isalpha() for letter in head):
        return "Latn"
    return next((code for code, letters in _SCRIPTS if letters.search(head)), "Zyyy")


_SCRIPT_LANGUAGES = {
    "Jpan": "ja", "Hang": "ko", "Grek": "el", "Hebr": "he", "Armn": "hy", "Geor": "ka", "Deva": "hi",
    "Thai": "th", "Arab": "ar", "Latn": "und-Latn", "Zyyy": "und",
}  # fmt: skip
_COUNTRY_LANGUAGES = {
    "KZ": "kk", "KG": "ky", "UA": "uk", "BY": "be", "BG": "bg", "RS": "sr", "MK": "mk", "MN": "mn",
    "TJ": "tg", "RU": "ru", "IR": "fa", "AF": "fa", "PK": "ur", "VN": "vi", "TR": "tr", "AZ": "az",
    "UZ": "uz", "DE": "de", "PL": "pl", "FR": "fr", "ES": "es", "IT": "it", "GB": "en", "US": "en",
    "JP": "ja", "KR": "ko", "CN": "zh", "TW": "zh-Hant", "HK": "zh-Hant", "MO": "zh-Hant",
}  # fmt: skip
_CYRILLIC_LANGUAGES = {"kk", "ky", "uk", "be", "bg", "sr", "mk", "mn", "tg", "ru", "uz", "az", "tt", "ba"}
_ARABIC_LANGUAGES = {"ar", "fa", "ur", "ps", "ug", "kk"}
_OTHER_SCRIPT_LANGUAGES = {"ja", "ko", "zh", "el", "he", "hy", "ka", "hi", "th"}
_KAZAKH_LETTERS = re.compile("[әғқңөұүһі]", re.IGNORECASE)


def lang_of_name(text: str, hint: str | None = None) -> str:
    """The BCP 47 tag for the `lang` of a name: decides glyph shapes of Han and the voice of screen readers.

    `hint` is the person's country (two capitals) or language tag; it decides what the script leaves open.
    """
    script = script_of(text)
    country = bool(hint) and re.fullmatch("[A-Z]{2}", hint or "") is not None
    tag = _COUNTRY_LANGUAGES.get(hint or "", "" if country else hint or "")
    language = tag.split("-")[0].lower()
    if script == "Hans":
        chinese = "zh-Hant" if tag in ("zh-Hant", "zh-TW", "zh-HK") else "zh-Hans"
        return language if language in ("ja", "ko") else chinese
    if script == "Cyrl":
        return _cyrillic_language(text, language)
    if script == "Arab" and language in _ARABIC_LANGUAGES:
        return language
    foreign = _CYRILLIC_LANGUAGES | _ARABIC_LANGUAGES | _OTHER_SCRIPT_LANGUAGES
    if script == "Latn" and re.fullmatch("[a-z]{2,3}", language) and language not in foreign - {"uz", "az"}:
        return language
    return _SCRIPT_LANGUAGES[script]


def _cyrillic_language(text: str, language: str) -> str:
    if _KAZAKH_LETTERS.search(text) and language in ("", "ru", "en", "kk"):
        return "kk"
    # A name of plain Russian letters from Kazakhstan is read rightly by a Russian voice, seldom by a Kazakh.
    return language if language in _CYRILLIC_LANGUAGES - {"kk"} else "ru"
