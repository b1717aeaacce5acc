"""The delegate list and one delegate, as an organizer works with them."""

import html
import re

import httpx
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from service.core.database import Database
from service.credentials.operations import Signer
from tests.console.conftest import Desk
from tests.support import factories as make

HOSTILE = '<script>alert("1")</script>"><img src=x onerror=alert(2)>'


async def guest(db: Database, signer: Signer, desk: Desk, name: str, **more: str) -> str:
    async with db.begin() as session:
        row = await make.registration(
            session,
            signer,
            desk.event,
            name=name,
            email=more.pop("email", f"g{abs(hash(name))}@crowd.example"),
            **more,
        )
        return str(row.id)


async def state_of(db: Database, registration_id: str) -> str:
    async with db.begin() as session:
        rows = await session.execute(
            text("SELECT state FROM registrations WHERE id = :id"), {"id": registration_id}
        )
        return str(rows.scalar_one())


async def test_any_spelling_finds_the_person(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    await guest(db, signer, desk, "최민수", latin_name="Choi Min-su")
    await guest(db, signer, desk, "李明", latin_name="Li Ming")
    organizer = desk.as_(client, "organizer")

    for query in ("최", "choi", "Цой", "tsoy", "민수", "Min-su Choi"):
        found = (await organizer.get("/console/forum/guests", params={"q": query})).text
        assert "최민수" in found, query
        assert "李明" not in found, query
    assert "Nobody fits this filter" in (await organizer.get("/console/forum/guests?q=zzzz")).text


async def test_many_are_approved_and_those_without_a_place_are_named(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    ids = [await guest(db, signer, desk, f"Guest {n}") for n in range(5)]  # three places: two wait
    organizer = desk.as_(client, "organizer")

    answer = await organizer.post("/console/forum/guests/decide", data={"action": "approve", "id": ids})
    page = (await organizer.get(answer.headers["location"])).text

    assert answer.status_code == 303
    assert [await state_of(db, one) for one in ids] == ["approved"] * 3 + ["waitlisted"] * 2
    assert "3 approved. 2 could not be: There is no free place here." in page


async def test_a_rejection_needs_a_reason_and_moves_the_waiting_list(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    ids = [await guest(db, signer, desk, f"Guest {n}") for n in range(4)]
    organizer = desk.as_(client, "organizer")

    without = await organizer.post(f"/console/forum/guests/{ids[0]}/reject", data={"reason": " "})
    assert "Please give a reason" in (await organizer.get(without.headers["location"])).text
    assert await state_of(db, ids[0]) == "pending"
    await organizer.post(
        f"/console/forum/guests/{ids[0]}/reject", data={"reason": "Companies of the region only."}
    )

    assert [await state_of(db, one) for one in ids] == ["rejected", "pending", "pending", "pending"]
    page = (await organizer.get(f"/console/forum/guests/{ids[0]}")).text
    assert "Companies of the region only." in page
    assert "Rejection" in page


async def test_all_that_match_are_decided_not_only_this_page(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    ids = [await guest(db, signer, desk, f"Guest {n}") for n in range(3)]
    other = await guest(db, signer, desk, "Somebody Else")
    organizer = desk.as_(client, "organizer")

    await organizer.post(
        "/console/forum/guests/decide", data={"action": "approve", "all": "yes", "q": "guest"}
    )

    assert [await state_of(db, one) for one in ids] == ["approved"] * 3
    assert await state_of(db, other) == "waitlisted"


async def test_two_organizers_never_overwrite_each_other(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    one = await guest(db, signer, desk, "Әсел Нұрланқызы")
    organizer = desk.as_(client, "organizer")
    form = {"category": "business", "native_name": "Әсел Нұрланқызы", "language": "kk", "version": "1"}

    first = await organizer.post(f"/console/forum/guests/{one}/edit", data={**form, "position": "Director"})
    second = await organizer.post(
        f"/console/forum/guests/{one}/edit", data={**form, "position": "Chair", "affiliation": "X"}
    )

    assert first.status_code == 303
    assert second.status_code == 422
    assert "saved something else at" in second.text
    assert "<li>Position: <bdi>Director</bdi></li>" in second.text
    assert 'value="Chair"' in second.text
    third = await organizer.post(
        f"/console/forum/guests/{one}/edit",
        data={
            **form,
            "position": "Chair",
            "version": re.findall(r'name="version" value="(\d+)"', second.text)[0],
        },
    )
    assert third.status_code == 303


async def test_a_person_without_an_address_is_added_and_a_double_is_shown(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    known = await guest(db, signer, desk, "Known Person", email="known@crowd.example")
    organizer = desk.as_(client, "organizer")
    form = {"category": "business", "native_name": "Minister", "language": "en", "key": "a"}

    added = await organizer.post("/console/forum/guests/new", data=form)
    double = await organizer.post(
        "/console/forum/guests/new", data={**form, "email": "known@crowd.example", "key": "b"}
    )
    wrong = await organizer.post(
        "/console/forum/guests/new", data={**form, "email": "not an address", "key": "c"}
    )

    assert added.status_code == 303
    assert double.status_code == 422
    assert f"/console/forum/guests/{known}" in double.text
    assert wrong.status_code == 422
    assert "This does not look like an e-mail address" in wrong.text
    assert 'value="not an address"' in wrong.text


async def test_hostile_names_stay_text(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    one = await guest(
        db, signer, desk, HOSTILE, affiliation=HOSTILE, latin_name="Robert'); DROP TABLE guests"
    )
    organizer = desk.as_(client, "organizer")

    for address in ("guests", f"guests/{one}", f"guests/{one}/edit", "", "deliveries"):
        page = (await organizer.get(f"/console/forum/{address}".rstrip("/"))).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


async def test_who_may_look_and_who_may_change(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    one = await guest(db, signer, desk, "Guest", email="guest@crowd.example")
    pages = ("", "/guests", f"/guests/{one}", "/deliveries", "/badges")
    changes = (
        f"/guests/{one}/approve",
        f"/guests/{one}/cancel",
        "/guests/decide",
        "/badges/printed",
        "/deliveries/retry",
    )
    expected = {
        "owner": (200, 303),
        "organizer": (200, 303),
        "viewer": (200, 403),
        "door": (403, 403),
        "outsider": (404, 404),
    }

    for role, (look, change) in reversed(expected.items()):
        who = desk.as_(client, role)
        for path in pages:
            answer = await who.get(f"/console/forum{path}")
            assert answer.status_code == look, (role, path)
            if look != 200:
                assert "guest@crowd.example" not in answer.text
        for path in changes:
            if change != 303:
                answer = await who.post(f"/console/forum{path}", data={"action": "approve", "id": one})
                assert answer.status_code == change, (role, path)
    nobody = desk.as_(client, "")
    assert (await nobody.get("/console/forum/guests")).headers["location"].startswith("/login")
    assert await state_of(db, one) == "pending"


async def test_an_id_of_another_event_is_not_here(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    async with db.begin() as session:
        foreign = (
            await session.execute(text("SELECT id FROM registrations WHERE email = 'secret@other.example'"))
        ).scalar_one()
    organizer = desk.as_(client, "organizer")

    for path in (f"/guests/{foreign}", f"/guests/{foreign}/edit", f"/guests/{foreign}/badge.pdf"):
        answer = await organizer.get(f"/console/forum{path}")
        assert answer.status_code in (404, 409)
        assert "Secret" not in answer.text
    await organizer.post("/console/forum/guests/decide", data={"action": "approve", "id": str(foreign)})
    assert await state_of(db, str(foreign)) == "pending"


async def test_lists_take_the_same_number_of_queries_for_one_and_for_three(
    client: httpx.AsyncClient, app: object, db: Database, signer: Signer, desk: Desk
) -> None:
    counts: list[str] = []
    engine = app.state.db.engine.sync_engine  # type: ignore[attr-defined]
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda *a: counts.append(a[2]))
    organizer = desk.as_(client, "organizer")

    async def queries(path: str) -> int:
        counts.clear()
        assert (await organizer.get(path)).status_code == 200
        return len(counts)

    pages = (
        "/console",
        "/console/forum",
        "/console/forum/guests",
        "/console/forum/deliveries",
        "/console/forum/badges",
    )
    await guest(db, signer, desk, "One")
    with_one = {page: await queries(page) for page in pages}
    await guest(db, signer, desk, "Two")
    await guest(db, signer, desk, "Three")
    with_three = {page: await queries(page) for page in pages}

    assert with_one == with_three
    assert with_one == {
        "/console": 5, "/console/forum": 13, "/console/forum/guests": 14, "/console/forum/deliveries": 8,
        "/console/forum/badges": 6,
    }  # fmt: skip


async def test_badges_of_a_selection_are_one_pdf(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    ids = [await guest(db, signer, desk, name) for name in ("최민수", "李明")]
    organizer = desk.as_(client, "organizer")
    await organizer.post("/console/forum/guests/decide", data={"action": "approve", "id": ids})

    answer = await organizer.post("/console/forum/guests/badges", data={"id": ids})

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    everything = await organizer.get("/console/forum/badges/all.pdf")
    assert everything.status_code == 200


async def test_only_what_was_offered_is_marked_as_printed(
    client: httpx.AsyncClient, db: Database, signer: Signer, desk: Desk
) -> None:
    first, second = [await guest(db, signer, desk, name) for name in ("최민수", "李明")]
    organizer = desk.as_(client, "organizer")
    await organizer.post(f"/console/forum/guests/{first}/approve")
    offered = (await organizer.get("/console/forum/badges")).text
    until = html.unescape(re.findall(r'name="until" value="([^"]+)"', offered)[0])
    await organizer.post(f"/console/forum/guests/{second}/approve")  # while the printer runs

    marked = await organizer.post("/console/forum/badges/printed", data={"until": until})
    wrong = await organizer.post("/console/forum/badges/printed", data={"until": "yesterday"})

    assert "Badges marked as printed: 1." in (await organizer.get(marked.headers["location"])).text
    assert wrong.status_code == 303
    async with db.begin() as session:
        rows = await session.execute(
            text(
                "SELECT registration_id::text FROM credentials WHERE printed_at IS NULL AND revoked_at IS NULL"
            )
        )
        assert second in (unmarked := set(rows.scalars()))
        assert first not in unmarked
