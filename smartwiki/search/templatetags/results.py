"""A list of results, put together here: as a template it was a fifth of the work of the page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString

from smartwiki.search.results import Result

register = template.Library()


@register.simple_tag
def result_list(found: Iterable[Result]) -> SafeString:
    """Show results, each with title, snippet and where it is."""
    items = "".join(map(_item, found))
    return SafeString(f'<ol class="search-results">{items}\n</ol>')


def _item(result: Result) -> str:
    url, language = escape(result.url), escape(result.language)
    parts = [
        "\n  <li>",
        f'<h3><a href="{url}" data-rank="{result.rank}" lang="{language}">{result.title}</a></h3>',
    ]
    if result.snippet:
        parts.append(f'<p lang="{language}">{result.snippet}</p>')
    if result.place:
        parts.append(f'<p class="result-place">{escape(result.place)}</p>')
    return "\n    ".join(parts) + "\n  </li>"
