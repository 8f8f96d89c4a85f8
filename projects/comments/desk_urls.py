from django.urls import path
from django.utils.translation import pgettext_lazy

from projects.comments import desk_views

app_name = "moderation"
urlpatterns = [
    path("", desk_views.queue, name="queue"),
    path(pgettext_lazy("address", "next/"), desk_views.next_one, name="next"),
    path(pgettext_lazy("address", "together/"), desk_views.decide_together, name="together"),
    path(pgettext_lazy("address", "figures/"), desk_views.numbers, name="figures"),
    path(pgettext_lazy("address", "undo/<uuid:batch>/"), desk_views.undo, name="undo"),
    path("<int:pk>/", desk_views.review, name="review"),
    path(pgettext_lazy("address", "<int:pk>/decide/"), desk_views.decide, name="decide"),
    path(pgettext_lazy("address", "<int:pk>/answer/"), desk_views.answer, name="answer"),
]
