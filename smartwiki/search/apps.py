from django.apps import AppConfig
from django.core.signals import request_started
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "smartwiki.search"
    label = "search"
    verbose_name = _("search")

    def ready(self) -> None:
        from smartwiki.accounts.policy import register_rules
        from smartwiki.privacy import register_holdings
        from smartwiki.search import checks, desk, worker  # noqa: F401 (registers the system checks)
        from smartwiki.search.holdings import SEARCHES

        register_rules({"search.desk": lambda person, thing: desk.is_editor(person)})
        register_holdings(SEARCHES)
        request_started.connect(worker.start_once, dispatch_uid="search_worker")
