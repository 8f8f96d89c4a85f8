"""The button with which somebody follows what a page shows."""

from __future__ import annotations

import secrets
from functools import lru_cache

from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import get_language

from smartwiki.accounts.models import User
from smartwiki.form_tokens import token_of

FOLLOWS = """
SELECT 1 FROM notify_subscription subscription
JOIN notify_follower follower ON follower.id = subscription.follower_id
WHERE follower.user_id = %s AND subscription.topic = %s
"""
BUTTONS_KEPT = 2000  # about 1 KB each
_TOKEN = secrets.token_hex(16)  # stands where each form's own token goes


def follow_button(request: HttpRequest, topic: str, label: str = "") -> str:
    """Show a link to visitors (their pages are kept, and hold no token), a button to members.

    `{% personal "follow" topic="guide:42" %}`; `label` says what is followed where that is not
    the page itself.
    """
    user = request.user
    if not isinstance(user, User):
        return render_to_string("follow/_button.html", {"topic": topic, "label": label})
    with connection.cursor() as cursor:
        cursor.execute(FOLLOWS, [user.pk, topic])
        is_followed = cursor.fetchone() is not None
    html = _button(topic, label, get_language() or "", is_followed=is_followed)
    return format_html(html, token_of(request))


@lru_cache(BUTTONS_KEPT)
def _button(topic: str, label: str, language: str, *, is_followed: bool) -> str:
    """Return a member's button, to be formatted with the token of its form."""
    values = {
        "topic": topic,
        "label": label,
        "is_member": True,
        "is_followed": is_followed,
        "csrf_token": _TOKEN,
    }
    html = render_to_string("follow/_button.html", values)
    return html.replace("{", "{{").replace("}", "}}").replace(_TOKEN, "{}")
