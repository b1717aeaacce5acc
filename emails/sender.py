"""The way out: a few kept connections to one relay. The only module that imports aiosmtplib, which opens them (TLS,
log-in); what is said on them is wire.py's."""

import asyncio
import re
from dataclasses import dataclass
from typing import Literal, cast

import aiosmtplib

from emails.addresses import ascii_address
from emails.circuit import Circuit
from emails.smtp_address import SmtpAddress
from emails.wire import Line, Reply

__all__ = ["Bounced", "Outcome", "Postponed", "Sender", "Sent", "SmtpAddress", "Unreachable"]

SHORTEST_BREAK = 0.5
LONGEST_BREAK = 30.0
ENHANCED_STATUS = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True)
class Sent:
    """The relay took it; whatever happens to the connection afterwards."""

    reply: str


@dataclass(frozen=True)
class Postponed:
    """Try again later: 4xx, or the relay refuses our own sender address (5xx at MAIL, not the recipient's fault)."""

    code: int
    reason: str


@dataclass(frozen=True)
class Bounced:
    """5xx: never again this message to this address. `status` is the enhanced status (RFC 3463), or "".

    At stage "recipient" the address is at fault, at stage "message" what we wrote (size, content).
    """

    code: int
    status: str
    reason: str
    stage: Literal["recipient", "message"] = "recipient"


@dataclass(frozen=True)
class Unreachable:
    """No relay: refused, lost, timed out, or its circuit is open. Burns no attempt; try after `retry_after` seconds."""

    reason: str
    retry_after: float


Outcome = Sent | Postponed | Bounced | Unreachable


class _Stale(Exception):
    """A kept connection had ended before anything of this message was said on it."""


class Sender:
    """Keeps up to `connections` connections; more callers wait their turn. `timeout`: seconds for each step."""

    def __init__(
        self,
        address: SmtpAddress,
        *,
        connections: int = 8,
        timeout: float = 30.0,
        hostname: str | None = None,
    ) -> None:
        self._address = address
        self._timeout = timeout
        self._hostname = hostname or "localhost"
        self._turns = asyncio.Semaphore(connections)
        self._idle: list[Line] = []
        self._circuit = Circuit(SHORTEST_BREAK, LONGEST_BREAK)

    async def send(self, message: bytes, mail_from: str, rcpt_to: str) -> Outcome:
        """One message to one recipient. Never raises for what a relay or a network does.

        Raises AddressRefused for an address that is none. Lost in the middle of DATA is Unreachable: the relay may have
        it or not, and the retry carries the same Message-ID.
        """
        sender = ascii_address(mail_from, smtputf8=True)
        recipient = ascii_address(rcpt_to, smtputf8=True)
        async with self._turns:
            if (rest := self._circuit.rest) > 0:
                return Unreachable("waiting for the mail server to come back", rest)
            try:
                outcome = await self._attempt(message, sender, recipient)
            except (OSError, TimeoutError, aiosmtplib.SMTPException, UnicodeError) as error:
                return self._lost(error)
            self._circuit.close()
            return outcome

    async def close(self) -> None:
        """QUIT on every idle connection; what a relay answers to that does not matter."""
        while self._idle:
            line = self._idle.pop()
            try:
                async with asyncio.timeout(min(self._timeout, 2.0)):
                    await line.ask(["QUIT"])
            except (OSError, TimeoutError):
                pass
            line.close()

    async def _attempt(self, message: bytes, mail_from: str, rcpt_to: str) -> Outcome:
        while self._idle:
            line = self._idle.pop()
            try:
                return await self._talk(line, message, mail_from, rcpt_to, kept=True)
            except _Stale:
                line.close()
        return await self._talk(await self._connect(), message, mail_from, rcpt_to, kept=False)

    async def _connect(self) -> Line:
        client = aiosmtplib.SMTP(
            hostname=self._address.host, port=self._address.port, username=self._address.username or None,
            password=self._address.password or None, use_tls=self._address.tls == "implicit",
            start_tls=self._address.tls == "starttls", local_hostname=self._hostname, timeout=self._timeout,
        )  # fmt: skip
        try:
            async with asyncio.timeout(2 * self._timeout):
                await client.connect()
                await client.ehlo()
        except BaseException:
            client.close()
            raise
        if client.transport is None:
            raise ConnectionResetError("the mail server ended the connection")
        # uvloop's transports are no subclass of asyncio's
        return Line(cast(asyncio.Transport, client.transport), frozenset(client.esmtp_extensions))

    async def _talk(self, line: Line, message: bytes, mail_from: str, rcpt_to: str, *, kept: bool) -> Outcome:
        """One transaction; afterwards the connection is idle again if it is clean, else closed."""
        clean = False
        try:
            async with asyncio.timeout(self._timeout) as patience:
                outcome = await self._transaction(line, message, mail_from, rcpt_to, patience, kept=kept)
            clean = isinstance(outcome, Sent) or await _reset(line, self._timeout)
            return outcome
        finally:
            if clean and line.is_open:
                self._idle.append(line)
            else:
                line.close()

    async def _transaction(
        self, line: Line, message: bytes, mail_from: str, rcpt_to: str, patience: asyncio.Timeout, *, kept: bool
    ) -> Outcome:  # fmt: skip
        international = not (mail_from.isascii() and rcpt_to.isascii())
        if international and "smtputf8" not in line.extensions:
            return Bounced(553, "5.6.7", "the mail server does not take addresses outside ASCII")
        option = " SMTPUTF8" if international else ""
        commands = [f"MAIL FROM:<{mail_from}>{option}", f"RCPT TO:<{rcpt_to}>", "DATA"]
        try:
            mail, rcpt, data = _three(await line.ask(commands))
        except ConnectionError as error:
            if kept:  # it had ended before anything of this message was said on it
                raise _Stale from error
            raise
        if data.code == 354 and not (mail.good and rcpt.good):
            await line.say(b"")  # some say "go on" although nobody is to receive it
        if not mail.good:
            if kept and mail.code == 421:  # it was idle for too long, or has served enough
                raise _Stale
            return Postponed(mail.code, mail.text)
        patience.reschedule(asyncio.get_running_loop().time() + 2 * self._timeout)
        if not rcpt.good:
            return _refused(rcpt, "recipient")
        if data.code != 354:
            return _refused(data, "message")
        taken = await line.say(message)
        return Sent(taken.text) if taken.good else _refused(taken, "message")

    def _lost(self, error: Exception) -> Unreachable:
        """Nobody knocks for a while; the kept connections go, too, the first time."""
        if self._circuit.rest == 0:
            for line in self._idle:
                line.close()
            self._idle.clear()
        return Unreachable(str(error) or type(error).__name__, self._circuit.open())


def _three(replies: list[Reply]) -> tuple[Reply, Reply, Reply]:
    """Without pipelining what follows a refusal is not said, and stands for refused like that."""
    mail, rcpt, data = [*replies, *([replies[-1]] * (3 - len(replies)))]
    return mail, rcpt, data


def _refused(reply: Reply, stage: Literal["recipient", "message"]) -> Postponed | Bounced:
    if reply.code < 500:
        return Postponed(reply.code, reply.text)
    status = ENHANCED_STATUS.match(reply.text)
    return Bounced(reply.code, status[1] if status else "", reply.text, stage)


async def _reset(line: Line, seconds: float) -> bool:
    """Whether the connection is fit for another message after a refusal. Its trouble must not change the outcome."""
    try:
        async with asyncio.timeout(seconds):
            [reply] = await line.ask(["RSET"])
    except (OSError, TimeoutError):
        return False
    return reply.good
