"""The team's board and the page of a delegation, as an organizer uses them."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from service.core.clock import now
from service.core.database import Database
from service.credentials.operations import Signer
from service.delegations.models import Delegation
from service.delegations.operations import remind_due
from tests.delegations.conftest import Stand
from tests.delegations.test_members import add
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain

AT = "/console/forum/delegations"
HOSTILE = '<img src=x onerror=alert("1")>'
FORM = {
    "kind": "country", "name": "Embassy of Ghana", "country": "GH", "focal_name": "Ama Mensah",
    "focal_email": "AMA@embassy.example", "focal_language": "en", "bring_officials": "yes", "quota_officials": "2",
    "deadline": "2027-03-01T18:00",
}  # fmt: skip


def as_(client: httpx.AsyncClient, stand: Stand, role: str) -> httpx.AsyncClient:
    client.cookies.clear()
    for name, value in stand.cookies[role].items():
        client.cookies.set(name, value)
    return client


async def send(client: httpx.AsyncClient, path: str, **form: Any) -> httpx.Response:
    answer = await client.post(path, data=form)
    return await client.get(answer.headers["location"]) if answer.status_code == 303 else answer


async def letters(db: Database) -> list[tuple[str, str]]:
    async with db.begin() as session:
        rows = await session.execute(
            text(
                "SELECT letter, address FROM deliveries WHERE letter LIKE 'delegation%' ORDER BY created_at, letter"
            )
        )
        return [(row.letter, row.address) for row in rows]


async def test_a_delegation_is_made_and_sent_its_link(
    client: httpx.AsyncClient, db: Database, stand: Stand
) -> None:
    organizer = as_(client, stand, "organizer")

    made = await send(organizer, f"{AT}/new", **FORM)
    here = str(made.url.path)
    sent = await send(organizer, f"{here}/send")
    again = await send(organizer, f"{here}/send")
    board = await organizer.get(AT)

    assert "The delegation is there. Now send its link." in made.text
    assert "Embassy of Ghana" in made.text
    assert "0 / 2" in made.text
    assert "The personal link goes out by mail." in sent.text + again.text
    assert await letters(db) == [("delegation_link", "ama@embassy.example")]
    assert "Embassy of Ghana" in board.text
    assert "Secret Delegation" not in board.text
    async with db.begin() as session:
        row = (
            await session.execute(
                text("SELECT deadline, state FROM delegations WHERE name = 'Embassy of Ghana'")
            )
        ).one()
        assert (row.deadline.isoformat(), row.state) == ("2027-03-01T13:00:00+00:00", "open")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "Please name the delegation"),
        ({"name": "embassy of PORTUGAL"}, "There is a delegation of this name already."),
        ({"focal_email": "nobody"}, "This does not look like an e-mail address"),
        ({"quota_officials": "-1"}, "Please enter a whole number, or leave it empty for no limit."),
        ({"quota_officials": "1000000"}, "Please enter a whole number, or leave it empty for no limit."),
        ({"deadline": "tomorrow"}, "Please enter a date and a time"),
        ({"country": "XX"}, "Please choose a country from the list."),
        ({"kind": "planet"}, "Please choose a kind from the list."),
        ({"focal_language": "xx"}, "Please choose a language from the list."),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: httpx.AsyncClient, db: Database, stand: Stand, changed: dict[str, str], said: str
) -> None:
    answer = await send(
        as_(client, stand, "organizer"), f"{AT}/new", **{**FORM, "focal_name": HOSTILE, **changed}
    )

    assert answer.status_code == 422
    assert said in answer.text
    assert HOSTILE not in answer.text
    assert "&lt;img src=x" in answer.text
    async with db.begin() as session:
        assert (await session.execute(text("SELECT count(*) FROM delegations"))).scalar_one() == 3


async def test_two_who_edit_at_once_do_not_overwrite_each_other(
    client: httpx.AsyncClient, db: Database, stand: Stand
) -> None:
    organizer, at = as_(client, stand, "organizer"), f"{AT}/{stand.embassy.id}/edit"
    version = str(stand.embassy.version)

    first = await send(organizer, at, **FORM, version=version)
    second = await send(organizer, at, **{**FORM, "name": "Embassy of Togo"}, version=version)

    assert "Saved." in first.text
    assert second.status_code == 422
    assert "Somebody changed this in the meantime" in second.text
    assert "Embassy of Togo" in second.text
    async with db.begin() as session:
        assert (await session.get_one(Delegation, stand.embassy.id)).name == "Embassy of Ghana"


async def test_a_quota_below_what_is_taken_is_refused(
    client: httpx.AsyncClient, db: Database, signer: Signer, stand: Stand
) -> None:
    for name in ("Ana", "Bruno"):
        await add(db, signer, stand, name)

    answer = await send(
        as_(client, stand, "organizer"), f"{AT}/{stand.embassy.id}/edit", **{**FORM, "quota_officials": "1"}
    )

    assert answer.status_code == 422
    assert "2 places are taken already: the capacity cannot be less." in answer.text


async def test_lock_open_again_head_and_a_new_link(
    client: httpx.AsyncClient, db: Database, signer: Signer, stand: Stand
) -> None:
    organizer, at = as_(client, stand, "organizer"), f"{AT}/{stand.embassy.id}"
    member, foreign = (
        await add(db, signer, stand, "Ana Sousa"),
        await add(db, signer, stand, "Rain Maker", "business", to=stand.ministry),
    )

    locked = await send(organizer, f"{at}/lock")
    wrong = await send(organizer, f"{at}/reopen", until="soon")
    opened = await send(organizer, f"{at}/reopen", until="2027-03-02T09:00")
    headed = await send(organizer, f"{at}/head", member=str(member.id))
    stranger = await organizer.post(f"{at}/head", data={"member": str(foreign.id)})
    renewed = await send(organizer, f"{at}/renew")
    removed = await send(organizer, f"{at}/remove")

    assert "Locked: only the team changes it now." in locked.text
    assert "Please enter a date and a time" in wrong.text
    assert "Open again: the focal point is told by mail." in opened.text
    assert "Head of the delegation" in headed.text
    assert stranger.status_code == 404
    assert "The old link has ended." in renewed.text
    assert "1 guests belong to this delegation: move them first." in removed.text
    assert await letters(db) == [("delegation_reopened", "helena@embassy.example")]


async def test_an_empty_delegation_can_be_removed_with_its_counters(
    client: httpx.AsyncClient, db: Database, stand: Stand
) -> None:
    removed = await send(as_(client, stand, "organizer"), f"{AT}/{stand.ministry.id}/remove")

    assert "The delegation is gone." in removed.text
    async with db.begin() as session:
        counters = await session.execute(text("SELECT count(*) FROM places WHERE kind = 'quota'"))
        # two categories of the embassy, one of the outsider's delegation
        assert counters.scalar_one() == 3


async def test_who_is_late_is_reminded_once_a_day(
    client: httpx.AsyncClient, db: Database, stand: Stand
) -> None:
    async with db.begin() as session:
        for one in (stand.embassy, stand.ministry):
            (await session.get_one(Delegation, one.id)).deadline = now() - timedelta(hours=1)
    organizer = as_(client, stand, "organizer")

    board = await organizer.get(f"{AT}?state=late")
    first, second = await send(organizer, f"{AT}/remind"), await send(organizer, f"{AT}/remind")

    assert "Remind 2 late ones" in board.text
    # the ministry has no address
    assert "Reminded: 1." in first.text
    assert "Reminded: 0." in second.text
    assert await letters(db) == [("delegation_reminder", "helena@embassy.example")]


async def test_reminders_go_by_themselves_before_the_deadline_and_after_it(
    db: Database, stand: Stand
) -> None:
    at = now()

    async def run(hours: float) -> int:
        async with db.begin() as session:
            return await remind_due(session, at + timedelta(hours=hours))

    async with db.begin() as session:
        (await session.get_one(Delegation, stand.embassy.id)).deadline = at + timedelta(hours=73)
        event = await session.get_one(type(stand.event), stand.event.id)
        event.ends_at = at + timedelta(days=90)

    sent = [await run(hours) for hours in (0, 2, 2, 50, 74, 75, 300)]

    assert sent == [0, 1, 0, 0, 1, 0, 0]


@pytest.mark.parametrize("role", ["viewer", "outsider"])
async def test_who_may_only_look_and_who_may_not_even_that(
    client: httpx.AsyncClient, db: Database, stand: Stand, role: str
) -> None:
    visitor, at = as_(client, stand, role), f"{AT}/{stand.embassy.id}"
    allowed = 200 if role == "viewer" else 404

    seen = [(await visitor.get(path)).status_code for path in (AT, at)]
    page = await visitor.get(at)
    changed = [
        (await visitor.post(path, data=FORM)).status_code
        for path in (f"{AT}/new", f"{at}/edit", f"{at}/lock", f"{at}/send", f"{at}/remove", f"{AT}/remind")
    ]

    assert seen == [allowed, allowed]
    assert set(changed) == {403 if role == "viewer" else 404}
    assert "/d/" not in page.text


async def test_the_board_asks_the_same_number_of_questions_for_one_and_for_three(
    client: httpx.AsyncClient, app: Litestar, db: Database, signer: Signer, stand: Stand
) -> None:
    asked: list[str] = []
    engine = app.state.db.engine.sync_engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    organizer = as_(client, stand, "organizer")

    async def queries(path: str) -> int:
        asked.clear()
        assert (await organizer.get(path)).status_code == 200
        return len(asked)

    pages = (AT, f"{AT}/{stand.embassy.id}", stand.link)
    await add(db, signer, stand, "Ana")
    with_one = [await queries(page) for page in pages]
    for name in ("Bruno", "Clara"):
        await add(db, signer, stand, name)
    for name in ("Third", "Fourth"):
        await send(organizer, f"{AT}/new", **{**FORM, "name": name})
    with_three = [await queries(page) for page in pages]

    assert with_one == with_three == [9, 12, 7]


async def test_the_mails_say_what_is_true_when_they_leave(
    db: Database,
    signer: Signer,
    stand: Stand,
    context: Context,
    sink: Sink,
) -> None:
    from service.core.actor import SYSTEM
    from service.delegations import operations
    from service.events.models import Event

    await add(db, signer, stand, "Ана Соуза", email="ana@lisbon.example")
    async with db.begin() as session:
        embassy = await session.get_one(Delegation, stand.embassy.id, with_for_update=True)
        event = await session.get_one(Event, stand.event.id)
        await operations.send_link(session, SYSTEM, embassy, now=now())
        await operations.remind(session, SYSTEM, [embassy], now=now())
        await operations.submit(session, SYSTEM, embassy, event, now=now())
    await Drain(context).run()

    mails = {
        str(mail.message["subject"]): mail.message for mail in sink.taken
        if "helena@embassy.example" in str(mail.message["to"])
    }  # fmt: skip
    assert sorted(mails) == ["Ваша делегация: Форум", "Список делегации отправлен: Форум"]
    body = mails["Список делегации отправлен: Форум"].get_body(("plain",)).get_content()
    assert "Ана Соуза" in body
    assert f"{stand.link}?lang=ru" in body
