"""How a list is to be read, and one row read so."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from service.core.errors import Invalid
from service.imports.mapping import country_code, is_empty
from service.registrations.schemas import LINES, TEXTS, Application, check

FORMULA = "This cell holds a formula. Please copy its value instead."
NO_CATEGORY = "There is no category of this name. Choose one for all, or let it be made."
NO_COUNTRY = "We do not know this country. Write its name, or its code: KZ or KAZ."
NO_LANGUAGE = "This language is not one of ours: en, kk, ru or ko."


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """`category`: key for rows without one. `state`: rule (as the category says), approved or pending. `mails`: whether
    confirmations go out. `words_for_nothing`: NA, a dash and the like are empty. `make_*`: what is missing is made.
    `without_country`: a country that we do not know (or that is no more) is left out, the row comes in."""

    encoding: str = ""
    delimiter: str = ""
    category: str = ""
    language: str = "en"
    state: str = "rule"
    mails: bool = False
    words_for_nothing: bool = True
    make_categories: bool = False
    make_delegations: bool = True
    without_country: bool = True


class Read(msgspec.Struct, frozen=True):
    """A row as a card, with what its delegation is called; or why it cannot be one: (field, msgid).

    `category_said`: the row itself names its category; one that took the usual one moves nobody who is there."""

    card: Application | None
    delegation: str = ""
    category_name: str = ""
    problem: tuple[str, str] | None = None
    left_out: str = ""
    category_said: bool = False


def read_row(
    cells: Sequence[str], mapping: Sequence[str], options: Options, categories: Mapping[str, str]
) -> Read:
    """`categories` gives the key for every name and key a category has, without capitals."""
    parts: dict[str, list[str]] = {}
    for cell, target in zip(cells, mapping, strict=False):
        if not target or not cell or (options.words_for_nothing and is_empty(cell)):
            continue
        if cell.startswith("="):
            return Read(None, problem=(_field(target), FORMULA))
        parts.setdefault(target, []).append(cell)
    text = {target: ", ".join(found) for target, found in parts.items()}
    category = text.pop("category", "")
    key = categories.get(category.casefold()) if category else options.category
    if key is None and not options.make_categories:
        return Read(None, problem=("category", NO_CATEGORY))
    country = country_code(text["country"]) if "country" in text else ""
    if country is None and not options.without_country:
        return Read(None, problem=("country", NO_COUNTRY))
    read = _checked(text, key or "", category, country or "", options)
    return msgspec.structs.replace(read, left_out=text["country"]) if country is None else read


def _checked(text: dict[str, str], key: str, category: str, country: str, options: Options) -> Read:
    language = _language(text.get("language", ""), options.language)
    if language is None:
        return Read(None, problem=("language", NO_LANGUAGE))
    name = text.get("name") or " ".join(text[p] for p in ("family", "given", "middle") if p in text)
    latin = text.get("latin_name") or " ".join(text[p] for p in ("latin_given", "latin_family") if p in text)
    known: dict[str, Any] = {field: text[field] for field in (*LINES, *TEXTS) if field in text}
    known |= {
        "category": key,
        "native_name": name,
        "latin_name": latin,
        "country": country,
        "language": language,
    }
    try:
        card = check(Application(**{"email": "", **known}), consent_version=None, by_team=True)
    except Invalid as invalid:
        return Read(None, problem=next(iter(invalid.errors.items())))
    return Read(card, text.get("delegation", ""), category if not key else "", category_said=bool(category))


def _language(text: str, usual: str) -> str | None:
    if not text:
        return usual
    names = {
        "en": "en|eng|english|английский|ағылшын|ағылшынша|영어",
        "kk": "kk|kz|kaz|kazakh|казахский|қазақ|қазақша|카자흐어",
        "ru": "ru|rus|russian|русский|орыс|орысша|러시아어", "ko": "ko|kr|kor|korean|корейский|корей|корейше|한국어",
    }  # fmt: skip
    return next((code for code, known in names.items() if text.casefold() in known.split("|")), None)


def _field(target: str) -> str:
    return {"name": "native_name", "family": "native_name", "given": "native_name"}.get(target, target)
