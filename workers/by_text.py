"""The way of short texts, through one channel."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.messages.texts import Text, load
from service.outbox import operations as outbox
from service.outbox.operations import Claimed
from service.outbox.parcel import NoLongerTrue
from workers.context import Context
from workers.messengers import LANES, Answer, Away, Delivered, NotNow, Refused, Unsure
from workers.ways import Done, back_off


class ByText:
    """A gateway that is away closes its own channel only: mails and the others go on."""

    lanes = LANES

    def __init__(self, context: Context, channel: str) -> None:
        self.kind = channel
        self._settings = context.settings
        self._messenger = context.messengers[channel]

    async def load(self, session: AsyncSession, tasks: Sequence[Claimed], now: datetime) -> list[Text]:
        return await load(session, tasks, self._settings, now)

    async def send(self, ready: Text) -> Done:
        task, says = ready.task, ready.says
        if isinstance(says, NoLongerTrue):
            return Done(outbox.suppressed(task, says.reason))
        return _done(task, await self._messenger.send(task.address, says), ready.copy)


def _done(task: Claimed, answer: Answer, copy: str) -> Done:
    match answer:
        case Delivered(said):
            return Done(outbox.sent(task, said, {"text": copy}))
        case Refused(said):
            return Done(outbox.given_up(task, said))
        case NotNow(said):
            return Done(outbox.postponed(task, said, back_off(task.attempts), burn=True))
        case Unsure(said, wait):
            return Done(outbox.given_up(task, said), wait)
        case Away(said, wait):
            return Done(outbox.postponed(task, said, wait, burn=False), wait)
