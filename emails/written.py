"""What the team writes itself: plain words with placeholders {name} or {position|colleague}, and links. Nothing in it
is ever run; what stands for a placeholder is escaped like any other word, and is no link even if it looks like one."""

import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from markupsafe import Markup, escape

PLACEHOLDERS = (
    "name", "latin_name", "honorific", "position", "organisation", "country", "category", "delegation", "own_page",
    "event", "date", "place", "host", "event_page",
)  # fmt: skip
LINKS = ("own_page", "event_page")
LONGEST_VALUE = 200  # characters
MOST = 100  # placeholders in one text: what is filled in stays small
_PART = re.compile(r"\{(?P<inside>[^{}\n]{0,200})\}|(?P<link>(?:https?://|mailto:)[^\s<>\"{}]{1,500})")
_KNOWN = re.compile(r"(?P<key>[a-z_]+)(?:\|(?P<otherwise>.*))?")
_BEHIND = ".,;:!?)]»”’"  # ends the sentence, not the link


class Part(msgspec.Struct, frozen=True):
    """A piece of a text. `text` is the words, the link, or the key of the placeholder; `otherwise` stands where the
    placeholder has no value."""

    kind: Literal["words", "link", "placeholder", "unknown"]
    text: str
    otherwise: str = ""


def parts_of(text: str) -> list[Part]:
    """In their order. What is in braces and no placeholder of ours is "unknown"."""
    found: list[Part] = []
    at = 0
    for match in _PART.finditer(text):
        found += _words(text[at : match.start()])
        at = match.end()
        if link := match["link"]:
            whole = link.rstrip(_BEHIND)
            found.append(Part("link", whole))
            found += _words(link[len(whole) :])
        else:
            found.append(_placeholder(match["inside"]))
    return [*found, *_words(text[at:])]


def _words(text: str) -> list[Part]:
    return [Part("words", text)] if text else []


def _placeholder(inside: str) -> Part:
    match = _KNOWN.fullmatch(inside.strip())
    if match is None or match["key"] not in PLACEHOLDERS:
        return Part("unknown", inside)
    return Part("placeholder", match["key"], (match["otherwise"] or "").strip())


def as_text(text: str, values: Mapping[str, str]) -> str:
    """Filled in, for plain text and subjects."""
    return "".join(_value(part, values) for part in parts_of(text))


def as_html(text: str, values: Mapping[str, str]) -> Markup:
    """Filled in and escaped; links can be pressed, lines stay lines."""
    return Markup().join(_html(part, values) for part in parts_of(text.strip()))


def _html(part: Part, values: Mapping[str, str]) -> Markup:
    value = _value(part, values)
    if part.kind == "link" or (part.kind == "placeholder" and part.text in LINKS and value):
        return Markup('<a class="link" style="color:#0073ac" href="{0}">{0}</a>').format(value)
    return Markup("<br>").join(escape(line) for line in value.split("\n"))


def _value(part: Part, values: Mapping[str, str]) -> str:
    if part.kind == "placeholder":
        return clean(values.get(part.text, "")) or part.otherwise
    return f"{{{part.text}}}" if part.kind == "unknown" else part.text


def clean(value: str) -> str:
    """A value on one line, of a length that a person reads."""
    return " ".join(value.split())[:LONGEST_VALUE]


def is_good_link(link: str) -> bool:
    """Whether anybody could open it: a host with a dot, an address with an @; not our own machine."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return re.fullmatch(r"[^\s@?]+@[^\s@?]+\.[^\s@?]+(\?.*)?", link.removeprefix("mailto:")) is not None
    return (
        "." in host.strip(".") and not parts.username and not re.fullmatch(r"127\..*|.*\.local(host)?", host)
    )
