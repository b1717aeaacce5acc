"""A message of the team's own: written, looked at, to whom it goes, in which language, once; time to think again."""

import httpx
from sqlalchemy import event as listen
from sqlalchemy import text

from emails.render import render
from service.core.database import Database
from service.delegations.models import Delegation
from service.outbox.parcel import NoLongerTrue, Parcel
from service.registrations.models import Registration
from tests.console.conftest import Desk
from tests.console.writing import AT, BOARD, LIST, TEXT, begun, drafted, say, written
from tests.support import factories as make
from workers.context import Context
from workers.jobs import work
from workers.kinds import KINDS


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
        "Somebody else changed this message meanwhile." in stale.text,
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
