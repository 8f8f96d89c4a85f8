"""An address that leads to a mistake of ours."""

from django.urls import path

from smartwiki.urls import handler500, urlpatterns


def broken(request) -> None:
    raise ValueError("a mistake")


__all__ = ["handler500"]
urlpatterns = [path("broken/", broken), *urlpatterns]
