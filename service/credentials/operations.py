"""Signing keys and codes: made once, shared by all processes, encrypted at rest."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.tokens import new_id
from service.credentials import codes, keys
from service.credentials.models import Credential, SigningKey

TICKET_KEY = 1
DKIM_KEY = 1001
CODE_TAKEN = (
    "uq_credentials_event_id_code"  # the constraint: among 50,000 guests two draws in 230 events are alike
)


class Issue(msgspec.Struct, frozen=True):
    """A fresh code, ready to be written beside a registration that becomes approved."""

    id: UUID
    key_id: int
    ticket_hash: bytes
    code: str


class Signer(msgspec.Struct, frozen=True):
    """The ticket key of this installation, held in memory by each process."""

    key_id: int
    key: Ed25519PrivateKey

    def issue(self) -> Issue:
        """A new code (30 µs)."""
        credential_id = new_id()
        hashed = codes.ticket_hash(self.ticket(credential_id))
        return Issue(credential_id, self.key_id, hashed, codes.typed_code())

    def ticket(self, credential_id: UUID) -> str:
        """The ticket's text. Ed25519 is deterministic (RFC 8032): the same id gives the same ticket at any time."""
        return codes.sign(self.key, self.key_id, credential_id)


async def load_signer(session: AsyncSession, master_key: bytes) -> Signer:
    """The installation's key, made at the first call of all."""
    data = await load_key(session, master_key, TICKET_KEY, "ticket", _new_ed25519)
    return Signer(TICKET_KEY, Ed25519PrivateKey.from_private_bytes(data))


def _new_ed25519() -> tuple[bytes, bytes]:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()


async def load_key(
    session: AsyncSession,
    master_key: bytes,
    key_id: int,
    purpose: str,
    make: Callable[[], tuple[bytes, bytes]],
) -> bytes:
    """The private key's bytes. Of two processes that make one at once, the first to commit wins for both."""
    wanted = select(SigningKey).where(SigningKey.id == key_id)
    row = (await session.execute(wanted)).scalar_one_or_none()
    if row is None:
        private, public = make()
        encrypted = keys.encrypt_key(private, master_key, key_id)
        made = insert(SigningKey).values(id=key_id, purpose=purpose, encrypted=encrypted, public=public)
        await session.execute(made.on_conflict_do_nothing())
        row = (await session.execute(wanted)).scalar_one()
    return keys.decrypt_key(row.encrypted, master_key, key_id)


async def issue(session: AsyncSession, signer: Signer, registration_id: UUID, event_id: UUID) -> None:
    """Give an approved registration its code, unless it has one that is alive."""
    (fresh,) = await draw(session, signer, event_id, 1)
    made = insert(Credential).values(
        **msgspec.structs.asdict(fresh), registration_id=registration_id, event_id=event_id
    )
    await session.execute(
        made.on_conflict_do_nothing(
            index_elements=["registration_id"], index_where=text("revoked_at IS NULL")
        )
    )


async def draw(session: AsyncSession, signer: Signer, event_id: UUID, count: int) -> list[Issue]:
    """So many fresh codes that nobody at the event has. One query, with luck."""
    drawn: dict[str, Issue] = {}
    while len(drawn) < count:
        more = {issue.code: issue for issue in (signer.issue() for _ in range(count - len(drawn)))}
        taken = select(Credential.code).where(Credential.event_id == event_id, Credential.code.in_(more))
        for code in (await session.execute(taken)).scalars():
            del more[code]
        drawn |= more
    return list(drawn.values())


async def revoke(session: AsyncSession, registration_id: UUID, reason: str, now: datetime) -> None:
    """The code is dead from this commit on; the door says why."""
    await session.execute(
        update(Credential)
        .where(Credential.registration_id == registration_id, Credential.revoked_at.is_(None))
        .values(revoked_at=now, revoked_reason=reason)
    )


async def find_alive(session: AsyncSession, registration_id: UUID) -> Credential | None:
    """The code that admits now."""
    wanted = select(Credential).where(
        Credential.registration_id == registration_id, Credential.revoked_at.is_(None)
    )
    return (await session.execute(wanted)).scalar_one_or_none()
