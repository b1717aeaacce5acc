"""An invitation is answered by a person who presses, once."""

from uuid import UUID

import httpx
from sqlalchemy import select, text, update

from service.core.actor import SYSTEM
from service.core.clock import now
from service.core.database import Database
from service.core.tokens import new_id, personal_token
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.queries import list_category_views
from service.invitations.models import Invitation, Suppression
from service.invitations.operations import invite
from service.invitations.schemas import Guest
from service.registrations.models import Registration
from tests.conftest import MASTER_KEY
from tests.site.test_registering import seen
from tests.support import factories as make

WHO = Guest(
    name="李明", email="ming@silk.example", language="en", category="vip", organisation="Silk Road Institute",
    position="Director",
    country="CN",
)  # fmt: skip
FORM = {
    "native_name": "李明", "latin_name": "Li Ming", "affiliation": "Silk Road Institute",
    "position": "Director", "country": "CN",
    "email": "ming@silk.example", "language": "en", "consent": "yes", "consent_version": "1", "category": "business",
}  # fmt: skip


async def invited(db: Database) -> tuple[UUID, str]:
    """A ceremony that takes nobody without an invitation; returns the invitation and its address."""
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session), "ceremony", kind="ceremony")
        await make.category(
            session,
            event,
            "vip",
            5,
            visibility="invited",
            approval="automatic",
            name={"en": "Guests of honour"},
        )
        await invite(session, SYSTEM, event, [WHO], await list_category_views(session, event.id), now=now())
        invitation_id = (await session.execute(select(Invitation.id))).scalar_one()
    return invitation_id, f"/i/{personal_token(MASTER_KEY, 'invitation', invitation_id)}"


async def state_of(db: Database, invitation_id: UUID) -> tuple[str, str]:
    async with db.begin() as session:
        one = await session.get_one(Invitation, invitation_id)
        return one.state, one.word


async def test_yes_leads_through_a_form_that_knows_the_guest(client: httpx.AsyncClient, db: Database) -> None:
    invitation_id, link = await invited(db)
    page = (await client.get(link)).text
    for said in ("李明", "Forum", "(UTC+5)", "Guests of honour", f"{link}/accept", f"{link}/decline"):
        assert said in page, said
    form = (await client.get(f"{link}/accept")).text
    for known in (
        'value="李明"',
        'value="ming@silk.example"',
        'value="Silk Road Institute"',
        '<option value="CN" selected>',
    ):
        assert known in form, known
    assert await state_of(db, invitation_id) == ("queued", "")
    answer = await client.post(f"{link}/accept", data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/e/ceremony/thanks")
    assert await state_of(db, invitation_id) == ("accepted", "")
    async with db.begin() as session:
        one = (await session.execute(select(Registration))).scalar_one()
        assert (one.state, one.source, one.invitation_id, one.latin_name) == (
            "approved",
            "invitation",
            invitation_id,
            "Li Ming",
        )
        letters = (
            (await session.execute(text("SELECT letter FROM deliveries ORDER BY task_id"))).scalars().all()
        )
        assert letters == ["invitation", "registration_approved"]
    after = (await client.get(link)).text
    assert f'href="/g/{personal_token(MASTER_KEY, "own", one.id)}"' in after
    assert (await client.get(f"{link}/accept")).headers["location"] == link
    assert (await client.post(f"{link}/accept", data=FORM)).headers["location"] == link
    async with db.begin() as session:
        assert await make.count(session, "registrations") == 1


async def test_no_with_a_word(client: httpx.AsyncClient, db: Database) -> None:
    invitation_id, link = await invited(db)
    assert (await client.post(f"{link}/decline", data={"word": "Abroad that week."})).headers[
        "location"
    ] == link
    assert await state_of(db, invitation_id) == ("declined", "Abroad that week.")
    assert "You said you cannot come" in (await client.get(link)).text
    await client.post(f"{link}/accept", data=FORM)
    assert await state_of(db, invitation_id) == ("declined", "Abroad that week.")


async def test_wrong_details_accept_nothing(client: httpx.AsyncClient, db: Database) -> None:
    invitation_id, link = await invited(db)
    answer = await client.post(f"{link}/accept", data={**FORM, "native_name": "", "consent": ""})
    assert (answer.status_code, 'href="#f-native_name"' in answer.text) == (422, True)
    assert await state_of(db, invitation_id) == ("queued", "")


async def test_who_had_registered_already_is_told_by_mail(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    invitation_id, link = await invited(db)
    async with db.begin() as session:
        event = (await session.execute(select(Event))).scalar_one()
        await make.registration(session, signer, event, by=SYSTEM, category="vip", email="ming@silk.example")
    answer = await client.post(f"{link}/accept", data=FORM)
    assert answer.headers["location"] == "/e/ceremony/thanks"
    assert (await state_of(db, invitation_id))[0] == "accepted"
    async with db.begin() as session:
        letters = (
            (await session.execute(text("SELECT letter FROM deliveries ORDER BY task_id"))).scalars().all()
        )
        assert letters[-1] == "already_registered"


async def test_no_more_invitations_by_button_and_by_mail_program(
    client: httpx.AsyncClient, db: Database
) -> None:
    _, link = await invited(db)
    assert "No more invitations?" in (await client.get(f"{link}/unsubscribe")).text
    async with db.begin() as session:
        assert await make.count(session, "suppressions") == 0
    bare = httpx.AsyncClient(transport=client._transport, base_url="http://testserver")
    for _ in range(2):  # RFC 8058: no cookie, no referrer, no origin
        answer = await bare.post(f"{link}/unsubscribe", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    async with db.begin() as session:
        assert (await session.execute(select(Suppression.email))).scalars().all() == ["ming@silk.example"]


async def test_after_the_event_closes_it_cannot_be_answered(client: httpx.AsyncClient, db: Database) -> None:
    invitation_id, link = await invited(db)
    async with db.begin() as session:
        await session.execute(update(Event).values(state="closed"))
    assert "can no longer be answered" in (await client.get(link)).text
    await client.post(f"{link}/accept", data=FORM)
    assert await state_of(db, invitation_id) == ("queued", "")


async def test_links_that_are_not_ours_open_nothing(client: httpx.AsyncClient, db: Database) -> None:
    invitation_id, _ = await invited(db)
    forged = [
        personal_token(b"x" * 32, "invitation", invitation_id), personal_token(MASTER_KEY, "own", invitation_id),
        personal_token(MASTER_KEY, "invitation", new_id()), "abc",
    ]  # fmt: skip
    answers = []
    for token in forged:
        for method, path in (("GET", ""), ("GET", "/accept"), ("GET", "/unsubscribe"), ("POST", "/accept"),
        ("POST", "/decline"), ("POST", "/unsubscribe")):  # fmt: skip
            answers.append(
                await client.request(method, f"/i/{token}{path}", data=FORM if method == "POST" else None)
            )
    assert {answer.status_code for answer in answers} == {404}
    assert not [answer for answer in answers if "ming" in answer.text or "李明" in answer.text]
    assert await state_of(db, invitation_id) == ("queued", "")
    assert len({seen(answer)[0] for answer in answers}) == 1
