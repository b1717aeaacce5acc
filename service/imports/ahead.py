"""The rows of an import as they are applied, and their names folded ahead of time."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from service.core.names.beside import Beside
from service.imports.parts import Row
from service.registrations.schemas import Application


class Card(msgspec.Struct, frozen=True):
    """The card that a row was read as, with its folds."""

    card: Application
    search: str
    sort_key: str


class Ahead:
    """The cards of the next part are folded beside while PostgreSQL writes this one."""

    def __init__(self, beside: Beside) -> None:
        self._beside = beside
        self._task: asyncio.Task[dict[int, Card]] | None = None

    def start(self, rows: dict[int, dict[str, Any]]) -> None:
        """These are wanted soon."""
        self._task = asyncio.create_task(self._fold(rows))

    async def get(self, rows: Sequence[Row]) -> dict[int, Card]:
        """Of all these rows, by line."""
        found = await self._task if self._task is not None else {}
        missing = {row.line: row.data for row in rows if row.line not in found}
        return found | (await self._fold(missing) if missing else {})

    async def _fold(self, rows: dict[int, dict[str, Any]]) -> dict[int, Card]:
        cards = {line: card_of(data) for line, data in rows.items()}
        folded = await self._beside.fold([card.searched for card in cards.values()])
        return {line: Card(card, *both) for (line, card), both in zip(cards.items(), folded, strict=True)}


def card_of(data: dict[str, Any]) -> Application:
    """The card that a row was read as."""
    known = {field: value for field, value in data.items() if field in Application.__struct_fields__}
    return Application(**{"email": "", "category": "", **known})
