"""Sending a message once: no two workers, no second time after a doubt, and again after a "later".

A worker claims the row (compare and set, committed) before it hands the message over, and notes
the answer after. One that is killed before the claim has sent nothing, and the message is tried
again; one that is killed after it leaves a message of which nobody can know whether it was sent:
that one is "unsure", is shown to administrators, and is not sent again unless they say so.
"""

from __future__ import annotations

import logging
import re
import smtplib
import traceback
import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from smartwiki.notify import announcing
from smartwiki.notify.letters import NotWantedError, compose
from smartwiki.notify.models import Announcement, Message
from smartwiki.notify.queueing import enqueue_delivery

if TYPE_CHECKING:
    from django.core.mail import EmailMultiAlternatives

State = Message.State
FIRST_RETRY = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MOST_ATTEMPTS = 10  # with the waits above: about a day and a half
LEASE = timedelta(minutes=10)  # longer than handing over takes: see smartwiki.env.SMTP_TIMEOUT
TASK_LEASE = timedelta(hours=1)  # longer than telling all followers takes
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")

logger = logging.getLogger(__name__)


def deliver(number: int) -> str:
    """Send the message with this number if it is still to be sent; return its state."""
    message = (
        Message.objects.due()
        .select_related("user", "announcement", "subscription__follower__user")
        .filter(pk=number)
        .first()
    )
    if message is None:
        return "nothing to do"
    try:
        letter = compose(message)
    except NotWantedError:
        message.move(State.DROPPED, expected=(State.WAITING,))
        return State.DROPPED
    except Exception as error:
        return _give_up(message, _place_of(error))
    return _send(message, letter)


def look_after(lease: timedelta = LEASE) -> None:
    """Take up what workers that were killed left: doubts are named, the rest is tried again."""
    Message.objects.abandoned(lease).update(
        state=State.UNSURE, last_error="The worker stopped while it was sending."
    )
    for message in Message.objects.forgotten()[:500]:
        enqueue_delivery(message)
    for announcement in Announcement.objects.forgotten()[:500]:
        announcing.enqueue_telling(announcement)


@transaction.atomic
def try_again(message: Message) -> bool:
    """Put a failed or unsure message back into the queue; False when it is neither any more."""
    expected = (State.FAILED, State.UNSURE)
    if not message.move(State.WAITING, expected=expected, attempts=0, last_error=""):
        return False
    enqueue_delivery(message)
    return True


def settle(message: Message) -> bool:
    """Note that an unsure message did arrive; False when it is no longer unsure."""
    return message.move(State.SENT, expected=(State.UNSURE,), sent_at=timezone.now())


def oldest_waiting() -> datetime | None:
    """Return since when the oldest message that is due waits; None when none is."""
    since: datetime | None = Message.objects.due().aggregate(since=Min("next_try_at"))["since"]
    return since


def sweep_tasks(lease: timedelta = TASK_LEASE) -> int:
    """Note as failed the tasks of workers that were killed; return how many there were.

    Nothing is lost by it: `look_after` and the rows themselves say what is still to be done.
    """
    now = timezone.now()
    swept = DBTaskResult.objects.running().filter(started_at__lt=now - lease)
    number = swept.update(
        status=TaskResultStatus.FAILED, finished_at=now, traceback="The worker stopped."
    )
    if number:
        logger.warning(
            "%s tasks were left by workers that stopped; they are noted as failed", number
        )
    return number


def _send(message: Message, letter: EmailMultiAlternatives) -> str:
    transport = settings.MAIL_TRANSPORT
    connection = get_connection(transport["BACKEND"], **transport["OPTIONS"])
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        return _later(message, error)  # nobody has refused this message: the server is not there
    claim, now = uuid.uuid4(), timezone.now()
    if not message.move(State.SENDING, expected=(State.WAITING,), claim=claim, claimed_at=now):
        _close(connection)
        return "somebody else is at it"
    message.claim = claim
    try:
        connection.send_messages([letter])
    except (smtplib.SMTPException, OSError) as error:
        return _refused(message, error, was_handed_over=_was_handed_over(connection))
    except ValueError as error:  # such as an address that cannot be written
        return _give_up(message, _place_of(error))
    else:
        # Also when somebody thought meanwhile that this worker was dead:
        expected = (State.SENDING, State.UNSURE)
        message.move(State.SENT, expected=expected, sent_at=timezone.now(), last_error="")
        return State.SENT
    finally:
        _close(connection)


def _refused(message: Message, error: Exception, *, was_handed_over: bool) -> str:
    """Decide by the server's answer (RFC 5321, 4.2.1: 4xx later, 5xx never) or its absence."""
    code = _code_of(error)
    if code is None and was_handed_over:
        message.move(State.UNSURE, expected=(State.SENDING,), last_error=_words(error))
        logger.warning("Message %s may have been sent: no answer came", message)
        return State.UNSURE
    if code is None or 400 <= code < 500:
        return _later(message, error)
    return _give_up(message, _words(error))


def _later(message: Message, error: Exception) -> str:
    """Try again after a wait that is four times the last one, or give up after many."""
    attempts = message.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        return _give_up(message, _words(error))
    wait = min(FIRST_RETRY * 4 ** (attempts - 1), LONGEST_WAIT)
    with transaction.atomic():
        if message.move(
            State.WAITING,
            expected=(State.WAITING, State.SENDING),
            attempts=attempts,
            last_error=_words(error),
        ):
            enqueue_delivery(message, timezone.now() + wait)
    return State.WAITING


def _give_up(message: Message, why: str) -> str:
    message.move(
        State.FAILED,
        expected=(State.WAITING, State.SENDING),
        attempts=message.attempts + 1,
        last_error=why[:300],
    )
    logger.error("Message %s will not be sent; see the list of messages", message)
    return State.FAILED


def _was_handed_over(connection: object) -> bool:
    """Say whether the text of the message may have reached the server."""
    server = getattr(connection, "connection", None)
    return bool(getattr(server, "was_handed_over", True))


def _code_of(error: Exception) -> int | None:
    """Return the server's answer; None when there was none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((int(code) for code, _words in error.recipients.values()), None)
    if isinstance(error, smtplib.SMTPResponseException):
        return int(error.smtp_code)
    return None


def _words(error: Exception) -> str:
    """Return what went wrong, without any e-mail address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{code} {_text(said)}" for code, said in error.recipients.values()]
        return without_addresses("; ".join(answers))
    if isinstance(error, smtplib.SMTPResponseException):
        return without_addresses(f"{error.smtp_code} {_text(error.smtp_error)}")
    return without_addresses(f"{type(error).__name__}: {error}")


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said


def without_addresses(text: str) -> str:
    """Take out what looks like an e-mail address, and keep one line of bearable length."""
    return _ADDRESS.sub("…", " ".join(text.split()))[:300]


def _place_of(error: Exception) -> str:
    """Name a mistake of ours by its place: its words may quote the message."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name}, line {frame.lineno}"


def _close(connection: object) -> None:
    with suppress(smtplib.SMTPException, OSError):
        connection.close()  # type: ignore[attr-defined]
