"""Unguessable texts: personal links, sessions, API tokens. Only their hash is stored."""

import hashlib
import hmac
import secrets
from uuid import UUID

import uuid_utils


def new_token() -> str:
    """256 bits as 43 urlsafe characters (ASVS 5.0 7.2.3 asks for 128)."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """SHA-256: enough for random tokens, and quick on every request."""
    return hashlib.sha256(token.encode()).digest()


def derive(key: bytes, purpose: str, message: str) -> str:
    """A keyed code bound to a purpose (HMAC-SHA-256, 32 urlsafe characters' worth as hex)."""
    return hmac.new(key, f"{purpose}:{message}".encode(), hashlib.sha256).hexdigest()[:40]


def new_id() -> UUID:
    """UUID version 7 (RFC 9562): sorts by time, so that indexes grow at their end."""
    return UUID(bytes=uuid_utils.uuid7().bytes)
