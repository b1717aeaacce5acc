"""Natural batching: whatever arrives while one flight is under way leaves together with the next.

No timer and no delay: alone, an item flies at once; under load flights fill by themselves."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Flights(Generic[Item, Answer]):
    """One flight at a time of at most `seats` items, in the order of arrival.

    `fly` gives one answer per item, in the same order, and is all or nothing: when it raises one of `split`, each of
    its items flies alone, so that only the guilty one fails; any other error is everybody's. Two items that share one
    of their `faces` never fly together."""

    def __init__(
        self,
        fly: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        seats: int,
        faces: Callable[[Item], Iterable[Hashable]],
        split: tuple[type[Exception], ...],
    ) -> None:
        self._fly, self._seats, self._faces, self._split = fly, seats, faces, split
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._crew: asyncio.Task[None] | None = None

    async def join(self, item: Item) -> Answer:
        """The item's own answer, or the error of its flight. Who gives up before the start does not fly."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if (
            self._crew is None
        ):  # a task of its own: a guest who goes away must not end the flight of the others
            self._crew = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        try:
            while flight := self._board():
                await self._depart(flight)
        finally:
            self._crew = None

    def _board(self) -> list[tuple[Item, asyncio.Future[Answer]]]:
        aboard: list[tuple[Item, asyncio.Future[Answer]]] = []
        left: list[tuple[Item, asyncio.Future[Answer]]] = []
        seen: set[Hashable] = set()
        waiting = iter(self._waiting)
        for item, answer in waiting:
            if answer.done():
                continue
            faces = set(self._faces(item))
            (aboard if seen.isdisjoint(faces) else left).append((item, answer))
            seen |= faces
            if len(aboard) == self._seats:
                break
        self._waiting = [*left, *waiting]
        return aboard

    async def _depart(self, flight: Sequence[tuple[Item, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._fly([item for item, _ in flight])
        except Exception as error:
            if len(flight) > 1 and isinstance(error, self._split):
                for one in flight:
                    await self._depart([one])
                return
            for _, waiting in flight:
                if not waiting.done():
                    waiting.set_exception(error)
            return
        for (_, waiting), answer in zip(flight, answers, strict=True):
            if not waiting.done():
                waiting.set_result(answer)
