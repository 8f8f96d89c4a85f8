"""What must be set before mails leave the machine."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register(deploy=True)
def check_mail_leaves(**kwargs: Any) -> list[CheckMessage]:
    """Without a server, mails are kept as files: right for trying out, wrong for readers."""
    if settings.MAIL_TRANSPORT["BACKEND"].endswith("FolderBackend"):
        return [
            Warning(
                "EMAIL_URL is not set: mails are kept as files and reach nobody.",
                hint="Set it to smtp://user:password@host:587?tls=1 or the like.",
                id="notify.W001",
            )
        ]
    return []
