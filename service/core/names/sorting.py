"""Keys whose order is the order people expect in lists."""

from anyascii import anyascii

from service.core.names.clean import words_of
from service.core.names.scripts import script_of

# Kazakh alphabet with the letters of its neighbours (Ukrainian, Kyrgyz, Uzbek, Tajik) at their usual places.
_CYRILLIC_ORDER = "аәбвгґғдеёєжҗзийкқлмнңоөпрстуўұүфхҳһцчҷшщъыіїьэюя"
_CYRILLIC_KEYS = {ord(letter): 0x0430 + place for place, letter in enumerate(_CYRILLIC_ORDER)}
LONGEST = (
    120  # characters; with the longest texts beside it, it still fits into an entry of an index (2,704 bytes)
)
_SHELVES = {"Latn": "1", "Cyrl": "2", "Hang": "4", "Jpan": "5", "Hans": "6"}


def sort_key(native: str, latin: str | None = None) -> str:
    """A key whose code-point order is the order people expect: Latin, Cyrillic, others, Hangul, Kana, Han.

    Latin without its accents, Cyrillic by the Kazakh alphabet, Hangul by itself, Kana and Han by the Latin
    name if there is one, else by Mandarin reading. At most LONGEST characters.
    """
    name = native if native.strip() else (latin or "")
    script = script_of(name)
    words = " ".join(words_of(name))
    reading = anyascii(" ".join(words_of(latin or ""))).lower()
    if script == "Cyrl":
        words = words.translate(_CYRILLIC_KEYS)
    elif script in ("Jpan", "Hans"):
        words = (reading or anyascii(words).lower()) + " " + words
    elif script == "Latn":
        words = anyascii(words).lower() + " " + words
    return f"{_SHELVES.get(script, '3')}{words} {reading}"[:LONGEST].rstrip()
