"""The list's filter from the address and back into it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from multidict import MultiDict

from service.lists.language import EVERYBODY, NONE, Not, Part, Term, all_of, parts_of, read, write
from service.lists.queries import ORDERS, Filter

# Short ways to say one thing, as fields of a form and as links write them: `state=pending,held`, `here=yes`.
SHORT = {
    "state": "state", "category": "category", "country": "country", "source": "source", "here": "arrived",
    "delegation": "delegation", "tag": "tag",
}  # fmt: skip
OLD_ORDERS = {"newest": "-registered", "oldest": "registered"}


def read_filter(source: Mapping[str, Any]) -> Filter:
    """From the URL or a form's fields; what is unknown is left out, and NUL: PostgreSQL cannot hold it.

    Raises FilterUnclear for a `where` that cannot be read."""
    given = {
        name: str(source.get(name, "")).replace("\0", "")
        for name in ("q", "where", "after", "sort", "cols", *SHORT)
    }
    sort = OLD_ORDERS.get(given["sort"], given["sort"])
    return Filter(
        q=given["q"],
        part=all_of([read(given["where"]), *_short_terms(given)]),
        after=given["after"],
        cols=given["cols"],
        sort=sort if sort.removeprefix("-") in ORDERS else "name",
    )


def read_list(query: MultiDict[str]) -> Filter:
    """From an address; ticked columns come one by one."""
    given = dict(query)
    ticked = query.getall("cols", [])
    return read_filter({**given, "cols": ",".join(ticked)})


def _short_terms(given: Mapping[str, str]) -> Iterable[Part]:
    for name, field in SHORT.items():
        values = tuple(value for value in given[name].split(",") if value)
        if values:
            yield Term(field, ":", tuple(NONE if value == "none" else value for value in values))


def read_query(text: str) -> Filter:
    """From a query string that came back in one hidden field."""
    return read_filter(dict(parse_qsl(text)))


def query_of(wanted: Filter, **changed: Any) -> str:
    """The same filter as a query string, without what is empty; `changed` are fields of Filter."""
    wanted = msgspec.structs.replace(wanted, **changed) if changed else wanted
    sort = "" if wanted.sort == "name" else wanted.sort
    fields = {"q": wanted.q, "where": wanted.where, "sort": sort, "cols": wanted.cols, "after": wanted.after}
    return urlencode({name: value for name, value in fields.items() if value})


def without(wanted: Filter, part: Part) -> Filter:
    """The list without one of the parts that must hold, from its first page on."""
    rest = [one for one in parts_of(wanted.part) if one != part]
    return msgspec.structs.replace(wanted, part=all_of(rest) if rest else EVERYBODY, after="")


def chips_of(wanted: Filter) -> list[tuple[Part, str]]:
    """Each part that must hold, with the query string of the list without it."""
    return [(part, query_of(without(wanted, part))) for part in parts_of(wanted.part)]


def chosen(wanted: Filter, field: str) -> str:
    """The values that a part of the list asks of this field, as a form's field writes them; '' if none does."""
    for part in parts_of(wanted.part):
        if isinstance(part, Term) and part.field == field and part.sign == ":":
            return ",".join("none" if value == NONE else value for value in part.values)
    return ""


def without_short(wanted: Filter) -> str:
    """The tree without what the short ways say: a form sends those by themselves."""
    rest = [one for one in parts_of(wanted.part) if not _is_short(one)]
    return write(all_of(rest)) if rest else ""


def _is_short(part: Part) -> bool:
    return isinstance(part, Term) and part.sign == ":" and part.field in SHORT.values()


def turned(part: Part) -> Part:
    """The opposite."""
    return part.part if isinstance(part, Not) else Not(part)
