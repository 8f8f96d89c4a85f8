"""The button with which somebody follows what a page shows."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from smartwiki.accounts.models import User
from smartwiki.notify.following import subscriptions_of


def follow_button(request: HttpRequest, topic: str, label: str = "") -> str:
    """Show a link to visitors (their pages are kept, and hold no token), a button to members.

    `{% personal "follow" topic="guide:42" %}`; `label` says what is followed where that is not
    the page itself.
    """
    user = request.user
    own = subscriptions_of(user).filter(topic=topic) if isinstance(user, User) else None
    values = {
        "topic": topic,
        "label": label,
        "is_member": own is not None,
        "is_followed": own is not None and own.exists(),
    }
    return render_to_string("follow/_button.html", values, None if own is None else request)
