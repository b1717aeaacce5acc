"""From claimed tasks to wire-ready mails: each feature loads its own letters; here they are dressed and signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from emails.copies import own_words
from emails.letters import EventLetter, Letter
from emails.message import Attachment, Envelope, compose
from emails.render import Rendered, Shell, render
from service.accounts import mail as accounts
from service.answers import mail as answers
from service.badges.badge import Badge
from service.delegations import mail as delegations
from service.invitations import mail as invitations
from service.messages import mail as messages
from service.messages import trying
from service.messages.dressing import in_own_words
from service.outbox.operations import Claimed
from service.outbox.parcel import Loaded, NoLongerTrue, Parcel
from service.outbox.rounds import token_of
from service.registrations import mail as registrations
from workers.badges import attach, load_badges
from workers.context import Context

log = structlog.get_logger()

FEATURES = (registrations, invitations, delegations, messages, trying, accounts, answers)


@dataclass(frozen=True)
class Written:
    """A mail as a relay takes it; its copy for the organizer, where a team may see it, and the shell of that."""

    message: bytes
    copy: dict[str, Any] | None
    shell: Shell | None


class UnknownLetter(Exception):
    """A task of a newer version: nobody here knows how to write it."""


@dataclass(frozen=True)
class Mail:
    """A task with all it needs, away from the database."""

    task: Claimed
    parcel: Parcel | NoLongerTrue
    badge: Badge | None


async def load(
    context: Context, session: AsyncSession, tasks: Sequence[Claimed], now: datetime
) -> list[Mail]:
    """All of a batch in a number of queries that does not grow with it."""
    loaded: Loaded = {}
    for feature in FEATURES:
        rows = [task for task in tasks if task.letter in feature.LETTERS]
        if rows:
            loaded |= await feature.load(session, rows, context.settings, now)
    unknown = sorted({task.letter for task in tasks if task.id not in loaded})
    if unknown:
        raise UnknownLetter(", ".join(unknown))
    loaded = await in_own_words(session, tasks, loaded)
    badges = await load_badges(session, _with_badge(loaded), context.settings.base_url, context.signer)
    return [Mail(task, loaded[task.id], _badge_of(loaded[task.id], badges)) for task in tasks]


def _with_badge(loaded: Loaded) -> list[UUID]:
    return [
        parcel.badge_of
        for parcel in loaded.values()
        if isinstance(parcel, Parcel) and parcel.badge_of is not None
    ]


def _badge_of(parcel: Parcel | NoLongerTrue, badges: Mapping[UUID, Badge]) -> Badge | None:
    if isinstance(parcel, NoLongerTrue) or parcel.badge_of is None:
        return None
    return badges.get(parcel.badge_of)


async def write(context: Context, mail: Mail, parcel: Parcel, now: datetime) -> Written:
    """Rendered, composed, signed. Raises AddressRefused, DrawingFailed."""
    files: list[Attachment] = [await attach(mail.badge)] if mail.badge else []
    to = parcel.letter.to
    envelope = Envelope(
        from_name=parcel.host, from_address=context.settings.mail_from, to_name=to.name, to_address=to.address,
        message_id=f"{mail.task.id}@{context.domain}", date=now, reply_to=parcel.reply_to,
        reply_to_name=parcel.host if parcel.reply_to else "", unsubscribe_url=parcel.unsubscribe_url,
        unsubscribe_mailto=context.way_out(token_of(mail.task.id, mail.task.payload)) if parcel.unsubscribe_url else "",
    )  # fmt: skip
    rendered = _rendered(parcel.letter)
    message = compose(
        rendered, envelope, parcel.calendar, files, smtputf8=not to.address.rpartition("@")[0].isascii()
    )
    signed = context.dkim.sign(message, int(now.timestamp()), is_relaxed=True)
    if rendered.shell is None or not isinstance(
        parcel.letter, EventLetter
    ):  # links to log in are nobody's to read
        return Written(signed, None, None)
    names = [file.filename for file in files] + (["invite.ics"] if parcel.calendar else [])
    copy = {"shell": rendered.shell.id, "words": own_words(rendered), "files": names, "from": parcel.host}
    return Written(signed, copy, rendered.shell)


def _rendered(letter: Letter) -> Rendered:
    """In the team's own words; whatever is wrong with these, the mail goes out in the standard ones."""
    try:
        return render(letter)
    except Exception as error:
        if not isinstance(letter, EventLetter) or letter.wording is None:
            raise
        log.error("own words not used", letter=letter.kind, exc_info=error)
        return render(replace(letter, wording=None))
