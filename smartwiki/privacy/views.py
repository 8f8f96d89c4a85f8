"""What the site keeps: for everybody, and what of it is one's own."""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from smartwiki.accounts.access import signed_in
from smartwiki.privacy import leaving
from smartwiki.privacy.forms import ErasureForm
from smartwiki.privacy.registry import all_holdings
from smartwiki.visitor_cache import for_visitors


@require_safe
@for_visitors
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept and for how long, as the apps have registered it."""
    return render(request, "privacy/privacy.html", {"holdings": all_holdings()})


@login_required
@require_safe
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """Show a person all that is kept about them."""
    context = {"holdings": leaving.readable(signed_in(request)), "noindex": True}
    return render(request, "privacy/mine.html", context)


@login_required
@require_safe
@never_cache
def download(request: HttpRequest) -> HttpResponse:
    """Give a person the same as a file that other programmes can read."""
    response = JsonResponse(
        leaving.export(signed_in(request)),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def erase(request: HttpRequest) -> HttpResponse:
    """Erase one's account, after one has signed in again just now and said so."""
    person = signed_in(request)
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            leaving.erase(person)
            logout(request)
            messages.success(request, _("Your account is erased. Thank you for having been here."))
            return redirect("privacy:privacy")
        except ValidationError as error:
            form.add_error(None, error)
    context = {"form": form, "holdings": all_holdings(), "noindex": True}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "privacy/erase.html", context, status=status)
