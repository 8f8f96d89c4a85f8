"""Mail backends: one that puts Django's own mails (and other packages') into the queue, and one
that keeps messages as files, where no server is set up."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.translation import get_language

from smartwiki.notify.queueing import READY_MADE, Recipient, queue


class QueueBackend(BaseEmailBackend):
    """What `send_mail` and packages such as allauth send: queued, then sent as it is.

    In the transaction of the caller, with text and HTML; each recipient gets a message of their
    own. Attachments are refused: nothing here sends any.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for email in email_messages:
            if email.attachments:
                raise ValueError("The queue of mails takes no attachments.")
            context = {
                "subject": str(email.subject),
                "text": str(email.body),
                "html": _html_of(email),
                "from": email.from_email,
            }
            for address in email.recipients():
                name, bare = parseaddr(address)
                recipient = Recipient(bare, get_language() or "", name)
                queue(
                    recipient,
                    READY_MADE,
                    context,
                    f"mail:{uuid.uuid4()}",
                    reply_to=parseaddr(email.reply_to[0])[1] if email.reply_to else "",
                )
        return len(email_messages)


def _html_of(email: EmailMessage) -> str:
    alternatives = getattr(email, "alternatives", None) or []
    return next((str(text) for text, kind in alternatives if kind == "text/html"), "")


class FolderBackend(BaseEmailBackend):
    """Each message a file that a mail program opens, in `folder`."""

    def __init__(self, folder: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            moment = timezone.localtime().strftime("%Y%m%d-%H%M%S")
            path = self.folder / f"{moment}-{uuid.uuid4().hex[:8]}.eml"
            path.write_bytes(email.message().as_bytes())
        return len(email_messages)
