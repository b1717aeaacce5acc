"""Every page there is, with somebody to see it: for pictures and for axe."""

import json
from dataclasses import dataclass
from typing import Any

import asyncpg
from playwright.async_api import Browser, BrowserContext, Page, Response

from service.core.tokens import personal_token
from service.invitations.mail import ASSISTANT
from service.samples import LOGINS
from service.settings import Settings
from tests.browser.house import House

PASSWORDS = {role: (email, password) for role, email, password in LOGINS}


@dataclass(frozen=True)
class Shown:
    """A page: its name for the file, its address, who looks (guest, owner, door).

    `send` names a field: the page is the answer to its form, sent empty."""

    name: str
    path: str
    who: str = "guest"
    send: str = ""

    async def open(self, page: Page, url: str) -> Response | None:
        answer = await page.goto(url + self.path)
        if not self.send:
            return answer
        async with page.expect_navigation() as sent:
            await page.evaluate(SEND, self.send)
        return await sent.value


SEND = """(field) => {
    const form = document.querySelector(`[name=${field}]`).form;
    form.querySelectorAll("input[type=text], input[type=email], input[type=number]").forEach(one => { one.value = "" });
    form.noValidate = true; form.requestSubmit();
}"""


async def every_page(house: House) -> list[Shown]:
    """With ids of the samples filled in."""
    environment = json.loads((house.home / "running.json").read_text())["environment"]
    key = Settings.from_environment(environment).master_key
    connection = await asyncpg.connect(environment["DATABASE_URL"])

    async def one(statement: str) -> Any:
        return await connection.fetchval(statement)

    within = "JOIN events e ON e.slug = 'ai-4room' AND e.id ="
    of = "SELECT r.id FROM registrations r JOIN events e ON e.id = r.event_id WHERE e.slug = 'ai-4room' AND r.state = "
    mail = await one(
        f"SELECT task_id FROM deliveries {within} deliveries.event_id WHERE deliveries.state = 'bounced' LIMIT 1"
    )
    approved, waiting = (
        await one(f"{of} 'approved' AND r.country = 'KR' LIMIT 1"),
        await one(f"{of} 'waitlisted' LIMIT 1"),
    )
    pending, category = (
        await one(f"{of} 'pending' LIMIT 1"),
        await one(
            "SELECT c.id FROM categories c JOIN events e ON e.id = c.event_id WHERE e.slug = 'ai-4room'"
            " ORDER BY jsonb_array_length(c.steps) DESC LIMIT 1"
        ),
    )
    offered = await one(f"{of} 'offered' LIMIT 1")
    stepping = await one(f"{of} 'pending' AND r.step > 1 LIMIT 1")
    arrived = await one(f"SELECT n.registration_id FROM entries n {within} n.event_id")
    session = await one(f"SELECT s.id FROM programme_sessions s {within} s.event_id")
    track = await one(f"SELECT t.id FROM tracks t {within} t.event_id")
    point = await one(f"SELECT p.id FROM checkin_points p {within} p.event_id")
    asked = "SELECT i.id FROM invitations i JOIN events e ON e.id = i.event_id WHERE e.slug = 'alatau-seoul'"
    silent = await one(f"{asked} AND i.state = 'sent' AND i.copy_assistant LIMIT 1")
    declined = await one(f"{asked} AND i.state = 'declined' LIMIT 1")
    replaced = await one("SELECT instead_of_id FROM invitations WHERE instead_of_id IS NOT NULL LIMIT 1")
    rules = f"FROM reminder_rules r {within} r.event_id WHERE r.letter = 'message'"
    rule, words = await one(f"SELECT r.id {rules}"), await one(f"SELECT r.campaign_id {rules}")
    await connection.execute(
        "INSERT INTO suppressions (organisation_id, email, reason, said) SELECT organisation_id, address, reason, said"
        " FROM (SELECT id, organisation_id FROM events WHERE slug = 'ai-4room'), (VALUES"
        " ('somebody@seven-rivers.example', 'asked', ''), ('former@silk-planning.example', 'bounced', $1))"
        " AS shut (address, reason, said) ON CONFLICT DO NOTHING",
        "550 5.1.1 Mailbox unavailable",
    )
    brought = await _import(connection)
    delegation = await one(
        "SELECT id FROM delegations WHERE state = 'open' AND head_id IS NOT NULL ORDER BY name LIMIT 1"
    )
    member = await connection.fetchval(
        "SELECT id FROM registrations WHERE delegation_id = $1 AND state = 'approved' LIMIT 1", delegation
    )
    number = await connection.fetchval("SELECT link_number FROM delegations WHERE id = $1", delegation)
    person, double = await _doubles(connection)
    draft, sent = [await _message(connection, state) for state in ("draft", "paused")]
    question = await one(f"SELECT q.id FROM questions q {within} q.event_id AND q.kind = 'many_of'")
    await connection.close()
    own = {
        name: personal_token(key, "own", row)
        for name, row in (("a", approved), ("w", waiting), ("p", pending), ("o", offered))
    }
    invited, said_no, gave_up = (
        personal_token(key, "invitation", row) for row in (silent, declined, replaced)
    )
    for_boss = personal_token(key, ASSISTANT, silent)
    news = personal_token(key, "news", approved)
    at, roadshow = "/console/ai-4room", "/console/alatau-seoul"
    focal = "/d/" + personal_token(key, f"delegation{number}", delegation)
    return [
        Shown("home", "/"), Shown("event", "/e/ai-4room"), Shown("event-ceremony", "/e/k-park"),
        Shown("event-roadshow", "/e/alatau-seoul"), Shown("register", "/e/ai-4room/register"),
        Shown("thanks", "/e/ai-4room/thanks"), Shown("closed", "/e/k-park/register"),
        Shown("lost-link", "/e/ai-4room/lost-link"),
        Shown("own-approved", f"/g/{own['a']}"), Shown("own-waiting", f"/g/{own['w']}"),
        Shown("own-pending", f"/g/{own['p']}"), Shown("own-offered", f"/g/{own['o']}"),
        Shown("own-change-refused", f"/g/{own['a']}/change", send="native_name"),
        Shown("register-refused", "/e/ai-4room/register", send="native_name"),
        Shown("own-change", f"/g/{own['a']}/change"), Shown("own-cancel", f"/g/{own['a']}/cancel"),
        Shown("invitation", f"/i/{invited}"), Shown("invitation-accept", f"/i/{invited}/accept"),
        Shown("invitation-assistant", f"/i/{for_boss}"), Shown("invitation-substitute", f"/i/{invited}/substitute"),
        Shown("invitation-substitute-refused", f"/i/{invited}/substitute", send="name"),
        Shown("invitation-replaced", f"/i/{gave_up}"), Shown("invitation-declined", f"/i/{said_no}"),
        Shown("unsubscribe", f"/i/{invited}/unsubscribe"),
        Shown("login", "/login"), Shown("forgot", "/forgot"), Shown("not-found", "/no-such-page"),
        Shown("console", "/console", "owner"), Shown("overview", at, "owner"), Shown("guests", f"{at}/guests", "owner"),
        Shown("guests-filtered", f"{at}/guests?where={FILTER}&cols=name,badge,tags,email,delegation", "owner"),
        Shown("filter", f"{at}/guests/filter?where=state:pending", "owner"),
        Shown("filter-field", f"{at}/guests/filter?where=state:pending&field=country", "owner"),
        Shown("imports", f"{at}/imports", "owner"),
        Shown("import-columns", f"{at}/imports/{brought}?columns=1", "owner"),
        Shown("import-new", f"{at}/imports/{brought}?show=new", "owner"),
        Shown("import-changed", f"{at}/imports/{brought}?show=changed", "owner"),
        Shown("import-doubles", f"{at}/imports/{brought}?show=duplicate", "owner"),
        Shown("import-wrong", f"{at}/imports/{brought}?show=wrong", "owner"),
        Shown("guests-none", f"{at}/guests?q=zzzz", "owner"), Shown("guest-pending", f"{at}/guests/{pending}", "owner"),

        Shown("guest-steps", f"{at}/guests/{stepping}", "owner"),
        Shown("guests-waiting", f"{at}/guests?where=waits:mine&sort=waiting&cols=name,step,waiting", "owner"),
        Shown("guest-arrived", f"{at}/guests/{arrived}", "owner"),
        Shown("guest-edit", f"{at}/guests/{pending}/edit", "owner"),
        Shown("guest-new", f"{at}/guests/new", "owner"), Shown("invitations", f"{at}/invitations", "owner"),
        Shown("board", f"{roadshow}/invitations", "owner"), Shown("asked", f"{roadshow}/invitations/{silent}", "owner"),
        Shown("replaced", f"{at}/invitations/{replaced}", "owner"),
        Shown("terms", f"{roadshow}/invitations/terms", "owner"),
        Shown("terms-refused", f"{roadshow}/invitations/terms", "owner", send="name"),
        Shown("invite-refused", f"{at}/invitations/new", "owner", send="lines"),
        Shown("ask-people", f"{roadshow}/invitations/people?from=event&event=ai-4room", "owner"),
        Shown("ask-people-none", f"{roadshow}/invitations/people", "owner"),
        Shown("invite", f"{roadshow}/invitations/new", "owner"), Shown("mails", f"{at}/deliveries", "owner"),
        Shown("mail", f"{at}/deliveries/{mail}", "owner"), Shown("no-more-mail", f"{at}/deliveries/shut", "owner"),
        Shown("programme", f"{at}/programme", "owner"), Shown("session", f"{at}/programme/sessions/{session}", "owner"),
        Shown("badges", f"{at}/badges", "owner"), Shown("points", f"{at}/door", "owner"),
        Shown("point", f"{at}/door/{point}", "owner"), Shown("settings", f"{at}/settings", "owner"),
        Shown("category", f"{at}/settings/categories/{category}", "owner"),
        Shown("settings-planned", "/console/alatau-seoul/settings", "owner"),
        Shown("track", f"{at}/programme/tracks/{track}", "owner"),
        Shown("guest-new-refused", f"{at}/guests/new", "owner", send="native_name"),
        Shown("event-new-refused", "/console/events/new", "owner", send="slug"),
        Shown("event-new", "/console/events/new", "owner"),
        Shown("questions", f"{at}/settings/questions", "owner"),
        Shown("question", f"{at}/settings/questions/{question}", "owner"),
        Shown("question-new-refused", f"{at}/settings/questions/new", "owner", send="label_en"),
        Shown("question-remove", f"{at}/settings/questions/{question}/remove", "owner"),
        Shown("questions-preview", f"{at}/settings/questions/preview", "owner"),
        Shown("delegations", f"{at}/delegations", "owner"),
        Shown("messages", f"{at}/messages", "owner"), Shown("compose", f"{at}/messages/{draft}/edit", "owner"),
        Shown("letters", f"{at}/letters", "owner"), Shown("letter", f"{at}/letters/registration_approved", "owner"),
        Shown("letter-version", f"{at}/letters/registration_approved/versions/1", "owner"),
        Shown("letter-ours", f"{at}/letters/invitation", "owner"),
        Shown("reminders", f"{at}/messages/reminders", "owner"),
        Shown("reminders-planned", f"{roadshow}/messages/reminders", "owner"),
        Shown("reminder", f"{at}/messages/reminders/{rule}", "owner"),
        Shown("reminder-edit", f"{at}/messages/{words}/edit", "owner"),
        Shown("mails-lost", f"{at}/deliveries?state=failed,bounced", "owner"),
        Shown("mails-none", f"{at}/deliveries?q=zzzz", "owner"),
        Shown("mail-refused", f"{at}/deliveries/{mail}", "owner", send="email"),
        Shown("message", f"{at}/messages/{sent}", "owner"), Shown("news", f"/n/{news}"),
        Shown("delegation", f"{at}/delegations/{delegation}", "owner"),
        Shown("delegation-edit", f"{at}/delegations/{delegation}/edit", "owner"),
        Shown("delegation-new-refused", f"{at}/delegations/new", "owner", send="name"),
        Shown("focal", focal), Shown("focal-new", f"{focal}/people/new"),
        Shown("focal-new-refused", f"{focal}/people/new", send="native_name"),
        Shown("focal-change", f"{focal}/people/{member}"), Shown("focal-out", f"{focal}/people/{member}/out"),
        Shown("focal-substitute", f"{focal}/people/{member}/substitute"), Shown("focal-sheet", f"{focal}/sheet"),
        Shown("focal-submit", f"{focal}/submit"),
        Shown("people", "/console/people", "owner"), Shown("doubles", "/console/people/doubles", "owner"),
        Shown("person", f"/console/people/{person}", "owner"),
        Shown("merge", f"/console/people/{person}/merge/{double}", "owner"),
        Shown("team", "/console/team", "owner"), Shown("door-gates", "/door/ai-4room", "door"),
        Shown("door", f"/door/ai-4room/{point}", "door"), Shown("components", "/dev/components"),
    ]  # fmt: skip


async def _doubles(connection: asyncpg.Connection) -> tuple[Any, Any]:
    """Two people of one name, who are both at the forum; made once."""
    ids = await connection.fetch(
        "SELECT p.id FROM people p JOIN registrations r ON r.person_id = p.id JOIN events e ON e.id = r.event_id "
        "WHERE e.slug = 'ai-4room' AND r.state = 'pending' ORDER BY p.id LIMIT 2"
    )
    one, other = (row["id"] for row in ids)
    await connection.execute(
        "UPDATE people p SET native_name = o.native_name, latin_name = o.latin_name, name_key = 'double' "
        "FROM people o WHERE o.id = $1 AND p.id IN ($1, $2)",
        one, other,
    )  # fmt: skip
    return one, other


async def _message(connection: asyncpg.Connection, state: str) -> Any:
    """One to all who are approved, in two languages and with a gap."""
    words = {"en": "Lunch at 13:00, {name}\n\nAs {position}: https://example.org/way", "ru": "Обед в 13:00"}
    return await connection.fetchval(
        "INSERT INTO campaigns (event_id, subject, body, language, segment, state, made_by, per_minute) "
        "SELECT id, $1, $2, 'en', 'where=state%3Aapproved', $3, 'Aliya Seitkali', 60 "
        "FROM events WHERE slug = 'ai-4room' RETURNING id",
        json.dumps({"en": "Lunch", "ru": "Обед"}), json.dumps(words), state,
    )  # fmt: skip


async def _import(connection: asyncpg.Connection) -> Any:
    """A list that somebody has brought and looked at, with a row of each verdict; made once."""
    known = await connection.fetchval("SELECT id FROM imports LIMIT 1")
    if known is not None:
        return known
    event = "SELECT organisation_id, id FROM events WHERE slug = 'ai-4room'"
    made = await connection.fetchval(
        "INSERT INTO imports (organisation_id, event_id, file_name, heads, mapping, state, made_by, options) "
        "SELECT organisation_id, id, 'Делегаты.csv', $1, $2, 'ready', 'Aliya Seitkali', $3 "
        f"FROM ({event}) e RETURNING id",
        '["ФИО", "Должность", "Страна"]', '["name", "position", "country"]',
        '{"encoding": "utf-8", "delimiter": ",", "category": "business"}',
    )  # fmt: skip
    body = "ФИО,Должность,Страна\nӘсел Нұрланқызы,NA,KAZ\nZoé Lefèvre,Chargée d'affaires,France\n".encode()
    await connection.execute("INSERT INTO import_files (import_id, body) VALUES ($1, $2)", made, body)
    card = '{"native_name": "Әсел Нұрланқызы", "honorific": "HE Ms", "position": "Chair", "country": "KZ"}'
    rows = [
        (2, "new", "{}", "{}", "", "{}"), (3, "changed", '{"position": ["Partner", "Chair"]}', "{}", "", "{}"),
        (4, "duplicate", "{}", CANDIDATES, "", "{}"), (5, "wrong", "{}", "{}", LINE, '{"line": 2}'),
    ]  # fmt: skip
    for line, verdict, changes, candidates, problem, data in rows:
        await connection.execute(
            "INSERT INTO import_rows "
            "(import_id, line, verdict, cells, data, changes, candidates, problem, problem_data, field)"
            " VALUES ($1, $2, $3, '[\"x\"]', $4, $5, $6, $7, $8, 'email')",
            made, line, verdict, card, changes, candidates, problem, data,
        )  # fmt: skip
    return made


FILTER = "state:approved badge:any -country:KZ (category:investor or arrived:yes)"
LINE = "The same e-mail address stands in line %(line)s."
CANDIDATES = json.dumps({"all": [{
    "id": "019a0000-0000-7000-8000-000000000000", "name": "Assel Nurlankyzy",
    "why": "The name is the same.", "data": {}, "affiliation": "bank", "delegation": "",
}]})  # fmt: skip


async def context_of(browser: Browser, house: House, who: str, language: str, **more: Any) -> BrowserContext:
    """A browser of this person, in this language."""
    context = await browser.new_context(**more)
    await context.add_cookies([{"name": "lang", "value": language, "url": house.url}])
    if who != "guest":
        page = await context.new_page()
        email, password = PASSWORDS[who]
        await page.goto(f"{house.url}/login")
        await page.locator("input[name=email]").fill(email)
        await page.locator("input[name=password]").fill(password)
        await page.locator("input[name=password]").press("Enter")
        await page.wait_for_url(lambda url: "/login" not in url)
        await page.close()
    return context
