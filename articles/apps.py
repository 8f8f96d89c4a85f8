from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "articles"
    verbose_name = _("guides")

    def ready(self) -> None:
        from articles.media import media_targets
        from articles.references import guide_targets
        from smartwiki.markdown import register_reference

        register_reference("guide", guide_targets)
        register_reference("media", media_targets)
