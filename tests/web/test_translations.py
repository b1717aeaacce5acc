"""Every sentence of the pages stands in every language, and no translation breaks one."""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

import service
from emails.languages import LANGUAGES, catalogue
from service.invitations import models as invitations
from service.registrations import models as registrations

HOME = Path(service.__file__).parent
OPTIONS = {
    "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false",
    "extensions": "jinja2.ext.do",
}  # fmt: skip
FORMS = {"kk": 2, "ru": 3, "ko": 1}
TRANSLATED = [language for language in LANGUAGES if language != "en"]
# read by developers and administrators, not on a page: the development server, the command line, the
# specimens of the components, the API's description, and what the log and the outbox write down
NOT_ON_PAGES = (
    "dev/", "samples/", "cli.py", "settings.py", "app.py", "accounts/commands.py", "badges/",
    "web/components.py", "accounts/mail.py", "invitations/mail.py", "registrations/mail.py", "messages/mail.py",
    "messages/trying.py", "messages/texts.py", "outbox/groups.py", "answers/mail.py",
    "imports/words.py",
)  # fmt: skip
# the consent has its own translations beside it; the others are examples in the API's description
NOT_MSGIDS = ("I agree that the organizer", "The forum is for companies of", "Asked us to by phone")
# which argument of a call is a msgid
MSGID = {"_": 0, "N_": 0, "sentence": 1, "go": 1}
# what looks like a sentence is one, wherever it stands: what errors say, fields' errors, flashes
SENTENCE = re.compile(r"%?[A-Z(].* .*[.?:]|This does not look .*")


def in_templates() -> Iterator[str | tuple[str, str]]:
    """What the templates wrap, as babel reads them; templates/dev stays English."""
    for path in (HOME / "templates").rglob("*.html"):
        if "dev" not in path.relative_to(HOME).parts:
            keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
            for _, found, *_ in extract("jinja2", BytesIO(path.read_bytes()), keywords, options=OPTIONS):
                yield found if isinstance(found, str) else (found[0], found[1])


def in_code() -> Iterator[str]:
    """What the code marks, passes on as a msgid, or says in a whole sentence."""
    for path in HOME.rglob("*.py"):
        if not path.relative_to(HOME).as_posix().startswith(NOT_ON_PAGES):
            tree = ast.parse(path.read_text())
            unread = {id(part) for node in ast.walk(tree) for part in _not_said(node)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    yield from _passed(node)
                if isinstance(node, ast.Constant) and id(node) not in unread and _is_sentence(node.value):
                    yield str(node.value)


def _not_said(node: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, and the pieces of an f-string."""
    if isinstance(node, ast.Expr):
        yield node.value
    if isinstance(node, ast.JoinedStr):
        yield from node.values


def _passed(call: ast.Call) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name not in MSGID:
        return
    choice = call.args[MSGID[name]] if len(call.args) > MSGID[name] else None
    for one in (choice.body, choice.orelse) if isinstance(choice, ast.IfExp) else (choice,):
        if isinstance(one, ast.Constant) and one.value:
            yield str(one.value)


def _is_sentence(value: object) -> bool:
    return (
        isinstance(value, str)
        and not value.startswith(NOT_MSGIDS)
        and SENTENCE.fullmatch(value.rstrip()) is not None
    )


# what a refused step says of the present state: "the registration is cancelled"
STATES = {*registrations.STATES, *invitations.STATES}
MSGIDS = sorted({*in_templates(), *in_code(), *STATES}, key=str)


def messages(language: str) -> dict[str | tuple[str, ...], tuple[str, ...]]:
    """Each msgid (singular and plural, if it has both) with its translation or translations."""
    with (HOME / "locales" / f"{language}.po").open("rb") as file:
        known = [message for message in read_po(file, locale=language) if message.id]
    return {
        message.id if isinstance(message.id, str) else tuple(message.id): (message.string,)
        if isinstance(message.string, str)
        else tuple(message.string or ())
        for message in known
    }


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s", text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_has_a_translation(language: str) -> None:
    known = messages(language)
    missing = [msgid for msgid in MSGIDS if not all(known.get(msgid, ("",)))]
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_what_is_filled_in(language: str) -> None:
    for msgid, texts in messages(language).items():
        assert len(texts) == (1 if isinstance(msgid, str) else FORMS[language]), msgid
        wanted = placeholders(msgid if isinstance(msgid, str) else msgid[0])
        assert [placeholders(text) for text in texts] == [wanted] * len(texts), msgid
        assert [text.strip() for text in texts] == list(texts), msgid


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("kk", {1: "1 орын қалды", 3: "3 орын қалды"}),
        (
            "ru",
            {1: "осталось 1 место", 3: "осталось 3 места", 11: "осталось 11 мест", 21: "осталось 21 место"},
        ),
        ("ko", {1: "1자리 남음", 3: "3자리 남음"}),
    ],
)
def test_numbers_choose_their_form(language: str, said: dict[int, str]) -> None:
    ngettext = catalogue(HOME / "locales", language).ngettext
    left = {n: ngettext("%(num)s place left", "%(num)s places left", n) % {"num": n} for n in said}
    assert left == said


def test_templates_and_code_were_read() -> None:
    assert len(MSGIDS) > 650
    assert {"Check-in points", "Approve", "Place offered", "Please name the event.", "Saved."} <= set(MSGIDS)
    assert ("%(num)s place left", "%(num)s places left") in MSGIDS
