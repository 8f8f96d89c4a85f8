from django.apps import AppConfig


class SmartWikiConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "smartwiki"
    verbose_name = "SmartWiki"

    def ready(self) -> None:
        from smartwiki import checks  # noqa: F401 (registers the system checks)
