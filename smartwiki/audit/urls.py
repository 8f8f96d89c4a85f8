from django.urls import path
from django.utils.translation import pgettext_lazy

from smartwiki.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.log, name="log"),
    path(pgettext_lazy("address", "export/"), views.export, name="export"),
]
