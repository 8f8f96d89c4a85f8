from django.contrib.auth.views import LogoutView
from django.urls import path
from django.utils.translation import pgettext_lazy

from smartwiki.accounts import views

app_name = "accounts"
urlpatterns = [
    path(pgettext_lazy("address", "sign-in/"), views.SignInView.as_view(), name="sign-in"),
    path(pgettext_lazy("address", "sign-out/"), LogoutView.as_view(), name="sign-out"),
]
