from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "smartwiki.notify"
    label = "notify"
    verbose_name = _("mail")

    def ready(self) -> None:
        from smartwiki.notify import checks  # noqa: F401 (registers the system checks)
        from smartwiki.notify.button import follow_button
        from smartwiki.notify.digests import register_digest
        from smartwiki.notify.holdings import MAIL
        from smartwiki.notify.troubles import UnsentMessages
        from smartwiki.personal import register_personal
        from smartwiki.privacy import register_holdings

        register_personal("follow", follow_button)
        register_digest(UnsentMessages())
        register_holdings(MAIL)
