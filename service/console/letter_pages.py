"""System mails: which of them speak in the team's own words; the editor with every language, versions, a way back."""

import json
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession

from emails.checks import Finding, findings
from emails.languages import OWN_NAMES
from emails.letters import WRITABLE
from emails.letters import Wording as Words
from emails.render import Rendered, render
from emails.standard import own_words_of
from service.console import words
from service.console.composer_words import FINDINGS, PART_WORDS, PLACEHOLDER_WORDS
from service.console.letter_forms import as_form, changed_between, parts_in, read_words
from service.console.mail_frame import framed
from service.core.actor import Actor
from service.core.database import Database
from service.core.errors import Conflict, NotFound
from service.core.tokens import new_token
from service.events.models import Event
from service.events.queries import get_event
from service.messages.examples import example, pick_about
from service.messages.trying import send_test
from service.messages.wordings import (
    InLanguages,
    check_letter,
    check_words_of,
    get_version,
    go_back,
    is_valid,
    list_current,
    list_versions,
    placeholders_of,
    readable,
    save,
)
from service.outbox.bell import Bell
from service.settings import Settings
from service.web.forms import Form, go, read_form
from service.web.templating import page
from service.web.words import N_

AT = "/console/{slug:str}/letters"
ONE = AT + "/{letter:str}"
KEPT_FOR = 900  # seconds in which a preview may be looked at
SAVED = N_("Saved. Mails that are not sent yet go out in these words.")
TESTED = N_("A test is on its way to you.")
SAME = N_("Nothing was changed.")
LATE = N_("Somebody saved other words meanwhile. You can look at them below.")
OTHERS = N_("Somebody saved other words meanwhile. Compare them, then save yours again if they shall stand.")


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """How the mail looks in one language: whose name stands in it, where the frame finds it; and what is odd
    in any language."""

    language: str
    mail: Rendered
    name: str
    odd: list[tuple[str, Finding]]
    preview: str


@get(AT, include_in_schema=False)
async def letters_page(
    request: Request[Any, Any, Any], slug: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """All that are sent by themselves, with those in the team's own words marked."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "see")
        current = await list_current(session, [event.id])
    written = {letter: one for (_, letter), one in current.items() if one.words}
    return page(
        request, "console/letters.html", event=event, here="deliveries", letters=WRITABLE, names=words.LETTERS,
        written=written, broken={letter for letter, one in written.items() if not is_valid(one)},
        may="manage" in actor.needs(event.organisation_id, event.id),
    )  # fmt: skip


@get(ONE, include_in_schema=False)
async def letter_page(
    request: Request[Any, Any, Any], slug: FromPath[str], letter: FromPath[str], actor: NamedDependency[Actor],
    db: NamedDependency[Database], settings: NamedDependency[Settings], redis: NamedDependency[Redis],
    see: FromQuery[str] = "",
) -> Response[str]:  # fmt: skip
    """The editor, with the words as they are. `see` is the language of the preview."""
    async with db.begin() as session:
        event = await _event(session, actor, slug, letter)
        return await _editor(request, session, event, letter, settings, redis, see=see)


@post(ONE, include_in_schema=False)
async def write_letter(
    request: Request[Any, Any, Any], slug: FromPath[str], letter: FromPath[str], actor: NamedDependency[Actor],
    db: NamedDependency[Database], settings: NamedDependency[Settings], redis: NamedDependency[Redis],
    bell: NamedDependency[Bell],
) -> Response[str] | Redirect:  # fmt: skip
    """Look at what is typed, or get it as a mail (nothing is kept); or keep it as a new version."""
    form = await read_form(request)
    async with db.begin() as session:
        event = await _event(session, actor, slug, letter)
        typed = read_words(form, letter, event.languages)
        errors, said, told = check_words_of(letter, typed), "", ""
        if form.get("do") == "keep" and not errors:
            try:
                new = await save(session, actor, event, letter, typed, _number(form.get("version", "")))
                return go(f"/console/{slug}/letters/{letter}", SAVED if new else SAME)
            except Conflict:
                said = OTHERS
        if form.get("do") == "test" and not errors and actor.email:
            await _test(session, actor, event, letter, form, typed)
            told = TESTED
        answer = await _editor(
            request, session, event, letter, settings, redis, form=form, errors=errors, said=said, told=told
        )
    bell.ring()
    return answer


@post(ONE + "/back", include_in_schema=False)
async def letter_back(
    request: Request[Any, Any, Any], slug: FromPath[str], letter: FromPath[str], actor: NamedDependency[Actor],
    db: NamedDependency[Database],
) -> Redirect:  # fmt: skip
    """To an earlier version, or to our words."""
    form = await read_form(request)
    to, version = _number(form.get("to", "")), _number(form.get("version", ""))
    async with db.begin() as session:
        event = await _event(session, actor, slug, letter)
        try:
            new = await go_back(session, actor, event, letter, to, version)
        except Conflict:
            return go(f"/console/{slug}/letters/{letter}", LATE, "error")
    return go(f"/console/{slug}/letters/{letter}", SAVED if new else SAME)


@get(ONE + "/versions/{version:int}", include_in_schema=False)
async def version_page(
    request: Request[Any, Any, Any], slug: FromPath[str], letter: FromPath[str], version: FromPath[int],
    actor: NamedDependency[Actor], db: NamedDependency[Database],
) -> Response[str]:  # fmt: skip
    """What changed from that version to the words of now."""
    async with db.begin() as session:
        event = await _event(session, actor, slug, letter)
        then = await get_version(session, event.id, letter, version)
        now = (await list_current(session, [event.id])).get((event.id, letter))
    return page(
        request, "console/letter_version.html", event=event, here="deliveries", letter=letter, names=words.LETTERS,
        then=then, now=now, changed=changed_between(letter, event.languages, readable(then), readable(now)),
        own_names=OWN_NAMES, parts=PART_WORDS,
    )  # fmt: skip


@get(AT + "/previews/{key:str}", include_in_schema=False)
async def letter_preview(
    slug: FromPath[str], key: FromPath[str], actor: NamedDependency[Actor], db: NamedDependency[Database],
    redis: NamedDependency[Redis],
) -> Response[str]:  # fmt: skip
    """What an editor looked at, for the frame beside the words: no script, no request to anywhere."""
    async with db.begin() as session:
        event = await get_event(session, actor, slug, "manage")
    try:
        kept = await redis.get(_key(event.id, key))
    except (RedisError, OSError):
        kept = None
    if kept is None:
        raise NotFound
    language, html = json.loads(kept)
    return framed(html, language)


async def _test(
    session: AsyncSession, actor: Actor, event: Event, letter: str, form: Form, typed: InLanguages
) -> None:
    see = form.get("see", "")
    language = see if see in event.languages else event.languages[0]
    words = typed.get(language, {})
    subject = words.get("subject") or own_words_of(letter, language)[0].subject or "{event}"
    about = await pick_about(session, event.id, letter, language)
    await send_test(session, actor, event, letter, {**words, "subject": f"[TEST] {subject}"}, language, about)


async def _event(session: AsyncSession, actor: Actor, slug: str, letter: str) -> Event:
    event = await get_event(session, actor, slug, "manage")
    check_letter(letter)
    return event


async def _editor(
    request: Request[Any, Any, Any], session: AsyncSession, event: Event, letter: str, settings: Settings, redis: Redis,
    *, form: Form | None = None, see: str = "", errors: dict[str, str] | None = None, said: str = "", told: str = "",
) -> Response[str]:  # fmt: skip
    versions = await list_versions(session, event.id, letter)
    now = versions[0] if versions else None
    typed = read_words(form, letter, event.languages) if form is not None else readable(now)
    see = form.get("see", "") if form is not None else see
    language = see if see in event.languages else event.languages[0]
    look = await _look(session, event, letter, settings, redis, typed, language)
    return page(
        request, "console/letter.html", status=422 if errors or said else 200, event=event, here="deliveries",
        letter=letter, names=words.LETTERS, form=form if form is not None else as_form(letter, event.languages, typed),
        errors=errors or {}, said=said, told=told, address=_address(request),
        look=look, versions=versions, version=now.version if now else 0,
        broken=now is not None and not is_valid(now), parts=parts_in(letter), odd=FINDINGS,
        changed=changed_between(letter, event.languages, typed, readable(now)) if said else [],
        spoken=[(code, OWN_NAMES[code], own_words_of(letter, code)[0]) for code in event.languages],
        placeholders=[(f"{{{one}}}", PLACEHOLDER_WORDS[one]) for one in placeholders_of(letter)],
        own_names=OWN_NAMES, part_words=PART_WORDS,
    )  # fmt: skip


async def _look(
    session: AsyncSession, event: Event, letter: str, settings: Settings, redis: Redis,
    typed: InLanguages, language: str,
) -> Look:  # fmt: skip
    about = await pick_about(session, event.id, letter, language)
    letters = {
        code: example(
            letter, event, settings.base_url, code, about, Words.of(typed[code]) if code in typed else None
        )
        for code in {language, *typed}
    }
    mails = {code: render(one) for code, one in letters.items()}
    mail = mails[language]
    odd = [(code, one) for code in event.languages if code in mails for one in findings(mails[code])]
    key = new_token()
    try:
        await redis.set(_key(event.id, key), json.dumps([language, mail.html]), ex=KEPT_FOR)
    except (RedisError, OSError):
        key = ""  # the plain text is there all the same
    return Look(language=language, mail=mail, name=letters[language].to.name, odd=odd, preview=key)


def _address(request: Request[Any, Any, Any]) -> str:
    """Where a test goes; API callers have none."""
    actor = request.scope.get("actor")
    return actor.email if isinstance(actor, Actor) else ""


def _key(event_id: UUID, key: str) -> str:
    return f"preview:{event_id}:{key}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


ROUTES = (letters_page, letter_preview, letter_page, write_letter, letter_back, version_page)
