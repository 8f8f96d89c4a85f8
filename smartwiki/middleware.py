"""The language of a page is in its address; a choice made in the menu is remembered."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.translation import get_language_from_path

from smartwiki.hardening import add_headers, refusal

REMEMBER = "remember"


class LanguageMiddleware(LocaleMiddleware):
    """Django's, which takes the language from the address, then the cookie, then the browser.

    An address that ends in `?remember` sets the cookie and leads to the address without it.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:  # type: ignore[override]
        super().process_request(request)
        language = get_language_from_path(request.path_info)
        if REMEMBER not in request.GET or language is None:
            return None
        query = request.GET.copy()
        del query[REMEMBER]
        address = request.path + (f"?{query.urlencode()}" if query else "")
        response = HttpResponseRedirect("/" + address.lstrip("/"))
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse what is too large or comes too often, in the language that is known by now."""
        return refusal(request)

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Add the headers that no other middleware knows."""
        answer = super().process_response(request, response)
        add_headers(answer)
        return answer
