"""What administrators do: new projects, and what projects are sorted by."""

import pytest
from django.urls import reverse

from projects.models import Axis, Category, Facet, Project
from smartwiki.models import ContentVersion
from tests.guides import make_user
from tests.projects.helpers import make_lead, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(make_user("admin", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize(
    "name", ["category", "axis", "team", "office", "strategy", "project", "readyreason"]
)
def test_every_list_and_form_opens(admin, name):
    assert admin.get(reverse(f"admin:projects_{name}_changelist")).status_code == 200
    assert admin.get(reverse(f"admin:projects_{name}_add")).status_code == 200


def test_each_kind_has_a_list_of_its_own_and_readers_see_changes(admin):
    before = ContentVersion.current()
    admin.post(reverse("admin:projects_axis_add"), {"name_fr": "Un axe", "position": "1"})
    assert Facet.objects.get().kind == "axis"
    assert Axis.objects.count() == 1 and ContentVersion.current() > before
    assert b"Un axe" in admin.get(reverse("admin:projects_axis_changelist")).content
    assert b"Un axe" not in admin.get(reverse("admin:projects_category_changelist")).content
    assert Category._meta.proxy


def new_project(admin, **fields):
    values = {
        "source_language": "fr", "title_fr": "Un wiki", "slug_fr": "un-wiki", "status": "planned",
    }  # fmt: skip
    return admin.post(reverse("admin:projects_project_add"), values | fields)


def test_an_administrator_makes_a_project_and_names_its_lead(admin):
    lead = make_lead()
    assert new_project(admin, leads=[lead.pk]).status_code == 302
    project = Project.objects.get()
    assert list(project.leads.all()) == [lead] and project.key == "un-wiki"
    page = admin.get(reverse("admin:projects_project_change", args=[project.pk])).content.decode()
    assert 'name="status"' not in page  # it is changed at the desk


def test_a_wrong_project_is_refused_in_words(admin):
    make_project("Un wiki")
    for fields in ({}, {"title_fr": ""}, {"slug_fr": ""}, {"launched": "hier"}):
        assert new_project(admin, **fields).status_code == 200
    assert Project.objects.count() == 1


def test_what_an_administrator_deletes_is_gone_for_readers_too(admin):
    axis = Axis.objects.create(kind="axis", name_fr="Un axe", position=1)
    before = ContentVersion.current()
    admin.post(reverse("admin:projects_axis_delete", args=[axis.pk]), {"post": "yes"})
    assert not Axis.objects.exists() and ContentVersion.current() > before
