"""Answers of gunicorn leave in one piece, headers and body (decision 86).

By itself gunicorn hands over the headers, then the body. A process that is killed in between has
promised a page of which nothing comes, and neither a proxy nor a browser asks again for that.
"""

from __future__ import annotations

from typing import IO, Any

from gunicorn.http.wsgi import Response


class WholeResponse(Response):
    """Gunicorn's response, which sends the headers with the first piece of the body.

    Pages are one piece. Of what is streamed the rest follows as before, and a file that the
    kernel sends by itself follows its headers.
    """

    def __init__(self, req: Any, sock: Any, cfg: Any, *args: Any) -> None:
        super().__init__(req, _Holding(sock), cfg, *args)

    def close(self) -> None:
        super().close()
        self.sock.let_go()


class _Holding:
    """A socket that keeps the first bytes until more come, or until it is told that none will."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._held: bytes | None = b""

    def sendall(self, data: bytes) -> None:
        if self._held is None:
            self._sock.sendall(data)
        elif not self._held:
            self._held = data
        elif data:
            self._held += data
            self.let_go()

    def sendfile(self, file: IO[bytes], **which: int) -> None:
        self.let_go()
        self._sock.sendfile(file, **which)

    def let_go(self) -> None:
        """Send what is held; what comes from now on goes out at once."""
        held, self._held = self._held, None
        if held:
            self._sock.sendall(held)
