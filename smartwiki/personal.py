"""Parts of a page that are somebody's own, so that the rest can be kept for all members.

A template names them with `{% personal "site/_account.html" %}`. In a page that is made for one
person the part stands there at once. In a page that is made for all members (see
`smartwiki.member_cache`) it leaves a hole, which is filled anew for each who asks.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template import Context
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from smartwiki.accounts.models import User

_SECRET = secrets.token_hex(16)  # of this process, so that no text can hold a hole
_HOLE = re.compile(rf"<!--{_SECRET}:(\d+)-->")


@dataclass(frozen=True, slots=True)
class Part:
    """A template, and what it is told besides the request."""

    template: str
    values: dict[str, Any]

    def render(self, request: HttpRequest) -> str:
        return get_template(self.template).render(self.values, request)


Pieces = list[str | Part]


def any_member() -> User:
    """Return a member of whom nothing is known, for whom pages for all members are made."""
    member = User()
    member.granted = frozenset()
    return member


def leave_holes(request: HttpRequest) -> list[Part]:
    """Let `personal` leave holes in the page that answers `request`; return what goes into them."""
    request.holes = []  # type: ignore[attr-defined]
    return request.holes  # type: ignore[attr-defined, no-any-return]


def personal_part(context: Context, template: str, **values: Any) -> SafeString | str:
    """Render a part for the person who asks, or leave a hole for it."""
    request = context["request"]
    part = Part(template, values)
    holes: list[Part] | None = getattr(request, "holes", None)
    if holes is None:
        return part.render(request)
    holes.append(part)
    return format_html("<!--{}:{}-->", _SECRET, len(holes) - 1)


def pieces_of(html: str, holes: list[Part]) -> Pieces:
    """Cut a page at its holes."""
    cut = _HOLE.split(html)
    return [holes[int(piece)] if place % 2 else piece for place, piece in enumerate(cut)]


def fill(pieces: Pieces, request: HttpRequest) -> str:
    """Put a page together for the person who asks."""
    return "".join(piece.render(request) if isinstance(piece, Part) else piece for piece in pieces)
