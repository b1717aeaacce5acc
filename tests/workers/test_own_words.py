"""What the team wrote goes out; what cannot be used never holds up a mail."""

import json
from typing import Any

import pytest
from sqlalchemy import event as listen
from sqlalchemy import text
from structlog.testing import capture_logs

from emails import render as rendering
from emails.letters import Wording
from service.core.actor import SYSTEM
from service.core.database import Database
from service.credentials.operations import Signer
from service.events.models import Event
from service.messages.wordings import save
from tests.support import factories as make
from tests.support.outbox import invite_many
from tests.support.sink import Sink, Taken
from workers.context import Context
from workers.drain import Drain

WORDS = {
    "en": {
        "subject": "Come, {name}", "heading": "Dear {position|guest}",
        "text": "{organisation|You} of {country|somewhere}: {category}, {event}.\n\n{own_page}", "button": "My page",
    },
    "kk": {"text": "Келіңіз!"},
}  # fmt: skip


def plain(mail: Taken) -> str:
    return str(mail.message.get_body(("plain",)).get_content()).replace("\r\n", "\n")  # type: ignore[union-attr]


async def forum(db: Database, signer: Signer, **guest: Any) -> Event:
    """One guest, whose confirmation waits."""
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event)
        await make.registration(session, signer, event, **{"language": "en", **guest})
    return event


async def write(db: Database, event: Event, letter: str, words: Any, version: int = 0) -> None:
    async with db.begin() as session:
        await save(session, SYSTEM, event, letter, words, version)


async def test_a_guest_reads_the_teams_words_and_all_that_must_be_there(
    db: Database, context: Context, sink: Sink, signer: Signer
) -> None:
    event = await forum(db, signer, name="Дана", affiliation="", position="Minister")
    await write(db, event, "registration_received", WORDS)

    await Drain(context).run()

    [mail] = sink.taken
    own_page = plain(mail).split("My page:\n")[1].split("\n")[0]
    assert str(mail.message["subject"]) == "Come, Дана"
    assert own_page.startswith("http://testserver/g/")
    assert plain(mail).count(own_page) == 2
    assert "Dear Minister\n\nDear Дана,\n\nYou of Kazakhstan: Business, Forum.\n\n" in plain(mail)
    assert "Category: Business" in plain(mail)
    assert "Thank you for registering." not in plain(mail)


async def test_a_new_version_counts_for_mails_that_are_not_sent_and_other_languages_keep_our_words(
    db: Database, context: Context, sink: Sink, signer: Signer
) -> None:
    event = await forum(db, signer)
    async with db.begin() as session:
        await make.registration(session, signer, event, name="Ким", email="kim@x.example", language="ko")
    sink.refuse = {"assel@steppe.example": "451 4.7.1 come back later"}
    await write(db, event, "registration_received", {"en": {"subject": "First"}})
    await Drain(context).run()
    await write(db, event, "registration_received", {"en": {"subject": "Second"}}, 1)
    sink.refuse = {}
    async with db.begin() as session:
        [task] = (await session.execute(text("SELECT id FROM outbox WHERE state = 'queued'"))).scalars()
        await session.execute(text("UPDATE outbox SET due_at = now() WHERE state = 'queued'"))
    await Drain(context).run()

    found = {mail.recipient: mail for mail in sink.taken}
    assert str(found["assel@steppe.example"].message["subject"]) == "Second"
    assert found["assel@steppe.example"].message_id == f"Message-ID: <{task}@alatau.example>"
    assert str(found["kim@x.example"].message["subject"]) == "등록 신청이 접수되었습니다: 포럼"


@pytest.mark.parametrize(
    "words",
    [
        {"en": {"text": "A placeholder of {yesterday}"}},
        {"en": {"text": "Gone: {position}"}},
        {"en": {"text": ["no", "text"]}},
        {"en": "no parts"},
        {"en": {"text": "x" * 6_000}},
    ],
)
async def test_words_that_cannot_be_used_any_more_never_lose_a_mail(
    db: Database, context: Context, sink: Sink, signer: Signer, words: Any
) -> None:
    event = await forum(db, signer)
    async with db.begin() as session:
        row = text(
            "INSERT INTO wordings (event_id, letter, version, words)"
            " VALUES (:id, 'registration_received', 1, CAST(:words AS jsonb))"
        )
        await session.execute(row, {"id": event.id, "words": json.dumps(words)})

    with capture_logs() as logs:
        await Drain(context).run()

    assert [line["letter"] for line in logs if line["event"] == "own words not used"] == [
        "registration_received"
    ]

    [mail] = sink.taken
    assert "Thank you for registering." in plain(mail)
    async with db.begin() as session:
        assert (await session.execute(text("SELECT state FROM deliveries"))).scalars().all() == ["sent"]


async def test_words_that_break_while_they_are_put_in_go_out_in_ours(
    db: Database, context: Context, sink: Sink, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await forum(db, signer)
    await write(db, event, "registration_received", WORDS)

    def broken(_: Wording) -> list[str]:
        raise RuntimeError

    monkeypatch.setattr(Wording, "paragraphs", property(lambda own: broken(own) if own.text else []))
    rendering._kept.clear()
    await Drain(context).run()

    assert "Thank you for registering." in plain(sink.taken[0])


async def test_invitations_too_and_a_batch_asks_no_more_than_one_mail(
    db: Database, context: Context, sink: Sink
) -> None:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event)
    asked: list[str] = []
    engine = context.db.engine.sync_engine
    listen.listen(
        engine, "before_cursor_execute", lambda *a: asked.append(a[2]) if "SELECT" in a[2][:7] else None
    )
    numbers = []
    for version, (mails, words) in enumerate(
        ((1, {}), (1, {"kk": {"text": "Келіңіз, {name}, {category}!"}}), (3, {"kk": {"text": "Күтеміз!"}}))
    ):
        await write(db, event, "invitation", words, max(version - 1, 0))
        async with db.begin() as session:
            await session.execute(text("DELETE FROM outbox"))
            await session.execute(text("DELETE FROM invitations"))
            await invite_many(session, event, mails)
        asked.clear()
        await Drain(context).run()
        numbers.append(len([one for one in asked if "wordings" in one or "FROM invitations" in one]))

    assert numbers == [2, 3, 3]
    assert "Құрметті Қонақ 0!\n\nКеліңіз, Қонақ 0, Business!" in plain(sink.taken[1])
    assert len([mail for mail in sink.taken if "Күтеміз!" in plain(mail)]) == 3
