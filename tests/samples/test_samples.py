"""The samples: whole, once, and true to their own numbers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import select, text

from service.accounts.operations import log_in
from service.answers.telling import tell_teams
from service.core.database import Database
from service.core.names import script_of
from service.messages.models import Wording
from service.messages.wordings import is_valid
from service.samples import LOGINS, load
from service.settings import Settings

COUNTERS = """
SELECT c.key, p.taken, p.capacity, (SELECT count(*) FROM registrations r
    WHERE r.category_id = p.id AND r.state IN ('pending', 'held', 'offered', 'approved')) AS rows
FROM places p JOIN categories c ON c.id = p.id
"""


async def ask(db: Database, statement: str) -> list[tuple[object, ...]]:
    async with db.begin() as session:
        return [tuple(row) for row in await session.execute(text(statement))]


@pytest.fixture
async def loaded(db: Database, settings: Settings) -> Database:
    await load(settings, real_dates=False)
    return db


async def test_a_second_load_adds_nothing(loaded: Database, settings: Settings) -> None:
    tables = ("events", "people", "registrations", "outbox", "audit", "scans", "invitations")
    count = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)
    before = await ask(loaded, count)
    await load(settings, real_dates=False)
    assert await ask(loaded, count) == before
    assert dict(before)["people"] == 600


async def test_counters_equal_rows_and_one_category_is_full(loaded: Database) -> None:
    rows = await ask(loaded, COUNTERS)
    assert [row for row in rows if row[1] != row[3]] == []
    assert [row[0] for row in rows if row[1] == row[2]] == ["investor"]
    waiting = await ask(loaded,
    "SELECT DISTINCT c.key FROM registrations r JOIN categories c ON c.id = r.category_id WHERE r.state = 'waitlisted'")  # fmt: skip  # noqa: E501
    assert waiting == [("investor",)]


async def test_every_state_and_five_scripts(loaded: Database) -> None:
    states = await ask(loaded, "SELECT DISTINCT state FROM registrations ORDER BY 1")
    assert [state for (state,) in states] == [
        "approved",
        "cancelled",
        "held",
        "offered",
        "pending",
        "rejected",
        "waitlisted",
    ]
    asked = await ask(loaded, "SELECT DISTINCT state FROM invitations ORDER BY 1")
    assert [state for (state,) in asked] == [
        "accepted",
        "bounced",
        "declined",
        "expired",
        "failed",
        "queued",
        "sent",
        "substituted",
        "waiting",
        "withdrawn",
    ]
    names = await ask(loaded, "SELECT native_name, latin_name, email FROM people")
    assert {script_of(str(native)) for native, _, _ in names} == {"Latn", "Cyrl", "Hang", "Hans", "Jpan"}
    assert {script_of(str(latin)) for _, latin, _ in names} == {"Latn"}
    assert all(str(email).endswith(".example") for *_, email in names)


async def test_nothing_happened_in_the_future_and_few_mails_wait(loaded: Database) -> None:
    later = " UNION ALL ".join(
        f"SELECT '{table}', max({column}) - now() < interval '0' FROM {table}"
        for table, column in (
            ("registrations", "created_at"),
            ("audit", "at"),
            ("scans", "received_at"),
            ("deliveries", "created_at"),
        )
    )
    assert {row[1] for row in await ask(loaded, later)} == {True}
    ((queued,),) = await ask(loaded, "SELECT count(*) FROM outbox WHERE state = 'queued'")
    assert 1 <= int(str(queued)) <= 10
    assert await ask(loaded,
    "SELECT count(*) FROM reminder_rules r JOIN events e ON e.id = r.event_id"
    " WHERE sent_at IS NULL AND r.state = 'on' AND e.slug <> 'alatau-seoul'") == [(0,)]  # fmt: skip


async def test_a_newcomer_sees_what_messages_can_do(loaded: Database) -> None:
    asked = await ask(
        loaded,
        "SELECT e.slug, a.state, b.state, a.affiliation = b.affiliation FROM invitations a"
        " JOIN invitations b ON b.instead_of_id = a.id JOIN events e ON e.id = b.event_id",
    )
    assert asked == [("ai-4room", "substituted", "sent", True)] * 2
    lost = await ask(
        loaded, "SELECT DISTINCT state, refusal FROM deliveries WHERE refusal IS NOT NULL ORDER BY 1, 2"
    )
    assert lost == [("bounced", "full"), ("bounced", "hard"), ("failed", "policy"), ("failed", "soft")]
    words = await ask(
        loaded,
        "SELECT e.slug, w.letter, w.version FROM wordings w JOIN events e ON e.id = w.event_id ORDER BY w.version",
    )
    assert words == [("ai-4room", "registration_approved", version) for version in (1, 2)]
    async with loaded.begin() as session:
        assert [is_valid(one) for one in await session.scalars(select(Wording))] == [True, True]
        assert await tell_teams(session, datetime.now(UTC)) == 0


async def test_the_forum_is_today_the_ceremony_was_yesterday_the_roadshow_comes(loaded: Database) -> None:
    now = datetime.now(UTC)
    days = {}
    for slug, starts_at, zone, closes, ends_at in await ask(
        loaded, "SELECT slug, starts_at, zone, registration_closes_at, ends_at FROM events"
    ):
        assert closes == ends_at  # open until the doors close
        local = ZoneInfo(str(zone))
        days[slug] = (starts_at.astimezone(local).date() - now.astimezone(local).date()).days  # type: ignore[attr-defined]
    assert days == {"k-park": -1, "ai-4room": 0, "alatau-seoul": 32}


async def test_real_dates(db: Database, settings: Settings) -> None:
    await load(settings, real_dates=True)
    rows = await ask(
        db, "SELECT slug, state, (starts_at AT TIME ZONE zone)::date::text FROM events ORDER BY starts_at"
    )
    assert rows == [
        ("k-park", "over", "2025-09-12"),
        ("ai-4room", "over", "2025-09-13"),
        ("alatau-seoul", "over", "2025-10-15"),
    ]


async def test_the_log_ins_work_and_the_first_page_lists_all_three(
    loaded: Database, client: httpx.AsyncClient
) -> None:
    for role, email, password in LOGINS:
        async with loaded.begin() as session:
            assert await log_in(session, email, password, user_agent="", now=datetime.now(UTC)), role
    page = (await client.get("/")).text
    assert [slug in page for slug in ("/e/ai-4room", "/e/k-park", "/e/alatau-seoul")] == [True] * 3
    for slug in ("ai-4room", "k-park", "alatau-seoul"):
        for language in ("en", "kk", "ru", "ko"):
            assert (await client.get(f"/e/{slug}?lang={language}")).status_code == 200


async def test_every_text_exists_in_all_four_languages(loaded: Database) -> None:
    columns = (
        ("events", "name"), ("events", "summary"), ("events", "host"), ("events", "place"), ("categories", "name"),
        ("tracks", "name"), ("rooms", "name"), ("programme_sessions", "title"), ("checkin_points", "name"),
        ("consent_texts", "body"),
    )  # fmt: skip
    for table, column in columns:
        missing = await ask(
            loaded, f"SELECT {column} FROM {table} WHERE NOT {column} ?& array['en', 'kk', 'ru', 'ko']"
        )
        assert missing == [], table


async def test_three_weeks_of_registrations(loaded: Database) -> None:
    ((first, last),) = await ask(loaded, "SELECT min(created_at), max(created_at) FROM registrations")
    assert timedelta(days=18) < last - first < timedelta(days=25)  # type: ignore[operator]
