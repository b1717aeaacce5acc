"""Which column holds what: guessed by its head and by what stands in it; the organizer corrects it."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from babel import Locale
from babel.core import get_global

from emails.languages import LANGUAGES
from service.imports.reading import Line
from service.imports.words import COUNTRIES_ALSO, EMPTY_WORDS, HEADS, TITLES
from service.registrations.schemas import COUNTRIES, stored_email

# Several columns may hold parts of one thing: names are put together in this order, other texts with a comma.
TARGETS = (
    "name", "family", "given", "middle", "latin_name", "latin_family", "latin_given", "honorific", "academic_title",
    "salutation", "affiliation", "position", "country", "phone", "email", "assistant_email", "language", "category",
    "delegation", "badge_line", "dietary", "access_needs",
)  # fmt: skip


@cache
def _known_heads() -> dict[str, str]:
    return {_plain(head): target for target, heads in HEADS.items() for head in heads.split("|")}


def _plain(head: str) -> str:
    words = re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])", " ", head)).casefold()
    return " ".join(words.split())


def fingerprint(heads: Sequence[str]) -> str:
    """The same for all files of one shape."""
    return hashlib.sha256("\x1f".join(map(_plain, heads)).encode()).hexdigest()


def guess_mapping(heads: Sequence[str], lines: Sequence[Line]) -> list[str]:
    """A target, or '', for each column; a name that is whole is not asked for in parts as well."""
    found = [_known_heads().get(_plain(head), "") for head in heads]
    for place, target in enumerate(found):
        cells = [line.cells[place] for line in lines[:200] if not is_empty(line.cells[place])]
        if not target:
            found[place] = _by_content(cells)
        elif target == "honorific" and cells and not any(TITLES.fullmatch(cell) for cell in cells):
            found[place] = "position"  # "Title" is a position as often as a form of address
    if "name" not in found and "given" in found and "family" not in found:
        found[found.index("given")] = "name"  # «Имя» alone is the whole name
    if "name" in found:
        found = ["" if target in ("family", "given", "middle") else target for target in found]
    if "name" not in found and "family" not in found and "latin_name" in found:
        found[found.index("latin_name")] = "name"
    return _once(found)


def _once(found: list[str]) -> list[str]:
    """The first column of each; texts that may be put together stay."""
    seen: set[str] = set()
    for place, target in enumerate(found):
        if target in seen and target not in ("affiliation", "position"):
            found[place] = ""
        seen.add(target)
    return found


def _by_content(cells: Sequence[str]) -> str:
    if not cells:
        return ""
    if _most(cells, lambda cell: "@" in cell and stored_email(cell) is not None):
        return "email"
    if _most(cells, lambda cell: bool(re.fullmatch(r"\+?[\d\s()-]{9,20}", cell))):
        return "phone"
    if len(set(cells)) > 1 and _most(cells, lambda cell: country_code(cell) is not None):
        return "country"
    return ""


def _most(cells: Sequence[str], fits: Callable[[str], bool]) -> bool:
    return sum(map(fits, cells)) > 0.8 * len(cells)


def is_empty(cell: str) -> bool:
    """Nothing, or one of the words that lists write for nothing."""
    return not cell or cell.casefold() in EMPTY_WORDS


@cache
def _countries() -> Mapping[str, str]:
    known: dict[str, str] = {code.casefold(): code for code in COUNTRIES}
    for old, new in get_global("territory_aliases").items():
        if len(old) == 3 and old.isalpha() and len(new) == 1 and new[0] in COUNTRIES:
            known.setdefault(old.casefold(), new[0])
    for language in (*LANGUAGES, "fr", "es", "de", "zh", "ja", "tr", "uz"):
        for code, name in Locale.parse(language).territories.items():
            if code in COUNTRIES:
                known.setdefault(_plain(name), code)
    known.update({_plain(name): code for name, code in COUNTRIES_ALSO.items()})
    return known


def country_code(text: str) -> str | None:
    """ISO 3166-1 alpha-2 of a code of two or three letters, or of a name in any of our languages and some others."""
    return _countries().get(text.casefold()) or _countries().get(_plain(text))
