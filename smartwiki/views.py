"""Pages that belong to no app: the way in, errors, and what robots ask for."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from smartwiki.addresses import address_in, error_context, full_url


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


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Ask somebody who tried too often to wait; django-allauth finds this by its name in urls."""
    return render(request, "429.html", error_context(), status=429)


def _forbidden(request: HttpRequest, **more: bool) -> HttpResponse:
    text = request.POST.get("text") or "\n\n".join(request.POST.getlist("target"))
    context = {"kept_text": text, **more, **error_context()}
    return render(request, "403.html", context, status=403)
