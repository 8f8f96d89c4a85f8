"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from smartwiki.addresses import same_page_context


def site(request: HttpRequest) -> dict[str, Any]:
    """Name the site and the page's languages; a view may give its own languages instead."""
    same_page = SimpleLazyObject(lambda: same_page_context(request))
    return {
        "site_name": settings.SITE_NAME,
        "LANGUAGE_CODE": get_language(),
        **{
            name: SimpleLazyObject(lambda name=name: same_page[name])  # type: ignore[misc]
            for name in ("page_languages", "alternates", "canonical_url", "noindex")
        },
    }
