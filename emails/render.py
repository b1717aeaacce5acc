"""Letter to subject, plain text and HTML.

Each mail is one template, read twice: with the HTML layout and parts, and with those of plain text. So both say the
same and carry the same links.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template

from emails import written
from emails.dates import moment, span
from emails.languages import catalogue, pick, spoken
from emails.letters import EventLetter, Letter, TeamInvitation
from emails.plain import quoted, wrapped
from emails.styled import break_lines, together, with_styles

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
LOCALES = HERE / "locales"


@dataclass(frozen=True)
class Rendered:
    """Lines of the text end in \\n and are at most 72 columns wide, links apart."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Letterhead:
    """What stands on top: who writes, what it is about, and a few lines of facts."""

    host: str
    title: str
    lines: tuple[str, ...]


def render(letter: Letter) -> Rendered:
    """The mail in the recipient's language (English if we do not speak it)."""
    language = spoken(letter.to.language)
    plain, html = _templates(letter.kind, language)
    context = {
        "letter": letter,
        "language": language,
        "letterhead": _letterhead(letter, language),
        "event": letter.event if isinstance(letter, EventLetter) else None,
        "greeting": _greeting(letter, language),
        "answer_by": _answer_by(letter, language),
        "unsubscribe": getattr(letter, "unsubscribe", ""),
        "feast": False,
    }
    subject = "".join(plain.blocks["subject"](plain.new_context(context)))
    return Rendered(" ".join(subject.split()), wrapped(plain.render(context)), html.render(context))


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
    site: str = getattr(letter, "site", "")
    return Letterhead(
        site, pick(letter.organisation, language) if isinstance(letter, TeamInvitation) else site, ()
    )


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
