"""The team is told what did not arrive: once a day, only what is new, each in their language, unless they would not."""

from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import text

from service.answers.telling import tell_teams
from service.core.database import Database
from service.credentials.operations import Signer
from tests.console.conftest import Desk
from tests.console.test_mails import lose
from tests.support import factories as make
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain

NOW = datetime.now(UTC)


async def fail(db: Database, signer: Signer, desk: Desk, name: str, at: datetime) -> None:
    async with db.begin() as session:
        await make.registration(session, signer, desk.event, name=name, email=f"{name}@crowd.example")
    await lose(db, f"{name}@crowd.example", "failed")
    async with db.begin() as session:
        late = text("UPDATE deliveries SET failed_at = :at WHERE address = :address")
        await session.execute(late, {"at": at, "address": f"{name}@crowd.example"})


async def tell(db: Database, at: datetime) -> int:
    async with db.begin() as session:
        return await tell_teams(session, at)


async def test_reasons_are_said_in_the_readers_words_and_the_rest_is_counted(
    db: Database, signer: Signer, desk: Desk, context: Context, sink: Sink
) -> None:
    for n in range(12):
        await fail(db, signer, desk, f"guest{n:02}", NOW - timedelta(minutes=n))
    async with db.begin() as session:
        for n, refusal in enumerate(("hard", "full", "policy", "soft")):
            known = text("UPDATE deliveries SET refusal = :refusal WHERE address = :address")
            await session.execute(known, {"refusal": refusal, "address": f"guest{n:02}@crowd.example"})
        await session.execute(text("UPDATE accounts SET language = 'ru' WHERE email LIKE 'owner@alatau%'"))
        await session.execute(text("UPDATE outbox SET state = 'done' WHERE state = 'queued'"))
    assert await tell(db, NOW + timedelta(hours=1)) == 2
    await Drain(context).run()
    russian, english = (
        next(mail for mail in sink.taken if mail.recipient == f"{role}@alatau.example").message
        for role in ("owner", "organizer")
    )
    body = russian.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert [line for line in body.splitlines() if line.startswith(">")][:14] == [
        "> guest00@crowd.example", "> такого адреса нет", ">", "> guest01@crowd.example", "> ящик переполнен", ">",
        "> guest02@crowd.example", "> почтовый сервер не пропустил наше письмо", ">",
        "> guest03@crowd.example", "> несколько раз случался сбой по пути", ">",
        "> guest04@crowd.example", "> <b>550</b> no such user",
    ]  # fmt: skip
    assert "И ещё 2 письма." in body
    page = english.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "guest01@crowd.example<br>the mailbox is full<br><br>guest02@crowd.example<br>their mail" in page
    assert "&lt;b&gt;550&lt;/b&gt; no such user" in page


async def test_once_a_day_and_only_what_is_new(
    db: Database, signer: Signer, desk: Desk, context: Context, sink: Sink
) -> None:
    assert await tell(db, NOW) == 0
    await fail(db, signer, desk, "a", NOW)
    async with db.begin() as session:
        await session.execute(text("UPDATE accounts SET language = 'ko' WHERE email LIKE 'owner@alatau%'"))
        await session.execute(text("UPDATE outbox SET state = 'done' WHERE state = 'queued'"))
    hour = timedelta(hours=1)
    assert await tell(db, NOW + hour) == 2  # owner and organizer; no viewer, nobody at the door, no outsider
    await fail(db, signer, desk, "b", NOW + 2 * hour)
    assert [await tell(db, NOW + 3 * hour), await tell(db, NOW + 24 * hour)] == [0, 0]
    await Drain(context).run()
    mails = {
        mail.recipient: mail.message for mail in sink.taken if "mail did not" in str(mail.message["subject"])
    }
    assert list(mails) == ["organizer@alatau.example"]
    body = mails["organizer@alatau.example"].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "> a@crowd.example\r\n> <b>550</b> no such user" in body
    assert "b@crowd.example" not in body
    assert "/console/forum/deliveries?state=failed,bounced" in body
    assert "Reply to this mail" not in body
    assert "Nobody reads replies" in body
    assert mails["organizer@alatau.example"]["reply-to"] is None
    korean = next(mail.message for mail in sink.taken if mail.recipient == "owner@alatau.example")
    assert str(korean["subject"]).startswith("메일 1통이")
    assert await tell(db, NOW + 26 * hour) == 2
    assert await tell(db, NOW + 51 * hour) == 0


async def test_who_would_rather_not_is_left_alone(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    await fail(db, signer, desk, "a", NOW)
    owner = desk.as_(client, "owner")
    assert (
        "You get a mail when mails fail, at most once a day"
        in (await owner.get("/console/forum/deliveries")).text
    )
    await owner.post("/console/forum/deliveries/digest", data={"told": "no"})
    assert "You get no mail when mails fail." in (await owner.get("/console/forum/deliveries")).text
    assert await tell(db, NOW + timedelta(hours=1)) == 1
