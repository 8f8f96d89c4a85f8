from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import pgettext_lazy

from articles.desk import views as desk
from articles.files import views as files
from articles.reading import views
from articles.reading import voice as reader_views
from articles.suggesting import helping as suggesting_helpers
from articles.suggesting import views as suggesting
from articles.translating import side_by_side
from articles.writing import editing, helping, history, places, where

app_name = "articles"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("<path:path>/", views.guide, name="guide"),
]

# Under an address of its own, since every path under guides/ may be a guide's.
writing: tuple[list[URLPattern | URLResolver], str] = (
    [
        path(pgettext_lazy("address", "new/"), editing.new_guide, name="new"),
        path(
            pgettext_lazy("address", "discard-draft/"), editing.discard_draft, name="discard-draft"
        ),
        path(pgettext_lazy("address", "deleted/"), places.deleted, name="deleted"),
        path(pgettext_lazy("address", "<int:pk>/place/"), places.place, name="place"),
        path(pgettext_lazy("address", "<int:pk>/delete/"), places.delete, name="delete"),
        path(pgettext_lazy("address", "<int:pk>/restore/"), places.restore, name="restore"),
        path(pgettext_lazy("address", "keep/"), helping.keep_draft, name="keep"),
        path(pgettext_lazy("address", "preview/"), helping.show_preview, name="preview"),
        path(pgettext_lazy("address", "find-guide/"), helping.find_guides, name="find-guides"),
        path(pgettext_lazy("address", "find-place/"), where.find, name="find-place"),
        path(pgettext_lazy("address", "check-address/"), helping.check_slug, name="check-slug"),
        path(pgettext_lazy("address", "upload/"), files.upload, name="upload"),
        path(pgettext_lazy("address", "<int:pk>/files/"), files.files, name="files"),
        path("<int:pk>/<slug:language>/", editing.edit, name="edit"),
        path(
            "<int:pk>/<slug:language>/",
            include(
                [
                    path(pgettext_lazy("address", "history/"), history.history, name="history"),
                    path(
                        pgettext_lazy("address", "revision/<int:number>/"),
                        history.revision,
                        name="revision",
                    ),
                    path(pgettext_lazy("address", "compare/"), history.compare, name="compare"),
                    path(pgettext_lazy("address", "revert/"), history.revert, name="revert"),
                ]
            ),
        ),
    ],
    "writing",
)

# What readers tell: without an account, a cookie or a script.
voice = (
    [
        path("<int:pk>/", reader_views.give_feedback, name="give"),
        path("<int:pk>/thanks/", reader_views.thanks, name="thanks"),
    ],
    "voice",
)

# What editors see: what there is to do, and what readers say.
desk_pages = (
    [
        path("", desk.dashboard, name="dashboard"),
        path(pgettext_lazy("address", "mine/"), desk.mine, name="mine"),
        path(pgettext_lazy("address", "over-time/"), desk.over_time, name="over-time"),
        path(pgettext_lazy("address", "readers/"), desk.voices, name="voices"),
        path("<int:pk>/plan/", desk.plan, name="plan"),
        path("<int:pk>/source/", desk.switch_source, name="source"),
        path("<int:pk>/<slug:language>/", desk.voices_of, name="voices-of"),
        path("<int:pk>/<slug:language>/settle/", desk.settle, name="settle"),
        path("<int:pk>/<slug:language>/accurate/", desk.still_accurate, name="accurate"),
        path("<int:pk>/<slug:language>/unaffected/", desk.no_need, name="no-need"),
    ],
    "desk",
)

translating = (
    [path("<int:pk>/<slug:language>/", side_by_side.work, name="work")],
    "translating",
)

# Members propose, editors decide.
suggestions: tuple[list[URLPattern | URLResolver], str] = (
    [
        path("", suggesting.mine, name="mine"),
        path("<int:pk>/", suggesting.suggest, name="suggest"),
        path(
            "<int:pk>/",
            include(
                [
                    path(
                        pgettext_lazy("address", "keep/"),
                        suggesting_helpers.keep_draft,
                        name="keep",
                    ),
                    path(
                        pgettext_lazy("address", "preview/"),
                        suggesting_helpers.show_preview,
                        name="preview",
                    ),
                    path(
                        pgettext_lazy("address", "discard-draft/"),
                        suggesting_helpers.discard_draft,
                        name="discard-draft",
                    ),
                ]
            ),
        ),
        path(pgettext_lazy("address", "review/<int:pk>/"), suggesting.review, name="review"),
        path(
            pgettext_lazy("address", "review/<int:pk>/decline/"),
            suggesting.decline,
            name="decline",
        ),
    ],
    "suggestions",
)

# Without a language: one upload serves all of them.
media: tuple[list[URLPattern | URLResolver], str] = (
    [
        path("<int:pk>/<int:width>/<str:name>", files.picture, name="picture"),
        path("<int:pk>/<str:name>", files.document, name="document"),
    ],
    "files",
)
