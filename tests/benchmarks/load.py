"""The load generator: a process of its own that speaks HTTP/1.1 over kept connections and costs little.

`drive` starts it, hands it ready-made requests and gets back what it saw. Run as a module it is that process: an
order on standard input, what it saw on standard output, both msgpack.
"""

import math
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle

import msgspec


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """`requests` are sent once each, in order, until they or the seconds are used up; `again`: round and round.

    `look_for` are texts counted in the bodies of the answers. `per_second`: each at its time, see `work_at_pace`."""

    port: int
    connections: int
    seconds: float
    requests: list[bytes]
    again: bool = False
    look_for: list[bytes] = []
    per_second: float = 0.0


class Seen(msgspec.Struct, kw_only=True):
    """`latencies` are milliseconds by request, in the order in which the answers came; `seconds` till the last one."""

    seconds: float = 0.0
    latencies: list[float] = []
    statuses: dict[int, int] = {}
    found: dict[bytes, int] = {}
    answered: dict[int, float] = {}
    last_body: bytes = b""

    @property
    def answers(self) -> int:
        return len(self.latencies)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds if self.seconds else 0.0


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """One request as bytes."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "host: 127.0.0.1",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def drive(order: Order) -> Seen:
    """Runs the order in a process of its own. Raises RuntimeError when a connection was lost."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load"], input=msgspec.msgpack.encode(order), capture_output=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"The load generator failed: {done.stderr.decode(errors='replace')[-2000:]}")
    return msgspec.msgpack.decode(done.stdout, type=Seen)


class Line:
    """One connection and the answer that is under way on it."""

    __slots__ = ("began", "buffer", "socket", "wanted")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.buffer = b""
        self.wanted = 0
        self.began = 0.0

    def send(self, data: bytes) -> None:
        self.began = time.perf_counter()
        if self.socket.send(data) != len(data):
            raise RuntimeError("a request did not fit into the socket's buffer")

    def receive(self) -> bytes:
        """The whole answer, or nothing yet."""
        data = self.socket.recv(262_144)
        if not data:
            raise RuntimeError("the server closed the connection")
        self.buffer += data
        if not self.wanted:
            self.wanted = _length(self.buffer)
        if not self.wanted or len(self.buffer) < self.wanted:
            return b""
        answer, self.buffer, self.wanted = self.buffer, b"", 0
        return answer


def _length(data: bytes) -> int:
    """Of the whole answer, 0 while its headers are not complete."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = data[:end].lower()
    at = head.find(b"content-length: ")
    if at < 0:
        raise RuntimeError(f"an answer without length: {head!r}")
    return end + 4 + int(head[at + 16 :].split(b"\r", 1)[0])


def work(order: Order) -> Seen:
    """What the process does: as many requests under way as there are connections."""
    requests: Iterator[bytes] = cycle(order.requests) if order.again else iter(order.requests)
    selector, seen, statuses, found = selectors.DefaultSelector(), Seen(), Counter[int](), Counter[bytes]()
    lines = [Line(order.port) for _ in range(order.connections)]
    for line in lines:
        selector.register(line.socket, selectors.EVENT_READ, line)
    began = now = time.perf_counter()
    until, under_way = began + order.seconds, 0
    for line in lines:
        if (data := next(requests, None)) is not None:
            line.send(data)
            under_way += 1
    while under_way:
        for key, _ in selector.select():
            line = key.data
            if not (answer := line.receive()):
                continue
            now = time.perf_counter()
            seen.latencies.append((now - line.began) * 1000)
            statuses[int(answer[9:12])] += 1
            for text in order.look_for:
                found[text] += text in answer
            if now < until and (data := next(requests, None)) is not None:
                line.send(data)
            else:
                under_way -= 1
                seen.last_body = answer
    seen.seconds, seen.statuses, seen.found = now - began, dict(statuses), dict(found)
    return seen


def work_at_pace(order: Order) -> Seen:
    """So many requests a second, each at its time whatever became of those before, as people come; it waits only while
    all connections are busy. When each was answered stands in `answered`, by its place in the order."""
    selector, seen, statuses = selectors.DefaultSelector(), Seen(), Counter[int]()
    idle = [Line(order.port) for _ in range(order.connections)]
    for line in idle:
        selector.register(line.socket, selectors.EVENT_READ, line)
    sent, asked = 0, dict[Line, int]()
    began = time.perf_counter()
    while len(seen.answered) < len(order.requests):
        due = began + sent / order.per_second - time.perf_counter()
        if idle and sent < len(order.requests) and due <= 0:
            line = idle.pop()
            asked[line] = sent
            line.send(order.requests[sent])
            sent += 1
            continue
        for key, _ in selector.select(max(due, 0) if idle and sent < len(order.requests) else None):
            line = key.data
            if answer := line.receive():
                now = time.perf_counter()
                seen.answered[asked[line]] = now
                seen.latencies.append((now - line.began) * 1000)
                statuses[int(answer[9:12])] += 1
                seen.last_body = answer
                idle.append(line)
    seen.seconds, seen.statuses = time.perf_counter() - began, dict(statuses)
    return seen


def main() -> None:
    order = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Order)
    seen = work_at_pace(order) if order.per_second else work(order)
    sys.stdout.buffer.write(msgspec.msgpack.encode(seen))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


if __name__ == "__main__":
    main()
