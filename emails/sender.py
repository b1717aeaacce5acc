"""The way out: a few kept connections to one relay. The only module that imports aiosmtplib."""

import asyncio
import random
import re
from dataclasses import dataclass
from typing import Literal

import aiosmtplib

from emails.addresses import ascii_address
from emails.smtp_address import SmtpAddress

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
        connections: int = 4,
        timeout: float = 30.0,
        hostname: str | None = None,
    ) -> None:
        self._address = address
        self._timeout = timeout
        self._hostname = hostname or "localhost"
        self._turns = asyncio.Semaphore(connections)
        self._idle: list[aiosmtplib.SMTP] = []
        self._open_until = 0.0
        self._break = SHORTEST_BREAK

    async def send(self, message: bytes, mail_from: str, rcpt_to: str) -> Outcome:
        """One message to one recipient. Never raises for what a relay or a network does.

        Raises AddressRefused for an address that is none. Lost in the middle of DATA is Unreachable: the relay may have
        it or not, and the retry carries the same Message-ID.
        """
        sender = ascii_address(mail_from, smtputf8=True)
        recipient = ascii_address(rcpt_to, smtputf8=True)
        async with self._turns:
            if (rest := self._open_until - asyncio.get_running_loop().time()) > 0:
                return Unreachable("waiting for the mail server to come back", rest)
            try:
                outcome = await self._attempt(message, sender, recipient)
            except (OSError, TimeoutError, aiosmtplib.SMTPException, UnicodeError) as error:
                return self._lost(error)
            self._open_until, self._break = 0.0, SHORTEST_BREAK
            return outcome

    async def close(self) -> None:
        """QUIT on every idle connection; what a relay answers to that does not matter."""
        while self._idle:
            client = self._idle.pop()
            try:
                await client.quit(timeout=min(self._timeout, 2.0))
            except (OSError, TimeoutError, aiosmtplib.SMTPException):
                client.close()

    async def _attempt(self, message: bytes, mail_from: str, rcpt_to: str) -> Outcome:
        while self._idle:
            client = self._idle.pop()
            try:
                return await self._talk(client, message, mail_from, rcpt_to, kept=True)
            except _Stale:
                client.close()
        return await self._talk(await self._connect(), message, mail_from, rcpt_to, kept=False)

    async def _connect(self) -> aiosmtplib.SMTP:
        client = aiosmtplib.SMTP(
            hostname=self._address.host,
            port=self._address.port,
            username=self._address.username or None,
            password=self._address.password or None,
            use_tls=self._address.tls == "implicit",
            start_tls=self._address.tls == "starttls",
            local_hostname=self._hostname,
            timeout=self._timeout,
        )
        try:
            async with asyncio.timeout(2 * self._timeout):
                await client.connect()
                await client.ehlo()
        except BaseException:
            client.close()
            raise
        return client

    async def _talk(
        self, client: aiosmtplib.SMTP, message: bytes, mail_from: str, rcpt_to: str, *, kept: bool
    ) -> Outcome:
        """One transaction; afterwards the connection is idle again if it is clean, else closed."""
        clean = False
        try:
            async with asyncio.timeout(4 * self._timeout):
                outcome = await self._transaction(client, message, mail_from, rcpt_to, kept=kept)
                clean = isinstance(outcome, Sent) or await _reset(client)
                return outcome
        finally:
            if clean and client.is_connected:
                self._idle.append(client)
            else:
                client.close()

    async def _transaction(
        self, client: aiosmtplib.SMTP, message: bytes, mail_from: str, rcpt_to: str, *, kept: bool
    ) -> Outcome:
        international = not (mail_from.isascii() and rcpt_to.isascii())
        if international and not client.supports_extension("smtputf8"):
            return Bounced(553, "5.6.7", "the mail server does not take addresses outside ASCII")
        options = ["SMTPUTF8"] if international else []
        encoding = "utf-8" if international else "ascii"
        try:
            await client.mail(mail_from, options=options, encoding=encoding)
        except aiosmtplib.SMTPSenderRefused as refusal:
            if kept and refusal.code == 421:  # the relay ends a connection that was idle or has served enough
                raise _Stale from refusal
            return Postponed(refusal.code, refusal.message)
        except (aiosmtplib.SMTPServerDisconnected, ConnectionError) as error:
            if kept:
                raise _Stale from error
            raise
        try:
            await client.rcpt(rcpt_to, encoding=encoding)
            return Sent((await client.data(message)).message)
        except aiosmtplib.SMTPRecipientRefused as refusal:
            return _refused(refusal, "recipient")
        except aiosmtplib.SMTPDataError as refusal:
            return _refused(refusal, "message")

    def _lost(self, error: Exception) -> Unreachable:
        """Open the circuit: nobody knocks for a while, longer each time; jitter keeps workers from marching in step."""
        wait = self._break * random.uniform(0.5, 1.0)  # noqa: S311  # no secret
        self._break = min(self._break * 2, LONGEST_BREAK)
        self._open_until = asyncio.get_running_loop().time() + wait
        for client in self._idle:
            client.close()
        self._idle.clear()
        return Unreachable(str(error) or type(error).__name__, wait)


def _refused(
    refusal: aiosmtplib.SMTPResponseException, stage: Literal["recipient", "message"]
) -> Postponed | Bounced:
    if refusal.code < 500:
        return Postponed(refusal.code, refusal.message)
    status = ENHANCED_STATUS.match(refusal.message)
    return Bounced(refusal.code, status[1] if status else "", refusal.message, stage)


async def _reset(client: aiosmtplib.SMTP) -> bool:
    """Whether the connection is fit for another message after a refusal. Its trouble must not change the outcome."""
    try:
        await client.rset()
    except (OSError, TimeoutError, aiosmtplib.SMTPException):
        return False
    return True
