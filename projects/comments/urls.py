from django.urls import path
from django.utils.translation import pgettext_lazy

from projects.comments import author_views, views

app_name = "comments"
urlpatterns = [
    path(
        pgettext_lazy("address", "<slug:slug>/comments/"), views.conversation, name="conversation"
    ),
    path(pgettext_lazy("address", "<slug:slug>/comments/write/"), views.write, name="write"),
    path(pgettext_lazy("address", "<slug:slug>/comments/thanks/"), views.thanks, name="thanks"),
    path(pgettext_lazy("address", "<slug:slug>/comments/<int:pk>/"), views.comment, name="comment"),
    path(
        pgettext_lazy("address", "<slug:slug>/comments/<int:pk>/answers/"),
        views.thread,
        name="thread",
    ),
    path(
        pgettext_lazy("address", "<slug:slug>/comments/<int:pk>/report/"),
        views.report,
        name="report",
    ),
    path(pgettext_lazy("address", "<slug:slug>/comments/<int:pk>/pin/"), views.pin, name="pin"),
    path(pgettext_lazy("address", "my-comments/"), author_views.mine, name="all-mine"),
    path(pgettext_lazy("address", "my-comments/<int:pk>/"), author_views.mine_one, name="mine"),
    path(
        pgettext_lazy("address", "my-comments/<str:token>/confirm/"),
        author_views.confirm,
        name="confirm",
    ),
    path(pgettext_lazy("address", "my-comments/<str:token>/own/"), author_views.own, name="own"),
]
