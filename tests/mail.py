"""Plain helpers for mails: a real SMTP server, and workers that do what is queued."""

import email.policy
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from tests.servers import free_port


def run_tasks() -> int:
    """Do in this process what workers would do now; return how many tasks that were.

    With `settings.EMAIL_BACKEND` as pytest-django sets it, mails then lie in `mailoutbox`.
    """
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    )
    done = 0
    while (task := DBTaskResult.objects.ready().first()) is not None:
        task.claim("test")
        worker.run_task(task)
        task.refresh_from_db()
        assert task.status == "SUCCESSFUL", task.traceback
        done += 1
    return done


class Postbox:
    """What an SMTP server took: (recipient, message), and what it is to answer."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []
        self.answers: dict[str, str] = {}  # to RCPT TO, by address
        self.answer_to_data = ""
        self.pause = 0.0  # seconds between taking a message and saying so
        self.hangs_up = False  # instead of saying that a message was taken
        self.hangs_up_early = False  # instead of saying whether it knows a recipient
        self._lock = threading.Lock()

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if self.hangs_up_early:
            server.transport.abort()
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope: Envelope) -> str:
        if self.answer_to_data:
            return self.answer_to_data
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._lock:
            self.letters += [(address, letter) for address in envelope.rcpt_tos]
        if self.hangs_up:
            server.transport.abort()
        time.sleep(self.pause)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for recipient, letter in self.letters if recipient == address]


@contextmanager
def smtp_server(port: int | None = None) -> Iterator[tuple[Postbox, str]]:
    """A real SMTP server; gives what it took, and its address for EMAIL_URL."""
    postbox = Postbox()
    controller = Controller(postbox, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield postbox, f"smtp://127.0.0.1:{controller.port}?tls=0"
    finally:
        controller.stop()


def parts_of(letter: EmailMessage) -> dict[str, str]:
    """Return the text of each part by its type."""
    return {
        part.get_content_type(): part.get_content()
        for part in letter.walk()
        if not part.is_multipart()
    }
