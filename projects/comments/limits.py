"""How much one person may send, and how long to wait for more."""

from __future__ import annotations

from django.http import HttpRequest

from projects.comments.forms import CommentForm
from smartwiki.spam import client_address, seconds_to_wait

HOUR, DAY = 3600, 24 * 3600  # seconds
COMMENTS_FROM_ADDRESS = 20  # an hour; an office may share one network address
COMMENTS_OF_ACCOUNT = 10  # an hour
MAILS_TO_ADDRESS = 5  # a day: nobody fills another's mailbox with our confirmations
REPORTS = 10  # an hour


def too_many_comments(request: HttpRequest, form: CommentForm) -> int:
    """Count a comment; return 0, or how many seconds its sender has to wait."""
    waits = [
        seconds_to_wait(
            client_address(request), "comment", limit=COMMENTS_FROM_ADDRESS, seconds=HOUR
        )
    ]
    if request.user.is_authenticated:
        who = f"account:{request.user.pk}"
        waits.append(seconds_to_wait(who, "comment", limit=COMMENTS_OF_ACCOUNT, seconds=HOUR))
    else:
        email = form.cleaned_data["email"]
        waits.append(seconds_to_wait(email, "confirm", limit=MAILS_TO_ADDRESS, seconds=DAY))
    return max(waits)


def too_many_reports(request: HttpRequest) -> int:
    """Count a report; return 0, or how many seconds its sender has to wait."""
    return seconds_to_wait(client_address(request), "report", limit=REPORTS, seconds=HOUR)
