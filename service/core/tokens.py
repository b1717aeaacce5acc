"""Unguessable texts: sessions, API tokens, one-time and personal links."""

import base64
import hashlib
import hmac
import secrets
from uuid import UUID

import uuid_utils


def new_token() -> str:
    """256 bits as 43 urlsafe characters (ASVS 5.0 7.2.3 asks for 128)."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """SHA-256: enough for random tokens, and quick on every request. Only this is stored."""
    return hashlib.sha256(token.encode()).digest()


def new_id() -> UUID:
    """UUID version 7 (RFC 9562): sorts by time, so that indexes grow at their end."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def _mac(master_key: bytes, purpose: str, subject: UUID) -> bytes:
    return hmac.new(master_key, purpose.encode() + b":" + subject.bytes, hashlib.sha256).digest()[:20]


def personal_token(master_key: bytes, purpose: str, subject: UUID) -> str:
    """The token of a personal link (purpose `own` or `invitation`): the id and 160 bits that only we can make.

    Nothing is stored, so any worker can write the same link again."""
    return base64.urlsafe_b64encode(subject.bytes + _mac(master_key, purpose, subject)).decode().rstrip("=")


def read_personal_token(master_key: bytes, purpose: str, token: str) -> UUID | None:
    """The id inside, or None when the token is not ours for this purpose."""
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    if len(data) != 36:
        return None
    subject = UUID(bytes=data[:16])
    return subject if hmac.compare_digest(data[16:], _mac(master_key, purpose, subject)) else None


def subject_of(token: str) -> UUID | None:
    """The id that a personal token claims: nothing is proved before `read_personal_token` agrees."""
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    return UUID(bytes=data[:16]) if len(data) == 36 else None
