"""Pages that belong to no app: the way in, errors, and what robots ask for."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from smartwiki.addresses import address_in, error_context, full_url
from smartwiki.languages import language_codes
from smartwiki.spam import wait_in_words
from smartwiki.typed import texts_of


@require_safe
def choose_language(request: HttpRequest) -> HttpResponse:
    """Lead from `/` to the home page in the language of the cookie, the browser, or French."""
    response = redirect(address_in(get_language() or settings.LANGUAGE_CODE, "home"))
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /admin/", f"Sitemap: {full_url('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Tell who finds a weakness whom to write to (RFC 9116)."""
    expires = timezone.now() + timedelta(days=180)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%d}T00:00:00Z",
        f"Preferred-Languages: {', '.join(language_codes())}",
        f"Canonical: {full_url(request.path)}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "styleguide.html", {"noindex": True})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be understood, such as a wrong host name; see the log for what it was."""
    return render(request, "400.html", error_context(), status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in the reader's language that a form was too old or came from elsewhere."""
    return _forbidden(request, form_expired=True)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refuse, and give back a text that was written for nothing (a session that ended, say)."""
    return _forbidden(request)


def too_large(request: HttpRequest) -> HttpResponse:
    """Refuse what was sent, unread."""
    return render(request, "413.html", error_context(), status=413)


def too_many_requests(request: HttpRequest, wait: int = 300) -> HttpResponse:
    """Ask somebody who tried too often to wait (seconds), and give back what they wrote.

    django-allauth finds this by its name in urls; its limits of attempts end after five minutes.
    """
    context = {"wait": wait_in_words(wait), "kept_texts": texts_of(request), **error_context()}
    response = render(request, "429.html", context, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _forbidden(request: HttpRequest, **more: bool) -> HttpResponse:
    context = {"kept_texts": texts_of(request), **more, **error_context()}
    return render(request, "403.html", context, status=403)
