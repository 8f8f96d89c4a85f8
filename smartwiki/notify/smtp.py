"""Django's SMTP, which also knows whether a message may have reached the server."""

from __future__ import annotations

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as DjangoBackend


class _Noted:
    """Notes that the text of a message is being handed over: without an answer after that,
    nobody can know whether it was taken."""

    was_handed_over = False

    def data(self, msg: Any) -> Any:
        self.was_handed_over = True
        return super().data(msg)  # type: ignore[misc]


class _Smtp(_Noted, smtplib.SMTP):
    pass


class _SmtpOverTls(_Noted, smtplib.SMTP_SSL):
    pass


class EmailBackend(DjangoBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpOverTls if self.use_ssl else _Smtp
