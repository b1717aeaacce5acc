"""The board with waves, the page of one, people of the directory and of other events, deadline and reminders."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from service.core.database import Database
from service.credentials.operations import Signer
from tests.console.conftest import Desk
from tests.invitations.test_pages import AT, HOSTILE, MAILS, invite, rows, set_state
from tests.support import factories as make

LATER = "2099-05-01T18:00"


async def post(client: httpx.AsyncClient, path: str, **form: Any) -> httpx.Response:
    """Presses, and reads the page that follows."""
    answer = await client.post(f"{AT}{path}", data=form)
    return await client.get(answer.headers["location"]) if answer.status_code == 303 else answer


async def wave(client: httpx.AsyncClient, db: Database, places: int = 2) -> str:
    """Press, with so many places; its id."""
    answer = await post(client, "/waves", name="Press", places=str(places))
    assert "Saved." in answer.text
    return str((await rows(db, "SELECT id FROM waves"))[0][0])


async def coming(db: Database) -> None:
    """The forum is in twenty days."""
    start = make.TODAY + timedelta(days=20)
    await rows(
        db, "UPDATE events SET starts_at = :start, ends_at = :end WHERE slug = 'forum' RETURNING id",
        start=start, end=start + timedelta(days=1),
    )  # fmt: skip


async def test_a_list_goes_into_a_wave_and_the_board_counts_it(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    press = await wave(organizer, db)

    board = await invite(organizer, "A,a@x.example\nB,b@x.example\nC,c@x.example\nD,d@x.example", wave=press)

    assert "In the wave now: 4." in board.text
    assert [row[1] for row in await rows(db, MAILS)] == ["a@x.example", "b@x.example"]
    for said in ("2 / 2", "2 asked", "2 wait for a turn", "turn 3", "turn 4"):
        assert said in board.text, said
    await invite(organizer, "Other,other@x.example")
    assert "other@x.example" not in (await organizer.get(f"{AT}?wave={press}")).text
    waiting = (await organizer.get(f"{AT}?state=waiting&wave={press}")).text
    assert ("c@x.example" in waiting, "a@x.example" in waiting) == (True, False)
    (first,) = await rows(db, "SELECT id FROM invitations WHERE email = 'a@x.example'")
    assert "Withdrawn." in (await post(organizer, f"/{first[0]}/withdraw")).text
    assert "c@x.example" in [row[1] for row in await rows(db, MAILS)]
    full = await post(organizer, f"/{first[0]}/reopen")
    assert "All places of this wave are taken or asked for." in full.text
    more = await post(organizer, f"/waves/{press}", name="Press", places="4")
    assert "Saved." in more.text
    assert "d@x.example" in [row[1] for row in await rows(db, MAILS)]
    assert "Invited once more." in (await post(organizer, f"/{first[0]}/reopen")).text


async def test_wrong_numbers_are_named_and_kept(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    organizer = desk.as_(client, "organizer")
    press = await wave(organizer, db)

    twice = await post(organizer, "/waves", name="press", places="7")
    none = await post(organizer, "/waves", name="", places="many", answer_days="99")
    changed = await post(organizer, f"/waves/{press}", name="Press", places="0")
    terms = await post(organizer, "/terms", answer_by="soon", reminders="9", reminder_days="0")
    offer = await invite(organizer, "A,a@x.example", plus_ones="11")
    past = await invite(organizer, "A,a@x.example", answer_by="2020-01-01T10:00")
    foreign = await invite(organizer, "A,a@x.example", wave=str(desk.event.id))

    assert [page.status_code for page in (twice, none, changed, terms, offer, past, foreign)] == [422] * 7
    assert "There is a wave of this name already." in twice.text
    assert 'value="7"' in twice.text
    for field in ("name", "places", "answer_days"):
        assert f'href="#f-{field}"' in none.text
    for field in ("answer_by", "reminders", "reminder_days"):
        assert f'href="#f-{field}"' in terms.text
    assert 'href="#f-plus_ones"' in offer.text
    assert ">A,a@x.example</textarea>" in offer.text
    assert "Please choose a time to come." in past.text
    assert "Please choose a wave of this event." in foreign.text
    assert await rows(db, "SELECT name, places FROM waves") == [("Press", 2)]
    assert await rows(db, "SELECT id FROM invitations") == []


async def test_the_terms_hold_for_all(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    await coming(db)
    organizer = desk.as_(client, "organizer")
    await invite(organizer, "A,a@x.example")
    one = await set_state(db, "a@x.example", "sent")

    saved = await post(organizer, "/terms", answer_by=LATER, reminders="1", reminder_days="5")

    assert f'value="{LATER}"' in saved.text
    board = (await organizer.get(AT)).text
    assert "Answers are taken until Friday, 1 May 2099, 18:00 (UTC+5)" in board
    assert "Reminded." in (await post(organizer, f"/{one}/remind")).text
    again = await post(organizer, f"/{one}/remind")
    assert "No reminder now" in again.text
    assert "Reminded: 0." in (await post(organizer, "/remind")).text
    reminded = "SELECT address FROM deliveries WHERE letter = 'invitation_reminder'"
    assert await rows(db, reminded) == [("a@x.example",)]
    assert "reminded 1 time" in (await organizer.get(AT)).text


async def test_one_by_one(client: httpx.AsyncClient, db: Database, desk: Desk) -> None:
    """The page of one says everything that happened; more time is given there."""
    organizer = desk.as_(client, "organizer")
    await invite(organizer, f"name,email,assistant,companions\n{HOSTILE},a@x.example,office@x.example,2")
    one = await set_state(db, "a@x.example", "sent", HOSTILE)
    at = f"{AT}/{one}"

    page = (await organizer.get(at)).text
    assert "<img src=x" not in page
    for said in (
        "office@x.example",
        "Mails go to the person and to the assistant.",
        "deliveries?q=a%40x.example",
    ):
        assert said in page, said
    wrong = await post(organizer, f"/{one}/extend", until="yesterday")
    assert (wrong.status_code, 'value="yesterday"' in wrong.text) == (422, True)
    assert (await post(organizer, f"/{one}/extend", until="2020-01-01T10:00")).status_code == 422
    given = await post(organizer, f"/{one}/extend", until=LATER)
    assert "There is more time to answer." in given.text
    assert "Friday, 1 May 2099, 18:00 (UTC+5)" in given.text
    assert (await organizer.post(f"{at}/delete")).status_code == 404
    await post(organizer, f"/{one}/withdraw")
    assert "Invitation withdrawn" in (await organizer.get(at)).text
    assert len(await rows(db, MAILS)) == 2


async def directory(db: Database, desk: Desk, signer: Signer) -> dict[str, UUID]:
    """People of the organisation and what keeps each from being invited, and a stranger of another house."""
    event = desk.event
    async with db.begin() as session:
        summit = await make.event(session, event_organisation(event), "summit")
        await make.category(session, summit, approval="automatic")
        for name, email in (
            ("Free", "free@x.example"), ("Second", "second@x.example"), ("Registered", "registered@x.example"),
            ("Shut", "shut@x.example"), ("Invited", "invited@x.example"),
        ):  # fmt: skip
            await make.registration(session, signer, summit, name=name, email=email)
        await make.registration(session, signer, event, name="Registered", email="registered@x.example")
        await session.execute(
            text("INSERT INTO suppressions (organisation_id, email) VALUES (:id, 'shut@x.example')"),
            {"id": event.organisation_id},
        )
        await session.execute(
            text("INSERT INTO people (organisation_id, native_name) VALUES (:id, 'Nowhere')"),
            {"id": event.organisation_id},
        )
        tag = await session.execute(
            text("INSERT INTO tags (organisation_id, name) VALUES (:id, 'VIP') RETURNING id"),
            {"id": event.organisation_id},
        )
        await session.execute(
            text("INSERT INTO person_tags (person_id, tag_id) SELECT id, :tag FROM people"),
            {"tag": tag.scalar_one()},
        )
        found = await session.execute(text("SELECT native_name, id FROM people"))
        return {row.native_name: row.id for row in found}


def event_organisation(event: Any) -> Any:
    """What the factory wants to know of the host."""
    from service.organisations.models import Organisation

    return Organisation(id=event.organisation_id, slug="alatau", name="Alatau City")


async def test_people_by_tag_each_with_the_reason_why_not(
    client: httpx.AsyncClient, db: Database, desk: Desk, signer: Signer
) -> None:
    people = await directory(db, desk, signer)
    organizer = desk.as_(client, "organizer")
    await invite(organizer, "Invited,invited@x.example")

    page = (await organizer.get(f"{AT}/people?tag=VIP")).text

    for said in ("2 people can be invited.", "1 invited already", "1 registered already", "1 no address"):
        assert said in page, said
    assert "1 want no more mails" in page
    assert "Secret Person" not in page
    given = {"from": "directory", "tag": "VIP", "category": "business", "plus_ones": "1"}
    nobody = await post(organizer, "/people", **given)
    assert (nobody.status_code, "Please choose at least one person." in nobody.text) == (422, True)
    secret, free = str(people["Secret Person"]), str(people["Free"])
    done = await post(organizer, "/people", **given, person=[free, secret, str(people["Shut"])])
    assert "1 invited." in done.text
    invited = "SELECT email, plus_ones FROM invitations ORDER BY email"
    assert await rows(db, invited) == [("free@x.example", 1), ("invited@x.example", 0)]
    assert (await post(organizer, "/people", **given, all="yes")).status_code == 200
    assert [row[0] for row in await rows(db, invited)] == [
        "free@x.example", "invited@x.example", "second@x.example",
    ]  # fmt: skip


async def test_guests_of_a_former_event_by_a_filter_of_its_list(
    client: httpx.AsyncClient, db: Database, desk: Desk, signer: Signer
) -> None:
    await directory(db, desk, signer)
    organizer = desk.as_(client, "organizer")
    await rows(
        db, "UPDATE registrations SET state = 'rejected' WHERE email = 'second@x.example' RETURNING id"
    )

    at = f"{AT}/people?from=event&event=summit"
    approved = (await organizer.get(at)).text
    others = (await organizer.get(f"{at}&where=state:rejected")).text
    unclear = await organizer.get(f"{at}&where=no-such:thing")

    assert ("Free" in approved, ">Second<" in approved) == (True, False)
    assert ("Free" in others, "1 person can be invited." in others) == (False, True)
    assert unclear.status_code == 422
    given = {
        "from": "event",
        "former": "summit",
        "where": "state:approved",
        "category": "business",
        "all": "yes",
    }
    assert "2 invited." in (await post(organizer, "/people", **given)).text
    assert await rows(db, "SELECT email FROM invitations ORDER BY email") == [
        ("free@x.example",), ("invited@x.example",),
    ]  # fmt: skip


@pytest.mark.parametrize("where", ["?tag=VIP", "?q=secret", "?from=event&event=elsewhere"])
async def test_nobody_reads_the_people_of_another_house(
    client: httpx.AsyncClient, db: Database, desk: Desk, signer: Signer, where: str
) -> None:
    await directory(db, desk, signer)
    answer = await desk.as_(client, "organizer").get(f"{AT}/people{where}")
    assert "Secret Person" not in answer.text
    assert answer.status_code == (404 if "event=" in where else 200)
    async with db.begin() as session:
        only_here = await make.browser(
            session, event_organisation(desk.event), "organizer", "here@alatau.example", desk.event
        )
    client.cookies.clear()
    client.cookies.update(only_here)
    limited = await client.get(f"{AT}/people{where}")
    assert limited.status_code in (403, 404)
    assert "Free" not in limited.text, "a role at this event does not open the directory"
    form = {"from": "directory", "tag": "VIP", "category": "business", "all": "yes"}
    assert (await client.post(f"{AT}/people", data=form)).status_code == 403


async def test_waves_and_terms_of_another_house_stay_shut(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    press = await wave(desk.as_(client, "organizer"), db)
    outsider = desk.as_(client, "outsider")
    form = {"name": "Mine", "places": "90", "answer_by": "", "reminders": "5"}
    for path in ("/terms", "/waves", f"/waves/{press}", "/people", "/remind"):
        assert (await outsider.post(AT + path, data=form)).status_code == 404, path
    own = "/console/elsewhere/invitations"
    assert (await outsider.post(f"{own}/waves/{press}", data=form)).status_code == 404
    lines = {"lines": "A,a@x.example", "category": "business", "language": "en", "wave": press}
    assert (await outsider.post(f"{own}/new", data=lines)).status_code == 422
    assert await rows(db, "SELECT name, places FROM waves") == [("Press", 2)]
    assert await rows(db, "SELECT event_id FROM invitation_terms") == []


async def test_who_was_asked_longest_ago_stands_first_and_pages_go_on(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    await invite(organizer, "\n".join(f"Guest {n:03},g{n:03}@x.example" for n in range(120)))
    await rows(
        db,
        "UPDATE invitations SET invited_at = now() - substr(email, 2, 3)::int * interval '1 hour' RETURNING id",
    )
    seen, path = list[str](), f"{AT}?sort=asked"
    while path:
        page = (await organizer.get(path)).text
        seen += [part.split("@")[0] for part in page.split("<bdi>g")[1:]]
        path = (
            page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
            if 'rel="next"' in page
            else ""
        )
    assert seen == [f"{n:03}" for n in range(119, -1, -1)]
    assert "4 days ago" in page or "hours ago" in page


async def test_the_page_of_people_takes_the_same_queries_for_one_and_for_three(
    client: httpx.AsyncClient, app: Litestar, db: Database, desk: Desk, signer: Signer
) -> None:
    asked: list[str] = []
    engine = app.state.db.engine.sync_engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    organizer = desk.as_(client, "organizer")

    async def queries(path: str) -> int:
        asked.clear()
        assert (await organizer.get(AT + path)).status_code == 200
        return len(asked)

    await directory(db, desk, signer)
    await invite(organizer, "Invited,invited@x.example")
    one = (await rows(db, "SELECT id FROM invitations"))[0][0]
    assert (await queries("/people?q=Free"), await queries("/people?tag=VIP")) == (11, 11)
    first = await queries(f"/{one}")
    await organizer.post(f"{AT}/{one}/again")
    await organizer.post(f"{AT}/{one}/withdraw")
    assert (first, await queries(f"/{one}")) == (10, 10)
