from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "smartwiki.accounts"
    label = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        from allauth.account.signals import user_logged_in

        from smartwiki.accounts import oidc, policy, sessions
        from smartwiki.accounts.holdings import ACCOUNT, SESSIONS
        from smartwiki.accounts.models import Grant
        from smartwiki.audit import register_events
        from smartwiki.privacy import register_holdings

        policy.register_rules(policy.RULES)
        user_logged_in.connect(oidc.follow_groups, dispatch_uid="oidc")
        user_logged_in.connect(sessions.limit_of_team, dispatch_uid="team")  # with its roles
        register_holdings(ACCOUNT, SESSIONS)
        register_events(
            {
                "account.invited": _("invited"),
                "account.closed": _("closed the account"),
                "account.reopened": _("opened the account again"),
            },
            values=dict(Grant.Role.choices),
        )
