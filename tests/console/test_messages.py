"""A message of the team's own: to whom it goes, in which language, once, and half a minute to think again."""

import httpx
import pytest
from sqlalchemy import text

from emails.render import render
from service.core.clock import now
from service.core.database import Database
from service.credentials.operations import Signer
from service.delegations.models import Delegation
from service.outbox.operations import claim
from service.outbox.parcel import NoLongerTrue, Parcel
from service.registrations.models import Registration
from tests.console.conftest import Desk
from tests.support import factories as make
from workers.context import Context
from workers.jobs import work
from workers.kinds import KINDS
from workers.mails import load

LIST, BOARD = "/console/forum/guests", "/console/forum/delegations"
TEXT = {"subject_en": "The way", "text_en": "Gate 2.\r\n\r\nBring <b>a passport</b>.\r\nLunch at 13:00."}


@pytest.fixture
async def guests(db: Database, signer: Signer, desk: Desk) -> list[Registration]:
    """One who reads English, one Kazakh, and one without any address."""
    async with db.begin() as session:
        return [
            await make.registration(session, signer, desk.event, name=f"Reader {n}", email=email, language=language)
            for n, (email, language) in enumerate((("r0@x.example", "en"), ("r1@x.example", "kk"), ("", "en")))
        ]  # fmt: skip


async def written(db: Database, context: Context) -> list[Parcel | NoLongerTrue]:
    """The messages that lie in the outbox, as a worker writes them."""
    async with db.begin() as session:
        await session.execute(
            text("DELETE FROM outbox o USING deliveries d WHERE d.task_id = o.id AND letter <> 'message'")
        )
        tasks = await claim(session, "mail", 50, 60.0)
        mails = await load(context, session, tasks, now())
    return [mail.parcel for mail in sorted(mails, key=lambda mail: mail.task.address)]


async def later(db: Database) -> None:
    async with db.begin() as session:
        await session.execute(text("UPDATE jobs SET due_at = now(), state = 'queued', lease_until = NULL"))


async def test_each_gets_it_once_in_a_language_there_is(
    client: httpx.AsyncClient,
    db: Database,
    desk: Desk,
    guests: list[Registration],
    context: Context,
) -> None:
    organizer = desk.as_(client, "organizer")
    form = {"id": [str(one.id) for one in guests], "list": "q=reader"}

    empty = (await organizer.post(f"{LIST}/message", data=form)).text
    done = await organizer.post(f"{LIST}/message", data={**form, **TEXT, "sure": "yes"})

    assert "A message to 3 guests" in empty
    assert 'name="text_kk"' in empty
    assert done.headers["location"].startswith(f"{LIST}?q=reader&did=")
    assert "The message to 3 leaves in half a minute." in (await organizer.get(done.headers["location"])).text
    assert not await work(context, KINDS)
    for _ in range(2):  # a worker that is lost behind its last part begins anew
        await later(db)
        assert await work(context, KINDS)
    said = (await organizer.get(done.headers["location"])).text
    assert "2 messages are on their way. 1 could not be: There is no address to write to." in said
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
    page = (await organizer.get(f"{LIST}/{guests[0].id}")).text
    assert "Message from the team" in page


async def test_what_is_half_written_is_kept_and_said(
    client: httpx.AsyncClient,
    db: Database,
    desk: Desk,
    guests: list[Registration],
) -> None:
    organizer = desk.as_(client, "organizer")
    form = {"id": str(guests[0].id), "sure": "yes"}

    nothing = await organizer.post(f"{LIST}/message", data=form)
    half = await organizer.post(f"{LIST}/message", data={**form, **TEXT, "subject_kk": "Жол"})
    long = await organizer.post(f"{LIST}/message", data={**form, **TEXT, "text_en": "a" * 5_001})

    assert (nothing.status_code, nothing.text.count("Please give a subject.")) == (422, 1)
    assert (half.status_code, "Please write the text." in half.text, 'value="Жол"' in half.text) == (
        422,
        True,
        True,
    )
    assert "Bring &lt;b&gt;a passport&lt;/b&gt;." in half.text
    assert (long.status_code, "5,000 characters" in long.text) == (422, True)
    async with db.begin() as session:
        assert await make.count(session, "jobs") == 0


async def test_it_can_be_taken_back(
    client: httpx.AsyncClient,
    db: Database,
    desk: Desk,
    guests: list[Registration],
    context: Context,
) -> None:
    organizer = desk.as_(client, "organizer")
    form = {"id": str(guests[0].id), "sure": "yes", **TEXT}
    done = await organizer.post(f"{LIST}/message", data=form)

    back = await organizer.post(f"/console/forum/jobs/{done.headers['location'].split('did=')[1]}/undo")

    assert (
        "The message was taken back: nobody gets it." in (await organizer.get(back.headers["location"])).text
    )
    async with db.begin() as session:
        await session.execute(text("UPDATE jobs SET due_at = now()"))
    assert not await work(context, KINDS)
    for role, refused in (("viewer", 403), ("door", 403), ("outsider", 404), ("", 302)):
        for path in (f"{LIST}/message", f"{BOARD}/message"):
            assert (await desk.as_(client, role).post(path, data=form)).status_code == refused


async def test_focal_points_get_the_link_of_their_delegation(
    client: httpx.AsyncClient,
    db: Database,
    desk: Desk,
    context: Context,
) -> None:
    async with db.begin() as session:
        for name, email, state in (
            ("Embassy", "e@x.example", "open"),
            ("Bank", "", "open"),
            ("Ministry", "m@x.example", "locked"),
        ):
            session.add(
                Delegation(
                    organisation_id=desk.event.organisation_id, event_id=desk.event.id, name=name, focal_email=email,
                    focal_name="Focal", focal_language="kk", state=state,
                )
            )  # fmt: skip
    organizer = desk.as_(client, "organizer")

    asked = (await organizer.get(f"{BOARD}/message?state=open")).text
    done = await organizer.post(
        f"{BOARD}/message", data={"state": "open", **TEXT, "subject_kk": "Жол", "text_kk": "2-қақпа."}
    )
    assert "A message to 1 focal point" in asked
    assert "This begins in a moment." in (await organizer.get(done.headers["location"])).text
    await later(db)
    assert await work(context, KINDS)

    assert "1 messages are on their way." in (await organizer.get(done.headers["location"])).text
    [parcel] = await written(db, context)
    assert isinstance(parcel, Parcel)
    mail = render(parcel.letter)
    assert (mail.subject, "/d/" in mail.text, "2-қақпа." in mail.html) == ("Жол", True, True)
    async with db.begin() as session:
        await session.execute(text("UPDATE outbox SET state = 'queued', lease_until = NULL"))
        await session.execute(text("DELETE FROM delegations"))
    [gone] = await written(db, context)
    assert isinstance(gone, NoLongerTrue)
