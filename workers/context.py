"""What a worker process holds from its start to its end."""

import asyncio
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization

from emails.addresses import verp
from emails.dkim import Signer as DkimSigner
from emails.dkim import generate_key
from emails.leaving import leaving_address
from emails.sender import Sender, SmtpAddress
from service import all_models  # noqa: F401 — every model loaded: foreign keys find their targets
from service.core.database import Database
from service.credentials.operations import DKIM_KEY, Signer, load_key, load_signer
from service.settings import Settings
from workers.messengers import Messenger, open_messengers
from workers.shells import Shells

DKIM_SELECTOR = "qonaq"


@dataclass
class Context:
    """One per process. `name` tells workers apart, also those of one container, which have the same number each time:
    a job of one that was killed must not stand in the way of the next. `messengers` are those of the channels beside
    mail; `sending` are the drains under way by kind, `working` is true during long work; with `leaving` no further mail
    is begun."""

    settings: Settings
    db: Database
    sender: Sender
    dkim: DkimSigner
    signer: Signer
    shells: Shells
    messengers: Mapping[str, Messenger] = field(default_factory=dict)
    name: str = field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}")
    sending: "dict[str, asyncio.Task[float]]" = field(default_factory=dict)
    working: bool = False
    leaving: bool = False

    @property
    def domain(self) -> str:
        """Of the sender's address: message ids and signatures are aligned with it."""
        return self.settings.mail_from.rpartition("@")[2]

    def envelope_sender(self, token: str) -> str:
        """Where a bounce goes: it names the mail. A sender's address too long for that is used as it is."""
        try:
            return verp(self.settings.mail_from, token, self.settings.master_key)
        except ValueError:
            return self.settings.mail_from

    def way_out(self, token: str) -> str:
        """Where the reader of an invitation or of news asks for no more by mail; "" where mail does not reach us."""
        if not self.settings.hears:
            return ""
        return leaving_address(self.settings.mail_from, token, self.settings.master_key)

    def is_sending(self, kind: str) -> bool:
        """Whether a drain of this kind is under way in this process."""
        return kind in self.sending and not self.sending[kind].done()

    async def finish_sending(self) -> None:
        """Mails under way go out and are marked, the others are handed back. However often this is cancelled, they are
        not: a connection cut in the middle sends its mail twice."""
        self.leaving = True
        if self.sending:
            await asyncio.wait(self.sending.values())

    async def close(self) -> None:
        """Give back all connections."""
        await self.sender.close()
        for messenger in self.messengers.values():
            messenger.close()
        await self.db.close()


async def open_context(settings: Settings) -> Context:
    """Load the keys (made at the very first start) and prepare the connections."""
    db = Database(settings.database_url, pool_size=settings.pool_size, hot_pool_size=settings.hot_pool_size)
    async with db.begin() as session:
        signer = await load_signer(session, settings.master_key)
        pem = await load_key(session, settings.master_key, DKIM_KEY, "dkim", _new_dkim_key)
    domain = settings.mail_from.rpartition("@")[2]
    address = SmtpAddress.parse(settings.smtp_url)
    hostname = urlsplit(settings.base_url).hostname
    sender = Sender(address, connections=settings.smtp_connections, hostname=hostname)
    signed = DkimSigner(pem, domain, DKIM_SELECTOR)
    return Context(settings, db, sender, signed, signer, Shells(db), open_messengers(settings.channels))


def _new_dkim_key() -> tuple[bytes, bytes]:
    """Private PEM, and the public key as PEM beside it (for the DNS record)."""
    pem = generate_key()
    public = serialization.load_pem_private_key(pem, password=None).public_key()
    return pem, public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
