"""Questions from the builder to the form, the own page, the door and the night that erases them."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from service.core.actor import SYSTEM
from service.core.clock import now
from service.core.database import Database
from service.core.tokens import personal_token
from service.credentials.operations import Signer
from service.events.models import Event
from service.questions.operations import erase_expired, remove_question
from service.questions.schemas import ChoiceForm, ConditionForm
from service.registrations.models import Registration
from service.registrations.operations import cancel
from service.registrations.queries import get_registration
from service.registrations.recounting import recount
from tests.conftest import MASTER_KEY
from tests.questions.conftest import Forum

AT = "/console/forum/settings/questions"
CARD = {
    "category": "business", "native_name": "Әсел Нұрланқызы", "affiliation": "Steppe Ventures", "country": "KZ",
    "email": "assel@steppe.example", "language": "en", "consent": "yes", "consent_version": "1", "key": "k",
}  # fmt: skip
PDF = ("ticket.pdf", b"%PDF-1.7 it flies", "application/pdf")
TOUR = [ChoiceForm(key="tour", label={"en": "Tour"}, places=1), ChoiceForm(key="hall", label={"en": "Hall"})]


async def send(client: httpx.AsyncClient, path: str, files: Any = None, **form: Any) -> httpx.Response:
    return await client.post(path, data=form, files=files, headers={"accept-language": "en"})


async def guest(db: Database, email: str = "assel@steppe.example") -> Registration:
    async with db.begin() as session:
        return (await session.execute(select(Registration).where(Registration.email == email))).scalar_one()


def own(registration: Registration) -> str:
    return f"/g/{personal_token(MASTER_KEY, 'own', registration.id)}"


async def test_a_question_is_built_asked_and_answered(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    organizer = forum.as_(client, "organizer")
    built = await send(
        organizer, f"{AT}/new", kind="one_of", label_en="Which topic?", label_ko="어떤 주제입니까?",
        choice_0_en="Green", choice_1_en="Air", choice_1_ko="항공", required="yes", rows="4",
    )  # fmt: skip
    assert built.status_code == 303, built.text

    forum.as_(client, "")
    korean = await client.get("/e/forum/register", headers={"accept-language": "ko"})
    refused = await send(client, "/e/forum/register", **CARD, dietary="halal")
    taken = await send(client, "/e/forum/register", **CARD, q_which_topic="air")

    assert "어떤 주제입니까?" in korean.text
    assert "항공" in korean.text
    assert refused.status_code == 422
    assert "Please answer this question." in refused.text
    assert 'value="halal"' in refused.text
    assert taken.status_code == 303
    assert (await guest(db)).answers == {"which_topic": "air"}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "short_text"}, "Please write the question."),
        ({"kind": "sonnet", "label_en": "x"}, "Please choose a kind from the list."),
        ({"kind": "one_of", "label_en": "x", "choice_0_en": "only one"}, "Please write at least two answers"),
        (
            {"kind": "number", "label_en": "x", "minimum": "5", "maximum": "1"},
            "must not be less than the smallest",
        ),
        ({"kind": "number", "label_en": "x", "minimum": "few"}, "Please enter a number"),
        ({"kind": "date", "label_en": "x", "retention_days": "soon"}, "Please enter a whole number of days."),
        (
            {"kind": "date", "label_en": "x", "condition": "later|is|yes"},
            "must name a question that stands before",
        ),
    ],
)
async def test_the_builder_says_what_is_wrong_and_keeps_what_was_typed(
    client: httpx.AsyncClient, db: Database, forum: Forum, form: dict[str, str], said: str
) -> None:
    answer = await send(forum.as_(client, "organizer"), f"{AT}/new", **form, help_en='<b>"help"', rows="4")

    assert answer.status_code == 422
    assert said in answer.text
    assert "&lt;b&gt;" in answer.text
    async with db.begin() as session:
        assert (await session.execute(text("SELECT count(*) FROM questions"))).scalar_one() == 0


async def test_places_of_an_answer_are_taken_freed_and_never_beyond(
    client: httpx.AsyncClient, db: Database, signer: Signer, forum: Forum
) -> None:
    await forum.ask("where", "many_of", choices=TOUR)

    async def come(name: str, *where: str) -> httpx.Response:
        return await send(
            client,
            "/e/forum/register",
            **{**CARD, "email": f"{name}@x.example", "key": name},
            q_where=list(where),
        )

    first, second = await come("a", "tour", "hall"), await come("b", "tour")
    other = await come("b", "hall")
    async with db.begin() as session:
        leaving = await get_registration(
            session, forum.event.id, (await guest(db, "a@x.example")).id, lock=True
        )
        await cancel(session, SYSTEM, leaving, signer=signer, now=now())
    third = await come("c", "tour")

    assert [one.status_code for one in (first, second, other, third)] == [303, 422, 303, 303]
    assert "One of the answers that were chosen has no place left." in second.text
    async with db.begin() as session:
        assert await recount(session) == []
        taken = await session.execute(text("SELECT taken, capacity FROM places WHERE kind = 'choice'"))
        assert [tuple(row) for row in taken] == [(1, 1)]


async def test_places_that_come_later_count_who_chose_before_and_go_with_the_question(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    free = [ChoiceForm(key=one.key, label=one.label) for one in TOUR]
    question = await forum.ask("where", "one_of", choices=free)
    for name in ("a", "b"):
        form = {**CARD, "email": f"{name}@x.example", "key": name}
        assert (await send(client, "/e/forum/register", **form, q_where="tour")).status_code == 303
    organizer = forum.as_(client, "organizer")
    built = {"kind": "one_of", "label_en": "where?", "choice_0_key": "tour", "choice_0_en": "Tour",
             "choice_1_key": "hall", "choice_1_en": "Hall", "rows": "4"}  # fmt: skip

    too_few = await send(organizer, f"{AT}/{question.id}", **built, choice_0_places="1")
    enough = await send(organizer, f"{AT}/{question.id}", **built, choice_0_places="2")
    async with db.begin() as session:
        counted = [
            tuple(row)
            for row in await session.execute(text("SELECT taken, capacity FROM places WHERE kind = 'choice'"))
        ]
    async with db.begin() as session:
        wrong = await recount(session)
    async with db.begin() as session:
        await remove_question(session, SYSTEM, await session.get_one(Event, forum.event.id), question.id)

    assert too_few.status_code == 422
    assert "2 places are taken already" in too_few.text
    assert enough.status_code == 303
    assert (counted, wrong) == ([(2, 2)], [])
    async with db.begin() as session:
        left = (
            "SELECT (SELECT count(*) FROM places WHERE kind = 'choice'), "
            "(SELECT sum(cardinality(choice_places)) FROM registrations)"
        )
        assert tuple((await session.execute(text(left))).one()) == (0, 0)
    assert (await guest(db, "a@x.example")).answers == {}


async def test_guests_change_their_answers_until_a_date_and_marked_ones_ask_again(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    await forum.ask("flight", "short_text")
    await forum.ask("passport", "country", asks_again=True)
    await send(client, "/e/forum/register", **CARD, q_flight="KC 1", q_passport="KZ")
    before = await guest(db)
    at = own(before)

    await send(client, f"{at}/change", **CARD, q_flight="KC 2", q_passport="KZ", version=str(before.version))
    plain = await guest(db)
    await send(client, f"{at}/change", **CARD, q_flight="KC 2", q_passport="KR", version=str(plain.version))
    marked = await guest(db)
    async with db.begin() as session:
        (await session.get_one(Event, forum.event.id)).answers_until = now() - timedelta(minutes=1)
    await send(client, f"{at}/change", **CARD, q_flight="KC 3", q_passport="KR", version=str(marked.version))
    late = await guest(db)

    assert (before.state, plain.state, marked.state, late.state) == (
        "approved",
        "approved",
        "pending",
        "pending",
    )
    assert plain.answers == {"flight": "KC 2", "passport": "KZ"}
    assert late.answers == marked.answers == {"flight": "KC 2", "passport": "KR"}
    async with db.begin() as session:
        rows = await session.execute(
            text(
                "SELECT data->'answers'->'passport'->>'before' AS was FROM audit WHERE data->'answers' ? 'passport'"
            )
        )
        assert [row.was for row in rows] == ["KZ"]
    async with db.begin() as session:
        assert await recount(session) == []


async def test_personal_answers_are_erased_when_their_time_is_over(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    await forum.ask("passport", "short_text", personal=True, retention_days=30)
    await forum.ask("scan", "file", personal=True, retention_days=30)
    await forum.ask("topic", "short_text")
    form = {**CARD, "q_passport": "N123", "q_topic": "rail"}
    await send(client, "/e/forum/register", {"q_scan": PDF}, **form)
    before = await guest(db)
    await send(client, f"{own(before)}/change", **{**form, "q_passport": "N124"}, version=str(before.version))

    async def erase(days: float) -> int:
        async with db.begin() as session:
            ends = (await session.get_one(Event, forum.event.id)).ends_at
            return await erase_expired(session, ends + timedelta(days=days))

    assert [await erase(days) for days in (1, 29.9, 30.1, 31)] == [0, 0, 1, 0]
    assert (await guest(db)).answers == {"topic": "rail"}
    async with db.begin() as session:
        everything = "SELECT (SELECT string_agg(data::text, '') FROM audit), (SELECT count(*) FROM files)"
        history, files = (await session.execute(text(everything))).one()
    assert "N12" not in history
    assert files == 0


async def test_a_question_others_depend_on_stays_before_them(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    visa = await forum.ask("visa", "yes_no")
    await forum.ask("passport", "country", condition=ConditionForm("visa", "is", "yes"))
    organizer = forum.as_(client, "organizer")

    for path, form in ((f"{AT}/{visa.id}/move", {"to": "down"}), (f"{AT}/{visa.id}/remove", {})):
        answer = await send(organizer, path, **form)
        page = (
            await organizer.get(answer.headers.get("location", path)) if answer.status_code == 303 else answer
        )
        assert "is asked only after this question is answered" in page.text
    async with db.begin() as session:
        keys = await session.execute(text("SELECT key FROM questions ORDER BY ordinal"))
        assert list(keys.scalars()) == ["visa", "passport"]


async def test_who_may_build_and_who_may_only_read(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    question = await forum.ask("flight", "short_text")
    paths = (
        f"{AT}/new",
        f"{AT}/{question.id}",
        f"{AT}/{question.id}/move",
        f"{AT}/{question.id}/remove",
        f"{AT}/deadline",
    )

    said: dict[str, list[int]] = {}
    for role in ("viewer", "outsider"):
        said[role] = [(await forum.as_(client, role).get(AT)).status_code]
        for path in paths:
            said[role].append((await send(client, path, kind="date", label_en="x")).status_code)

    assert said == {"viewer": [200, 403, 403, 403, 403, 403], "outsider": [404] * 6}


async def test_a_hundred_questions_take_one_query(
    client: httpx.AsyncClient, app: Any, db: Database, forum: Forum
) -> None:
    from sqlalchemy import event as sqlalchemy_event

    asked: list[str] = []
    sqlalchemy_event.listen(
        app.state.db.engine.sync_engine, "before_cursor_execute", lambda *a: asked.append(a[2])
    )

    async def queries(path: str) -> int:
        await client.get(path)
        asked.clear()
        assert (await client.get(path)).status_code == 200
        return len(asked)

    forum.as_(client, "organizer")
    await forum.ask("one", "short_text")
    with_one = [await queries(path) for path in (AT, "/e/forum/register")]
    for number in range(3):
        await forum.ask(f"more_{number}", "one_of", choices=TOUR)

    assert [await queries(path) for path in (AT, "/e/forum/register")] == with_one == [6, 1]


async def test_answers_are_columns_filters_and_part_of_an_export(
    client: httpx.AsyncClient, db: Database, forum: Forum
) -> None:
    await forum.ask("where", "many_of", choices=TOUR)
    await forum.ask("visa", "yes_no")
    await forum.ask("nights", "number")
    for name, answers in (
        ("a", {"q_where": ["tour", "hall"], "q_visa": "yes", "q_nights": "2"}),
        ("b", {"q_where": ["hall"], "q_nights": "10"}),
        ("c", {"q_visa": "no"}),
    ):  # fmt: skip
        card = {**CARD, "email": f"{name}@x.example", "key": name, "native_name": f"Guest {name.upper()}"}
        assert (await send(client, "/e/forum/register", **card, **answers)).status_code == 303
    organizer = forum.as_(client, "organizer")

    async def found(where: str) -> str:
        page = await organizer.get(
            "/console/forum/guests", params={"where": where, "cols": "name,answer.where"}
        )
        assert page.status_code == 200, page.text
        return "".join(letter for letter in "ABC" if f"Guest {letter}" in page.text)

    asked = (
        "answer.where:tour", "answer.where:hall", "-answer.where:hall", "answer.where:none", "answer.visa:yes",
        "answer.visa:no", "-answer.visa:yes", "answer.nights>3", "answer.nights<=2",
    )  # fmt: skip
    assert [await found(where) for where in asked] == ["A", "AB", "C", "C", "A", "C", "BC", "B", "A"]
    unclear = await organizer.get("/console/forum/guests", params={"where": "answer.where:moon"})
    listed = await organizer.get("/console/forum/guests", params={"cols": "name,answer.where,answer.visa"})
    filtered = await organizer.get("/console/forum/guests/filter", params={"field": "answer.where"})
    export = await send(
        organizer,
        "/console/forum/guests/export",
        list="cols=name,answer.where,answer.nights",
        form="csv",
        all="yes",
    )

    assert unclear.status_code == 422
    assert "Tour, Hall" in listed.text
    assert "where?" in listed.text
    assert 'value="tour"' in filtered.text
    lines = export.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Full name as written,Name in Latin letters,where?,nights?" or lines[0].endswith(
        "where?,nights?"
    )
    assert 'Guest A,,"Tour, Hall",2' in lines
