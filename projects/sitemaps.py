"""What search engines are told of the projects, with their other languages."""

from __future__ import annotations

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Max

from projects.models import Project
from projects.querysets import ProjectQuerySet
from projects.references import project_url
from smartwiki.addresses import full_url


class ProjectSitemap(Sitemap[Project]):
    """One entry for each language in which a published project has a title."""

    limit = 500

    def items(self) -> ProjectQuerySet:
        projects: ProjectQuerySet = Project.objects.published().without_texts().order_by("pk")
        return projects

    def get_urls(
        self, page: Any = 1, site: Any = None, protocol: Any = None
    ) -> list[dict[str, Any]]:
        projects = self.paginator.page(page).object_list
        return [entry for project in projects for entry in self._entries(project)]

    def _entries(self, project: Project) -> list[dict[str, Any]]:
        addresses = {code: full_url(project_url(project, code)) for code in project.titles()}
        alternates = [{"lang_code": code, "location": url} for code, url in addresses.items()]
        if project.source_language in addresses:
            alternates.append(
                {"lang_code": "x-default", "location": addresses[project.source_language]}
            )
        return [
            {
                "item": project,
                "location": url,
                "lastmod": project.news_at,
                "changefreq": None,
                "priority": "",
                "alternates": alternates,
            }
            for url in addresses.values()
        ]

    def get_latest_lastmod(self) -> Any:
        return Project.objects.published().aggregate(latest=Max("news_at"))["latest"]
