"""Headers and body leave in one piece, so that none comes without the other."""

import http.client
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace

import pytest
from gunicorn.config import Config
from gunicorn.http import wsgi

from smartwiki.sending import WholeResponse
from tests.operations import parts


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a connection that keeps apart what was sent apart."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.settimeout(0.2)
    with closing(ours), closing(theirs):
        yield ours, theirs


def answer(ours: socket.socket, method: str = "GET") -> WholeResponse:
    request = SimpleNamespace(method=method, version=(1, 1), should_close=lambda: False)
    return WholeResponse(request, ours, Config())


def pieces(theirs: socket.socket) -> list[bytes]:
    received = []
    try:
        while True:
            received.append(theirs.recv(1 << 20))
    except TimeoutError:
        return received


def test_a_page_is_sent_with_its_headers(ends):
    ours, theirs = ends
    page = b"page" * 10_000
    response = answer(ours)
    response.start_response("200 OK", [("Content-Length", str(len(page)))])
    response.write(b"")  # promises nothing, and sends nothing
    assert not pieces(theirs)
    response.write(page)
    response.close()
    [piece] = pieces(theirs)
    assert piece.startswith(b"HTTP/1.1 200 OK\r\n")
    assert piece.endswith(b"\r\n\r\n" + page)


@pytest.mark.parametrize(
    ("method", "status", "length"),
    [("HEAD", "200 OK", "40000"), ("GET", "304 Not Modified", "0"), ("GET", "302 Found", "0")],
)
def test_an_answer_without_body_is_sent_all_the_same(ends, method, status, length):
    ours, theirs = ends
    response = answer(ours, method)
    response.start_response(status, [("Content-Length", length)])
    response.close()
    [piece] = pieces(theirs)
    assert piece.startswith(f"HTTP/1.1 {status}\r\n".encode())
    assert piece.endswith(f"Content-Length: {length}\r\n\r\n".encode())


def test_what_is_streamed_follows_at_once(ends):
    ours, theirs = ends
    response = answer(ours)
    response.start_response("200 OK", [])
    response.write(b"one")
    [first] = pieces(theirs)
    assert first.startswith(b"HTTP/1.1 200 OK\r\n")
    assert first.endswith(b"\r\n\r\n3\r\none\r\n")
    response.write(b"three")
    assert pieces(theirs) == [b"5\r\nthree\r\n"]
    response.close()
    assert pieces(theirs) == [b"0\r\n\r\n"]


def test_a_file_follows_its_headers(tmp_path):
    (tmp_path / "picture").write_bytes(b"picture" * 10_000)
    ours, theirs = socket.socketpair()  # as sendfile wants it
    with closing(theirs), (tmp_path / "picture").open("rb") as file:

        def send() -> None:
            with closing(ours):
                response = answer(ours)
                response.start_response("200 OK", [("Content-Length", "70000")])
                response.write_file(wsgi.FileWrapper(file))
                response.close()

        sender = threading.Thread(target=send)
        sender.start()
        received = b"".join(iter(lambda: theirs.recv(1 << 16), b""))
        sender.join()
    headers, _blank, body = received.partition(b"\r\n\r\n")
    assert headers.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body == b"picture" * 10_000


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_INFO is Linux's")
def test_a_page_of_the_server_comes_as_one_segment(demonstration, tmp_path):
    with parts.node(demonstration("whole"), tmp_path) as node:
        host, _colon, port = parts.address_of(node).partition(":")
        with closing(http.client.HTTPConnection(host, int(port), timeout=20)) as connection:
            for number in range(1, 4):
                connection.request("GET", "/en/", headers={"Accept-Encoding": "identity"})
                answer = connection.getresponse()
                assert 10_000 < len(answer.read()) < 60_000  # the loopback's largest has 64 KB
                assert segments_with_data(connection.sock) == number


def segments_with_data(sock: socket.socket) -> int:
    """How many came so far: tcpi_data_segs_in of <linux/tcp.h>."""
    [segments] = struct.unpack_from(
        "I", sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 160), 152
    )
    return int(segments)
