"""What stands around the text of a page, kept for pages whose surroundings never differ.

    {% frame "footer" %} … {% endframe %}

Where a view says so in its context (`keeps_frame`), what is between the tags is made once for each
path and language, for visitors. It may say nothing of what is asked, nor of the content.
"""

from __future__ import annotations

from django.conf import settings
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

_kept: dict[tuple[str, str, str | None], SafeString] = {}


class FrameNode(Node):
    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: Context) -> SafeString:
        user = context.get("user")
        if (
            not context.get("keeps_frame")
            or settings.DEBUG
            or user is None
            or user.is_authenticated
        ):
            return self.nodelist.render(context)
        key = self.name, context["request"].path, get_language()
        if key not in _kept:
            _kept[key] = self.nodelist.render(context)
        return _kept[key]


def frame(parser: Parser, token: Token) -> FrameNode:
    """Compile `{% frame "name" %}`."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endframe",))
    parser.delete_first_token()
    return FrameNode(name.strip('"'), nodelist)
