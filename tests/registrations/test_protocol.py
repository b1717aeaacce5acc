"""What protocol knows of a guest: theirs to say, never the guest's own form; and mails of those without an address."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text, update

from service.badges.making import list_badges
from service.core.actor import SYSTEM
from service.core.clock import now
from service.core.database import Database
from service.core.errors import Invalid
from service.core.tokens import personal_token
from service.credentials.operations import Signer
from service.events.models import Event
from service.events.queries import list_category_views
from service.invitations.models import Invitation
from service.invitations.operations import invite
from service.invitations.schemas import Guest
from service.messages.operations import send_now, set_rule
from service.organisations.models import Organisation
from service.registrations.deciding import approve, reject
from service.registrations.models import Registration
from service.registrations.schemas import (
    OF_TEAM,
    Application,
    check,
    read_application,
    read_guest_application,
)
from tests.conftest import MASTER_KEY
from tests.support import factories as make

KNOWN: dict[str, Any] = {
    "honorific": "H.E.", "salutation": "Dear Minister Kim", "academic_title": "Prof.", "name_order": "latin",
    "badge_line": "Head of delegation", "assistant_email": "aide@gov.example",
    "in_languages": {"position": {"en": "Minister"}, "salutation": {"ko": "김 장관님께"}},
}  # fmt: skip
TYPED = {
    "category": "business", "native_name": "김서연", "latin_name": "Kim Seoyeon", "affiliation": "외교부",
    "position": "장관", "country": "KR", "email": "kim@gov.example", "language": "ko", "consent": "yes",
    "consent_version": "1", "key": "one",
}  # fmt: skip
POSTED = {
    "honorific": "King", "salutation": "x", "academic_title": "x", "name_order": "latin", "badge_line": "Owner",
    "assistant_email": "thief@evil.example", "position_in_en": "Owner", "salutation_in_ko": "x",
}  # fmt: skip
ADDRESSES = "SELECT letter, address FROM deliveries ORDER BY task_id"


async def forum(db: Database) -> Event:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event, "business")
        return event


async def only(db: Database) -> Registration:
    async with db.begin() as session:
        return (await session.execute(select(Registration))).scalar_one()


def said(row: Registration | Application) -> dict[str, Any]:
    return {name: getattr(row, name) for name in OF_TEAM}


async def test_a_guest_cannot_say_what_is_protocols(client: httpx.AsyncClient, db: Database) -> None:
    await forum(db)

    answer = await client.post("/e/forum/register", data={**TYPED, **POSTED})

    assert answer.status_code == 303
    row = await only(db)
    assert said(row) == said(Application(category="", native_name="", email=""))
    async with db.begin() as session:
        await session.execute(update(Registration).values(**KNOWN))
    own = f"/g/{personal_token(MASTER_KEY, 'own', row.id)}"
    changed = {**TYPED, **POSTED, "version": "1", "position": "차관"}
    assert (await client.post(f"{own}/change", data=changed)).headers["location"] == own
    row = await only(db)
    assert (row.position, said(row)) == ("차관", KNOWN)


async def test_who_accepts_an_invitation_keeps_what_protocol_knows(
    client: httpx.AsyncClient, db: Database
) -> None:
    event = await forum(db)
    who = Guest(name="김서연", email="kim@gov.example", language="ko", category="business")
    async with db.begin() as session:
        await invite(session, SYSTEM, event, [who], await list_category_views(session, event.id), now=now())
        await session.execute(update(Invitation).values(**KNOWN))
        invitation_id = (await session.execute(select(Invitation.id))).scalar_one()

    link = f"/i/{personal_token(MASTER_KEY, 'invitation', invitation_id)}"
    assert (await client.post(f"{link}/accept", data={**TYPED, **POSTED})).status_code == 303

    assert said(await only(db)) == KNOWN


async def test_mails_of_one_without_an_address_go_to_the_assistant(db: Database, signer: Signer) -> None:
    event = await forum(db)
    async with db.begin() as session:
        guest = await make.registration(
            session, signer, event, email="", assistant_email="aide@gov.example", name="김서연"
        )
        await make.registration(session, signer, event, email="", name="Nobody writes to me")
        await approve(session, SYSTEM, event, guest.id, signer=signer, now=make.TODAY)
        rule = await set_rule(session, SYSTEM, event, "guests", days_before=1, local_hour=9)
        await send_now(session, SYSTEM, event, rule, now=make.TODAY - timedelta(days=1))
        await reject(session, SYSTEM, event, guest.id, reason="Full", signer=signer, now=make.TODAY)
        sent = [tuple(row) for row in await session.execute(text(ADDRESSES))]

    letters = ["registration_received", "registration_approved", "event_reminder", "registration_rejected"]
    assert sent == [(letter, "aide@gov.example") for letter in letters]


async def test_the_badge_says_what_protocol_wishes(db: Database, signer: Signer) -> None:
    event = await forum(db)
    async with db.begin() as session:
        guest = await make.registration(
            session, signer, event, name="김서연", position="장관", affiliation="외교부",
            in_languages={"position": {"en": "Minister"}, "affiliation": {"en": "Foreign Ministry"}},
        )  # fmt: skip
        await approve(session, SYSTEM, event, guest.id, signer=signer, now=make.TODAY)
        (plain,) = await list_badges(session, event, None, base_url="https://q.example", signer=signer)
        await session.execute(
            update(Registration).values(badge_line="Head of delegation", name_order="latin")
        )
        session.expire_all()
        (special,) = await list_badges(session, event, None, base_url="https://q.example", signer=signer)

    assert (plain.native_name, plain.position, plain.affiliation) == (
        "김서연",
        "Minister",
        "Foreign Ministry",
    )
    assert (special.native_name, special.latin_name, special.position) == (
        "Assel Nurlankyzy",
        "김서연",
        "Head of delegation",
    )


def test_a_form_of_the_team_is_read_whole() -> None:
    form = {
        **TYPED,
        **POSTED,
        "position_in_xx": "left out",
        "affiliation_in_kk": "  Сыртқы істер \n министрлігі ",
    }

    read = check(read_application(form), consent_version=None, by_team=True)

    assert (read.badge_line, read.assistant_email, read.name_order) == (
        "Owner",
        "thief@evil.example",
        "latin",
    )
    assert read.in_languages == {
        "position": {"en": "Owner"},
        "affiliation": {"kk": "Сыртқы істер министрлігі"},
        "salutation": {"ko": "x"},
    }
    assert "minister" in read.search or "ministr" in read.search
    assert said(read_guest_application(form)) == said(Application(category="", native_name="", email=""))


async def test_the_api_shows_what_it_takes(client: httpx.AsyncClient, db: Database, signer: Signer) -> None:
    event = await forum(db)
    async with db.begin() as session:
        guest = await make.registration(session, signer, event, **KNOWN)
        host = await session.get_one(Organisation, event.organisation_id)
        headers = await make.token(session, host, "organizer")
    at = f"/api/v1/events/forum/registrations/{guest.id}"
    shown = (await client.get(at, headers=headers)).json()
    taken = {name: shown[name] for name in Application.__struct_fields__ if name in shown}

    answer = await client.patch(
        at, headers=headers, json={**taken, "category": "business", "position": "Envoy"}
    )

    assert answer.status_code == 200
    row = await only(db)
    assert (row.position, said(row)) == ("Envoy", KNOWN)


@pytest.mark.parametrize("wrong", ["open", {"position": "open"}, {"position": {"en": 5}}])
async def test_texts_of_another_shape_are_refused(
    client: httpx.AsyncClient, db: Database, wrong: object
) -> None:
    event = await forum(db)
    async with db.begin() as session:
        host = await session.get_one(Organisation, event.organisation_id)
        headers = await make.token(session, host, "organizer")

    sent = {"category": "business", "native_name": "Kim", "email": "", "in_languages": wrong}
    answer = await client.post("/api/v1/events/forum/registrations", headers=headers, json=sent)

    assert answer.status_code == 400


def test_a_text_that_is_too_long_is_named_by_its_field() -> None:
    form = {**TYPED, "position_in_ko": "장" * 201}

    with pytest.raises(Invalid) as refused:
        check(read_application(form), consent_version=None, by_team=True)

    assert list(refused.value.errors) == ["position_in_ko"]


async def test_what_no_database_holds_is_refused_clearly(
    db: Database, signer: Signer, client: httpx.AsyncClient
) -> None:
    async with db.begin() as session:
        host = await make.organisation(session)
        event = await make.event(session, host)
        await make.category(session, event)
        guest = await make.registration(session, signer, event)
        headers = await make.token(session, host, "owner")
    for step in ("ask", "reject", "cancel"):
        at = f"/api/v1/events/forum/registrations/{guest.id}/{step}"
        answer = await client.post(at, json={"reason": "a\0b"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "character_not_held")
    category = {
        "key": "business", "name": {"en": "B"}, "approval": "desk", "visibility": "public", "colour": 1,
        "capacity": None, "steps": [{"kind": "own", "name": "x\0"}],
    }  # fmt: skip
    answer = await client.put("/api/v1/events/forum/categories/business", json=category, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "character_not_held")
    for steps in ([], [{}] * 4, [{"kind": "own", "name": "x" * 61}], [{"kind": "king"}]):
        answer = await client.put(
            "/api/v1/events/forum/categories/business", json={**category, "steps": steps}, headers=headers
        )
        assert answer.status_code == 400
