from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.signals import request_finished, request_started
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "smartwiki.audit"
    label = "audit"
    verbose_name = _("audit log")

    def ready(self) -> None:
        from smartwiki.audit import signing_in
        from smartwiki.audit.holdings import AUDIT
        from smartwiki.privacy import register_holdings

        register_holdings(AUDIT)
        request_started.connect(remember_request, dispatch_uid="audit")
        request_finished.connect(forget_request, dispatch_uid="audit")
        user_logged_in.connect(signing_in.succeeded, dispatch_uid="audit")
        user_logged_out.connect(signing_in.ended, dispatch_uid="audit")
        user_login_failed.connect(signing_in.failed, dispatch_uid="audit")


def remember_request(environ: dict[str, Any] | None = None, **kwargs: Any) -> None:
    """Know where a request comes from, for `record`: cheaper than a middleware on every page."""
    from smartwiki.audit.recording import current_environ

    current_environ.set(environ)


def forget_request(**kwargs: Any) -> None:
    remember_request(None)
