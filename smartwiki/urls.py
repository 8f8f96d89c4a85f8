"""Every address of the site; words in them are translated."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path
from django.utils.translation import pgettext_lazy

import articles.reading.views
import articles.reading.voice
import articles.urls
import projects.urls
import smartwiki.accounts.urls
from articles.sitemaps import GuideSitemap
from projects.sitemaps import ProjectSitemap
from smartwiki import views
from smartwiki.notify import stopping

SITEMAPS = {"sitemaps": {"guides": GuideSitemap, "projects": ProjectSitemap}}

urlpatterns = [
    path("", views.choose_language, name="choose-language"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path(
        "sitemap.xml",
        sitemaps.index,
        SITEMAPS | {"sitemap_url_name": "sitemap-section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", sitemaps.sitemap, SITEMAPS, name="sitemap-section"),
    path("reading/", articles.reading.voice.reading, name="reading"),
    path("admin/", admin.site.urls),
    path("oidc/", include(smartwiki.accounts.urls.oidc)),
    path("u/<str:code>/", stopping.stop, name="stop"),
    path("u/<str:code>/<str:what>/", stopping.stop, name="stop-digest"),
    path("files/project/", include(projects.urls.files)),
    path("files/", include(articles.urls.media)),
    *i18n_patterns(
        path("", articles.reading.views.home, name="home"),
        path(pgettext_lazy("address", "guides/"), include("articles.urls")),
        path(pgettext_lazy("address", "write/"), include(articles.urls.writing)),
        path(pgettext_lazy("address", "desk/"), include(articles.urls.desk_pages)),
        path(pgettext_lazy("address", "translate/"), include(articles.urls.translating)),
        path(pgettext_lazy("address", "suggest/"), include(articles.urls.suggestions)),
        path(pgettext_lazy("address", "feedback/"), include(articles.urls.voice)),
        path(pgettext_lazy("address", "search/"), include("smartwiki.search.urls")),
        path(pgettext_lazy("address", "projects/"), include("projects.comments.urls")),
        path(pgettext_lazy("address", "projects/"), include("projects.urls")),
        path(pgettext_lazy("address", "moderation/"), include("projects.comments.desk_urls")),
        path(pgettext_lazy("address", "project-desk/"), include("projects.desk_urls")),
        path(pgettext_lazy("address", "follow/"), include("smartwiki.notify.urls")),
        path("", include("smartwiki.privacy.urls")),
        path(pgettext_lazy("address", "account/"), include(smartwiki.accounts.urls.own)),
        path(pgettext_lazy("address", "account/"), include("smartwiki.accounts.urls")),
        path(pgettext_lazy("address", "audit/"), include("smartwiki.audit.urls")),
    ),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", views.styleguide, name="styleguide"))

handler400 = "smartwiki.views.bad_request"
handler404 = "articles.reading.views.not_found"
handler403 = "smartwiki.views.forbidden"
handler500 = "smartwiki.outage.server_error"
handler429 = "smartwiki.views.too_many_requests"
