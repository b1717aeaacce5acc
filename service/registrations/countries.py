"""The countries of the forms, in the reader's words and alphabet."""

from functools import cache

from emails.languages import country_name
from service.core.names import sort_key
from service.registrations.schemas import COUNTRIES

NEAR = ("KZ", "KR", "UZ", "KG", "RU", "CN", "JP", "US")


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """(code, name) pairs; those most guests come from stand first."""
    named = sorted(((code, country_name(code, language)) for code in COUNTRIES), key=lambda c: sort_key(c[1]))
    near = [(code, country_name(code, language)) for code in NEAR]
    return (*near, *(one for one in named if one[0] not in NEAR))
