"""The way of mails: written, signed, handed to the relay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from emails.addresses import AddressRefused
from emails.bounces import kind_of
from emails.sender import Bounced, Outcome, Postponed, Sent, Unreachable
from service.core.clock import now
from service.outbox import operations as outbox
from service.outbox.operations import Claimed
from service.outbox.parcel import NoLongerTrue, Parcel
from service.outbox.rounds import token_of
from workers.context import Context
from workers.mails import Mail, load, write
from workers.ways import Done, back_off


class ByMail:
    """As many lanes as there are connections to the relay."""

    kind = "mail"

    def __init__(self, context: Context) -> None:
        self._context = context
        self.lanes = context.settings.smtp_connections

    async def load(self, session: AsyncSession, tasks: Sequence[Claimed], now: datetime) -> list[Mail]:
        return await load(self._context, session, tasks, now)

    async def send(self, ready: Mail) -> Done:
        task, parcel = ready.task, ready.parcel
        if isinstance(parcel, NoLongerTrue):
            return Done(outbox.suppressed(task, parcel.reason))
        try:
            outcome, copy = await self._send(ready, parcel)
        except AddressRefused as refused:
            return Done(outbox.given_up(task, f"address refused: {refused.reason}", bounced=True))
        return _done(task, outcome, copy)

    async def _send(self, mail: Mail, parcel: Parcel) -> tuple[Outcome, dict[str, Any] | None]:
        written = await write(self._context, mail, parcel, now())
        sender = self._context.envelope_sender(token_of(mail.task.id, mail.task.payload))
        outcome = await self._context.sender.send(written.message, sender, parcel.letter.to.address)
        kept = isinstance(outcome, Sent) and await self._context.shells.keep(written.shell)
        return outcome, written.copy if kept else None


def _done(task: Claimed, outcome: Outcome, copy: dict[str, Any] | None) -> Done:
    match outcome:
        case Sent(reply):
            return Done(outbox.sent(task, reply, copy))
        case Postponed(code, reason):
            return Done(outbox.postponed(task, f"{code} {reason}", back_off(task.attempts), burn=True))
        case Bounced(code, status, reason, stage):
            said = f"{code} {reason}"
            return Done(
                outbox.given_up(task, said, bounced=stage == "recipient", refusal=kind_of(status, said))
            )
        case Unreachable(reason, retry_after):
            return Done(outbox.postponed(task, reason, retry_after, burn=False), wait=retry_after)
