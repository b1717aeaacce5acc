"""Behind a personal link: what its guest can do, and nobody else."""

import io
import re
from uuid import UUID

import httpx
import pypdf
from icalendar import Calendar
from sqlalchemy import select, text, update

from service.core.actor import SYSTEM
from service.core.database import Database
from service.core.tokens import new_id, personal_token
from service.credentials.models import Credential
from service.credentials.operations import Signer
from service.events.models import Event
from service.registrations.deciding import approve
from service.registrations.models import Registration
from tests.conftest import MASTER_KEY
from tests.support import factories as make

SENT = """
SELECT letter FROM deliveries WHERE letter IN ('registration_cancelled', 'registration_promoted') ORDER BY 1
"""


def own(registration_id: UUID, key: bytes = MASTER_KEY, purpose: str = "own") -> str:
    return f"/g/{personal_token(key, purpose, registration_id)}"


async def forum_with(
    db: Database, signer: Signer, *guests: str, capacity: int | None = None
) -> list[Registration]:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event, "business", capacity)
        return [
            await make.registration(
                session, signer, event, by=SYSTEM, name=name, email=f"guest{n}@steppe.example"
            )
            for n, name in enumerate(guests)
        ]


async def let_in(db: Database, signer: Signer, guest: Registration) -> None:
    async with db.begin() as session:
        event = await session.get_one(Event, guest.event_id)
        await approve(session, SYSTEM, event, guest.id, signer=signer, now=make.TODAY)


async def state_of(db: Database, *guests: Registration) -> list[str]:
    async with db.begin() as session:
        return [(await session.get_one(Registration, guest.id)).state for guest in guests]


async def test_while_waiting_there_is_no_code(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    (guest,) = await forum_with(db, signer, "Әсел Нұрланқызы")
    page = await client.get(own(guest.id))
    assert page.status_code == 200
    assert "Your registration is with the organisers." in page.text
    assert "Әсел Нұрланқызы" in page.text
    assert 'class="ticket"' not in page.text
    assert (page.headers["x-robots-tag"], page.headers["cache-control"]) == ("noindex, nofollow", "no-store")
    assert page.headers["referrer-policy"] == "same-origin"
    assert (await client.get(f"{own(guest.id)}/badge.pdf")).status_code == 404
    entry = await client.get(f"{own(guest.id)}/calendar.ics")
    (event,) = Calendar.from_ical(entry.content).walk("VEVENT")
    assert str(event["status"]) == "TENTATIVE"


async def test_approved_shows_code_badge_and_calendar(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    (guest,) = await forum_with(db, signer, "김서연")
    await let_in(db, signer, guest)
    async with db.begin() as session:
        code = (await session.execute(select(Credential.code))).scalar_one()
    page = (await client.get(own(guest.id))).text
    assert "You are in." in page
    assert re.search(r'<figure class="ticket">\s*<svg', page)
    assert f"{code[:4]} {code[4:]}" in page
    badge = await client.get(f"{own(guest.id)}/badge.pdf")
    assert badge.headers["content-type"] == "application/pdf"
    assert "김서연" in pypdf.PdfReader(io.BytesIO(badge.content)).pages[0].extract_text()
    entry = await client.get(f"{own(guest.id)}/calendar.ics", headers={"accept-language": "ko"})
    assert entry.headers["content-type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(entry.content).walk("VEVENT")
    assert (str(event["summary"]), event.decoded("dtstart")) == ("포럼", make.TODAY)
    assert str(event["status"]) == "CONFIRMED"


async def test_a_guest_changes_details(client: httpx.AsyncClient, db: Database, signer: Signer) -> None:
    (guest,) = await forum_with(db, signer, "Әсел Нұрланқызы")
    form = (await client.get(f"{own(guest.id)}/change")).text
    assert 'value="Әсел Нұрланқызы"' in form
    sent = {
        "version": "1", "native_name": "Әсел Қасымова", "latin_name": "Assel Kassymova",
        "affiliation": "Steppe Ventures",
        "country": "KR", "language": "ko", "dietary": "halal", "email": "thief@evil.example",
    }  # fmt: skip
    answer = await client.post(f"{own(guest.id)}/change", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, own(guest.id))
    async with db.begin() as session:
        now = await session.get_one(Registration, guest.id)
        assert (now.native_name, now.country, now.language, now.dietary) == (
            "Әсел Қасымова",
            "KR",
            "ko",
            "halal",
        )
        assert now.email == "guest0@steppe.example"
        line = text("SELECT actor_kind, data FROM audit WHERE name = 'registration.changed'")
        who, data = (await session.execute(line)).one()
        assert (who, data["changed"]["native_name"]) == ("guest", ["Әсел Нұрланқызы", "Әсел Қасымова"])
    late = await client.post(f"{own(guest.id)}/change", data=sent)
    assert late.headers["location"] == f"{own(guest.id)}/change"  # somebody changed it in between: look again
    wrong = await client.post(f"{own(guest.id)}/change", data={**sent, "version": "2", "native_name": ""})
    assert (wrong.status_code, 'href="#f-native_name"' in wrong.text) == (422, True)


async def test_cancelling_moves_the_next_one_up(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    first, second, third = await forum_with(db, signer, "Alma", "Bek", "Choi", capacity=1)
    await let_in(db, signer, first)
    assert await state_of(db, first, second, third) == ["approved", "waitlisted", "waitlisted"]
    asked = await client.get(f"{own(first.id)}/cancel")
    assert "goes to the next person who waits" in asked.text
    assert await state_of(db, first) == ["approved"]
    answer = await client.post(f"{own(first.id)}/cancel", data={"reason": "ill"})
    assert answer.headers["location"] == own(first.id)
    assert await state_of(db, first, second, third) == ["cancelled", "pending", "waitlisted"]
    page = (await client.get(own(first.id))).text
    assert "Your registration is cancelled." in page
    assert 'class="ticket"' not in page
    async with db.begin() as session:
        assert (await session.execute(select(Credential.revoked_reason))).scalar_one() == "cancelled"
        sent = await session.execute(text(SENT))
        assert sent.scalars().all() == ["registration_cancelled", "registration_promoted"]
    again = await client.post(f"{own(first.id)}/cancel")
    assert again.headers["location"] == own(first.id)
    assert await state_of(db, second) == ["pending"]


async def test_after_the_event_nothing_can_be_changed(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    (guest,) = await forum_with(db, signer, "Alma")
    async with db.begin() as session:
        ago = text("interval '9 days'")
        await session.execute(
            update(Event).values(starts_at=Event.starts_at - ago, ends_at=Event.ends_at - ago)
        )
    page = (await client.get(own(guest.id))).text
    assert "/cancel" not in page
    for path in ("change", "cancel"):
        answer = await client.post(f"{own(guest.id)}/{path}", data={"native_name": "Thief", "version": "1"})
        assert answer.headers["location"] == own(guest.id)
    assert await state_of(db, guest) == ["pending"]


async def test_links_that_are_not_ours_open_nothing(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    guest, other = await forum_with(db, signer, "Alma", "Secret Person")
    real, foreign = own(guest.id), own(other.id)
    forged = [
        own(guest.id, key=b"x" * 32), own(guest.id, purpose="invitation"), own(new_id()), "/g/abc",
        f"{real[:-1]}{'A' if real[-1] != 'A' else 'B'}",
        real[:24] + foreign[24:],
    ]  # fmt: skip
    for link in forged:
        for path, method in (("", "GET"), ("/change", "GET"), ("/cancel", "GET"), ("/calendar.ics", "GET"),
        ("/badge.pdf", "GET"), ("/change", "POST"), ("/cancel", "POST")):  # fmt: skip
            answer = await client.request(
                method,
                link + path,
                data={"native_name": "Thief", "version": "1"} if method == "POST" else None,
            )
            assert answer.status_code == 404, (link, path)
            assert 'href="/lost-link"' in answer.text
            assert "Secret Person" not in answer.text
            assert "Alma" not in answer.text
    assert await state_of(db, guest, other) == ["pending", "pending"]


async def test_every_state_has_a_sentence(client: httpx.AsyncClient, db: Database, signer: Signer) -> None:
    (guest,) = await forum_with(db, signer, "<script>alert(1)</script>")
    heads = {}
    for state in ("pending", "held", "waitlisted", "offered", "rejected", "cancelled"):
        async with db.begin() as session:
            await session.execute(
                update(Registration).values(state=state, reason="<b>full</b>" if state == "rejected" else "")
            )
        page = (await client.get(own(guest.id))).text
        heads[state] = re.search(r"<h1>\s*(.*?)\s*</h1>", page, re.DOTALL)[1]  # type: ignore[index]
        assert "<script>alert" not in page
    assert heads == {
        "pending": "Your registration is with the organisers.", "held": "Your registration is with the organisers.",
        "waitlisted": "You are on the waiting list.", "offered": "A place is free for you.",
        "rejected": "There is no place for you this time.", "cancelled": "Your registration is cancelled.",
    }  # fmt: skip


async def test_a_ticket_read_by_a_plain_camera_tells_nothing(
    client: httpx.AsyncClient, db: Database, signer: Signer
) -> None:
    (guest,) = await forum_with(db, signer, "Alma")
    await let_in(db, signer, guest)
    async with db.begin() as session:
        credential = (await session.execute(select(Credential.id))).scalar_one()
    real = await client.get(f"/T/{signer.ticket(credential)}")
    other = await client.get("/T/NOTHING")
    assert (real.status_code, other.status_code) == (200, 200)
    assert real.text.replace(signer.ticket(credential), "NOTHING") == other.text
    assert "Alma" not in real.text
