"""Parts of a page that are somebody's own, so that the rest can be kept for all members.

A template shows one with `{% personal "name" %}`. In a page that is made for one person the part
stands there at once. In a page that is made for all members (see `smartwiki.member_cache`) it
leaves a hole, which is filled anew for each who asks. An app says once (in `AppConfig.ready`) what
it shows: `register_personal("follow", follow_button)`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from smartwiki.accounts.models import User
from smartwiki.form_tokens import token_of

_SECRET = secrets.token_hex(16)  # of this process, so that no text can hold a hole
_HOLE = re.compile(rf"<!--{_SECRET}:(\d+)-->")


# Takes the request, and the values that the template gives; returns what the person who asks sees:
# text, or HTML that is marked as safe.
Show = Callable[..., str]

_shows: dict[str, Show] = {}


def register_personal(name: str, show: Show) -> None:
    """Let templates use `{% personal "name" %}`, with the values that `show` takes."""
    _shows[name] = show


def own_name(request: HttpRequest) -> str:
    """The name of the person who is signed in."""
    return str(request.user)


def own_token(request: HttpRequest) -> SafeString:
    """The field without which a form is refused, as `{% csrf_token %}`."""
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token_of(request)
    )


def own_messages(request: HttpRequest) -> str:
    """What was waiting to be said to the person; nothing, as a rule."""
    waiting = get_messages(request)
    return render_to_string("site/_messages.html", {"messages": waiting}) if waiting else ""


register_personal("name", own_name)
register_personal("token", own_token)
register_personal("messages", own_messages)


@dataclass(frozen=True, slots=True)
class Part:
    """What is shown in one place, for whoever asks."""

    show: Show
    values: dict[str, Any]

    def html(self, request: HttpRequest) -> SafeString:
        return conditional_escape(self.show(request, **self.values))


Pieces = list[bytes | Part]  # as they are sent: half of what text takes in memory


def any_member() -> User:
    """Return a member of whom nothing is known, for whom pages for all members are made."""
    member = User()
    member.granted = frozenset()
    return member


def leave_holes(request: HttpRequest) -> list[Part]:
    """Let `personal` leave holes in the page that answers `request`; return what goes into them."""
    request.holes = []  # type: ignore[attr-defined]
    return request.holes  # type: ignore[attr-defined, no-any-return]


def personal(context: Context, name: str, **values: Any) -> SafeString:
    """Show the part `name` to the person who asks, or leave a hole for it."""
    request = context["request"]
    part = Part(_shows[name], values)
    holes: list[Part] | None = getattr(request, "holes", None)
    if holes is None:
        return part.html(request)
    holes.append(part)
    return format_html("<!--{}:{}-->", _SECRET, len(holes) - 1)


def pieces_of(html: str, holes: list[Part]) -> Pieces:
    """Cut a page at its holes."""
    cut = _HOLE.split(html)
    return [holes[int(piece)] if place % 2 else piece.encode() for place, piece in enumerate(cut)]


def fill(pieces: Pieces, request: HttpRequest) -> bytes:
    """Put a page together for the person who asks."""
    return b"".join(
        piece if isinstance(piece, bytes) else piece.html(request).encode() for piece in pieces
    )
