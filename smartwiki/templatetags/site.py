"""What the templates of every app share: icons and the names of languages."""

from collections.abc import Iterable
from functools import cache
from html import escape

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, gettext

from smartwiki.accounts import policy
from smartwiki.frame import frame
from smartwiki.personal import personal

register = template.Library()
register.simple_tag(personal, takes_context=True)
register.tag("frame", frame)

# Django's catalogues begin every language name with a capital, as in a list;
# inside a sentence these languages write it small ("en français").
SMALL_LANGUAGE_NAMES = {"es", "fr", "it", "pt"}


@register.simple_tag
@cache  # a page of results has seven
def icon(name: str) -> SafeString:
    """Draw the icon `name` of static/icons.svg; it is decoration, never the only label."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("icons.svg"),
        name,
    )


@register.simple_tag
def options(choices: Iterable[tuple[str, str]], chosen: str, are: str = "") -> SafeString:
    """Offer (value, label) in a `<select>`; `are="languages"` has each read out in its own."""
    offered = []
    for value, label in choices:
        code = escape(value)
        language = f' lang="{code}"' if are == "languages" else ""
        mark = " selected" if value == chosen else ""
        offered.append(f'<option value="{code}"{language}{mark}>{escape(label)}</option>')
    return SafeString("".join(offered))


@register.simple_tag(takes_context=True)
def can(context: Context, action: str, thing: object = None) -> bool:
    """Say whether whoever reads the page may do this: `{% can "guide.desk" as sees_desk %}`."""
    return policy.can(context.get("user") or AnonymousUser(), action, thing)


@register.filter
def language_in_sentence(code: str) -> str:
    """Name the language `code` in the reader's language, as written inside a sentence."""
    name = gettext(get_language_info(code)["name"])
    return name.lower() if (get_language() or "").split("-")[0] in SMALL_LANGUAGE_NAMES else name


@register.filter
def split_words(words: str) -> list[str]:
    """Split a string of words, so that a template can loop over a list of its own."""
    return words.split()
