"""Pages: Jinja2 with one environment per language, the reader's language, and the answer as HTML."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

from babel import negotiate_locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from litestar import Request
from litestar.datastructures import Cookie
from litestar.response import Response

from emails import languages
from service.web.hero import hero
from service.web.icons import icon
from service.web.states import STATES
from service.web.styles import stylesheet
from service.web.words import LOCALES

HERE = Path(__file__).parent.parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"
HTML = "text/html"  # the framework adds the charset


@cache
def static(path: str) -> str:
    """The address of a file below service/static, with its content's hash, so that it may be cached for a year."""
    data = stylesheet().encode() if path == "qonaq.css" else (STATIC / path).read_bytes()
    return f"/static/{path}?v={hashlib.sha256(data).hexdigest()[:12]}"


@cache
def environment(language: str) -> Environment:
    """The environment of one language: filters and gettext bound to it. Undefined names are errors."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    env.install_gettext_translations(languages.catalogue(LOCALES, language), newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    env.globals.update(
        icon=icon,
        STATES=STATES,
        hero=hero,
        static=static,
        language=language,
        languages=[(code, languages.OWN_NAMES[code]) for code in languages.LANGUAGES],
    )
    env.filters.update(
        tr=lambda text, fallback=None: languages.pick(text or {}, language, fallback),
        moment=lambda at, zone: languages.moment(at, zone, language),
        day=lambda at, zone: languages.day(at, zone, language),
        short_day=lambda at, zone: languages.short_day(at, zone, language),
        ago=lambda at, now: languages.ago(at, now, language),
        clock=languages.clock,
        offset=languages.offset,
        country=lambda code: languages.country_name(code, language),
        countries_by_name=lambda codes: sorted(
            (languages.country_name(code, language), code) for code in codes
        ),
        number=lambda value: languages.number(value, language),
    )
    plural: Any = env.globals["ngettext"]
    env.globals["ngettext"] = pass_context(
        lambda context, one, many, count, **values: plural(
            context, one, many, count, **{"num": languages.number(count, language), **values}
        )
    )
    env.globals["span"] = lambda start, end, zone: languages.span(start, end, zone, language)
    return env


def language_of(request: Request[Any, Any, Any]) -> str:
    """The reader's language: `?lang=`, then the cookie, then Accept-Language, then English."""
    for wish in (request.query_params.get("lang"), request.cookies.get("lang")):
        if wish in languages.LANGUAGES:
            return str(wish)
    preferred = [
        part.split(";")[0].strip().replace("-", "_")
        for part in request.headers.get("accept-language", "").split(",")
    ]
    return negotiate_locale(preferred, languages.LANGUAGES) or "en"


def sentence(request: Request[Any, Any, Any], msgid: str, **data: object) -> str:
    """A msgid in the reader's language with its data filled in: a state (`state`, `answer`) in its words, numbers as
    they are written there."""
    language = language_of(request)
    say = languages.catalogue(LOCALES, language).gettext
    words = {key: say(str(data[key])) for key in ("state", "answer") if data.get(key)}
    numbers = {key: languages.number(value, language) for key, value in data.items() if type(value) is int}
    return say(msgid) % {**data, **numbers, **words} if data else say(msgid)


def render(template: str, language: str, **context: object) -> str:
    """The page as text. Values are escaped by the environment."""
    return environment(language).get_template(template).render(**context)


def page(
    request: Request[Any, Any, Any], template: str, *, status: int = 200, **context: object
) -> Response[str]:
    """The answer of an HTML handler: the page in the reader's language; a chosen language is remembered in a cookie."""
    language = language_of(request)
    flash = request.cookies.get("flash", "")
    kind, _, msgid = flash.partition(":")
    known: dict[str, object] = {
        "request_path": request.url.path,
        "url_in": lambda code: _address_in(request, code),
        "actor": request.scope.get("actor"),
        "flash": (kind, sentence(request, unquote(msgid))) if msgid else None,
        "errors": {},
        "form": {},
    }
    cookies = (
        [Cookie("lang", value=language, max_age=31_536_000, samesite="lax")]
        if "lang" in request.query_params
        else []
    )
    if flash:
        cookies.append(Cookie("flash", value="", max_age=0))
    html = render(template, language, **{**known, **context})
    return Response(
        html, media_type=HTML, status_code=status, cookies=cookies,
        headers={"cache-control": "no-store", "content-language": language, "vary": "cookie, accept-language"},
    )  # fmt: skip


def _address_in(request: Request[Any, Any, Any], code: str) -> str:
    query = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    return f"{request.url.path}?{urlencode([*query, ('lang', code)])}"
