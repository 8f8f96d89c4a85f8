from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.management import call_command
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from smartwiki.logs import SlowQueries


def make_cache_table(using: str, **kwargs: Any) -> None:
    """After each `migrate`: the table of the database cache, where it is used and not there."""
    call_command("createcachetable", database=using, verbosity=0)


class SmartWikiConfig(AppConfig):
    default = True  # of those below and above, which Django would not choose between
    default_auto_field = "django.db.models.BigAutoField"
    name = "smartwiki"
    verbose_name = "SmartWiki"

    def ready(self) -> None:
        from smartwiki import checks  # noqa: F401 (registers the system checks)
        from smartwiki.holdings import ATTEMPTS, COOKIES, OUTCOMES
        from smartwiki.privacy import register_holdings

        register_holdings(COOKIES, ATTEMPTS, OUTCOMES)

        post_migrate.connect(make_cache_table, sender=self)
        if settings.SLOW_QUERY_MS:
            watch = SlowQueries(settings.SLOW_QUERY_MS).watch
            connection_created.connect(watch, weak=False, dispatch_uid="slow_queries")
