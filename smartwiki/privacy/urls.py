from django.urls import path
from django.utils.translation import pgettext_lazy

from smartwiki.privacy import views

app_name = "privacy"
urlpatterns = [
    path(pgettext_lazy("address", "privacy/"), views.privacy, name="privacy"),
    path(pgettext_lazy("address", "account/my-data/"), views.mine, name="mine"),
    path(pgettext_lazy("address", "account/my-data.json"), views.download, name="download"),
    path(pgettext_lazy("address", "account/erase/"), views.erase, name="erase"),
]
