"""The way out: a few kept connections to one relay. The only module that imports aiosmtplib."""

from dataclasses import dataclass
from typing import Literal, Self


@dataclass(frozen=True)
class SmtpAddress:
    host: str
    port: int
    tls: Literal["none", "starttls", "implicit"]
    username: str = ""
    password: str = ""

    @classmethod
    def parse(cls, url: str) -> Self:
        """smtp://[user:pass@]host:port[?tls=starttls|implicit|none]. Raises ValueError with a sentence."""
        raise NotImplementedError


@dataclass(frozen=True)
class Sent:
    """The relay took it; whatever happens to the connection afterwards."""

    reply: str


@dataclass(frozen=True)
class Postponed:
    """4xx: try again later."""

    code: int
    reason: str


@dataclass(frozen=True)
class Bounced:
    """5xx: never again to this address. `status` is the enhanced status (RFC 3463), or ""."""

    code: int
    status: str
    reason: str


@dataclass(frozen=True)
class Unreachable:
    """No relay: refused, lost, timed out, or its circuit is open. Burns no attempt; try after `retry_after` seconds."""

    reason: str
    retry_after: float


Outcome = Sent | Postponed | Bounced | Unreachable


class Sender:
    """Keeps `connections` open connections; more callers wait their turn."""

    def __init__(
        self, address: SmtpAddress, *, connections: int = 4, timeout: float = 30.0, hostname: str | None = None
    ) -> None:
        raise NotImplementedError

    async def send(self, message: bytes, mail_from: str, rcpt_to: str) -> Outcome:
        """One message to one recipient. Never raises for what a relay or a network does."""
        raise NotImplementedError

    async def close(self) -> None:
        """QUIT on every connection."""
        raise NotImplementedError
