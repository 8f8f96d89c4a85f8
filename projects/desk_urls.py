from django.urls import path

from projects import desk_views

app_name = "project_desk"
urlpatterns = [
    path("", desk_views.index, name="index"),
    path("<int:pk>/", desk_views.project, name="project"),
    path("<int:pk>/texts/", desk_views.texts, name="texts"),
    path("<int:pk>/facts/", desk_views.facts, name="facts"),
    path("<int:pk>/new-update/", desk_views.new_update, name="new-update"),
    path("<int:pk>/confirm/", desk_views.confirm, name="confirm"),
    path("<int:pk>/<slug:kind>/add/", desk_views.part, name="add"),
    path("<int:pk>/<slug:kind>/<int:part_pk>/", desk_views.part, name="part"),
    path("<int:pk>/<slug:kind>/<int:part_pk>/delete/", desk_views.delete_part, name="delete"),
    path("<int:pk>/milestone/<int:part_pk>/tick/", desk_views.tick, name="tick"),
    path("<int:pk>/call/<int:part_pk>/answers/", desk_views.answers, name="answers"),
    path("<int:pk>/call/<int:part_pk>/answers.csv", desk_views.answers_csv, name="answers-csv"),
    path(
        "<int:pk>/call/<int:part_pk>/answers/<int:answer_pk>/delete/",
        desk_views.delete_answer,
        name="delete-answer",
    ),
]
