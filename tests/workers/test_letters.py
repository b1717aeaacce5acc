"""What goes with which letter: links that work, calendar entries that come and go, nothing secret at rest."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from service.accounts.models import Account
from service.accounts.operations import make_link, use_link
from service.accounts.sealed import seal
from service.core.actor import GUEST, SYSTEM
from service.core.database import Database
from service.core.tokens import read_personal_token
from service.credentials.operations import Signer
from service.outbox.operations import Mail, add_mail
from service.registrations.deciding import approve, reject
from service.registrations.models import Registration
from service.registrations.operations import cancel
from tests.support import factories as make
from tests.support.outbox import invite_many
from tests.support.sink import Sink
from workers.context import Context
from workers.drain import Drain

NOW = datetime.now(UTC)


def calendar_of(sink: Sink, subject: str) -> list[str]:
    """Method, status and sequence of the calendar part of the mail with this subject."""
    mail = next(mail.message for mail in sink.taken if str(mail.message["subject"]).startswith(subject))
    part = next((part for part in mail.walk() if part.get_content_type() == "text/calendar"), None)
    lines = [] if part is None else part.get_content().splitlines()
    return sorted(line for line in lines if line.partition(":")[0] in ("METHOD", "STATUS", "SEQUENCE"))


async def test_the_calendar_entry_is_tentative_then_certain_then_taken_out(
    db: Database, context: Context, sink: Sink, signer: Signer
) -> None:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event)
        guest = await make.registration(session, signer, event, language="en")
    await Drain(context).run()
    async with db.begin() as session:
        await approve(session, SYSTEM, event, guest.id, signer=signer, now=NOW)
    await Drain(context).run()
    async with db.begin() as session:
        await cancel(session, GUEST, await session.get_one(Registration, guest.id), signer=signer, now=NOW)
    await Drain(context).run()
    subjects = [str(mail.message["subject"]) for mail in sink.taken]
    assert [calendar_of(sink, subject) for subject in subjects] == [
        ["METHOD:REQUEST", "SEQUENCE:2", "STATUS:TENTATIVE"],
        ["METHOD:REQUEST", "SEQUENCE:3", "STATUS:CONFIRMED"],
        ["METHOD:CANCEL", "SEQUENCE:4", "STATUS:CANCELLED"],
    ], subjects


async def test_overtaken_by_a_decision_the_first_mail_is_not_sent(
    db: Database, context: Context, sink: Sink, signer: Signer
) -> None:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event)
        guest = await make.registration(session, signer, event, language="en")
        await reject(session, SYSTEM, event, guest.id, reason="We are <full>.", signer=signer, now=NOW)
    await Drain(context).run()
    [mail] = sink.taken
    assert "We are <full>." in mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert calendar_of(sink, str(mail.message["subject"])) == []
    async with db.begin() as session:
        rows = await session.execute(text("SELECT letter, state, error FROM deliveries ORDER BY letter"))
        assert [tuple(row) for row in rows] == [
            ("registration_received", "suppressed", "The registration is rejected by now."),
            ("registration_rejected", "sent", None),
        ]


async def test_an_invitation_can_be_answered_and_silenced(db: Database, context: Context, sink: Sink) -> None:
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event)
        await invite_many(session, event, 1)
        [invitation] = (await session.execute(text("SELECT id FROM invitations"))).scalars()
    await Drain(context).run()
    [mail] = sink.taken
    link = mail.message["list-unsubscribe"].strip("<>").removesuffix("/unsubscribe")
    token = link.removeprefix("http://testserver/i/")
    assert read_personal_token(context.settings.master_key, "invitation", token) == invitation
    assert mail.message["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert link in mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def _account(db: Database, context: Context, letter: str, **more: str) -> str:
    async with db.begin() as session:
        who = Account(email="dana@alatau.example", name="Дана Әбенова", language="kk")
        session.add(who)
        await session.flush()
        token = make_link(session, "password", who.id, now=NOW)
        payload = {"account_id": str(who.id), "link_token": seal(token, context.settings.master_key), **more}
        await add_mail(
            session,
            Mail(letter=letter, dedup=f"{letter}:1", address=who.email, language="kk", more=payload),
        )
    return token


async def test_a_password_link_is_sealed_until_it_is_sent(db: Database, context: Context, sink: Sink) -> None:
    token = await _account(db, context, "password_reset")
    async with db.begin() as session:
        stored = str((await session.execute(text("SELECT payload FROM outbox"))).scalar_one())
    await Drain(context).run()
    [mail] = sink.taken
    said = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (token in stored, f"http://testserver/password/{token}" in said, "Дана Әбенова" in said) == (
        False, True, True,
    )  # fmt: skip


async def test_a_colleague_is_invited_to_the_team(db: Database, context: Context, sink: Sink) -> None:
    token = await _account(
        db, context, "team_invitation", organisation="Alatau City", inviter="Daniyar", role="door"
    )
    await Drain(context).run()
    [mail] = sink.taken
    assert f"/password/{token}" in mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_a_used_link_is_not_mailed(db: Database, context: Context, sink: Sink) -> None:
    token = await _account(db, context, "password_reset")
    async with db.begin() as session:
        await use_link(session, token, "password", now=NOW + timedelta(minutes=1))
    await Drain(context).run()
    async with db.begin() as session:
        row = (await session.execute(text("SELECT state, error FROM deliveries"))).one()
    assert (tuple(row), sink.taken) == (
        ("suppressed", "The link has been used, or its time is over."),
        [],
    )
