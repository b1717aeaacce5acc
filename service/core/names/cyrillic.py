"""Cyrillic in Latin letters, as passports of the alphabets' countries do roughly (ICAO Doc 9303, BGN/PCGN).

One table serves all languages: a letter that two of them read differently has its other readings in `variants`."""

import re
from functools import lru_cache

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
    "я": "ya",
    # Kazakh, Kyrgyz, Mongolian, Tatar, Uzbek, Tajik
    "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "kh", "і": "i", "ў": "o", "ҳ": "kh",
    "ҷ": "j", "ӣ": "i", "ӯ": "u", "җ": "j",
    # Ukrainian, Belarusian, Serbian, Macedonian
    "ї": "yi", "є": "ye", "ґ": "g", "ђ": "j", "ј": "y", "љ": "l", "њ": "n", "ћ": "ch", "џ": "j", "ѓ": "g", "ќ": "k",
    "ѕ": "z",
}  # fmt: skip
_TABLE = str.maketrans(_LETTERS)
_SOFT_YO = re.compile("ьо")
_SOFT_YE = re.compile("ье")
_YO_AFTER_HUSH = re.compile("(?<=[жчшщ])ё")


def to_latin(word: str) -> str:
    """A cleaned word with its Cyrillic letters in Latin."""
    return _SOFT_YE.sub("йе", _SOFT_YO.sub("ё", _YO_AFTER_HUSH.sub("е", word))).translate(_TABLE)


_OTHERS = [
    (re.compile("ө"), "у"),  # Өтегенов, Utegenov
    (re.compile("ў"), "у"),  # Ўктам, Уктам
    (re.compile("г"), "х"),  # Ukrainian г, and Hans in Russian books: Ганс
    (re.compile("ё"), "е"),
    (re.compile("ье"), "е"),
    (re.compile("(?<=[жчшщ])ё"), "о"),
    (re.compile("ляй"), "лай"),  # Кляйн, Klein
    (re.compile("ская$"), "ска"),  # Dąbrowska
    (re.compile("^([ао].*?)[бп]?(?=ян$)"), r"х\1б"),  # Акопян, Hakobyan
    (re.compile("^(?=[ао].*ян$)"), "х"),
]


@lru_cache(maxsize=8_192)
def variants(word: str) -> tuple[str, ...]:
    """The word in other letters that other languages would write in Latin: Өтегенов as Утегенов."""
    found = dict.fromkeys(pattern.sub(other, word) for pattern, other in _OTHERS if pattern.search(word))
    return tuple(found)


# What two Cyrillic alphabets write for the same: Қасым and Касым, Гүлнәр and Гульнар, Наталия and Наталья.
_PLAIN = str.maketrans(
    {
        "ә": "а", "ғ": "г", "қ": "к", "ң": "н", "ө": "о", "ұ": "у", "ү": "у", "һ": "х", "і": "и", "ў": "у", "ҳ": "х",
        "ҷ": "ж", "ӣ": "и", "ӯ": "у", "җ": "ж", "ї": "и", "є": "е", "ґ": "г", "ё": "е", "э": "е", "й": "и", "ъ": "",
        "ь": "",
    }
)  # fmt: skip
_SAME = [
    (re.compile(pattern), result)
    for pattern, result in [
        ("нг", "н"), ("дж", "ж"), ("ыи", "и"), ("(?<=[бвгдзклмнпрстфхц])ю", "у"), ("ь(?=[ея])", "и"),
        ("(?<=[жчшщ])о(?=ва?$)", "е"), (r"(.)\1+", r"\1"),
    ]
]  # fmt: skip


@lru_cache(maxsize=8_192)
def in_plain_letters(word: str) -> frozenset[str]:
    """How the word may stand in another Cyrillic alphabet: comparable with another word's."""
    found = set()
    for spelling in (word, word.replace("ө", "у")):
        soft = (
            spelling if spelling == "марья" else spelling.replace("ья", "ия").replace("ье", "ие")
        )  # not Мария
        plain = soft.translate(_PLAIN)
        for pattern, result in _SAME:
            plain = pattern.sub(result, plain)
        found.add(plain)
    return frozenset(found)
