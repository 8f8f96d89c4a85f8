"""New connections go to the process that has fewer; none waits for one that is stuck or gone."""

import http.client
import os
import signal
import statistics
import time
from collections import Counter
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from smartwiki import balancing
from smartwiki.balancing import EVERY, FAR_MORE, MORE, PATIENCE, FairWorker
from tests.operations import parts

ESTABLISHED = "01"  # in /proc/net/tcp

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def environment(demonstration) -> dict[str, str]:
    return demonstration("balanced")


@pytest.fixture
def table():
    """The counts of all processes, as the arbiter begins with them."""
    before = balancing._open.tolist()
    for place in range(balancing.MOST_PROCESSES):
        balancing._open[place] = 0
    yield balancing._open
    for place, count in enumerate(before):
        balancing._open[place] = count


def processes_of(node: parts.Part) -> list[int]:
    there = Path(f"/proc/{node.process.pid}/task/{node.process.pid}/children").read_text()
    return [int(each) for each in there.split()]


def connections(node: parts.Part) -> Counter:
    """How many connections each process of a node has."""
    port = f"{int(parts.address_of(node).partition(':')[2]):04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = {
        f"socket:[{line[9]}]"
        for line in lines
        if line[1].endswith(f":{port}") and line[3] == ESTABLISHED
    }
    counted = Counter({process: 0 for process in processes_of(node)})
    for process in counted:
        with suppress(OSError):
            for file in Path(f"/proc/{process}/fd").iterdir():
                with suppress(OSError):
                    counted[process] += str(file.readlink()) in ours
    return counted


def ask_on_new_connections(
    node: parts.Part, stack: ExitStack, number: int
) -> list[http.client.HTTPConnection]:
    """Open connections all at once, then ask something on each and keep it.

    One that was given away is asked on once more, as its reader would: it is opened anew.
    """
    host, _colon, port = parts.address_of(node).partition(":")
    opened = [
        stack.enter_context(closing(http.client.HTTPConnection(host, int(port), timeout=20)))
        for _each in range(number)
    ]
    for each in opened:
        each.connect()
    to_ask = opened
    while to_ask:
        for each in to_ask:
            each.request("GET", "/healthz")
        for each in to_ask:
            answer = each.getresponse()
            assert answer.status == 200
            answer.read()
        to_ask = [each for each in opened if each.sock is None]
    return opened


def wait_for_both(node: parts.Part) -> None:
    """Wait until the second process takes connections, too."""
    deadline = time.monotonic() + 60
    while True:
        with ExitStack() as stack:
            ask_on_new_connections(node, stack, 2 * MORE)
            if min((there := connections(node)).values(), default=0) and len(there) == 2:
                return
        assert time.monotonic() < deadline, there
        time.sleep(0.1)


def test_processes_share_out_what_comes_at_once(environment, tmp_path):
    with parts.node(environment, tmp_path, WORKERS="2") as node:
        wait_for_both(node)
        more_than_the_other = []
        for _time in range(5):
            with ExitStack() as stack:
                ask_on_new_connections(node, stack, 12)
                fewer, more = sorted(connections(node).values())
                assert fewer + more == 12
                more_than_the_other.append(more - fewer)
            while sum(connections(node).values()):
                time.sleep(0.05)
        # Of a process that gets no processor for a while the other takes some more.
        assert statistics.median(more_than_the_other) <= 2 * MORE


def test_one_that_was_killed_or_is_stuck_keeps_nobody_waiting(environment, tmp_path):
    with parts.node(environment, tmp_path, WORKERS="2") as node, ExitStack() as stack:
        wait_for_both(node)
        ask_on_new_connections(node, stack, 4)
        stuck, killed = processes_of(node)
        os.kill(killed, signal.SIGKILL)
        ask_on_new_connections(node, stack, 4)
        while len(processes_of(node)) < 2 or killed in processes_of(node):
            time.sleep(0.05)
        wait_for_both(node)
        os.kill(stuck, signal.SIGSTOP)
        try:
            ask_on_new_connections(node, stack, 4)
        finally:
            os.kill(stuck, signal.SIGCONT)


def test_what_one_took_alone_is_shared_out_afterwards(environment, tmp_path):
    with parts.node(environment, tmp_path, WORKERS="2") as node, ExitStack() as stack:
        wait_for_both(node)
        stuck, _other = processes_of(node)
        os.kill(stuck, signal.SIGSTOP)
        try:
            kept = ask_on_new_connections(node, stack, 12)
        finally:
            os.kill(stuck, signal.SIGCONT)
        deadline = time.monotonic() + 30
        while True:
            for each in kept:  # which connects again when its connection was ended
                each.request("GET", "/healthz")
                assert each.getresponse().read()
            fewer, more = sorted(connections(node).values())
            if fewer + more == 12 and more - fewer <= FAR_MORE:
                return
            assert time.monotonic() < deadline, (fewer, more)


def worker_with(connections: int, place: int | None = 0) -> FairWorker:
    worker = FairWorker.__new__(FairWorker)
    worker.nr_conns, worker.place, worker.alive = connections, place, True
    return worker


def test_a_connection_is_left_to_who_has_two_fewer_and_not_for_ever(table):
    table[3] = 4 + 1  # another has four
    assert not worker_with(5)._leaves_it()
    worker = worker_with(6)
    assert [worker._leaves_it() for _time in range(PATIENCE + 2)] == [True] * PATIENCE + [
        False,
        True,
    ]
    table[3] = 0  # it ended
    assert not worker._leaves_it()


def test_one_is_given_away_at_a_time(table, monkeypatch):
    now = 100.0
    monkeypatch.setattr(balancing.time, "monotonic", lambda: now)
    worker = worker_with(FAR_MORE)
    assert not worker.gives_away()  # there is nobody else
    for others, wanted in ((0, True), (0, True), (1, False)):
        table[3] = others + 1
        now += 1.5 * EVERY
        assert worker.gives_away() == wanted
        assert not worker.gives_away()


def test_who_stops_or_has_no_place_is_not_counted_on(table):
    worker = worker_with(3, place=5)
    worker._tell()
    assert table[5] == 4
    worker.alive = False
    worker._tell()
    assert table[5] == 0
    worker_with(3, place=None)._tell()
    assert not any(table)


def test_each_process_has_a_place_while_there_are_some(table, monkeypatch):
    monkeypatch.setattr(balancing, "MOST_PROCESSES", 2)
    server = SimpleNamespace(WORKERS={})
    table[0] = table[1] = 9  # of processes that ended
    for number, place in enumerate((0, 1, None)):
        balancing.give_place(server, worker := SimpleNamespace())
        server.WORKERS[number] = worker
        assert worker.place == place
    assert table.tolist()[:2] == [0, 0]
    del server.WORKERS[0]
    balancing.give_place(server, worker)
    assert worker.place == 0
