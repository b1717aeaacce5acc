"""Arabic script: short vowels are not written, so commoner names are known by a table and the others by consonants.

A reading by the table is the first spelling of its line; by consonants, see `may_spell`."""

import re
from functools import lru_cache

from service.core.names.tables.arabic import NAMES, WRITTEN_LATIN

_MARKS = re.compile("[\u064b-\u065f\u0670\u0640\u200c]")
_SHORT_VOWELS = ("", "a", "e", "i", "o", "u", "ou", "ey", "ia")


def _table() -> dict[str, str]:
    """Any spelling -> the first romanised one of its line; a spelling of two lines (Hamid, Salem) keeps the first."""
    found: dict[str, str] = {}
    for line in NAMES.strip().split("\n"):
        words = line.replace("‘", "").split()
        first = next(word for word in words if word.isascii())
        for word in words:
            found.setdefault(word, first)
    return found


KNOWN = _table()


def bare(word: str) -> str:
    """An Arabic word without vowel marks and article."""
    word = _MARKS.sub("", word)
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


def known(word: str) -> str | None:
    """The name's first spelling when the table has it; of any script."""
    name = bare(word) if "\u0600" <= word[0] <= "\u06ff" else word
    if name in KNOWN or len(name) < 4:
        return KNOWN.get(name)
    of = KNOWN.get(name[:-1]) if name[-1] in "يیiи" and len(name) > (3 if name[-1] in "يی" else 5) else None
    return f"{of}i" if of else None  # حسینی is of حسین


_PERSIAN = re.compile("[پچژگکی]")
_PERSIAN_SOUNDS = {"ض": "z", "ذ": "z", "ظ": "z", "ث": "s"}


@lru_cache(maxsize=8_192)
def guesses(word: str) -> tuple[str, ...]:
    """How an Arabic word is perhaps romanised: a vowel after the first consonant or
    after every one; its consonants."""
    sounds = _PERSIAN_SOUNDS if _PERSIAN.search(word) else {}
    letters = [sounds.get(letter) or WRITTEN_LATIN.get(letter, letter).split()[0] for letter in bare(word)]
    letters = ["" if letter == "-" else letter for letter in letters]
    tries = (("a", False), ("a", True), ("i", False), ("u", False))
    return tuple(
        dict.fromkeys((*(_with_vowel(letters, vowel, every) for vowel, every in tries), "".join(letters)))
    )


def _with_vowel(letters: list[str], vowel: str, every: bool) -> str:
    written = vowel if not letters[0] else ""
    for place, sound in enumerate(letters):
        letter, last = sound, place + 1 == len(letters)
        if letter in ("w", "y") and place and (last or letters[place + 1][:1] not in ("a", "")):
            letter = "u" if letter == "w" else "i"
        consonants = (
            written and written[-1] not in "aiueo" and letter[:1] not in ("a", "i", "u", "e", "o", "")
        )
        if consonants and (every or not set(written) & set("aiueo")):
            written += vowel
        written += letter
    return written


@lru_cache(maxsize=8_192)
def may_spell(word: str, latin: str) -> bool:
    """Whether a Latin word may be this Arabic one: every letter has its sound, with short vowels between them."""
    places = {0}
    for number, letter in enumerate(bare(word)):
        places = {
            place + len(vowel) + len(form)
            for place in places
            for vowel in (_SHORT_VOWELS if number else ("",))
            if latin.startswith(vowel, place)
            for written in WRITTEN_LATIN.get(letter, letter).split()
            for form in _forms(written)
            if latin.startswith(form, place + len(vowel))
        }
    return len(latin) in places or any(latin[place:] in ("a", "e", "i") for place in places if place)


def _forms(written: str) -> tuple[str, ...]:
    return (
        ("",)
        if written == "-"
        else (written, written * 2)
        if len(written) == 1 and written not in "aiueoyw"
        else (written,)
    )
