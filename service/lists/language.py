"""The filter's language: what stands in the address, as people may also type it.

    state:approved badge:none -country:KZ (tag:"VIP guest" or watched:yes) registered>=2026-11-01 name~kim

A term is a field, a sign and values: `:` is any of these, `~` contains any of these, `<` `<=` `>` `>=` compare. Terms
side by side must all hold; `or` parts ways; a minus before a term or a bracket turns it round. The bare values none and
any ask whether there is anything at all; in quotation marks they are ordinary words."""

import re
from collections.abc import Iterator
from itertools import groupby

import msgspec

from service.lists.errors import FilterUnclear

LONGEST = 2_000
MOST_TERMS = 60
DEEPEST = 8
NONE, ANY = "\x01none", "\x01any"  # cannot be typed: control signs never reach a value

_TOKEN = re.compile(
    r"""\s+ | (?P<open>\() | (?P<close>\)) | (?P<minus>-(?=[\w(])) | (?P<or>or(?=[\s(]|$))
    | (?P<field>[a-z][\w.-]*)(?P<sign>:|~|<=|>=|<|>)""",
    re.VERBOSE | re.IGNORECASE,
)
_VALUE = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s(),"]+)')


class Term(msgspec.Struct, frozen=True, tag=True):
    """`values`: at least one; NONE and ANY stand for the bare words."""

    field: str
    sign: str
    values: tuple[str, ...]


class Not(msgspec.Struct, frozen=True, tag=True):
    """Whom the part does not find."""

    part: "Part"


class And(msgspec.Struct, frozen=True, tag=True):
    """All parts hold; none at all finds everybody."""

    parts: tuple["Part", ...] = ()


class Or(msgspec.Struct, frozen=True, tag=True):
    """At least one of the parts holds."""

    parts: tuple["Part", ...]


Part = Term | Not | And | Or
EVERYBODY = And()


def read(text: str) -> Part:
    """The filter as a tree. Raises FilterUnclear."""
    if len(text) > LONGEST:
        raise _unclear(text[:20])
    reader = _Reader(text)
    part = reader.either(0)
    if reader.kind:
        raise _unclear(reader.rest)
    return part


def write(part: Part) -> str:
    """The shortest text that reads as this tree."""
    match part:
        case Term():
            return part.field + part.sign + ",".join(map(_value, part.values))
        case Not():
            inner = write(part.part)
            return f"-{inner}" if isinstance(part.part, Term) else f"-({inner})"
        case And():
            return " ".join(f"({write(one)})" if isinstance(one, Or) else write(one) for one in part.parts)
        case Or():
            return " or ".join(write(one) for one in part.parts)


def terms(part: Part) -> Iterator[Term]:
    """Every term in it."""
    match part:
        case Term():
            yield part
        case Not():
            yield from terms(part.part)
        case And() | Or():
            for one in part.parts:
                yield from terms(one)


def parts_of(part: Part) -> tuple[Part, ...]:
    """What must all hold, one by one: the chips above the list."""
    return part.parts if isinstance(part, And) else (part,)


def all_of(parts: "tuple[Part, ...] | list[Part]") -> Part:
    """One tree of them; brackets inside brackets are opened."""
    flat = [one for part in parts for one in parts_of(part)]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def _value(value: str) -> str:
    if value in (NONE, ANY):
        return value[1:]
    plain = _VALUE.fullmatch(value) and '"' not in value and value.lower() not in ("none", "any")
    if plain and not value.startswith("="):  # "=5" behind < would be <=
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unclear(near: str) -> FilterUnclear:
    return FilterUnclear(near=" ".join(near.split())[:20] or "…")


class _Reader:
    """Looks one sign ahead. `kind` is that sign's, '' at the end; `rest` is what is still to be read."""

    def __init__(self, text: str) -> None:
        self.rest, self.kind, self._terms = text, "", 0
        self._match: re.Match[str] | None = None
        self._look()

    def _look(self) -> None:
        while True:
            if not self.rest:
                self.kind = ""
                return
            self._match = _TOKEN.match(self.rest)
            if self._match is None:
                raise _unclear(self.rest)
            self.kind = self._match.lastgroup or "blank"
            if self.kind != "blank":
                return
            self.rest = self.rest[self._match.end() :]

    def _step(self) -> "re.Match[str]":
        match = self._match
        assert match is not None  # noqa: S101 — `kind` was asked before
        self.rest = self.rest[match.end() :]
        return match

    def either(self, depth: int) -> Part:
        ways = [self._together(depth)]
        while self.kind == "or":
            self._step()
            self._look()
            ways.append(self._together(depth))
        if len(ways) == 1:
            return ways[0]
        if any(way == EVERYBODY for way in ways):
            raise _unclear(f"or {self.rest}")
        return Or(tuple(ways))

    def _together(self, depth: int) -> Part:
        found: list[Part] = []
        while self.kind in ("open", "minus", "sign"):
            found.append(self._one(depth))
        return all_of(found) if found else EVERYBODY

    def _one(self, depth: int) -> Part:
        if self.kind == "minus":
            self._step()
            self._look()
            return _turned(self._one(depth))
        if self.kind == "open":
            return self._bracket(depth)
        return self._term()

    def _bracket(self, depth: int) -> Part:
        start = self.rest
        if depth == DEEPEST:
            raise _unclear(start)
        self._step()
        self._look()
        inner = self.either(depth + 1)
        if self.kind != "close" or inner == EVERYBODY:
            raise _unclear(start)
        self._step()
        self._look()
        return inner

    def _term(self) -> Term:
        start, match = self.rest, self._step()
        values: list[str] = []
        while value := _VALUE.match(self.rest):
            values.append(_read_value(value))
            self.rest = self.rest[value.end() :]
            if not self.rest.startswith(","):
                break
            self.rest = self.rest[1:]
        self._terms += 1
        if not values or self._terms > MOST_TERMS:
            raise _unclear(start)
        self._look()
        return Term(match["field"].lower(), match["sign"], tuple(value for value, _ in groupby(values)))


def _read_value(match: "re.Match[str]") -> str:
    if match["quoted"] is not None:
        return _printable(re.sub(r"\\(.)", r"\1", match["quoted"]))
    bare = match["bare"]
    return {"none": NONE, "any": ANY}.get(bare.lower(), _printable(bare))


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()


def _turned(part: Part) -> Part:
    return part.part if isinstance(part, Not) else Not(part)
