"""The filter of the delegate list: from the address, back into it, and as words that can be taken away."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from service.registrations.queries import Filter

SHOWN = ("q", "state", "category", "country", "source", "here")


def read_filter(source: Mapping[str, Any]) -> Filter:
    """From the URL or a form's hidden fields; unknown fields are left out, and NUL: PostgreSQL cannot hold it."""
    given = {name: str(source.get(name, "")).replace("\0", "") for name in Filter.__struct_fields__}
    return Filter(**{name: value for name, value in given.items() if value})


def read_query(text: str) -> Filter:
    """From a query string that came back in one hidden field."""
    return read_filter(dict(parse_qsl(text)))


def query_of(wanted: Filter, **changed: str) -> str:
    """The same filter as a query string, without what is empty."""
    fields = {**msgspec.structs.asdict(wanted), **changed}
    return urlencode(
        {name: value for name, value in fields.items() if value and (name, value) != ("sort", "name")}
    )


def chips_of(wanted: Filter) -> list[tuple[str, str, str]]:
    """(field, value, the query string without it) of every condition that is set, each state for itself."""
    chips = []
    for field in SHOWN:
        values = getattr(wanted, field).split(",") if field == "state" else [getattr(wanted, field)]
        for value in filter(None, values):
            rest = ",".join(other for other in values if other != value)
            chips.append((field, value, query_of(wanted, **{field: rest, "after": ""})))
    return chips
