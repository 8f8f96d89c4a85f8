"""Updates, and the status that they change."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from projects import publishing
from projects.models import Milestone, Update
from smartwiki.models import ContentVersion
from tests.projects.helpers import (
    address,
    make_lead,
    make_project,
    make_update,
    page_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(client):
    lead = make_lead()
    client.force_login(lead)
    return make_project("Un wiki", lead, status="planned")


def send(client, project, **fields):
    return client.post(address("project_desk:new-update", project.pk), fields)


def test_a_lead_publishes_an_update(client, project):
    before = ContentVersion.current()
    response = send(client, project, title_fr="Du neuf", body_fr="Texte", status="", progress="")
    assert response["Location"] == address("project_desk:project", project.pk)
    project.refresh_from_db()
    update = project.updates.get()
    assert (update.title_fr, update.title_nl, update.author.name) == ("Du neuf", None, "lead")
    assert project.confirmed_on == timezone.localdate()
    assert project.news_at == update.published_at
    assert ContentVersion.current() == before + 1


def test_a_new_status_is_dated_reasoned_and_visible(client, project):
    send(client, project, title_fr="Fini", status="done", reason_fr="Tout est fait", progress="100")
    project.refresh_from_db()
    assert (project.status, project.progress) == ("done", 100)
    assert project.ended == timezone.localdate().isoformat()
    page = client.get(page_of(project)).content.decode()
    assert "Tout est fait" in page and "status-planned" in page and "status-done" in page


def test_going_back_is_possible_and_stays_visible(client, project):
    make_update(project, status="done", reason_fr="Tout est fait")
    make_update(project, status="in_progress", reason_fr="Une faute est apparue")
    project.refresh_from_db()
    assert (project.status, project.ended) == ("in_progress", "")
    page = client.get(page_of(project)).content.decode()
    assert "Tout est fait" in page and "Une faute est apparue" in page


def test_a_new_status_without_a_reason_is_refused_and_nothing_is_lost(client, project):
    response = send(client, project, title_fr="Du neuf", body_fr="Mon texte", status="done")
    page = response.content.decode()
    assert response.status_code == 422
    assert "id_reason_fr_error" in page and "Mon texte" in page
    assert page.count("Dites pourquoi le statut change") == 1  # beside its field alone
    project.refresh_from_db()
    assert project.status == "planned" and not project.updates.exists()
    with pytest.raises(ValidationError):
        make_update(project, status="done")


def test_an_update_needs_a_title_in_some_language(client, project):
    assert send(client, project, body_fr="Texte").status_code == 422
    assert send(client, project, title_de="Neues").status_code == 302


@pytest.mark.parametrize("progress", ["101", "-1", "x", "99999999999999999999"])
def test_progress_is_a_percentage(client, project, progress):
    response = send(client, project, title_fr="Du neuf", progress=progress)
    assert response.status_code == 422
    assert "id_progress_error" in response.content.decode()


def test_milestones_are_ticked_with_an_update(client, project):
    ours = Milestone.objects.create(project=project, title_fr="Notre pas")
    other = Milestone.objects.create(project=make_project("Autre"), title_fr="Pas le nôtre")
    assert send(client, project, title_fr="x", milestones=[other.pk]).status_code == 422
    send(client, project, title_fr="Fait", milestones=[ours.pk])
    ours.refresh_from_db()
    assert ours.done_on == timezone.localdate().isoformat()


def test_a_preview_shows_the_update_and_keeps_nothing(client, project):
    before = ContentVersion.current()
    response = send(
        client, project, title_fr="Du neuf", body_fr="Du **gras**", status="done",
        reason_fr="Parce que", preview="1",
    )  # fmt: skip
    page = response.content.decode()
    assert response.status_code == 200
    assert "<strong>gras</strong>" in page and "status-done" in page
    assert 'value="Du neuf"' in page and "Du **gras**" in page
    assert not Update.objects.exists() and ContentVersion.current() == before


def test_the_words_of_an_update_can_be_put_right_but_not_what_it_changed(client, project):
    update = make_update(project, status="done", reason_fr="Fait")
    url = address("project_desk:part", project.pk, "update", update.pk)
    client.post(url, {"title_fr": "Du nouveau", "reason_fr": "Fait", "status": "planned"})
    update.refresh_from_db()
    assert (update.title_fr, update.status, update.status_before) == (
        "Du nouveau", "done", "planned",
    )  # fmt: skip
    assert client.post(url, {"title_fr": "Du nouveau", "reason_fr": ""}).status_code == 422


def test_history_cannot_be_deleted_at_the_desk(client, project):
    update = make_update(project)
    url = address("project_desk:delete", project.pk, "update", update.pk)
    assert client.post(url).status_code == 404


def test_the_database_refuses_a_change_to_the_same_status(project):
    with pytest.raises(IntegrityError), transaction.atomic():
        Update.objects.create(project=project, status="done", status_before="done")


def test_naming_the_present_status_changes_nothing(project):
    update = make_update(project, status="planned")
    assert (update.status, update.status_before) == ("", "")


def test_still_true_takes_one_click(client, project):
    client.post(address("project_desk:confirm", project.pk))
    project.refresh_from_db()
    assert project.confirmed_on == timezone.localdate()
    assert client.get(address("project_desk:confirm", project.pk)).status_code == 405


def test_a_milestone_is_ticked_and_unticked(client, project):
    milestone = Milestone.objects.create(project=project, title_fr="Un pas")
    url = address("project_desk:tick", project.pk, milestone.pk)
    for done, date in (("1", timezone.localdate().isoformat()), ("0", "")):
        client.post(url, {"done": done})
        milestone.refresh_from_db()
        assert milestone.done_on == date


def test_a_tick_shows_at_once_also_on_a_kept_page(client, project):
    milestone = Milestone.objects.create(project=project, title_fr="Un pas")
    publishing.confirm(project)
    before = Client().get(page_of(project)).content
    publishing.tick(milestone)
    ticked = Client().get(page_of(project)).content
    assert ticked != before
    publishing.tick(milestone, is_done=False)
    assert Client().get(page_of(project)).content == before


def test_an_older_update_never_makes_news_older(project):
    make_update(project)
    project.refresh_from_db()
    news = project.news_at
    publishing.publish_update(
        Update(project=project, title_fr="Ancien", published_at=news.replace(year=2021))
    )
    project.refresh_from_db()
    assert project.news_at == news
