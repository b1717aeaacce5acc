"""Names in any script: the search fold, the stored search text, sort keys, scripts and languages.

A name is never split into first and last here; it is only made findable. One human name has many spellings
(Цой, Tsoy, Choi, 최), so the stored text of a person holds every word as written, its fold, and for Korean
surnames the other usual spellings; a query is folded the same way and each of its words starts a stored one.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from anyascii import anyascii

# A hostile field must not cost more than a long honest one: what lies beyond these lengths is not searched.
FIELD_LIMIT = 400
WORD_LIMIT = 64
TOKENS_LIMIT = 240

# Marks NFKC could not compose: accents piled on a letter, variation selectors, bidi and zero-width signs.
_NOISE = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff"
    "\ufe00-\ufe0f\ufeff\u00ad]+"
)
_APOSTROPHES = re.compile("['’‘ʼʻʹʺ`´ʾʿ]+")
_ASCII_WORDS = re.compile(r"[a-z0-9]+")
# Vowel signs of Indic and Arabic scripts are no word characters to Python, yet they belong inside words.
_SIGNS = "\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0eff\u1000-\u109f"
_WORDS = re.compile(rf"[^\W_](?:[^\W_]|[{_SIGNS}])*")
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_KANA = "\u3041-\u30ff"
_CJK = _HANGUL + _HAN + _KANA
_CJK_RUN = re.compile(f"[{_CJK}]+|[^{_CJK}]+")
_CJK_START = re.compile(f"[{_CJK}]")
_HANGUL_RUN = re.compile("[\uac00-\ud7a3]+")
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")

# Transcription classes, applied in this order until nothing changes. Each result is the start of what it
# replaces wherever possible, so that a half-typed word is still the start of the whole one.
_RULES = [
    (re.compile(pattern), result)
    for pattern, result in [
        ("shch|sch|tsch(?=h)", "sh"),
        ("tsch|tch|cz", "ch"),
        ("ck|q|c(?=[^heiy]|$)", "k"),
        ("ts|tz|c(?=[eiy])", "s"),
        ("hui", "hi"),
        ("kh", "h"),
        ("gh", "g"),
        ("ph", "f"),
        ("th", "t"),
        ("dzh|zh|dj", "j"),
        ("x", "ks"),
        ("ee", "i"),
        ("oo|ou", "u"),
        ("w", "u"),
        ("(?<=[aeiou])j(?=[^aeiouy]|$)", "i"),
        ("(?<=[lt])j", "i"),
        ("(?<=[bcdfghklmnprstvz])yo", "e"),
        ("y", "i"),
        ("ieo", "iu"),
        ("eong", "ung"),
        ("eon$", "un"),
        ("ie", "e"),
        ("ue", "u"),
        ("oe", "o"),
        ("(?<=[bcdfghklmnprstvz])iu", "u"),
        ("(?<=[bdfgjklmnprstvz])er$", "r"),
        (r"([a-z])\1+", r"\1"),
    ]
]
# Most passes change nothing: one look instead of thirty. (The only group of all rules is the last one's.)
_ANY_RULE = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in _RULES))

# Korean surnames as people write them in Hangul, Latin and Cyrillic; Koryo-saram spellings come from Russian.
_SURNAME_LINES = """
최 choi choe tsoy tsoi tskhay tskhai tshay chkhve цой цхай чхве
김 kim gim kym ким
이 리 lee li yi rhee ri rhie ли ligay лигай ни
박 pak park bak пак
정 jung jeong chung cheong chong ten тен тён тян чон
강 kang gang kan кан
조 cho jo joe тё чо дё те
윤 yoon yun youn юн
장 jang chang tyan чан тян
임 림 lim im rim yim лим им
한 khan han хан
오 oh o огай ogay о
서 seo suh so шегай shegay со
신 shin sin шин син
권 kwon gwon kvon квон
황 hwang hvan khvan хван
안 ahn an ан
송 song сон сонг
전 jeon chun jun chon тен чон дён
홍 hong khon хон
유 류 yoo yu ryu you lyu ryoo ю лю югай yugay
고 ko koh go kogay ко когай
문 moon mun мун
양 yang yan ян янг
손 son sohn сон
배 bae pae pe пя пе пегай pegay
백 baek paik pek pyak пек пяк
허 heo hur huh khe khegay хегай хе
남 nam нам
심 shim sim шим сим
노 로 noh roh no ногай nogay но
하 ha kha ха
곽 kwak gwak kvak квак
성 sung seong son сон
차 cha чагай chagay ча
주 joo ju chu дю дюгай dyugay чу
우 woo wu u у угай ugay
구 koo ku gu goo кугай kugay ку
민 min мин
엄 um eom om ом эм em
현 hyun hyeon khen хён хен
천 cheon chun chen чен
방 bang pang pan пан
공 kong gong kon кон
변 byun byeon pen пён пен
염 yeom yum em ём
진 jin chin дин чин
원 won von вон
"""


def _clean(text: str) -> str:
    """The text in comparable form: cut, composed, caseless, without piled marks and apostrophes."""
    text = text[:FIELD_LIMIT]
    if text.isascii():
        return _APOSTROPHES.sub("", text).lower()
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFKC", text)[:FIELD_LIMIT]
    return _APOSTROPHES.sub("", _NOISE.sub("", text)).translate(_TO_HIRAGANA)


def _words(text: str) -> list[str]:
    cleaned = _clean(text)
    found = (_ASCII_WORDS if cleaned.isascii() else _WORDS).findall(cleaned)
    if cleaned.isascii() or not _CJK_START.search(cleaned):
        return [word[:WORD_LIMIT] for word in found]
    return [run[:WORD_LIMIT] for word in found for run in _CJK_RUN.findall(word)]


@lru_cache(maxsize=65_536)
def _fold_word(word: str) -> str:
    """One cleaned word in Latin letters, transcription classes made equal; itself when nothing is left."""
    plain = word if word.isascii() else _NOT_PLAIN.sub("", anyascii(word).lower())
    before = ""
    while plain != before and _ANY_RULE.search(plain):
        before = plain
        for pattern, result in _RULES:
            plain = pattern.sub(result, plain)
    return plain or word


def fold(text: str) -> str:
    """The text as it sounds, for comparing spellings: Latin letters and digits, words parted by one blank.

    Folding twice changes nothing. A text with a letter in it never folds to nothing.
    """
    return " ".join(_fold_word(word) for word in _words(text))


def name_key(name: str) -> str:
    """The same for all usual spellings and orders of a full name, for finding doubles; "" for none."""
    return " ".join(sorted(_fold_word(word) for word in _words(name)))


def _read_surnames() -> dict[str, tuple[str, ...]]:
    """Every spelling of a Korean surname (Hangul as it is, the rest folded) -> all it may stand for."""
    spellings: dict[str, dict[str, None]] = {}
    for line in _SURNAME_LINES.split("\n"):
        group = dict.fromkeys(w if _CJK_START.match(w) else _fold_word(w) for w in line.split())
        for spelling in group:
            spellings.setdefault(spelling, {}).update(group)
    return {spelling: tuple(group) for spelling, group in spellings.items()}


_SURNAMES = _read_surnames()
_TO_OLD_ROMAN = str.maketrans("gdbj", "ktpc")


def _start_variants(folded: str) -> tuple[str, ...]:
    """Words whose first sound is written in two ways: Jan and Yan, Wagner and Vagner, Yelena and Elena."""
    if len(folded) < 3 or folded[1] not in "aeiou":
        return (folded,)
    if folded[0] in "ij":
        return (folded, ("j" if folded[0] == "i" else "i") + folded[1:])
    if folded[0] in "uv":
        return (folded, ("v" if folded[0] == "u" else "u") + folded[1:])
    return (folded,)


def _hangul_tokens(run: str) -> list[str]:
    """Romanised starts of a Hangul name: the surname in all spellings, the rest in two romanisations."""
    tokens: list[str] = []
    tokens += _SURNAMES.get(run[0], ()) if 2 <= len(run) <= 4 or run in _SURNAMES else ()
    for start in range(len(run)):
        roman = anyascii(run[start:]).lower()
        older = roman[0].translate(_TO_OLD_ROMAN).replace("c", "ch") + roman[1:]
        tokens += [_fold_word(roman), _fold_word(older)]
    return tokens


@lru_cache(maxsize=65_536)
def _word_tokens(word: str) -> tuple[str, ...]:
    """Everything by which one cleaned word may be looked for."""
    if not _CJK_START.match(word):
        folded = _fold_word(word)
        return (word, *_start_variants(folded), *_SURNAMES.get(folded, ()))
    suffixes = [word[start:] for start in range(min(len(word), 24))]
    if _HANGUL_RUN.fullmatch(word):
        return (*suffixes, *_hangul_tokens(word[:24]))
    return (*suffixes, *(_fold_word(suffix) for suffix in suffixes))


def _joins(words: list[str]) -> list[str]:
    """Short neighbours also as one word: 민 수, Min-su, Xiao Ming are looked for as 민수, Minsu, Xiaoming."""
    return [
        first + second
        for first, second in pairwise(words)
        if len(first) + len(second) <= 10 and bool(_CJK_START.match(first)) == bool(_CJK_START.match(second))
    ]


def search_text(*fields: str | None) -> str:
    """What is stored to find a person by: every token after a blank; `LIKE '% token%'` finds word starts.

    Tokens are the words as written in lower case, their folds, and for Han, Hangul and Kana every suffix, so
    that any character starts a token. No token comes twice; the order is that of the fields.
    """
    tokens: dict[str, None] = {}
    for field in fields:
        if not field:
            continue
        words = _words(field)
        for word in words:
            tokens.update(dict.fromkeys(_word_tokens(word)))
        for word in _joins(words):
            tokens.update(dict.fromkeys(_word_tokens(word)))
    return "".join([" " + token for token in list(tokens)[:TOKENS_LIMIT]])


def query_tokens(query: str, romanised: bool = False) -> list[str]:
    """The words of a query in stored form; a person is found when every one of them starts a stored token.

    Empty for less than one CJK or two other characters. Tokens hold letters and digits only, so nothing in
    them is a wildcard to LIKE. With `romanised`, Han, Hangul and Kana are looked for by their sound: the
    second try, for people who gave their name in another script.
    """
    words = _words(query)
    if not any(_CJK_START.match(word) or len(word) >= 2 for word in words):
        return []
    tokens: dict[str, None] = {}
    for word in words:
        tokens.update(dict.fromkeys(_query_word(word, romanised, alone=len(words) == 1)))
    return list(tokens)[:12]


def _query_word(word: str, romanised: bool, *, alone: bool) -> list[str]:
    if not _CJK_START.match(word):
        folded = _fold_word(word)  # "zzzz" sounds like one letter, which half of all names begin with
        return [folded if len(folded) > 1 or len(word) < 3 else word]
    if not romanised:
        return [word]
    # 민수 beside another word is a given name, though 민 is a surname, too
    if _HANGUL_RUN.fullmatch(word) and (2 if alone else 3) <= len(word) <= 4 and word[0] in _SURNAMES:
        surname = next(spelling for spelling in _SURNAMES[word[0]] if spelling.isascii())
        return [surname, _fold_word(word[1:])]
    return [_fold_word(word)]


# Kazakh alphabet with the letters of its neighbours (Ukrainian, Kyrgyz, Uzbek, Tajik) at their usual places.
_CYRILLIC_ORDER = "аәбвгґғдеёєжҗзийкқлмнңоөпрстуўұүфхҳһцчҷшщъыіїьэюя"
_CYRILLIC_KEYS = {ord(letter): 0x0430 + place for place, letter in enumerate(_CYRILLIC_ORDER)}
_SHELVES = {"Latn": "1", "Cyrl": "2", "Hang": "4", "Jpan": "5", "Hans": "6"}


def sort_key(native: str, latin: str | None = None) -> str:
    """A key whose code-point order is the order people expect: Latin, Cyrillic, others, Hangul, Kana, Han.

    Latin without its accents, Cyrillic by the Kazakh alphabet, Hangul by itself, Kana and Han by the Latin
    name if there is one, else by Mandarin reading.
    """
    name = native if native.strip() else (latin or "")
    script = script_of(name)
    words = " ".join(_words(name))
    reading = anyascii(" ".join(_words(latin or ""))).lower()
    if script == "Cyrl":
        words = words.translate(_CYRILLIC_KEYS)
    elif script in ("Jpan", "Hans"):
        words = (reading or anyascii(words).lower()) + " " + words
    elif script == "Latn":
        words = anyascii(words).lower() + " " + words
    return f"{_SHELVES.get(script, '3')}{words} {reading}"[:200].rstrip()


_SCRIPTS = [
    ("Jpan", re.compile(f"[{_KANA}]")),
    ("Hang", re.compile(f"[{_HANGUL}]")),
    ("Hans", re.compile(f"[{_HAN}]")),
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
