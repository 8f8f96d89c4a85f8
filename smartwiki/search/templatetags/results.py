"""A list of results, put together here: as a template it was a fifth of the work of the page."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from smartwiki.search.results import Result

register = template.Library()

ITEM = """
  <li>
    <h3><a href="{}" data-rank="{}" lang="{}">{}</a></h3>{}{}
  </li>"""
SNIPPET = """
    <p lang="{}">{}</p>"""
PLACE = """
    <p class="result-place">{}</p>"""


@register.simple_tag
def result_list(found: Iterable[Result]) -> SafeString:
    """Show results, each with title, snippet and where it is."""
    items = format_html_join("", ITEM, (_parts(result) for result in found))
    return format_html('<ol class="search-results">{}\n</ol>', items)


def _parts(result: Result) -> tuple[str, str, str, SafeString, str, str]:
    snippet = format_html(SNIPPET, result.language, result.snippet) if result.snippet else ""
    place = format_html(PLACE, result.place) if result.place else ""
    return result.url, str(result.rank), result.language, result.title, snippet, place
