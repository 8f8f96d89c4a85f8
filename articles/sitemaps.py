"""What search engines are told: every public page, with its other languages."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Max

from articles.models import Guide, Translation
from articles.navigation import guide_url
from articles.querysets import GuideQuerySet
from smartwiki.addresses import full_url


class GuideSitemap(Sitemap[Guide]):
    """One entry for each published translation; a page of the sitemap holds `limit` guides."""

    limit = 5000

    def items(self) -> GuideQuerySet:
        return Guide.objects.readable_by(AnonymousUser()).order_by("pk")

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
        public = Translation.objects.listed_for(AnonymousUser())
        return public.aggregate(latest=Max("changed_at"))["latest"]
