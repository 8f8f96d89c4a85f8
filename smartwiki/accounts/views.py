from django.conf import settings
from django.contrib.auth.views import LoginView


class SignInView(LoginView):
    """Django's own, in our clothes; somebody who is signed in already goes on to their page."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    extra_context = {"noindex": True, "site_name": settings.SITE_NAME}
