"""Flights: alone at once, together under load, and nobody pays for another."""

import asyncio
from collections.abc import Sequence

import pytest

from service.core.flights import Flights


class Sky:
    """Counts flights; an item `bad` breaks its flight, `down` stands for a lost server."""

    def __init__(self, seats: int = 3) -> None:
        self.flown: list[list[str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.flights = Flights(self.fly, seats=seats, faces=lambda item: [item[0]], split=(ValueError,))

    async def fly(self, items: Sequence[str]) -> list[str]:
        self.flown.append(list(items))
        await self.gate.wait()
        if "bad" in items:
            raise ValueError("bad")
        if "down" in items:
            raise ConnectionError("down")
        return [item.upper() for item in items]

    async def together(self, *items: str) -> list[str | BaseException]:
        return await asyncio.gather(*(self.flights.join(item) for item in items), return_exceptions=True)


async def test_each_gets_its_own_answer_in_flights_of_three() -> None:
    sky = Sky()

    assert await sky.together("a", "b", "c", "d") == ["A", "B", "C", "D"]
    assert sky.flown == [["a", "b", "c"], ["d"]]


async def test_who_comes_during_a_flight_leaves_with_the_next() -> None:
    sky = Sky()
    sky.gate.clear()
    first = asyncio.create_task(sky.flights.join("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    later = [asyncio.create_task(sky.flights.join(item)) for item in ("b", "c")]
    await asyncio.sleep(0)
    assert sky.flown == [["a"]]

    sky.gate.set()

    assert [await first, *[await one for one in later]] == ["A", "B", "C"]
    assert sky.flown == [["a"], ["b", "c"]]


async def test_two_with_one_face_never_fly_together_and_keep_their_order() -> None:
    sky = Sky()

    assert await sky.together("a1", "a2", "b", "a3") == ["A1", "A2", "B", "A3"]
    assert sky.flown == [["a1", "b"], ["a2"], ["a3"]]


async def test_only_the_guilty_one_fails() -> None:
    sky = Sky()

    answers = await sky.together("a", "bad", "c", "d")

    assert [answers[0], answers[2], answers[3]] == ["A", "C", "D"]
    assert isinstance(answers[1], ValueError)
    assert sky.flown == [["a", "bad", "c"], ["a"], ["bad"], ["c"], ["d"]]


async def test_a_lost_server_is_everybodys_error_and_asked_once() -> None:
    sky = Sky()

    answers = await sky.together("a", "down", "c")

    assert [type(answer) for answer in answers] == [ConnectionError] * 3
    assert sky.flown == [["a", "down", "c"]]
    assert await sky.together("e") == ["E"]


async def test_a_guest_who_goes_away_takes_nobody_along() -> None:
    sky = Sky()
    sky.gate.clear()
    tasks = [asyncio.create_task(sky.flights.join(item)) for item in ("a", "b", "c")]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waits = asyncio.create_task(sky.flights.join("x"))
    await asyncio.sleep(0)
    tasks[0].cancel()
    waits.cancel()
    await asyncio.sleep(0)

    sky.gate.set()

    assert [await tasks[1], await tasks[2]] == ["B", "C"]
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    await asyncio.sleep(0)
    assert sky.flown == [["a", "b", "c"]]
