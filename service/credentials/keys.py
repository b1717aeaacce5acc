"""Private keys at rest: AES-256-GCM under the master key, bound to the key's id."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class WrongMasterKey(Exception):
    """The stored key was encrypted with another master key, belongs to another id, or is damaged."""


def encrypt_key(private: bytes, master_key: bytes, key_id: int) -> bytes:
    """The private key as stored: nonce (12 bytes) and sealed text. `master_key` is 32 bytes.

    The id is authenticated too, so that a row copied over another does not sign in its name.
    """
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(master_key).encrypt(nonce, private, _bound_to(key_id))


def decrypt_key(stored: bytes, master_key: bytes, key_id: int) -> bytes:
    """The private key again. Raises WrongMasterKey."""
    try:
        return AESGCM(master_key).decrypt(stored[:_NONCE_BYTES], stored[_NONCE_BYTES:], _bound_to(key_id))
    except (InvalidTag, ValueError):
        raise WrongMasterKey from None


def _bound_to(key_id: int) -> bytes:
    return b"qonaq signing key %d" % key_id
