"""What is away is left alone for a while: a relay, a gateway."""

import asyncio
import random


class Circuit:
    """While it is open nobody knocks: longer each time, from `shortest` to `longest` seconds. Jitter keeps workers from
    marching in step."""

    def __init__(self, shortest: float, longest: float) -> None:
        self._shortest, self._longest = shortest, longest
        self._break, self._open_until = shortest, 0.0

    @property
    def rest(self) -> float:
        """Seconds until somebody may knock again; 0 while it is closed."""
        return max(0.0, self._open_until - asyncio.get_running_loop().time())

    def open(self) -> float:
        """Seconds from now on. What falls together is one time: what is open stays as it is."""
        if (rest := self.rest) > 0:
            return rest
        wait = self._break * random.uniform(0.5, 1.0)  # noqa: S311 — no secret
        self._break = min(self._break * 2, self._longest)
        self._open_until = asyncio.get_running_loop().time() + wait
        return wait

    def close(self) -> None:
        """It answered."""
        self._break, self._open_until = self._shortest, 0.0
