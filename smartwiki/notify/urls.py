from django.urls import path
from django.utils.translation import pgettext_lazy

from smartwiki.notify import views

app_name = "follow"
urlpatterns = [
    path("", views.mine, name="mine"),
    path(pgettext_lazy("address", "confirm/<str:token>/"), views.confirm, name="confirm"),
    path("<str:topic>/", views.follow, name="follow"),
    path(pgettext_lazy("address", "<str:topic>/asked/"), views.asked, name="asked"),
    path(pgettext_lazy("address", "<str:topic>/stop/"), views.stop, name="stop"),
]
