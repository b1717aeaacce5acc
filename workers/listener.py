"""Hears what comes back: LMTP or SMTP, for the addresses that we gave out and no others.

It stands at the edge of the world, so everything is bounded: who may be written to, how large, how many at once, how
long. Which worker listens does not matter: whoever comes first has the port, another takes it when that one ends. A
mail that cannot be written down now is refused for now, and its server brings it again.
"""

import asyncio
import contextlib
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from emails.addresses import read_verp
from emails.calendar import read_organizer
from emails.leaving import leaving_key
from service.answers.operations import take_in
from service.core.clock import now
from workers.context import Context

log = structlog.get_logger()

LARGEST = 2_000_000  # bytes; reports may carry the whole mail, ours have no more than a badge
MOST_AT_ONCE = 20
SILENT_FOR = 30.0  # seconds between two commands
LASTS = 120.0  # seconds, one connection
MOST_RECIPIENTS = 1  # each gets its own answer (LMTP), and each is about another mail
AGAIN = 30.0


class Door:
    """What is said yes and no to, beside the protocol itself."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._key = context.settings.master_key

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 One recipient at a time"
        if not (
            read_verp(address, self._key)
            or read_organizer(address, self._key)
            or read_verp(address, leaving_key(self._key))
        ):
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            heard = await hear(self._context, content, envelope.rcpt_tos[0])
        except Exception as error:
            log.error("answer not taken", error=f"{type(error).__name__}: {error}")
            return "451 4.3.0 Please bring it again"
        return f"250 2.0.0 {heard}"

    async def handle_exception(self, error: Exception) -> str:
        log.warning("connection", error=f"{type(error).__name__}: {error}")
        return "451 4.3.0 Please bring it again"


async def hear(context: Context, data: bytes, recipient: str) -> str:
    """One mail, in a transaction of its own."""
    async with context.db.begin() as session:
        heard = await take_in(session, data, recipient, key=context.settings.master_key, now=now())
    if heard != "ignored":
        log.info("answer", heard=heard)
    return heard


class Listener:
    """Runs until cancelled. `port` is the one it has, 0 while another worker has it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._address = urlsplit(context.settings.answers_listen)
        self._open = 0
        self.port = 0
        self.listening = asyncio.Event()

    async def run(self) -> None:
        while True:
            try:
                server = await asyncio.get_running_loop().create_server(
                    self._protocol, self._address.hostname or "127.0.0.1", self._address.port or 0
                )
            except OSError as error:
                log.info("another worker listens, or nobody may", error=str(error))
                await asyncio.sleep(AGAIN)
                continue
            self.port = server.sockets[0].getsockname()[1]
            self.listening.set()
            async with server:
                await server.serve_forever()

    def _protocol(self) -> asyncio.Protocol:
        kind = LMTP if self._address.scheme == "lmtp" else SMTP
        limit = self

        class Bounded(kind):  # type: ignore[misc, valid-type]  # one of two
            """Counted, and ended when it has lasted long enough."""

            def connection_made(self, transport: Any) -> None:
                limit._open += 1
                if limit._open > MOST_AT_ONCE:
                    transport.write(b"421 4.7.0 Too many connections, please come back\r\n")
                    transport.close()
                    return
                self._end = asyncio.get_running_loop().call_later(LASTS, transport.abort)
                super().connection_made(transport)

            def connection_lost(self, error: Exception | None) -> None:
                limit._open -= 1
                with contextlib.suppress(AttributeError):
                    self._end.cancel()
                    super().connection_lost(error)

            def data_received(self, data: bytes) -> None:
                if hasattr(self, "_end"):
                    super().data_received(data)

        return Bounded(
            Door(self._context), data_size_limit=LARGEST, timeout=SILENT_FOR, hostname=self._context.domain,
            ident="Qonaq", enable_SMTPUTF8=True, loop=asyncio.get_running_loop(),
        )  # fmt: skip
