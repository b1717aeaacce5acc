"""Mail gateways open every link of a mail within seconds, and some send the forms they find there. Nothing may come of
it: nothing changes, nobody is logged in, nothing is used up. (One thing must work without a person on a page: the
single click of RFC 8058, by which a mail program unsubscribes.)"""

import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import text

from emails.render import render
from emails.samples import samples
from service.accounts.forgotten import send_password_link
from service.accounts.operations import make_link
from service.accounts.sealed import seal
from service.core.actor import SYSTEM
from service.core.database import Database
from service.credentials.operations import Signer
from service.delegations.operations import save_delegation, send_link
from service.delegations.schemas import DelegationForm
from service.messages import campaigns
from service.messages.recipients import order_of, queue_mails
from service.outbox.groups import Pace, release
from service.outbox.operations import Mail, add_mail
from service.questions.operations import save_question
from service.questions.schemas import QuestionForm
from service.registrations.deciding import approve, ask
from service.registrations.operations import send_link_again
from service.settings import Settings
from service.web.guard import Guard
from tests.support import factories as make
from tests.support.outbox import invite_many
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain

NOW = datetime.now(UTC)
HERE = "http://testserver"
PASSWORD = "birch river lantern 47"
# How programs send a form: without a word of where it was, or with the wrong one.
MANNERS = ({}, {"origin": "null"}, {"origin": "https://scanner.example"}, {"sec-fetch-site": "cross-site"})


class Page(HTMLParser):
    """The forms of a page with what stands in their fields, its links, and what would send a form by itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self.links: list[str] = []
        self.by_itself: list[str] = []
        self.scripts: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in given}
        if tag == "form":
            self.forms.append((has.get("method", "get").upper(), has.get("action", ""), {}))
        elif tag in ("input", "textarea", "select", "button") and has.get("name") and self.forms:
            self.forms[-1][2][has["name"]] = has.get("value", "")
        elif tag == "a" and has.get("href"):
            self.links.append(has["href"])
        elif tag == "script":
            self.scripts.add(urlsplit(has.get("src", "")).path)
        elif tag == "meta" and has.get("http-equiv", "").lower() == "refresh":
            self.by_itself.append("refresh")
        self.by_itself += [name for name in has if name.startswith(("on", "hx-"))]


class Scanner:
    """Opens a link, and what the page behind it leads to; sends every form it finds."""

    def __init__(self, fresh: Callable[[], httpx.AsyncClient]) -> None:
        self._fresh = fresh
        self.opened: dict[str, int] = {}
        self.sent: dict[str, set[int]] = {}
        self.cookies: set[str] = set()
        self.scripts: set[str] = set()

    async def walk(self, link: str, depth: int = 2) -> None:
        if link in self.opened or not link.startswith(HERE):
            return
        async with self._fresh() as client:
            asked = await client.head(link)
            answer = await client.get(link)
            assert (asked.status_code, asked.content) == (answer.status_code, b""), link
            self.cookies |= set(client.cookies)
        self.opened[link] = answer.status_code
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return
        page = Page(answer.text)
        self.scripts |= page.scripts
        assert page.by_itself == [], (link, page.by_itself)
        for method, action, fields in page.forms:
            await self._send(method, urljoin(str(answer.url), action), fields)
        if depth > 1:
            for further in (one for one in page.links if "lang=" not in one):  # the same page again
                await self.walk(urljoin(str(answer.url), further).partition("#")[0], depth - 1)

    async def _send(self, method: str, action: str, fields: dict[str, str]) -> None:
        if method == "GET":
            return
        plain = {"data": fields}
        ways = [(manner, plain) for manner in MANNERS]
        ways += [({}, {"files": {name: (None, value) for name, value in fields.items()}}), ({}, {})]
        for manner, way in ways:
            async with self._fresh() as client:
                answer = await client.request(method, action, headers=manner, **way)  # type: ignore[arg-type]
                self.cookies |= set(client.cookies)
            self.sent.setdefault(urlsplit(action).path, set()).add(answer.status_code)


@pytest.fixture
async def fresh(app: Litestar, settings: Settings) -> AsyncIterator[Callable[[], httpx.AsyncClient]]:
    guarded = Guard(app, base_url=settings.base_url)
    yield lambda: httpx.AsyncClient(
        transport=httpx.ASGITransport(app=guarded), base_url=HERE, follow_redirects=True
    )


async def dump(db: Database) -> dict[str, str]:
    """A digest of every row of every table. None is left out: opening a link writes nowhere."""
    tables = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    digest = "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} t"
    async with db.begin() as session:
        names = list((await session.execute(tables)).scalars())
        return {name: str((await session.execute(text(digest.format(name)))).scalar_one()) for name in names}


async def letters(db: Database, settings: Settings, signer: Signer) -> None:
    """One of each kind that has a link: to guests, invited people, a focal point, and the team."""
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event, approval="desk")
        await make.category(session, event, "full", 0)
        await save_question(session, SYSTEM, event, QuestionForm(kind="short_text", label={"en": "Diet?"}))
        await session.refresh(event)
        waiting = await make.registration(session, signer, event, email="a@steppe.example")
        approved = await make.registration(session, signer, event, email="b@steppe.example")
        await make.registration(session, signer, event, email="c@steppe.example", category="full")
        await approve(session, SYSTEM, event, approved.id, signer=signer, now=NOW)
        await ask(session, SYSTEM, event, waiting.id, question="Which company?", now=NOW)
        await send_link_again(session, event.id, "b@steppe.example", letter="own_link", now=NOW)
        await send_link_again(session, event.id, "a@steppe.example", letter="already_registered", now=NOW)
        await invite_many(session, event, 1)
        embassy = await save_delegation(
            session, SYSTEM, event,
            DelegationForm(kind="country", name="Embassy", country="PT", focal_name="Helena", focal_email="h@e.example",
                           focal_language="en", quotas={"business": 3}),
        )  # fmt: skip
        await send_link(session, SYSTEM, embassy, now=NOW)
        account = await make.account(session, host, "organizer")
        await send_password_link(session, settings, account.email, now=NOW)
        token = make_link(session, "password", account.id, now=NOW)
        more = {
            "account_id": str(account.id), "link_token": seal(token, settings.master_key),
            "organisation": "Alatau City", "inviter": "Daniyar", "role": "door",
        }  # fmt: skip
        await add_mail(
            session,
            Mail(letter="team_invitation", dedup="t", address=account.email, language="en", more=more),
        )
        news = await campaigns.start_draft(session, SYSTEM, event, chosen=[waiting.id, approved.id])
        news.subject, news.body, news.language = (
            {"en": "News"},
            {"en": "See {own_page} and {event_page}."},
            "en",
        )
        news.purpose, news.state = "news", "running"
        await queue_mails(session, order_of(news), [waiting.id, approved.id])
        await release(session, news.id, Pace())


def links_of(sink: Sink) -> set[str]:
    """All that a scanner finds: in the text, in the HTML, in the headers."""
    found: set[str] = set()
    for taken in sink.taken:
        mail = taken.message
        for kind in ("plain", "html"):
            body = mail.get_body((kind,))
            assert body is not None
            said = body.get_content().replace("&amp;", "&")
            found |= {link.rstrip(".,") for link in re.findall(r"https?://[^\s<>\"']+", said)}
        found |= set(re.findall(r"<(http[^>]+)>", str(mail["list-unsubscribe"] or "").replace("\r\n", "")))
    return found


async def test_whoever_opens_every_link_of_every_mail_changes_nothing(
    db: Database, settings: Settings, signer: Signer, context: Context, sink: Sink,
    fresh: Callable[[], httpx.AsyncClient],
) -> None:  # fmt: skip
    await letters(db, settings, signer)
    await Drain(context).run()
    links = links_of(sink)
    before, scanner = await dump(db), Scanner(fresh)
    for link in sorted(links):
        await scanner.walk(link)
    assert await dump(db) == before
    kinds = {urlsplit(link).path.split("/")[1] for link in scanner.opened}
    assert kinds >= {"e", "g", "i", "d", "n", "password"}, kinds
    assert {link: code for link, code in scanner.opened.items() if code != 200} == {}
    forms = {re.sub(r"^/(\w)/[^/]+", r"/\1", path) for path in scanner.sent}
    assert forms >= {
        "/i/decline",
        "/i/accept",
        "/i/unsubscribe",
        "/n",
        "/g/cancel",
        "/g/answer",
        "/d/people/new",
    }, forms
    assert {path: codes for path, codes in scanner.sent.items() if codes != {403}} == {}
    assert scanner.cookies <= {"lang"}, scanner.cookies
    assert scanner.scripts
    for script in scanner.scripts:  # a scanner that is a browser runs them
        async with fresh() as client:
            said = (await client.get(script)).text
        assert not re.search(r"submit\(|requestSubmit|fetch\(|sendBeacon|XMLHttpRequest", said), script


async def test_what_can_be_used_once_still_works_afterwards(
    db: Database, settings: Settings, signer: Signer, context: Context, sink: Sink,
    fresh: Callable[[], httpx.AsyncClient],
) -> None:  # fmt: skip
    await letters(db, settings, signer)
    await Drain(context).run()
    once = sorted(link for link in links_of(sink) if "/password/" in link)
    scanner = Scanner(fresh)
    for link in once:
        await scanner.walk(link)
    assert len(once) == 2
    async with fresh() as person:
        person.headers["sec-fetch-site"] = "same-origin"
        answer = await person.post(once[0], data={"password": PASSWORD, "again": PASSWORD})
        assert answer.status_code == 200, answer.text
        assert "qonaq_session" in person.cookies
    async with db.begin() as session:
        used = (
            await session.execute(text("SELECT count(*) FROM one_time_links WHERE used_at IS NOT NULL"))
        ).scalar_one()
    assert used is not None
    assert used >= 1


async def test_the_single_click_of_rfc_8058_needs_no_page(
    db: Database, settings: Settings, signer: Signer, context: Context, sink: Sink,
    fresh: Callable[[], httpx.AsyncClient],
) -> None:  # fmt: skip
    await letters(db, settings, signer)
    await Drain(context).run()
    ways = {
        str(taken.message["list-unsubscribe"]).strip("<>"): taken.recipient
        for taken in sink.taken
        if taken.message["list-unsubscribe"]
    }
    assert len(ways) == 3
    for way in ways:
        async with fresh() as program:
            answer = await program.post(way, data={"List-Unsubscribe": "One-Click"})
            assert (answer.status_code, dict(program.cookies)) == (200, {})
    async with db.begin() as session:
        shut = set((await session.execute(text("SELECT email FROM suppressions"))).scalars())
    assert shut == set(ways.values())


@pytest.mark.parametrize("name", sorted(dict(samples())))
def test_no_letter_does_anything_by_itself(name: str) -> None:
    """No form, no script, nothing fetched from elsewhere when it is only looked at."""
    letter = dict(samples())[name]
    html = render(letter).html
    page = Page(html)
    fetched = re.findall(r"<(?:img|iframe|link|object|embed|video|audio|source)\b|url\(|@import", html)
    assert (page.forms, page.by_itself, page.scripts, fetched) == ([], [], set(), [])
    assert {urlsplit(link).scheme for link in page.links} <= {"https", "mailto"}
