"""What search engines are told: every public page, with its other languages."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator

from articles.models import Audience, Guide, Standing, Translation
from articles.navigation import guide_url
from articles.querysets import GuideQuerySet
from articles.standing import ANY, pages_of, published
from smartwiki.addresses import full_url
from smartwiki.languages import language_codes


class GuideSitemap(Sitemap[Guide]):
    """One entry for each published translation; a page of the sitemap holds `limit` guides."""

    limit = 500  # a megabyte, and ten to make it

    def items(self) -> GuideQuerySet:
        """Those that are published in some language, as they are counted."""
        shown = Standing.objects.filter(language=ANY, is_shown=True, audience=Audience.PUBLIC)
        return Guide.objects.filter(pk__in=shown.values("guide")).order_by("pk")

    @property
    def paginator(self) -> Paginator[Guide]:
        """Without counting what is counted already."""
        return pages_of(self.items(), self.limit, published(Audience.PUBLIC))

    def get_urls(
        self, page: Any = 1, site: Any = None, protocol: Any = None
    ) -> list[dict[str, Any]]:
        guides = {guide.pk: guide for guide in self.paginator.page(page).object_list}
        public = Translation.objects.listed_for(AnonymousUser()).filter(guide__in=guides)
        urls: dict[int, dict[str, Translation]] = {pk: {} for pk in guides}
        for translation in public.order_by("language"):
            urls[translation.guide_id][translation.language] = translation
        return [
            self._entry(translation, by_language, guides[pk].source_language)
            for pk, by_language in urls.items()
            for translation in by_language.values()
        ]

    def _entry(
        self, translation: Translation, by_language: dict[str, Translation], source: str
    ) -> dict[str, Any]:
        addresses = {
            code: full_url(guide_url(code, each.path)) for code, each in by_language.items()
        }
        alternates = [{"lang_code": code, "location": url} for code, url in addresses.items()]
        if source in addresses:
            alternates.append({"lang_code": "x-default", "location": addresses[source]})
        return {
            "item": translation,
            "location": addresses[translation.language],
            "lastmod": translation.changed_at,
            "changefreq": None,
            "priority": "",
            "alternates": alternates,
        }

    def get_latest_lastmod(self) -> Any:
        """By language, since each has an index of its changes."""
        public = Translation.objects.listed_for(AnonymousUser()).filter(changed_at__isnull=False)
        latest = [
            public.filter(language=code)
            .order_by("-changed_at")
            .values_list("changed_at", flat=True)
            .first()
            for code in language_codes()
        ]
        return max((moment for moment in latest if moment), default=None)
