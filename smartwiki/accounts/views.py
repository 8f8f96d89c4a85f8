"""A person's own pages. Those of django-allauth are named in `urls`, with our templates."""

from __future__ import annotations

from typing import Any

from allauth.account.views import ConfirmEmailView, LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from smartwiki.accounts import devices, invitations
from smartwiki.accounts.access import signed_in
from smartwiki.accounts.forms import ProfileForm
from smartwiki.accounts.forms_people import AcceptForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Show a person's account, and take their name and language."""
    person = signed_in(request)
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your details are saved."))
        return redirect("accounts:overview")
    person.refresh_from_db(fields=["name"])  # the header shows what is saved
    context = {"form": form, "noindex": True}
    return render(request, "accounts/overview.html", context)


@login_required
@require_http_methods(["GET", "HEAD"])
def list_devices(request: HttpRequest) -> HttpResponse:
    """Show where a person is signed in."""
    context = {"devices": devices.devices_of(request), "noindex": True}
    return render(request, "accounts/devices.html", context)


@login_required
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End the session that the form names, or all but the present one."""
    person = signed_in(request)
    elsewhere = devices.elsewhere(request, person)
    if number := request.POST.get("device"):
        if not number.isascii() or not number.isdigit() or len(number) > 15:
            raise Http404
        get_object_or_404(elsewhere, pk=number)
        elsewhere = elsewhere.filter(pk=number)
    devices.end(elsewhere)
    messages.success(request, _("You are signed out there."))
    return redirect("accounts:devices")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody who followed the link in an invitation make their account."""
    invitation = invitations.find(token) if settings.SIGN_UP != "closed" else None
    context: dict[str, object] = {"invitation": invitation, "noindex": True}
    if invitation is None:
        return render(request, "accounts/invitation.html", context, status=404)
    form = AcceptForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if invitations.accept(invitation, name=said["name"], password=said["password1"]):
            messages.success(request, _("Welcome! Your account is made: sign in with it."))
            return redirect("account_login")
        return redirect(request.path)
    context["form"] = form
    return render(request, "accounts/invitation.html", context)


class SignInView(LoginView):
    """allauth's, which also offers the provider of the cooperative's accounts, if there is one.

    It leads to the form for a new account only where everybody may make one.
    """

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        name = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
        takes_everybody = settings.SIGN_UP == "open"
        more = {"oidc_name": name, "takes_everybody": takes_everybody}
        return super().get_context_data(**kwargs) | more


class ConfirmAddressView(ConfirmEmailView):
    """allauth's, which asks before it confirms; looking at the page signs nobody out."""

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        self.looks = True
        response: HttpResponse = super().get(*args, **kwargs)
        return response

    def logout_other_user(self, confirmation: Any) -> None:
        if not getattr(self, "looks", False):
            super().logout_other_user(confirmation)
