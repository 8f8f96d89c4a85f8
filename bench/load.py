"""A small load generator: several connections kept open, one request at a time on each."""

from __future__ import annotations

import selectors
import socket
import statistics
import time
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

CHUNKED, LAST_CHUNK = -1, b"\r\n0\r\n\r\n"
ROUNDS, MOMENT = 9, 0.4  # seconds: of each pair of candidates
PATIENCE = 30  # seconds without any answer
_NUMBERS = count(1)  # goes on from one call to the next


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    expected: int = 0  # bytes of the whole answer, 0 while its head is incomplete; or CHUNKED
    asked_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """What came of asking again and again: seconds that each answer took, and all together."""

    times: list[float]
    elapsed: float

    @property
    def rate(self) -> float:
        return len(self.times) / self.elapsed

    def percentile(self, part: float) -> float:
        """Return the time in which `part` of all answers had come."""
        return sorted(self.times)[min(len(self.times) - 1, int(part * len(self.times)))]


def ratio(
    ours: str,
    bare: str,
    *,
    headers: dict[str, str] | None = None,
    status: int = 200,
    alike: bool = False,
) -> tuple[float, float]:
    """Return how `ours` compares with `bare`, and its answers a second.

    `headers` and `status` are those of `ours`, and where both are `alike` of both.

    Both are asked in turn, for a moment each, in ever the other order, and each moment is compared
    with its neighbour: what else the machine does in the meantime slows both alike. Medians.
    """
    ratios, rates = [], []
    for number in range(ROUNDS):
        measured: dict[str, float] = {}
        for url in (ours, bare) if number % 2 else (bare, ours):
            asked = {"headers": headers, "status": status} if alike or url == ours else {}
            measured[url] = load(url, seconds=MOMENT, **asked).rate
        ratios.append(measured[ours] / measured[bare])
        rates.append(measured[ours])
    return statistics.median(ratios), statistics.median(rates)


def load(
    url: str,
    *,
    seconds: float,
    connections: int = 8,
    at_least: int = 1,
    headers: dict[str, str] | None = None,
    status: int = 200,
) -> Load:
    """Ask for `url` again and again on each of `connections`, for longer until `at_least` answers.

    Where `url` has `{n}`, each request has a number of its own there, so that no answer to it can
    have been kept. Raises RuntimeError when an answer has another status than `status` or none
    comes.
    """
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"Host: {parts.netloc}", "Accept-Encoding: identity"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    rest = "\r\n".join([" HTTP/1.1", *lines, "", ""]).encode()
    begins = (b"GET " + target.replace("{n}", str(n)).encode() for n in _NUMBERS)
    selector = selectors.DefaultSelector()
    for _each in range(connections):
        opened = socket.create_connection((parts.hostname, parts.port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(opened, asked_at=time.perf_counter())
        selector.register(opened, selectors.EVENT_READ, connection)
        opened.sendall(next(begins) + rest)
    times: list[float] = []
    start = time.perf_counter()
    end = start + seconds
    waiting = connections
    while waiting:  # also for what was asked before the end: else the next load would wait for it
        ready = selector.select(timeout=PATIENCE)
        if not ready:
            raise RuntimeError(f"no answer from {parts.netloc} for {PATIENCE} seconds")
        for key, _events in ready:
            connection = key.data
            if _receive(connection, status):
                now = time.perf_counter()
                times.append(now - connection.asked_at)
                if now < end or len(times) < at_least:
                    connection.asked_at = now
                    connection.socket.sendall(next(begins) + rest)
                else:
                    waiting -= 1
    elapsed = time.perf_counter() - start
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    return Load(times, elapsed)


def _receive(connection: _Connection, status: int) -> bool:
    """Take what has come; say whether the answer is whole."""
    chunk = connection.socket.recv(262144)
    if not chunk:
        raise RuntimeError("the server closed the connection")
    connection.received += chunk
    if not connection.expected:
        head, separator, _body = bytes(connection.received).partition(b"\r\n\r\n")
        if not separator:
            return False
        if not head.startswith(b"HTTP/1.1 %d" % status):
            raise RuntimeError(head.decode("latin-1").splitlines()[0])
        fields = dict(line.split(b": ", 1) for line in head.lower().splitlines()[1:])
        if fields.get(b"transfer-encoding") == b"chunked":
            connection.expected = CHUNKED
        else:
            connection.expected = len(head) + 4 + int(fields.get(b"content-length", 0))
    if connection.expected == CHUNKED:
        is_whole = connection.received.endswith(LAST_CHUNK)
    else:
        is_whole = len(connection.received) >= connection.expected
    if is_whole:
        connection.received.clear()
        connection.expected = 0
    return is_whole
