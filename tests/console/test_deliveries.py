"""One mail after another: what it said, what was tried, where it should have gone; who gets no more."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import event as listen
from sqlalchemy import text

from service.core.database import Database
from service.credentials.operations import Signer
from tests.console.conftest import Desk
from tests.console.test_mails import lose
from tests.support import factories as make
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain

AT = "/console/forum/deliveries"


async def register(db: Database, signer: Signer, desk: Desk, *addresses: str) -> None:
    async with db.begin() as session:
        for address in addresses:
            await make.registration(session, signer, desk.event, name=f"<i>{address[0]}</i>", email=address)


async def one(db: Database, query: str, **values: Any) -> Any:
    async with db.begin() as session:
        return (await session.execute(text(query), values)).one()


async def task_of(db: Database, address: str) -> UUID:
    return (await one(db, "SELECT task_id FROM deliveries WHERE address = :address", address=address))[0]  # type: ignore[no-any-return]


async def test_what_was_sent_is_kept_and_shown_without_its_keys(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, context: Context, sink: Sink
) -> None:
    await register(db, signer, desk, "a@crowd.example", "b@crowd.example")
    await Drain(context).run()
    viewer = desk.as_(client, "viewer")
    task = await task_of(db, "a@crowd.example")
    shown = (await viewer.get(f"{AT}/{task}")).text
    copy = await viewer.get(f"{AT}/{task}/copy")

    sent = next(mail.message for mail in sink.taken if mail.recipient == "a@crowd.example")
    html = sent.get_body(("html",)).get_content()  # type: ignore[union-attr]
    key = html.partition("/g/")[2].partition('"')[0]
    assert len(key) == 48
    assert copy.text == html.replace("\r\n", "\n").replace(key, "…")
    assert key not in shown + copy.text
    assert "&lt;i&gt;a&lt;/i&gt;" in copy.text
    policy = copy.headers["content-security-policy"]
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
    )
    assert "sandbox></iframe>" in shown
    assert "2.0.0 taken" in shown
    assert (await one(db, "SELECT count(*) FROM mail_shells"))[0] == 2  # of the outsider, too
    assert (await one(db, "SELECT max(length(copy::text)) FROM deliveries"))[0] < 1_000
    assert (await one(db, "SELECT max(length(data)) FROM mail_shells"))[0] < 8_000


async def test_every_attempt_is_told_and_the_same_is_told_once(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, context: Context, sink: Sink
) -> None:
    await register(db, signer, desk, "a@crowd.example")
    task = await task_of(db, "a@crowd.example")
    for answer in (
        "451 4.3.0 <b>busy</b>",
        "451 4.3.0 <b>busy</b>",
        "451 4.7.1 later",
        "550 5.1.1 no such user",
    ):
        sink.refuse = {"a@crowd.example": answer}
        await Drain(context).run()
        async with db.begin() as session:
            await session.execute(text("UPDATE outbox SET due_at = now() WHERE state = 'queued'"))
    tries = (await one(db, "SELECT tries FROM deliveries WHERE task_id = :id", id=task))[0]
    assert [(line["said"], line.get("times", 1)) for line in tries] == [
        ("451 4.3.0 <b>busy</b>", 2), ("451 4.7.1 later", 1), ("550 5.1.1 no such user", 1),
    ]  # fmt: skip
    shown = (await desk.as_(client, "organizer").get(f"{AT}/{task}")).text
    assert "451 4.3.0 &lt;b&gt;busy&lt;/b&gt;" in shown
    assert "2 times since" in shown
    assert "Nobody there" in shown
    assert "No invitations and news go to this address." in shown


async def test_a_wrong_address_is_corrected_and_the_mail_goes_there(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, context: Context, sink: Sink
) -> None:
    await register(db, signer, desk, "a@crowd.example", "taken@crowd.example")
    await lose(db, "a@crowd.example", "bounced")
    task = await task_of(db, "a@crowd.example")
    organizer = desk.as_(client, "organizer")

    wrong = await organizer.post(f"{AT}/{task}/address", data={"email": "no address", "keep": "yes"})
    taken = await organizer.post(f"{AT}/{task}/address", data={"email": "taken@crowd.example", "keep": "yes"})
    assert [wrong.status_code, taken.status_code] == [422, 422]
    assert 'value="no address"' in wrong.text
    assert "This does not look like an e-mail address." in wrong.text
    assert (await one(db, "SELECT address, state FROM deliveries WHERE task_id = :id", id=task)) == (
        "a@crowd.example", "bounced",
    )  # fmt: skip

    done = await organizer.post(f"{AT}/{task}/address", data={"email": " A2@Crowd.example ", "keep": "yes"})
    assert done.status_code == 303
    await Drain(context).run()
    assert "a2@crowd.example" in [mail.recipient for mail in sink.taken]
    guest = await one(db, "SELECT id, email, search FROM registrations WHERE email LIKE 'a%'")
    assert (guest[1], "a2" in guest[2].split()) == ("a2@crowd.example", True)
    timeline = (await organizer.get(f"/console/forum/guests/{guest[0]}")).text
    assert "A mail was sent to another address" in timeline
    again = await organizer.post(f"{AT}/{task}/address", data={"email": "a3@crowd.example"})
    assert (again.status_code, "there is nothing to send again" in again.text) == (422, True)


async def test_retry_takes_what_the_filter_finds_and_opens_the_address(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, context: Context, sink: Sink
) -> None:
    await register(db, signer, desk, "a@crowd.example", "b@crowd.example")
    sink.refuse = {"a@crowd.example": "550 5.1.1 no such user", "b@crowd.example": "552 5.2.2 full"}
    await Drain(context).run()
    organizer = desk.as_(client, "organizer")
    assert 'class="lost"' in (await organizer.get("/console/forum/guests")).text
    filtered = (await organizer.get(f"{AT}?refusal=hard")).text
    assert ("a@crowd.example" in filtered, "b@crowd.example" in filtered) == (True, False)
    await organizer.post(f"{AT}/retry", data={"all": "yes", "refusal": "hard"})
    states = await one(
        db, "SELECT array_agg(state ORDER BY address) FROM deliveries WHERE address LIKE '%crowd%'"
    )
    assert states[0] == ["queued", "bounced"]
    assert (await one(db, "SELECT count(*) FROM suppressions"))[0] == 0


async def test_who_gets_no_more_is_listed_opened_and_shut_again(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    async with db.begin() as session:
        values = "(:o, 'a@crowd.example', 'bounced', '550 <b>no</b>'), (:o, 'b@crowd.example', 'asked', '')"
        await session.execute(
            text(f"INSERT INTO suppressions (organisation_id, email, reason, said) VALUES {values}"),
            {"o": desk.event.organisation_id},
        )
    organizer = desk.as_(client, "organizer")
    listed = (await organizer.get(f"{AT}/shut")).text
    words = ("Mails come back", "Asked for no more", "550 &lt;b&gt;no&lt;/b&gt;")
    assert [word in listed for word in words] == [True] * 3
    opened = await organizer.post(f"{AT}/shut", data={"email": "a@crowd.example"})
    left = "SELECT array_agg(email || reason || said ORDER BY email) FROM suppressions"
    assert (await one(db, left))[0] == ["b@crowd.exampleasked"]
    assert "Undo" in (await organizer.get(opened.headers["location"])).text
    await organizer.post(f"{AT}/shut", data={"email": "a@crowd.example", "again": "yes"})
    assert (await one(db, left))[0] == ["a@crowd.examplebounced550 <b>no</b>", "b@crowd.exampleasked"]
    assert (await organizer.post(f"{AT}/shut", data={"email": "nobody@crowd.example"})).status_code == 404
    outsider = desk.as_(client, "outsider")
    assert "a@crowd.example" not in (await outsider.get("/console/elsewhere/deliveries/shut")).text
    theirs = await outsider.post("/console/elsewhere/deliveries/shut", data={"email": "a@crowd.example"})
    assert theirs.status_code == 404


async def test_another_events_mail_is_not_there(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    secret = await task_of(db, "secret@other.example")
    organizer = desk.as_(client, "organizer")
    answers = [
        await organizer.get(f"{AT}/{secret}"), await organizer.get(f"{AT}/{secret}/copy"),
        await organizer.post(f"{AT}/{secret}/address", data={"email": "me@crowd.example"}),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404] * 3
    assert "secret@other.example" not in (await organizer.get(f"{AT}?after={secret}")).text


async def test_pages_follow_one_another_and_nobody_is_left_out(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.console.deliveries.PAGE", 2)
    addresses = [f"{letter}@crowd.example" for letter in "abcde"]
    await register(db, signer, desk, *addresses)
    organizer, seen, path = desk.as_(client, "organizer"), [], AT
    while path:
        shown = (await organizer.get(path)).text
        seen += [one for one in reversed(addresses) if f"<bdi>{one}</bdi>" in shown]
        assert "5 in all" in shown
        path = shown.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert seen == addresses[::-1]


async def test_as_many_queries_for_three_as_for_one(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk, app: Any
) -> None:
    await register(db, signer, desk, "a@crowd.example")
    organizer = desk.as_(client, "organizer")
    statements: list[str] = []
    listen.listen(
        app.state.db.engine.sync_engine, "before_cursor_execute", lambda *call: statements.append(call[2])
    )

    async def count(path: str) -> int:
        statements.clear()
        assert (await organizer.get(path)).status_code == 200
        return len(statements)

    paths = (AT, f"{AT}/shut", f"{AT}/{await task_of(db, 'a@crowd.example')}")
    first = [await count(path) for path in paths]
    await register(db, signer, desk, "b@crowd.example", "c@crowd.example")
    assert [await count(path) for path in paths] == first
