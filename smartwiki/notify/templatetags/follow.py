"""The button with which somebody follows what a page shows."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from smartwiki.accounts.models import User
from smartwiki.notify.following import subscriptions_of

register = template.Library()


@register.inclusion_tag("follow/_button.html", takes_context=True)
def follow_button(context: Context, topic: str, label: str = "") -> dict[str, Any]:
    """Show a link for visitors (their pages are kept, and hold no token), a button for members."""
    user = context["request"].user
    is_member = isinstance(user, User)
    return {
        "topic": topic,
        "label": label,
        "is_member": is_member,
        "is_followed": is_member and subscriptions_of(user).filter(topic=topic).exists(),
        "csrf_token": context.get("csrf_token"),
    }
