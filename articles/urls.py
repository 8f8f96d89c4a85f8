from django.urls import path

from articles import views

app_name = "articles"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("<path:path>/", views.guide, name="guide"),
]
