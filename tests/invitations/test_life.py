"""The life of an invitation as guests, assistants and substitutes live it on their pages."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, text

from service.core.actor import SYSTEM
from service.core.database import Database
from service.core.tokens import personal_token
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.queries import list_category_views
from service.invitations import answering, operations, queries, reminding
from service.invitations.mail import ASSISTANT
from service.invitations.models import Invitation
from service.invitations.operations import Offer
from service.invitations.schemas import Guest, TermsForm
from service.people.models import Person
from service.registrations.models import Registration
from tests.conftest import MASTER_KEY
from tests.support import factories as make
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain

FORM = {
    "native_name": "김민지", "latin_name": "Kim Min-ji", "affiliation": "한강그룹", "position": "대표",
    "country": "KR", "email": "minji@hangang.example", "language": "ko", "consent": "yes", "consent_version": "1",
}  # fmt: skip
INSTEAD = {
    "name": "Виктория Цой",
    "email": "Tsoy@hangang.example",
    "language": "ru",
    "word": "출장 중입니다.",
}


def now() -> datetime:
    return datetime.now(UTC)


async def forum(db: Database, **more: Any) -> Event:
    async with db.begin() as session:
        event = await make.event(
            session, await make.organisation(session), starts_at=now() + timedelta(days=30),
            ends_at=now() + timedelta(days=31),
        )  # fmt: skip
        await make.category(session, event, "vip", approval="automatic", visibility="invited", **more)
    return event


async def ask(db: Database, event: Event, offer: Offer = operations.AT_ONCE, **more: Any) -> UUID:
    """One invitation, by the product's own operation."""
    known: dict[str, Any] = {
        "name": "김민지", "email": "minji@hangang.example", "language": "ko", "category": "vip",
        "organisation": "한강그룹",
    }  # fmt: skip
    guest = Guest(**{**known, **more})
    async with db.begin() as session:
        categories = await list_category_views(session, event.id)
        await operations.invite(session, SYSTEM, event, [guest], categories, offer=offer, now=now())
        found = await session.execute(select(Invitation.id).where(Invitation.email == guest.email))
        return found.scalar_one()


def link(invitation_id: UUID, purpose: str = "invitation") -> str:
    return f"/i/{personal_token(MASTER_KEY, purpose, invitation_id)}"


async def all_of(db: Database, statement: str, **given: Any) -> list[tuple[Any, ...]]:
    async with db.begin() as session:
        return [tuple(row) for row in await session.execute(text(statement), given)]


async def state(db: Database, invitation_id: UUID) -> tuple[str, str]:
    async with db.begin() as session:
        one = await session.get_one(Invitation, invitation_id)
        return one.state, one.answered_by


MAILS = "SELECT letter, address, language FROM deliveries ORDER BY task_id"


async def test_a_substitute_is_asked_in_their_own_language_and_the_chain_is_seen(
    client: httpx.AsyncClient, db: Database
) -> None:
    event = await forum(db)
    first = await ask(db, event, companions=2)
    form = (await client.get(f"{link(first)}/substitute")).text
    assert 'value="한강그룹"' in form
    assert await state(db, first) == ("queued", ""), "reading names nobody"

    answer = await client.post(f"{link(first)}/substitute", data=INSTEAD)

    assert answer.headers["location"] == link(first)
    assert await state(db, first) == ("substituted", "guest")
    async with db.begin() as session:
        other = (
            await session.execute(select(Invitation).where(Invitation.instead_of_id == first))
        ).scalar_one()
        chain = await queries.list_chain(session, other)
    assert (other.email, other.language, other.plus_ones, other.state) == (
        "tsoy@hangang.example",
        "ru",
        2,
        "queued",
    )
    assert [(one.name, one.state) for one in chain] == [("김민지", "substituted"), ("Виктория Цой", "queued")]
    assert await all_of(db, MAILS) == [
        ("invitation", "minji@hangang.example", "ko"), ("invitation", "tsoy@hangang.example", "ru"),
    ]  # fmt: skip
    assert "Виктория Цой was named to come instead" in (await client.get(link(first))).text
    assert "김민지 cannot come and has named you" in (await client.get(link(other.id))).text
    for path in ("accept", "decline", "substitute"):  # what is answered stays so
        again = await client.post(
            f"{link(first)}/{path}", data={**FORM, **INSTEAD, "email": "third@x.example"}
        )
        assert again.headers["location"] == link(first)
    assert await make_count(db) == 2


async def make_count(db: Database) -> int:
    async with db.begin() as session:
        return await make.count(session, "invitations")


@pytest.mark.parametrize(
    ("wrong", "marked"),
    [
        ({"name": ""}, "name"),
        ({"email": "nowhere"}, "email"),
        ({"email": "minji@hangang.example"}, "email"),
        ({"email": "guest@other.example"}, "email"),
        ({"email": "no-more@other.example"}, "email"),
        ({"language": "xx"}, "language"),
    ],
)
async def test_who_cannot_be_named_is_said_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, db: Database, wrong: dict[str, str], marked: str
) -> None:
    event = await forum(db)
    first = await ask(db, event)
    await ask(db, event, name="Guest", email="guest@other.example")
    async with db.begin() as session:
        await operations.suppress_address(session, event.organisation_id, "no-more@other.example")

    answer = await client.post(f"{link(first)}/substitute", data={**INSTEAD, **wrong})

    assert answer.status_code == 422
    assert f'href="#f-{marked}"' in answer.text
    assert "출장 중입니다." in answer.text
    assert await state(db, first) == ("queued", "")
    assert await make_count(db) == 2


async def test_companions_take_places_of_their_own(client: httpx.AsyncClient, db: Database) -> None:
    event = await forum(db, capacity=3)
    first = await ask(db, event, companions=3)
    assert "Up to 3 more people may come along" in (await client.get(link(first))).text
    with_ = {
        "with_1_name": "박지훈",
        "with_1_latin": "Park Jihoon",
        "with_2_name": "Ли Анна",
        "with_3_name": "이수진",
    }

    wrong = await client.post(
        f"{link(first)}/accept", data={**FORM, "with_1_latin": "Park Jihoon", "email": ""}
    )
    assert (wrong.status_code, await state(db, first)) == (422, ("queued", ""))
    for field in ("with_1_name", "email"):
        assert f'href="#f-{field}"' in wrong.text
    assert 'value="Park Jihoon"' in wrong.text
    await client.post(f"{link(first)}/accept", data={**FORM, **with_})

    rows = "SELECT native_name, latin_name, state, companion, principal_id IS NOT NULL FROM registrations ORDER BY id"
    assert await all_of(db, rows) == [
        ("김민지", "Kim Min-ji", "approved", "", False), ("박지훈", "Park Jihoon", "approved", "plus_one", True),
        ("Ли Анна", "", "approved", "plus_one", True), ("이수진", "", "waitlisted", "plus_one", True),
    ]  # fmt: skip
    assert await all_of(db, "SELECT kind, taken FROM places ORDER BY kind, taken") == [
        ("category", 3),
        ("event", 3),
    ]
    told = [row for row in await all_of(db, MAILS) if row[0] != "invitation"]
    assert {row[1] for row in told} == {"minji@hangang.example"}
    assert [row[0] for row in told] == ["registration_approved"] * 3 + ["registration_waitlisted"]
    own = personal_token(MASTER_KEY, "own", (await registration(db)).id)
    assert f"/g/{own}" in (await client.get(link(first))).text


async def registration(db: Database) -> Registration:
    async with db.begin() as session:
        return (
            await session.execute(select(Registration).where(Registration.principal_id.is_(None)))
        ).scalar_one()


async def test_nobody_brings_more_than_the_invitation_says(client: httpx.AsyncClient, db: Database) -> None:
    first = await ask(db, await forum(db), companions=1)
    await client.post(
        f"{link(first)}/accept", data={**FORM, **{f"with_{n}_name": f"Friend {n}" for n in range(1, 9)}}
    )
    assert await all_of(db, "SELECT native_name FROM registrations WHERE companion <> ''") == [("Friend 1",)]


async def test_who_had_registered_already_still_brings_companions(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    event = await forum(db)
    first = await ask(db, event, companions=1)
    async with db.begin() as session:
        await make.registration(
            session, signer, event, category="vip", name="김민지", email="minji@hangang.example"
        )
    await client.post(f"{link(first)}/accept", data={**FORM, "with_1_name": "박지훈"})
    rows = "SELECT r.native_name, p.native_name FROM registrations r LEFT JOIN registrations p ON p.id = r.principal_id"
    assert sorted(await all_of(db, rows), key=str) == [("김민지", None), ("박지훈", "김민지")]


async def minister(db: Database, event: Event, email: str = "") -> UUID:
    """Known to the directory with an assistant, and with an own address or without."""
    async with db.begin() as session:
        person = Person(
            organisation_id=event.organisation_id, native_name="Ерлан Сәрсенов", email=email, language="kk",
            assistant_email="office@ministry.example", salutation="Құрметті министр мырза",
        )  # fmt: skip
        session.add(person)
        await session.flush()
        category = next(one for one in await list_category_views(session, event.id) if one.key == "vip")
        offer = Offer(copy_assistant=bool(email))
        assert await operations.invite_people(
            session, SYSTEM, event, [person.id], category.id, offer=offer, now=now()
        ) == 1  # fmt: skip
        found = await session.execute(select(Invitation.id).where(Invitation.person_id == person.id))
        return found.scalar_one()


async def test_the_assistant_answers_for_one_who_has_no_address(
    client: httpx.AsyncClient, db: Database, context: Context, sink: Sink
) -> None:
    event = await forum(db)
    one = await minister(db, event)
    await Drain(context).run()
    (mail,) = sink.taken
    assert mail.recipient == "office@ministry.example"
    said = mail.message.get_body(("plain",)).get_content()
    assert "Ерлан Сәрсенов" in str(mail.message["subject"])
    assert "көмекшісі" in said
    assert "Құрметті министр мырза" not in said, "the assistant is not the minister"
    at = link(one, ASSISTANT)
    assert f"{at}?lang=kk" in said
    page = (await client.get(f"{at}?lang=en")).text
    assert "You answer for Ерлан Сәрсенов, as their assistant." in page
    form = {**FORM, "native_name": "Ерлан Сәрсенов", "email": "", "language": "kk"}

    answer = await client.post(f"{at}/accept", data=form)

    assert answer.status_code == 303, answer.text
    assert await state(db, one) == ("accepted", "assistant")
    async with db.begin() as session:
        guest = (await session.execute(select(Registration))).scalar_one()
        invitation = await session.get_one(Invitation, one)
        assert (guest.email, guest.assistant_email) == ("", "office@ministry.example")
        assert guest.person_id == invitation.person_id, "one human being, one card"
        assert await make.count(session, "people") == 1
    assert (await all_of(db, MAILS))[-1] == ("registration_approved", "office@ministry.example", "kk")
    data = await all_of(db, "SELECT data->>'by' FROM audit WHERE name = 'invitation.accepted'")
    assert data == [("assistant",)]


async def test_both_are_asked_where_wanted_and_whoever_answers_first_has_answered(
    client: httpx.AsyncClient, db: Database
) -> None:
    event = await forum(db)
    one = await minister(db, event, "minister@ministry.example")
    assert {row[1] for row in await all_of(db, MAILS)} == {
        "minister@ministry.example",
        "office@ministry.example",
    }
    await client.post(f"{link(one, ASSISTANT)}/decline", data={"word": "He is abroad."})
    await client.post(f"{link(one)}/accept", data=FORM)
    assert await state(db, one) == ("declined", "assistant")
    assert "You said you cannot come" in (await client.get(link(one))).text


async def test_the_assistant_who_wants_no_more_mails_shuts_only_the_own_address(
    client: httpx.AsyncClient, db: Database
) -> None:
    one = await minister(db, await forum(db), "minister@ministry.example")
    await client.post(f"{link(one, ASSISTANT)}/unsubscribe")
    assert await all_of(db, "SELECT email FROM suppressions") == [("office@ministry.example",)]


async def test_the_time_to_answer_ends_kindly_and_can_be_given_again(
    client: httpx.AsyncClient, db: Database
) -> None:
    event = await forum(db)
    first = await ask(db, event, Offer(answer_by=now() + timedelta(hours=1)))
    assert "Please answer by" in (await client.get(link(first))).text
    async with db.begin() as session:
        await session.execute(
            text("UPDATE invitations SET answer_by = now() - interval '1 minute', state = 'sent'")
        )
    late = (await client.get(link(first))).text
    assert "The time to answer ended on" in late
    assert "/accept" not in late
    await client.post(f"{link(first)}/accept", data=FORM)
    assert await state(db, first) == ("sent", ""), "too late, though no worker has written it down yet"
    async with db.begin() as session:
        assert [await answering.expire_due(session, now=now()) for _ in range(2)] == [1, 0]
    assert "The time to answer ended on" in (await client.get(link(first))).text
    async with db.begin() as session:
        row = await queries.get_invitation(session, event.id, first, lock=True)
        await answering.extend(session, SYSTEM, row, now() + timedelta(days=2), now=now())
    assert await state(db, first) == ("queued", "")
    assert len(await all_of(db, MAILS)) == 2
    await client.post(f"{link(first)}/decline", data={"word": ""})
    assert await state(db, first) == ("declined", "guest")


async def test_a_full_category_is_said_before_anybody_presses(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    event = await forum(db, capacity=1)
    first = await ask(db, event)
    async with db.begin() as session:
        await make.registration(session, signer, event, category="vip", email="early@x.example")
    assert "All places are taken at the moment" in (await client.get(link(first))).text
    await client.post(f"{link(first)}/accept", data=FORM)
    assert await all_of(db, "SELECT state FROM registrations ORDER BY id") == [("approved",), ("waitlisted",)]


async def test_the_silent_are_reminded_by_themselves_at_most_twice(db: Database) -> None:
    event = await forum(db)
    for name in ("silent", "declined", "queued", "shut"):
        await ask(db, event, name=name, email=f"{name}@x.example")
    async with db.begin() as session:
        await session.execute(
            text("UPDATE invitations SET state = 'sent' WHERE native_name IN ('silent', 'shut')")
        )
        await session.execute(
            text("UPDATE invitations SET state = 'declined' WHERE native_name = 'declined'")
        )
        await operations.suppress_address(session, event.organisation_id, "shut@x.example")
        await reminding.set_terms(session, SYSTEM, event, TermsForm(reminders=2, reminder_days=3))
    start, found = now(), list[int]()
    for days in (2, 4, 4, 6, 8, 12, 20):
        async with db.begin() as session:
            found.append(await reminding.remind_due(session, now=start + timedelta(days=days)))
        async with db.begin() as session:  # time passes for the mails, too
            await session.execute(text("UPDATE deliveries SET created_at = created_at - interval '30 days'"))
    assert found == [0, 1, 0, 0, 1, 0, 0]
    reminders = "SELECT address FROM deliveries WHERE letter = 'invitation_reminder'"
    assert await all_of(db, reminders) == [("silent@x.example",)] * 2
    keys = await all_of(db, "SELECT dedup FROM outbox WHERE dedup LIKE 'invitation_reminder%' ORDER BY dedup")
    assert [key.rsplit(":", 1)[1] for (key,) in keys] == ["1", "2"]


async def test_two_workers_and_a_button_at_once_remind_once(db: Database) -> None:
    import asyncio

    event = await forum(db)
    for number in range(30):
        await ask(db, event, email=f"g{number}@x.example")
    async with db.begin() as session:
        await session.execute(
            text("UPDATE invitations SET state = 'sent', invited_at = now() - interval '9 days'")
        )
        await reminding.set_terms(session, SYSTEM, event, TermsForm(reminders=5, reminder_days=3))

    async def worker() -> int:
        async with db.begin() as session:
            return await reminding.remind_due(session, now=now())

    async def button() -> int:
        async with db.begin() as session:
            return await reminding.remind_silent(session, SYSTEM, event, now=now())

    assert sum(await asyncio.gather(worker(), button(), worker(), button())) == 30
    counted = "SELECT count(*), count(DISTINCT address) FROM deliveries WHERE letter = 'invitation_reminder'"
    assert await all_of(db, counted) == [(30, 30)]
