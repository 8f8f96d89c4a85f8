"""A queued message as the mail that goes out: two parts, one language, honest headers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from email.utils import formataddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import select_template
from django.utils import translation

from smartwiki.addresses import address_in, full_url
from smartwiki.languages import language_codes
from smartwiki.notify import announcing, digests, following
from smartwiki.notify.models import Message
from smartwiki.notify.queueing import PARTS, READY_MADE, in_one_line, template_names


class NotWantedError(Exception):
    """The recipient no longer wants this message, or may no longer read what it tells of."""


def compose(message: Message) -> EmailMultiAlternatives:
    """Make the mail as it is true now.

    Raises NotWantedError when it is not to be sent any more.
    """
    if message.user and not message.user.is_active:
        raise NotWantedError
    language = message.language if message.language in language_codes() else ""
    with translation.override(language or settings.LANGUAGE_CODE):
        if message.kind == READY_MADE:
            subject, text, html = (message.context[name] for name in ("subject", "text", "html"))
        else:
            subject, text, html = _render(message)
    letter = EmailMultiAlternatives(
        subject=in_one_line(subject),
        body=text,
        from_email=message.context.get("from") or settings.DEFAULT_FROM_EMAIL,
        to=[formataddr((in_one_line(message.name), message.email))],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=_headers(message),
    )
    if html:
        letter.attach_alternative(html, "text/html")
    return letter


def message_id(key: str) -> str:
    """Return the Message-ID, always the same for a key: so a mail that was sent twice is one."""
    digest = hashlib.sha256(f"{settings.SITE_URL} {key}".encode()).hexdigest()[:40]
    return f"<{digest}@{site_host()}>"


def site_host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _headers(message: Message) -> dict[str, str]:
    headers = {
        "Message-ID": message_id(message.key),
        "Auto-Submitted": "auto-generated",  # RFC 3834: no answer of a machine, please
        "Content-Language": message.language or settings.LANGUAGE_CODE,
    }
    if message.stop_path:
        headers |= {
            "List-Id": f"<{_list_name(message)}.{site_host()}>",
            "List-Unsubscribe": f"<{full_url(message.stop_path)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
            "Precedence": "list",
        }
    return headers


def _list_name(message: Message) -> str:
    """Name what the message is part of, such as "project-3" or "digest"."""
    return message.subscription.topic.replace(":", "-") if message.subscription else message.kind


def _render(message: Message) -> list[str]:
    """Render subject, text and HTML; only the last is escaped."""
    values: dict[str, Any] = {
        **_with_full_addresses(message.context),
        **_event_of(message),
        **_card_of(message),
        **_digest_of(message),
        "kind": message.kind,
        "language": message.language,
        "recipient_name": message.name,
        "site_name": settings.SITE_NAME,
        "site_host": site_host(),
        "home_url": full_url(address_in(message.language, "home")),
        "is_answered": bool(message.reply_to),
        "stop_url": full_url(message.stop_path) if message.stop_path else "",
    }
    return [
        select_template(template_names(message.kind, part)).template.render(
            Context(values, autoescape=part == "html")
        )
        for part in PARTS
    ]


def _event_of(message: Message) -> dict[str, Any]:
    """Return what an announcement says to this recipient now."""
    if message.announcement is None:
        return {}
    event = announcing.event_for(message)
    if event is None:
        raise NotWantedError
    return {"event": event, "url": full_url(event.url)}


def _digest_of(message: Message) -> dict[str, Any]:
    """Return what a digest says now."""
    if message.kind != digests.KIND:
        return {}
    content = digests.content_of(message)
    if not content["number"]:
        raise NotWantedError
    return content


def _card_of(message: Message) -> dict[str, Any]:
    """Return what the `topic` of a message is to its recipient now, where it has one."""
    if "topic" not in message.context:
        return {}
    person = message.user or AnonymousUser()
    card = following.card_of(message.context["topic"], message.language, person)
    if card is None:
        raise NotWantedError
    return {"card": card, "card_url": full_url(card.url)}


def _with_full_addresses(value: Any, name: str = "") -> Any:
    """Complete the paths under names that end in "url", wherever they are in `value`."""
    if isinstance(value, Mapping):
        return {key: _with_full_addresses(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_full_addresses(each) for each in value]
    is_path = name.endswith("url") and isinstance(value, str) and value.startswith("/")
    return full_url(value) if is_path else value
