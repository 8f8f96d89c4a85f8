"""Signing in with the account of the cooperative: OpenID Connect, by environment variables."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from smartwiki.accounts import roles
from smartwiki.accounts.models import User

PROVIDER = "oidc"  # the name of the one provider, in addresses


class OidcAdapter(DefaultSocialAccountAdapter):
    """Whom the provider names gets in, by a confirmed address only."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True  # whoever set the provider up trusts it to say who is a member

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse a stranger whose address the provider has not confirmed: it could be anybody's."""
        confirmed = [each for each in sociallogin.email_addresses if each.verified]
        if not sociallogin.is_existing and not confirmed:
            self._refuse(
                request, _("Your address is not confirmed there, so we cannot tell who you are.")
            )

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        email = str(data.get("email") or "").lower()
        person = User(email=email, name=str(data.get("name") or email.partition("@")[0])[:150])
        person.language = get_language() or settings.LANGUAGE_CODE
        sociallogin.user = person
        return person

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self._refuse(request, _("You were not signed in. Please try again."))

    def _refuse(self, request: HttpRequest, problem: str) -> None:
        messages.error(request, problem)
        raise ImmediateHttpResponse(redirect("account_login"))


def follow_groups(user: User, sociallogin: SocialLogin | None = None, **kwargs: Any) -> None:
    """Give and take the roles of OIDC_ROLES as the provider's groups say, at each sign-in."""
    if sociallogin is None or not settings.OIDC_ROLES:
        return
    claims = sociallogin.account.extra_data
    said = {**claims.get("id_token", {}), **claims.get("userinfo", {})}
    groups = said.get(settings.OIDC_GROUPS_CLAIM) or []
    groups = set(groups if isinstance(groups, list) else [groups])
    due = {role for group, role in settings.OIDC_ROLES if group in groups}
    for role in sorted({role for _group, role in settings.OIDC_ROLES}):
        name, _colon, language = role.partition(":")
        change = roles.give if role in due else roles.take
        change(user, name, language, by=None)
    user.__dict__.pop("granted", None)
