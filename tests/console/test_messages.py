"""A message of the team's own: written, looked at, to whom it goes, in which language, once; time to think again."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from sqlalchemy import event as listen
from sqlalchemy import text

from emails.render import render
from service.core.clock import now
from service.core.database import Database
from service.credentials.operations import Signer
from service.delegations.models import Delegation
from service.messages.campaigns import look_after
from service.outbox.operations import claim
from service.outbox.parcel import NoLongerTrue, Parcel
from service.registrations.models import Registration
from tests.console.conftest import Desk
from tests.support import factories as make
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain
from workers.jobs import work
from workers.kinds import KINDS
from workers.mails import load

LIST, BOARD, AT = "/console/forum/guests", "/console/forum/delegations", "/console/forum/messages"
TEXT = {"subject_en": "The way", "text_en": "Gate 2.\r\n\r\nBring <b>a passport</b>.\r\nLunch at 13:00."}


@pytest.fixture
async def guests(db: Database, signer: Signer, desk: Desk) -> AsyncIterator[list[Registration]]:
    """One who reads English, one Kazakh, and one without any address; nothing else lies in the outbox."""
    async with db.begin() as session:
        found = [
            await make.registration(session, signer, desk.event, name=f"Reader {n}", email=email, language=language)
            for n, (email, language) in enumerate((("r0@x.example", "en"), ("r1@x.example", "kk"), ("", "en")))
        ]  # fmt: skip
        await session.execute(text("DELETE FROM outbox"))
    yield found


async def drafted(client: httpx.AsyncClient, path: str = f"{LIST}/message", **form: str | list[str]) -> str:
    """The address of a new draft."""
    made = await client.post(path, data=form)
    assert made.status_code == 303
    return made.headers["location"]


async def say(client: httpx.AsyncClient, draft: str, do: str, **form: str) -> httpx.Response:
    """What is typed into the composer, and a button of it."""
    page = (await client.get(f"{draft}/edit")).text
    version = re.search(r'name="version" value="(\d+)"', page)
    segment = re.search(r'<option value="([^"]*)" selected', page)
    known = {
        "version": version[1] if version else "",
        "segment": segment[1].replace("&amp;", "&") if segment else "",
    }
    return await client.post(f"{draft}/edit", data={**known, **form, "do": do})


async def begun(db: Database, context: Context) -> bool:
    """A worker takes what may begin by now, and once more what it did before."""
    async with db.begin() as session:
        await session.execute(
            text(
                "UPDATE jobs SET due_at = now(), state = 'queued', lease_until = NULL WHERE state <> 'stopped'"
            )
        )
    did = False
    while await work(context, KINDS):
        did = True
    return did


async def written(db: Database, context: Context) -> list[Parcel | NoLongerTrue]:
    """The messages that lie in the outbox, as a worker writes them."""
    async with db.begin() as session:
        await session.execute(
            text("DELETE FROM outbox o USING deliveries d WHERE d.task_id = o.id AND letter <> 'message'")
        )
        tasks = await claim(session, "mail", 50, 60.0)
        mails = await load(context, session, tasks, now())
    return [mail.parcel for mail in sorted(mails, key=lambda mail: mail.task.address)]


async def counts(db: Database) -> dict[str, int]:
    """Tasks by state."""
    async with db.begin() as session:
        return dict(
            (await session.execute(text("SELECT state, count(*) FROM outbox GROUP BY state"))).tuples().all()
        )


async def test_each_gets_it_once_in_a_language_there_is(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration], context: Context
) -> None:
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=[str(one.id) for one in guests], list="q=reader")

    empty = (await organizer.get(f"{draft}/edit")).text
    kept = (await say(organizer, draft, "keep", **TEXT)).text
    sent = await say(organizer, draft, "send", **TEXT)

    assert "To 3 chosen guests" in empty
    assert 'name="text_kk"' in empty
    assert "1 has no address" in kept
    assert "Nothing is written in Қазақша: 1 gets it in English." in kept
    assert "Send to 2" in kept
    assert sent.headers["location"] == draft
    assert "Until then you can take it back." in (await organizer.get(draft)).text
    assert not await work(context, KINDS)
    for _ in range(2):  # a worker that is lost behind its last part begins anew
        assert await begun(db, context)
    page = (await organizer.get(draft)).text
    assert "0 of 2" in page
    english, kazakh = await written(db, context)
    assert isinstance(english, Parcel)
    assert isinstance(kazakh, Parcel)
    assert (
        kazakh.letter.to.language == "en"
    )  # nothing was written in Kazakh: greeting and frame are English, too
    mail = render(english.letter)
    assert mail.subject == "The way"
    assert "Gate 2.\n\nBring <b>a passport</b>." in mail.text
    assert "Bring &lt;b&gt;a passport&lt;/b&gt;.<br" in mail.html
    assert "/g/" in mail.text
    assert english.unsubscribe_url == ""
    assert "Message from the team" in (await organizer.get(f"{LIST}/{guests[0].id}")).text


async def test_placeholders_say_what_is_true_of_each_and_gaps_are_named_before(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration], context: Context
) -> None:
    organizer = desk.as_(client, "organizer")
    async with db.begin() as session:
        await session.execute(
            text(
                "UPDATE registrations SET position = 'See <i>http://evil.example</i>' WHERE email = 'r0@x.example'"
            )
        )
        await session.execute(text("UPDATE registrations SET position = '' WHERE email = 'r1@x.example'"))
    draft = await drafted(organizer, id=[str(one.id) for one in guests[:2]], list="")
    words = {"subject_en": "For {name}", "text_en": "As {position} at https://forum.example/way."}

    gaps = await say(organizer, draft, "send", **words)
    unknown = await say(organizer, draft, "send", **{**words, "text_en": "{{7*7}} {secret}"})
    link = await say(organizer, draft, "send", **{**words, "text_en": "See http://localhost/x"})
    filled = {**words, "text_en": words["text_en"].replace("{position}", "{position|guest}")}
    shown = (await organizer.get(f"{draft}/preview?see=en")).text
    sent = await say(organizer, draft, "send", **filled)
    assert await begun(db, context)
    first, second = await written(db, context)

    assert gaps.status_code == 422
    assert "Position is missing for 1 of them. Say what stands there instead: {position|…}" in gaps.text
    assert (unknown.status_code, "in braces that is no placeholder" in unknown.text) == (422, True)
    assert "{{7*7}} {secret}" in unknown.text
    assert (link.status_code, "One of the links leads nowhere." in link.text) == (422, True)
    assert "http://localhost/x" in shown
    assert sent.status_code == 303
    assert isinstance(first, Parcel)
    assert isinstance(second, Parcel)
    assert [render(one.letter).subject for one in (first, second)] == ["For Reader 0", "For Reader 1"]
    html = render(first.letter).html
    assert "As See &lt;i&gt;http://evil.example&lt;/i&gt; at <a" in html
    assert 'href="https://forum.example/way"' in html
    assert 'href="http://evil.example' not in html
    assert "As guest at https://forum.example/way." in render(second.letter).text


async def test_what_is_half_written_is_kept_and_said(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration]
) -> None:
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=str(guests[0].id))

    nothing = await say(organizer, draft, "send")
    half = await say(organizer, draft, "send", **TEXT, subject_kk="Жол")
    long = await say(organizer, draft, "send", **{**TEXT, "text_en": "a" * 5_001})
    pace = await say(organizer, draft, "keep", **TEXT, per_minute="many", from_hour="9", until_hour="8")
    stale = await organizer.post(
        f"{draft}/edit", data={**TEXT, "version": "1", "do": "keep", "text_en": "Mine"}
    )

    assert (nothing.status_code, nothing.text.count("Please give a subject.")) == (422, 2)
    assert (half.status_code, "Please write the text." in half.text, 'value="Жол"' in half.text) == (
        422,
        True,
        True,
    )
    assert "Bring &lt;b&gt;a passport&lt;/b&gt;." in (await organizer.get(f"{draft}/edit")).text
    assert (long.status_code, "5,000 characters" in long.text) == (422, True)
    assert (pace.status_code, "Please give a number of mails" in pace.text, 'value="many"' in pace.text) == (
        422,
        True,
        True,
    )
    assert "Please give two hours of the day" in pace.text
    assert (
        stale.status_code,
        "Somebody changed this in the meantime." in stale.text,
        "Mine" in stale.text,
    ) == (422, True, True)
    async with db.begin() as session:
        assert await make.count(session, "jobs") == 0


async def test_a_person_who_is_there_twice_gets_it_once_at_the_address_there_is(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration], context: Context
) -> None:
    """The registration without an address comes first, and is not the one that counts."""
    organizer = desk.as_(client, "organizer")
    async with db.begin() as session:
        await session.execute(
            text("UPDATE registrations SET person_id = :person, state = 'pending' WHERE id = :id"),
            {"person": guests[2].person_id, "id": guests[0].id},
        )
        await session.execute(
            text("UPDATE registrations SET state = 'approved' WHERE id = :id"), {"id": guests[2].id}
        )
    draft = await drafted(organizer, id=[str(one.id) for one in guests])

    kept = (await say(organizer, draft, "keep", **TEXT)).text
    hostile = await organizer.post(f"{draft}/edit", data={**TEXT, "version": "x" * 5_000, "do": "keep"})

    assert ("1 has no address" in kept, "there twice" in kept, "Send to 2" in kept) == (True, False, True)
    assert hostile.status_code == 422


async def test_it_can_be_taken_back(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration], context: Context
) -> None:
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=str(guests[0].id))
    await say(organizer, draft, "send", **TEXT)

    back = await organizer.post(f"{draft}/back")

    assert back.headers["location"] == draft
    assert (await organizer.get(draft)).headers["location"] == f"{draft}/edit"
    assert not await begun(db, context)
    assert await counts(db) == {}
    for role, refused in (("viewer", 403), ("door", 403), ("outsider", 404), ("", 302)):
        for path in (
            f"{LIST}/message",
            f"{BOARD}/message",
            AT,
            f"{draft}/edit",
            f"{draft}/pause",
            f"{draft}/copy",
        ):
            assert (await desk.as_(client, role).post(path, data=TEXT)).status_code == refused
    assert (await desk.as_(client, "organizer").post(f"{draft}/remove")).headers["location"] == AT


async def test_paused_edited_resumed_stopped(
    client: httpx.AsyncClient, db: Database, desk: Desk, signer: Signer, context: Context, sink: Sink
) -> None:
    """To whom it has gone keeps the first words, the others get the new ones; stopped, nobody gets it any more."""
    async with db.begin() as session:
        for n in range(6):
            await make.registration(session, signer, desk.event, email=f"p{n}@x.example", language="en")
        await session.execute(text("DELETE FROM outbox"))
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, AT)
    async with db.begin() as session:
        await session.execute(text("UPDATE registrations SET state = 'approved'"))
    await say(organizer, draft, "send", **TEXT, per_minute="2")
    assert await begun(db, context)
    await Drain(context).run()
    early = len(sink.taken)

    await organizer.post(f"{draft}/pause")
    async with db.begin() as session:
        await session.execute(text("UPDATE outbox SET due_at = now() WHERE state <> 'done'"))
    await Drain(context).run()
    still = len(sink.taken)
    resumed = await say(organizer, draft, "send", subject_en="The new way", text_en="Gate 3.", per_minute="")
    await Drain(context).run()

    assert (early, still, resumed.headers["location"]) == (1, 1, draft)
    subjects = [str(mail.message["subject"]) for mail in sink.taken]
    assert (subjects.count("The way"), subjects.count("The new way"), len(subjects)) == (1, 5, 6)
    assert len({mail.recipient for mail in sink.taken}) == 6
    assert "6 of 6" in (await organizer.get(draft)).text
    assert "version" in (await organizer.post(f"{draft}/edit", data={"version": "9", "do": "keep"})).text

    copy = (await organizer.post(f"{draft}/copy")).headers["location"]
    await say(organizer, copy, "send", per_minute="1", **TEXT)
    assert await begun(db, context)
    await organizer.post(f"{copy}/pause")
    await organizer.post(f"{copy}/stop")
    async with db.begin() as session:  # as a worker that had one in hand gives it back
        await session.execute(
            text(
                "UPDATE outbox SET state = 'queued', due_at = now() - interval '1 hour' WHERE state = 'cancelled'"
            )
        )
    await Drain(context).run()
    assert len(sink.taken) == 6
    async with db.begin() as session:
        assert await look_after(session) == 1
    assert await counts(db) == {"done": 6, "cancelled": 6}


async def test_the_pace_is_kept_over_domains_and_nights(
    client: httpx.AsyncClient, db: Database, desk: Desk, signer: Signer, context: Context
) -> None:
    async with db.begin() as session:
        for n in range(8):
            await make.registration(
                session, signer, desk.event, email=f"n{n}@{'a' if n < 6 else 'b'}.example", language="en"
            )
        await session.execute(text("DELETE FROM outbox"))
        await session.execute(text("UPDATE registrations SET state = 'approved'"))
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, AT)
    await say(
        organizer, draft, "send", **TEXT, per_minute="4", per_domain="2", from_hour="9", until_hour="10"
    )
    assert await begun(db, context)

    async with db.begin() as session:
        rows = await session.execute(
            text("""
                SELECT address, extract(hour FROM due_at AT TIME ZONE e.zone) AS hour, due_at,
                    round(extract(epoch FROM due_at - min(due_at) OVER ()) / 60, 2) AS minute
                FROM outbox o JOIN deliveries d ON d.task_id = o.id JOIN events e ON e.id = d.event_id ORDER BY due_at
            """)
        )
        found = rows.all()
    assert {int(row.hour) for row in found} == {9}
    in_a = [float(row.minute) for row in found if "@a." in row.address]
    assert all(len([at for at in in_a if start <= at < start + 1]) <= 2 for start in in_a)
    every = [float(row.minute) for row in found]
    assert all(len([at for at in every if start <= at < start + 1]) <= 4 for start in every)
    assert max(every) < 4


async def test_news_leaves_out_who_wants_none_and_one_press_is_enough(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration], context: Context
) -> None:
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=[str(one.id) for one in guests[:2]])
    await say(organizer, draft, "send", purpose="news", **TEXT)
    assert await begun(db, context)
    first, _ = await written(db, context)
    assert isinstance(first, Parcel)
    path = "/n/" + first.unsubscribe_url.rsplit("/", 1)[1]
    assert first.unsubscribe_url in render(first.letter).text

    looked = await client.get(path)
    async with db.begin() as session:
        assert await make.count(session, "suppressions") == 0
    pressed = await client.post(path, data={"List-Unsubscribe": "One-Click"})
    async with db.begin() as session:
        await session.execute(text("UPDATE outbox SET state = 'queued', lease_until = NULL"))
    late, other = await written(db, context)
    second = await drafted(organizer, id=[str(one.id) for one in guests[:2]])
    asked = (await say(organizer, second, "keep", purpose="news", **TEXT)).text
    practical = (await say(organizer, second, "keep", purpose="practical", **TEXT)).text
    again = await client.post(path, data={"again": "yes"})

    assert ("No more news?" in looked.text, "Done. No more news." in pressed.text) == (True, True)
    assert late == NoLongerTrue("This address wants no more news.")
    assert isinstance(other, Parcel)
    assert ("1 wants no more news" in asked, "wants no more news" in practical) == (True, False)
    assert "You get news again." in again.text
    assert (await client.get("/n/" + "x" * 48)).status_code == 404
    async with db.begin() as session:
        assert await make.count(session, "suppressions") == 0


async def test_a_test_goes_to_its_writer_without_anybodys_link(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration], context: Context
) -> None:
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=str(guests[0].id))

    said = await say(organizer, draft, "test", **TEXT)

    assert said.headers["location"] == f"{draft}/edit"
    [parcel] = await written(db, context)
    assert isinstance(parcel, Parcel)
    mail = render(parcel.letter)
    assert mail.subject == "[TEST] The way"
    assert "/g/" not in mail.text
    assert parcel.letter.to.name == "Reader 0"


async def test_focal_points_get_the_link_of_their_delegation(
    client: httpx.AsyncClient, db: Database, desk: Desk, context: Context
) -> None:
    async with db.begin() as session:
        for name, email, state in (
            ("Embassy", "e@x.example", "open"), ("Bank", "", "open"), ("Ministry", "m@x.example", "locked"),
        ):  # fmt: skip
            session.add(
                Delegation(
                    organisation_id=desk.event.organisation_id, event_id=desk.event.id, name=name, focal_email=email,
                    focal_name="Focal", focal_language="kk", state=state,
                )
            )  # fmt: skip
    organizer = desk.as_(client, "organizer")

    draft = await drafted(organizer, f"{BOARD}/message", state="open")
    assert "To the focal point of 1 delegation" in (await organizer.get(f"{draft}/edit")).text
    await say(organizer, draft, "send", **TEXT, subject_kk="{delegation}", text_kk="2-қақпа, {name}.")
    assert await begun(db, context)

    [parcel] = await written(db, context)
    assert isinstance(parcel, Parcel)
    mail = render(parcel.letter)
    assert (mail.subject, "/d/" in mail.text, "2-қақпа, Focal." in mail.html) == ("Embassy", True, True)
    async with db.begin() as session:
        await session.execute(text("UPDATE outbox SET state = 'queued', lease_until = NULL"))
        await session.execute(text("DELETE FROM delegations"))
    [gone] = await written(db, context)
    assert isinstance(gone, NoLongerTrue)


async def test_the_pages_ask_as_often_for_one_as_for_three(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration]
) -> None:
    organizer = desk.as_(client, "organizer")
    seen: list[tuple[int, int]] = []
    for many in (1, 3):
        draft = await drafted(organizer, id=[str(one.id) for one in guests[:many]])
        await say(organizer, draft, "keep", **TEXT)
        seen.append((await _queries(db, organizer, f"{draft}/edit"), await _queries(db, organizer, AT)))
    assert seen[0] == seen[1]
    assert max(seen[0]) <= 16


async def _queries(db: Database, client: httpx.AsyncClient, path: str) -> int:
    said: list[str] = []

    def hear(_c: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    listen.listen(db.engine.sync_engine, "before_cursor_execute", hear)
    assert (await client.get(path)).status_code == 200
    listen.remove(db.engine.sync_engine, "before_cursor_execute", hear)
    return len(said)


async def test_a_beginning_that_fails_is_a_draft_again(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration], context: Context
) -> None:
    """The writer may not write any more when it is to begin."""
    organizer = desk.as_(client, "organizer")
    draft = await drafted(organizer, id=str(guests[0].id))
    await say(organizer, draft, "send", **TEXT)
    async with db.begin() as session:
        await session.execute(text("UPDATE memberships SET role = 'viewer' WHERE role = 'organizer'"))
    assert await begun(db, context)
    async with db.begin() as session:
        assert await look_after(session) == 1
        row = await session.execute(
            text("SELECT state FROM campaigns WHERE id = :id"), {"id": UUID(draft[-36:])}
        )
        assert row.scalar_one() == "draft"
