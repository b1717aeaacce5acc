"""Where the relay is: one URL in the settings."""

from dataclasses import dataclass
from typing import Literal, Self, cast
from urllib.parse import parse_qs, unquote, urlsplit

Tls = Literal["none", "starttls", "implicit"]
BY_PORT: dict[int, Tls] = {465: "implicit", 587: "starttls"}


@dataclass(frozen=True)
class SmtpAddress:
    """Without ?tls=, port 465 speaks TLS at once, and port 587 or a password ask for STARTTLS."""

    host: str
    port: int
    tls: Tls
    username: str = ""
    password: str = ""

    @classmethod
    def parse(cls, url: str) -> Self:
        """smtp://[user:pass@]host:port[?tls=starttls|implicit|none]. Raises ValueError with a sentence."""
        try:
            parts = urlsplit(url)
            port = parts.port or 25
        except ValueError as error:
            raise ValueError(f"The mail server's address cannot be read ({error}).") from error
        if parts.scheme != "smtp" or not parts.hostname:
            raise ValueError(
                "The mail server's address should look like smtp://user:password@host:port?tls=starttls."
            )
        usual = BY_PORT.get(port, "starttls" if parts.password else "none")
        tls = parse_qs(parts.query).get("tls", [usual])[0]
        if tls not in ("none", "starttls", "implicit"):
            raise ValueError(f"tls={tls} is unknown: use starttls, implicit or none.")
        return cls(
            parts.hostname, port, cast(Tls, tls), unquote(parts.username or ""), unquote(parts.password or "")
        )
