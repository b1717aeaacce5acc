"""Argon2id in a thread, few at a time: each takes 200 ms and 64 MB."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.accounts.errors import WeakPassword

SHORTEST = 10
LONGEST = 256
_hasher = PasswordHasher()  # RFC 9106 low-memory profile: 64 MiB, 3 passes, 4 lanes
_few = asyncio.Semaphore(2)
# Of a password nobody has; ready-made, because making it costs every process 200 ms at its start.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$0nOHm5Vn+ah7YfYExcqYOQ$TqdVhxQZD8wiPnSfmu0WYW6ZRMoek4G3IRkDqjtjXE4"


def check_strength(password: str, email: str) -> None:
    """Length over composition (ASVS 5.0 6.2.1). Raises WeakPassword."""
    if not SHORTEST <= len(password) <= LONGEST or password.lower() == email.lower():
        raise WeakPassword({"password": WeakPassword.say})


async def hash_password(password: str) -> str:
    """The Argon2id text to store."""
    async with _few:
        return await asyncio.to_thread(_hasher.hash, password)


async def verify_password(stored: str | None, password: str) -> bool:
    """Takes the same time when there is no account (`stored` None), so that timing tells nothing."""
    async with _few:
        matches = await asyncio.to_thread(_matches, stored or NOBODY, password[:LONGEST])
    return matches and stored is not None


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
