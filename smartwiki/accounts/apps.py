from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "smartwiki.accounts"
    label = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        from smartwiki.accounts import policy

        policy.register_rules(policy.RULES)
