"""Letter to subject, plain text and HTML.

Each mail is one template, read twice: with the HTML layout and parts, and with those of plain text. So both say the
same and carry the same links. Read a third time, with parts of its own, it gives the words that a team may change.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import escape

from emails import written
from emails.dates import moment, span
from emails.languages import catalogue, pick, spoken
from emails.letters import LINKS, EventLetter, EventMoved, Letter, Message, TeamInvitation, Wording
from emails.plain import quoted, wrapped
from emails.styled import break_lines, together, with_styles
from emails.transfer import Encoded, Page, encoded

PERSONAL = (*LINKS, "unsubscribe", "on_behalf", "instead_of")
MOST_KEPT = 512  # mails without their personal words, of 20 kB each
_SECRET = token_hex(8)  # nobody can write a mark into the words of a mail
_MARKED = re.compile(f"\ue000{_SECRET}([^\ue001]+)\ue001")
_GAP = re.compile("\ue000([^\ue000\ue001]+)\ue001")
_kept: "dict[str, tuple[str, str, Page, Shell]]" = {}

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
LOCALES = HERE / "locales"


@dataclass(frozen=True)
class Rendered:
    """Lines of the text end in \\n and are at most 72 columns wide, links apart."""

    subject: str
    text: str
    html: str
    shell: "Shell | None" = field(default=None, compare=False)
    words: Mapping[str, str] = field(default_factory=dict, compare=False)
    page: Page | None = field(default=None, compare=False)

    def encoded_page(self) -> Encoded:
        """The HTML as it travels."""
        return self.page.encoded(self.words) if self.page else encoded(self.html)


@dataclass(frozen=True)
class Shell:
    """What all who get this mail share, with marks where each one's own words stand. `id` is made of what it says."""

    id: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Letterhead:
    """What stands on top: who writes, what it is about, and a few lines of facts."""

    host: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """Of an event that was moved, as the reader writes it: when and where it was to be, and is."""

    when_before: str
    when: str
    where_before: str
    where: str


def render(letter: Letter) -> Rendered:
    """The mail in the recipient's language (English if we do not speak it).

    Most of a mail is the same for everybody who gets it. So it is rendered once with marks in the place of what is
    personal (name, address, links, values) and kept; each mail puts its own words there, escaped. Whether there is
    such a word at all belongs to what is kept: templates ask for that."""
    own: dict[str, str] = {}
    shared = _with_marks(letter, own)
    key = repr(shared)
    if (kept := _kept.get(key)) is None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        subject, text, html = fresh(shared)
        kept = _kept[key] = subject, text, Page(html, _MARKED), _shell(subject, text, html)
    subject, text, page, shell = kept
    return finished(
        _filled(subject, _MARKED, own), _filled(text, _MARKED, own), page.filled(own), shell, own, page
    )


def _filled(text: str, gap: re.Pattern[str], words: Mapping[str, str]) -> str:
    return gap.sub(lambda found: words.get(found[1], ""), text)


def _shell(*said: str) -> Shell:
    """With marks that mean the same in every process."""
    subject, text, html = (one.replace(f"\ue000{_SECRET}", "\ue000") for one in said)
    return Shell(
        hashlib.sha256("\0".join((subject, text, html)).encode()).hexdigest()[:32], subject, text, html
    )


def filled(shell: Shell, words: Mapping[str, str]) -> Rendered:
    """The mail again, from its shell and its own words."""
    html = _filled(shell.html, _GAP, {name: str(escape(word)) for name, word in words.items()})
    return finished(_filled(shell.subject, _GAP, words), _filled(shell.text, _GAP, words), html, shell, words)


def _with_marks(letter: Letter, own: dict[str, str]) -> Letter:
    """The letter with marks for what is personal; `own` gets the words behind them, by name."""

    def mark(name: str, word: str) -> str:
        if not word:
            return ""
        own[name] = word
        return f"\ue000{_SECRET}{name}\ue001"

    given: dict[str, Any] = {
        name: mark(name, getattr(letter, name)) for name in PERSONAL if hasattr(letter, name)
    }
    if isinstance(letter, Message):
        given["values"] = {key: mark(f"v_{key}", written.clean(word)) for key, word in letter.values.items()}
    if isinstance(letter, EventLetter) and (wording := letter.wording):
        values = {key: mark(f"w_{key}", written.clean(word)) for key, word in wording.values.items()}
        given["wording"] = replace(wording, values=values)
    address, name = mark("address", letter.to.address), mark("name", letter.to.name)
    return replace(letter, to=replace(letter.to, address=address, name=name, latin_name=""), **given)


def fresh(letter: Letter) -> tuple[str, str, str]:
    """Subject, text and HTML as the templates write them."""
    language = spoken(letter.to.language)
    plain, html = _templates(letter.kind, language)
    own = (letter.wording if isinstance(letter, EventLetter) else None) or Wording()
    greeting = _greeting(letter, language)
    context = {
        "own": own,
        "letter": letter,
        "language": language,
        "letterhead": _letterhead(letter, language),
        "event": letter.event if isinstance(letter, EventLetter) else None,
        "answer_by": _answer_by(letter, language),
        "moved": _move(letter, language),
        "unsubscribe": getattr(letter, "unsubscribe", ""),
        "site": _site(letter),
        "feast": False,
        "to_team": False,
    }
    subject = written.as_text(own.subject, own.values) or "".join(
        plain.blocks["subject"](plain.new_context(context))
    )
    text, page = (
        template.render(context, part=_parts(form, language, own, greeting))
        for form, template in (("txt", plain), ("html", html))
    )
    return subject, text, page


def _parts(form: str, language: str, own: Wording, greeting: str) -> Any:
    """What mails are put together from (templates/parts): it knows what the team wrote, the templates need not."""
    return environment(form, language).get_template("parts").make_module({"own": own, "greeting": greeting})


def own_words(letter: Letter) -> Wording:
    """What we say where the team may say it otherwise: the words alone, with nothing that is true of one guest."""
    language = spoken(letter.to.language)
    template = environment("words", language).get_template(letter.kind)
    sheet = template.render(
        letter=letter, letterhead=_letterhead(letter, language), answer_by=_answer_by(letter, language),
        moved=_move(letter, language), event=getattr(letter, "event", None),
        part=_parts("words", language, Wording(), ""),
    )  # fmt: skip
    said: dict[str, list[str]] = {}
    for part in sheet.split("\x1e"):
        name, sign, words = part.partition("\x1f")
        if sign:
            said.setdefault(name, []).append(" ".join(words.split()))
    return Wording.of({name: "\n\n".join(words) for name, words in said.items()})


def finished(
    subject: str, text: str, html: str, shell: Shell | None = None, words: Mapping[str, str] | None = None,
    page: Page | None = None,
) -> Rendered:  # fmt: skip
    """The subject on one line, the text in lines of a width that is pleasant to read."""
    return Rendered(" ".join(subject.split()), wrapped(text), html, shell, words or {}, page)


@lru_cache
def _templates(kind: str, language: str) -> tuple[Template, Template]:
    return environment("txt", language).get_template(kind), environment("html", language).get_template(kind)


@lru_cache
def environment(form: str, language: str) -> Environment:
    """Jinja for one form ("txt" or "html") in one language; styles are inlined here, once."""

    def source(name: str) -> str | None:
        own = TEMPLATES / f"{name}.{form}.jinja"
        if not own.exists():
            own = TEMPLATES / f"{name}.jinja"
        text = re.sub(r"(?m)^[ \t]+", "", own.read_text("utf-8"))
        if not own.name.endswith(".html.jinja"):
            return text
        return with_styles(text, (TEMPLATES / "mail.css").read_text("utf-8"))

    found = Environment(
        loader=FunctionLoader(source),
        autoescape=form == "html",  # noqa: S701  # plain text has nothing to escape
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    found.filters.update(
        quoted=quoted, lines=break_lines, together=together, filled=written.as_text, pressable=written.as_html
    )  # fmt: skip
    translations: Any = catalogue(LOCALES, language)
    found.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]  # by the extension
    return found


def _letterhead(letter: Letter, language: str) -> Letterhead:
    if isinstance(letter, EventLetter):
        event = letter.event
        lines = [span(event.starts_at, event.ends_at, event.zone, language), pick(event.place, language)]
        if category := getattr(letter, "category", None):
            _ = catalogue(LOCALES, language).gettext
            lines.append(_("Category: %(category)s") % {"category": pick(category, language)})
        return Letterhead(pick(event.host, language), pick(event.name, language), tuple(filter(None, lines)))
    site = _site(letter)
    return Letterhead(
        site, pick(letter.organisation, language) if isinstance(letter, TeamInvitation) else site, ()
    )


def _site(letter: Letter) -> str:
    """The host name people know, for a mail that nobody stands behind."""
    if isinstance(letter, EventLetter):
        return urlsplit(letter.event.url).hostname or ""
    return getattr(letter, "site", "")


def _greeting(letter: Letter, language: str) -> str:
    """The organizers' own salutation if there is one; never a name taken apart."""
    _ = catalogue(LOCALES, language).gettext
    own = letter.to.salutation.strip()
    if own:
        return own if own[-1] in ",.!?:;" else own + ("!" if language in ("kk", "ru") else ",")
    return _("Dear %(name)s,") % {"name": letter.to.name} if letter.to.name else _("Hello,")


def _answer_by(letter: Letter, language: str) -> str:
    until = getattr(letter, "answer_by", None)
    return moment(until, letter.event.zone, language) if until and isinstance(letter, EventLetter) else ""


def _move(letter: Letter, language: str) -> Move | None:
    if not isinstance(letter, EventMoved):
        return None
    before, event = letter.before, letter.event
    return Move(
        span(before.starts_at, before.ends_at, before.zone, language),
        span(event.starts_at, event.ends_at, event.zone, language),
        pick(before.place, language), pick(event.place, language),
    )  # fmt: skip
