"""Finding somebody at the door, by any spelling: raw statements, because people wait."""

from uuid import UUID

import asyncpg

from service.checkin.facts import DoorFacts
from service.checkin.schemas import Guest
from service.core.names import query_tokens

BEST = 20


async def find_guests(run: asyncpg.Pool, door: DoorFacts, q: str) -> list[Guest]:
    """The twenty best for what was typed: from one Han, Hangul or Kana sign, or two other characters."""
    raise NotImplementedError


async def _unused(event_id: UUID) -> list[str]:
    return query_tokens("")
