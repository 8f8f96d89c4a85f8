"""Each thing that an administrator may have to account for leaves an entry, by whom."""

import pytest
from django.contrib import admin as django_admin
from django.urls import reverse

from articles import tree
from projects.models import Milestone
from smartwiki.accounts.models import Grant
from smartwiki.audit.admin import AuditedAdmin
from smartwiki.audit.models import Entry
from tests.accounts.test_journeys import once_more
from tests.articles.addresses import at
from tests.guides import make_guide, make_user
from tests.projects.helpers import answer, make_call, make_lead, make_project

pytestmark = pytest.mark.django_db


def last(event: str) -> Entry:
    return Entry.objects.filter(event=event).latest("pk")


@pytest.fixture
def editor(client):
    person = make_user("editor", "editor")
    client.force_login(person)
    return person


def test_publishing_and_a_new_address(client, editor):
    guide = make_guide("Factures")
    form = {
        "title": "Factures",
        "text": "Neuf.",
        "slug": "facturer",
        "significance": "minor",
        "base": str(guide.translations.get().published_id),
        "action": "publish",
    }
    response = client.post(at("fr", "writing:edit", guide.pk, "fr"), form)
    assert response.status_code == 302, response.content.decode()
    entry = last("guide.published")
    assert (entry.actor, entry.label) == (editor.pk, "Factures (fr)")
    assert entry.facts == {"revision": 2, "significance": "minor"}
    assert "Neuf" not in str(Entry.objects.values())
    assert last("guide.readdressed").facts == {"address": "facturer"}


def test_deleting_and_restoring(client, editor):
    guide = make_guide("Factures")
    make_guide("TVA", parent=guide)
    client.post(at("fr", "writing:delete", guide.pk))
    assert last("guide.deleted").facts == {"guides": 2}
    client.post(at("fr", "writing:restore", guide.pk))
    entry = last("guide.restored")
    assert (entry.actor, entry.key, entry.facts) == (editor.pk, str(guide.pk), {"guides": 2})


def test_moving_and_another_audience(client, editor):
    guide, topic = make_guide("Factures"), make_guide("Argent")
    form = {"parent": topic.pk, "visibility": 1}
    client.post(at("fr", "writing:place", guide.pk), form)
    assert last("guide.moved").facts == {"below": topic.pk, "before": None}
    assert last("guide.shown_to").facts == {"audience": "members", "before": "public"}
    assert last("guide.shown_to").actor == editor.pk


def test_what_the_site_does_itself_is_nobodys():
    tree.delete_guide(make_guide("Factures"))
    assert last("guide.deleted").actor is None


def test_projects_and_answers_to_their_calls(client):
    lead = make_lead()
    project = make_project(lead=lead)
    call, step = make_call(project), Milestone.objects.create(project=project, title_fr="x")
    client.post(at("fr", "projects:call", project.slug_fr, call.pk), answer(message="Secret"))
    client.force_login(lead)
    client.post(at("fr", "project_desk:new-update", project.pk), {"title_fr": "Du neuf"})
    assert (last("project.update_published").actor, last("project.update_published").key) == (
        lead.pk,
        str(project.pk),
    )
    client.post(at("fr", "project_desk:delete", project.pk, "milestone", step.pk))
    assert last("project.part_deleted").kind == "projects.milestone"
    client.post(at("fr", "project_desk:part", project.pk, "call", call.pk), {"title_fr": "Neuf"})
    client.post(at("fr", "project_desk:answers-csv", project.pk, call.pk))
    assert last("answers.exported").facts == {"rows": 1}
    given = call.responses.get().pk
    client.post(at("fr", "project_desk:delete-answer", project.pk, call.pk, given))
    assert last("answer.deleted").key == str(given)
    kept = str(list(Entry.objects.values()))
    assert "Secret" not in kept
    assert "Ana" not in kept


def test_export_of_answers_is_never_a_plain_link(client):
    lead = make_lead()
    call = make_call(make_project(lead=lead))
    client.force_login(lead)
    url = at("fr", "project_desk:answers-csv", call.project_id, call.pk)
    assert client.get(url).status_code == 405


def person_form(person, **grants) -> dict[str, object]:
    return {
        "email": person.email,
        "name": "Renamed",
        "language": "fr",
        "is_active": "on",
        "grants-TOTAL_FORMS": 1,
        "grants-INITIAL_FORMS": 0,
    } | grants


def test_administration_is_recorded_by_names_of_fields(client):
    boss, person = make_user("boss", is_superuser=True, is_staff=True), make_user("zoe")
    client.force_login(boss)
    once_more(client)
    url = reverse("admin:accounts_user_change", args=[person.pk])
    given = {"grants-0-user": person.pk, "grants-0-role": "editor", "grants-0-language": "nl"}
    assert client.post(url, person_form(person, **given)).status_code == 302
    entry = last("role.granted")
    assert (entry.actor, entry.key) == (boss.pk, str(person.pk))
    assert entry.facts == {"role": "editor", "language": "nl"}
    assert last("admin.changed").key == str(person.pk)
    grant = Grant.objects.get()
    taken = {
        "grants-TOTAL_FORMS": 1,
        "grants-INITIAL_FORMS": 1,
        "grants-0-id": grant.pk,
        "grants-0-user": person.pk,
        "grants-0-role": "editor",
        "grants-0-language": "nl",
        "grants-0-DELETE": "on",
    }
    assert client.post(url, person_form(person, **taken)).status_code == 302
    assert last("role.withdrawn").facts == {"role": "editor", "language": "nl"}
    assert "Renamed" not in str(list(Entry.objects.values()))


def test_administration_records_additions_and_deletions(client):
    boss = make_user("boss", is_superuser=True, is_staff=True)
    client.force_login(boss)
    form = {"name_fr": "Axe", "position": 0}
    assert client.post(reverse("admin:projects_axis_add"), form).status_code == 302
    added = last("admin.added")
    assert added.kind == "projects.axis"
    form = {"action": "delete_selected", "_selected_action": added.key, "post": "yes"}
    client.post(reverse("admin:projects_axis_changelist"), form)
    assert last("admin.deleted").key == added.key


def test_everything_that_the_administration_changes_is_recorded(rf):
    request = rf.get("/admin/")
    request.user = make_user("boss", is_superuser=True, is_staff=True)
    unrecorded = [
        model
        for model, options in django_admin.site._registry.items()
        if not isinstance(options, AuditedAdmin)
        and any(options.get_model_perms(request)[what] for what in ("add", "change", "delete"))
    ]
    assert unrecorded == []
