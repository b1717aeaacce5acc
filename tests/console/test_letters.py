"""System mails in the team's own words: begun from the standard ones, looked at, kept in versions, taken back."""

import re
from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest
from sqlalchemy import event as listen
from sqlalchemy import text

from emails.letters import WRITABLE
from service.console.differences import Piece, differences
from service.core.database import Database
from service.credentials.operations import Signer
from service.registrations.models import Registration
from tests.console.conftest import Desk
from tests.support import factories as make
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain

AT = "/console/forum/letters"
ONE = f"{AT}/registration_approved"


@pytest.fixture
async def guests(db: Database, signer: Signer, desk: Desk) -> AsyncIterator[list[Registration]]:
    """One who reads English and one who reads Korean."""
    async with db.begin() as session:
        found = [
            await make.registration(
                session, signer, desk.event, name=name, email=f"{code}@x.example", language=code, position=""
            )
            for name, code in (("Ann <Lee>", "en"), ("김서연", "ko"))
        ]
    yield found


def typed(page: str) -> dict[str, str]:
    """What the editor's fields hold, and the version that was looked at."""
    fields = dict(
        re.findall(r'<input class="input" id="f-\w+" name="(\w+)" type="text" value="([^"]*)"', page)
    )
    fields |= dict(
        re.findall(r'<textarea class="input" id="f-\w+" name="(\w+)"[^>]*>([^<]*)</textarea>', page)
    )
    fields |= dict(re.findall(r'<input type="hidden" name="(version)" value="(\w*)"', page))
    return {name: unescape(value) for name, value in fields.items()}


async def write(client: httpx.AsyncClient, do: str = "keep", path: str = ONE, **words: str) -> httpx.Response:
    """What stands in the editor, with some words changed, and a button of it."""
    return await client.post(path, data={**typed((await client.get(path)).text), "do": do, **words})


async def words_of(db: Database) -> list[tuple[str, int, object, str]]:
    async with db.begin() as session:
        rows = await session.execute(
            text("SELECT letter, version, words, made_by FROM wordings ORDER BY letter, version")
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


async def test_the_editor_begins_with_the_standard_words_and_keeps_only_what_differs(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration]
) -> None:
    organizer = desk.as_(client, "organizer")
    page = (await organizer.get(ONE)).text
    unchanged = await write(organizer)
    saved = await write(organizer, heading_en="Welcome, {name}", text_ko="환영합니다.\r\n\r\n{category}")

    fields = typed(page)
    assert (fields["subject_en"], fields["text_en"], fields["button_kk"], fields["version"]) == (
        "You are confirmed: {event}", "We look forward to welcoming you.", "Жеке бетті ашу", "0",
    )  # fmt: skip
    assert "As Ann &lt;Lee&gt; would read it" in page
    assert (unchanged.status_code, saved.status_code) == (303, 303)
    assert await words_of(db) == [
        (
            "registration_approved", 1,
            {"en": {"heading": "Welcome, {name}"}, "ko": {"text": "환영합니다.\n\n{category}"}},
            "Organizer of Alatau City",
        )
    ]  # fmt: skip
    overview = (await organizer.get(AT)).text
    assert overview.count("Your own") == 1
    assert '<small class="muted">EN, KO</small>' in overview
    history = (await organizer.get("/console/forum")).text
    assert "Words of a system mail changed" in history


async def test_what_is_typed_is_seen_before_it_is_kept(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration]
) -> None:
    organizer = desk.as_(client, "organizer")
    looked = await write(organizer, "look", see="ko", text_ko="{name} 님, {position|귀빈} https://x.example")
    frame = re.search(r'src="([^"]+previews[^"]+)"', looked.text)
    assert frame
    shown = await organizer.get(frame[1])

    assert looked.status_code == 200
    assert "김서연 님, 귀빈 https://x.example" in looked.text
    assert shown.text.count("김서연 님, 귀빈") == 2  # once as the preview line
    assert 'href="http://testserver/e/forum"' in shown.text
    assert "/g/" not in shown.text
    policy = shown.headers["content-security-policy"]
    assert ("sandbox" in policy, "default-src 'none'" in policy, shown.headers["content-language"]) == (
        True, True, "ko",
    )  # fmt: skip
    assert await words_of(db) == []
    assert desk.as_(client, "outsider")
    assert (await client.get(frame[1])).status_code == 404
    assert (await desk.as_(client, "viewer").get(frame[1])).status_code == 403


async def test_a_test_goes_to_the_writer_with_the_words_as_they_are_typed(
    client: httpx.AsyncClient,
    db: Database,
    desk: Desk,
    guests: list[Registration],
    context: Context,
    sink: Sink,
) -> None:
    async with db.begin() as session:
        await session.execute(text("DELETE FROM outbox"))
    organizer = desk.as_(client, "organizer")
    tried = await write(organizer, "test", see="ko", text_ko="{name} 님, {category}")
    await write(organizer, "test", path=f"{AT}/event_reminder", see="en", text_en="Soon.")
    await Drain(context).run()

    assert "A test is on its way to you." in tried.text
    assert typed(tried.text)["text_ko"] == "{name} 님, {category}"
    assert await words_of(db) == []
    found = {str(mail.message["subject"]): mail for mail in sink.taken}
    assert sorted(found) == ["[TEST] Forum", "[TEST] 참가가 확정되었습니다: 포럼"]
    assert {mail.recipient for mail in sink.taken} == {"organizer@alatau.example"}
    plain = found["[TEST] 참가가 확정되었습니다: 포럼"].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "김서연 님, business 참가" in plain
    assert "/g/" not in plain


async def test_what_cannot_be_used_is_named_beside_its_field_and_nothing_is_lost(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    wrong = await write(
        organizer, text_en="Dear {positon}", text_kk="{position}", text_ru="http://localhost/x", button_ko="가" * 61,
        heading_en="AN OFFER FOR YOU", subject_en="BUY NOW, GREAT OFFER!!",
    )  # fmt: skip

    assert wrong.status_code == 422
    for say in (
        "There is something in braces that is no placeholder.", "Some placeholders have no value for everybody.",
        "One of the links leads nowhere.", "Please shorten the button to 60 characters.", "The subject is loud",
    ):  # fmt: skip
        assert say in wrong.text
    assert typed(wrong.text)["text_en"] == "Dear {positon}"
    assert await words_of(db) == []


async def test_the_composer_too_says_what_is_odd_in_each_language(
    client: httpx.AsyncClient, desk: Desk, guests: list[Registration]
) -> None:
    organizer = desk.as_(client, "organizer")
    draft = (await organizer.post("/console/forum/messages")).headers["location"]
    words = {
        "subject_en": "The way",
        "text_en": "Gate 2.",
        "subject_ru": "СРОЧНО ВСЕМ",
        "text_ru": "Ворота 2.",
    }
    page = await organizer.post(f"{draft}/edit", data={**words, "version": "1", "do": "keep"})

    assert "Русский: The subject is loud" in page.text
    assert "English: " not in page.text


async def test_two_editors_never_overwrite_each_other_silently(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    mine = typed((await organizer.get(ONE)).text)
    await write(organizer, text_en="Theirs, friend.")
    mine |= {"text_en": "Mine, dear friend."}
    looked = await organizer.post(ONE, data={**mine, "do": "look"})
    late = await organizer.post(ONE, data={**mine, "do": "keep"})
    again = await organizer.post(ONE, data={**typed(late.text), "do": "keep"})

    assert typed(looked.text)["version"] == "0"
    assert "Somebody saved other words meanwhile." in looked.text
    assert late.status_code == 422
    assert "<del>Mine</del><ins>Theirs</ins>," in late.text
    assert typed(late.text)["text_en"] == "Mine, dear friend."
    assert again.status_code == 303
    assert [(version, words) for _, version, words, _ in await words_of(db)] == [
        (1, {"en": {"text": "Theirs, friend."}}),
        (2, {"en": {"text": "Mine, dear friend."}}),
    ]


async def test_every_version_can_be_compared_and_gone_back_to(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    await write(organizer, text_en="We wait for you.")
    await write(organizer, text_en="We wait for you in Almaty.", subject_en="Come!")
    compared = (await organizer.get(f"{ONE}/versions/1")).text
    stale = await organizer.post(f"{ONE}/back", data={"to": "1", "version": "1"})
    back = await organizer.post(f"{ONE}/back", data={"to": "1", "version": "2"})
    same = (await organizer.get(f"{ONE}/versions/1")).text
    ours = await organizer.post(f"{ONE}/back", data={"to": "0", "version": "3"})
    none = await organizer.post(f"{ONE}/back", data={"to": "9", "version": "4"})

    assert "We wait for you<ins> in Almaty</ins>." in compared
    assert "<del>You are confirmed: {event}</del><ins>Come!</ins>" in compared
    assert [one.status_code for one in (stale, back, ours, none)] == [303, 303, 303, 404]
    assert "This version says what the mail says now." in same
    assert [(version, words) for _, version, words, _ in await words_of(db)] == [
        (1, {"en": {"text": "We wait for you."}}),
        (2, {"en": {"text": "We wait for you in Almaty.", "subject": "Come!"}}),
        (3, {"en": {"text": "We wait for you."}}),
        (4, {}),
    ]
    assert "Your own" not in (await organizer.get(AT)).text


async def test_words_that_cannot_be_used_any_more_are_shown_as_such(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    async with db.begin() as session:
        row = text(
            "INSERT INTO wordings (event_id, letter, version, words) VALUES (:id, :letter, 1, CAST(:words AS jsonb))"
        )
        for letter, words in (
            ("invitation", '{"en": {"text": "{gone}"}}'),
            ("own_link", '{"en": "no parts"}'),
        ):
            await session.execute(row, {"id": desk.event.id, "letter": letter, "words": words})
    organizer = desk.as_(client, "organizer")

    overview = (await organizer.get(AT)).text
    assert overview.count("cannot be used any more") == 2
    for letter in ("invitation", "own_link"):
        page = await organizer.get(f"{AT}/{letter}")
        assert (page.status_code, "These words cannot be used any more" in page.text) == (200, True)


@pytest.mark.parametrize("letter", WRITABLE)
async def test_every_letter_can_be_written(
    client: httpx.AsyncClient, db: Database, desk: Desk, guests: list[Registration], letter: str
) -> None:
    organizer = desk.as_(client, "organizer")
    for see in ("en", "kk", "ru", "ko"):
        page = await organizer.get(f"{AT}/{letter}", params={"see": see})
        assert page.status_code == 200
    assert (await write(organizer, path=f"{AT}/{letter}", text_ru="Ждём!")).status_code == 303
    assert await words_of(db) == [(letter, 1, {"ru": {"text": "Ждём!"}}, "Organizer of Alatau City")]


async def test_only_who_manages_the_event_and_only_its_letters(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    await write(desk.as_(client, "organizer"), text_en="Secret words.")
    for role, status in (("viewer", 403), ("door", 403), ("outsider", 404)):
        who = desk.as_(client, role)
        for answer in (
            await who.get(ONE), await who.get(f"{ONE}/versions/1"), await who.post(ONE, data={"do": "keep"}),
            await who.post(f"{ONE}/back", data={"to": "0", "version": "1"}),
        ):  # fmt: skip
            assert (answer.status_code, "Secret words" in answer.text) == (status, False)
    assert (await desk.as_(client, "viewer").get(AT)).status_code == 200
    outsider = desk.as_(client, "outsider")
    assert (
        await outsider.get("/console/elsewhere/letters/registration_approved/versions/1")
    ).status_code == 404
    for letter in ("password_reset", "message", "no_such_letter"):
        assert (await desk.as_(client, "organizer").get(f"{AT}/{letter}")).status_code == 404
    assert len(await words_of(db)) == 1


async def test_the_pages_ask_as_often_for_one_version_as_for_three(
    client: httpx.AsyncClient, db: Database, desk: Desk
) -> None:
    organizer = desk.as_(client, "organizer")
    said: list[str] = []
    listen.listen(db.engine.sync_engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    numbers = []
    for words in (("One",), ("Two", "Three")):
        for word in words:
            await write(organizer, text_en=word)
            await write(organizer, path=f"{AT}/invitation", text_en=word)
        asked = []
        for path in (AT, ONE):
            said.clear()
            await organizer.get(path)
            asked.append(len(said))
        numbers.append(asked)
    assert numbers[0] == numbers[1]
    assert max(numbers[0]) <= 7


@pytest.mark.parametrize("version", ["0", "-1", "7", "4294967296", "9" * 30])
async def test_a_version_that_there_is_not_is_not_found(
    client: httpx.AsyncClient, desk: Desk, version: str
) -> None:
    organizer = desk.as_(client, "organizer")
    assert (await organizer.get(f"{ONE}/versions/{version}")).status_code == 404


def test_differences_are_words_in_the_order_of_reading() -> None:
    assert differences("See you on Monday.", "See you all on Friday.") == [
        Piece("same", "See you "), Piece("in", "all "), Piece("same", "on "), Piece("out", "Monday"),
        Piece("in", "Friday"), Piece("same", "."),
    ]  # fmt: skip
    assert differences("Thank you, we wait.", "Come soon!") == [
        Piece("out", "Thank you, we wait."), Piece("in", "Come soon!"),
    ]  # fmt: skip
    assert differences("", "New") == [Piece("in", "New")]
    assert differences("", "") == []
