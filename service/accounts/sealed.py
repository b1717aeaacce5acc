"""A one-time link on its way into a mail: sealed in the outbox row, so that who reads the table cannot use it."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_PURPOSE = b"qonaq one-time link"


class NotSealedHere(Exception):
    """Sealed with another master key, or damaged."""


def seal(token: str, master_key: bytes) -> str:
    """AES-256-GCM, urlsafe text. In the payload of letters password_reset and team_invitation it is `link_token`."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(master_key).encrypt(nonce, token.encode(), _PURPOSE)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, master_key: bytes) -> str:
    """The token again. Raises NotSealedHere."""
    try:
        raw = base64.urlsafe_b64decode(sealed)
        return AESGCM(master_key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _PURPOSE).decode()
    except (InvalidTag, ValueError):
        raise NotSealedHere from None
