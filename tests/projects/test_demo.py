"""The demonstration's projects: true ones, and clearly fictional ones on request."""

import pytest
from django.core.management import call_command

from projects.models import Project
from projects.texts import by_language
from smartwiki.accounts.demo import create_demo_accounts
from smartwiki.languages import language_codes
from tests.projects.helpers import address, page_of

pytestmark = pytest.mark.django_db


def load(**options) -> None:
    create_demo_accounts()
    call_command("load_demo_projects", verbosity=0, **options)


def test_the_named_projects_are_there_in_four_languages_with_their_statuses(client):
    load()
    load()  # twice is the same as once
    public = Project.objects.published()
    assert public.count() == 13
    assert public.filter(status="done").count() == 4
    assert public.get(key="adviser-teams").launched == "2022"
    for project in public:
        for field in ("title", "slug", "summary"):
            assert set(by_language(project, field)) == set(language_codes()), project.key
        for language in language_codes():
            assert client.get(page_of(project, language)).status_code == 200


def test_nothing_is_invented(client):
    load()
    for project in Project.objects.published():
        assert not project.leads.exists() and not project.ended and not project.expected_end
        assert project.confirmed_on is None and project.progress is None
        assert not project.facets.filter(kind="axis").exists()


def test_the_open_call_names_its_contact_address(client):
    load()
    page = client.get(page_of(Project.objects.get(key="member-information"), "en"))
    assert "com@smart.coop" in page.content.decode()


def test_the_demonstration_s_lead_has_a_project_to_try_that_readers_do_not_see(client):
    load()
    project = Project.objects.get(key="example-for-the-desk")
    assert client.get(page_of(project)).status_code == 404
    client.force_login(project.leads.get())
    assert client.get(address("project_desk:project", project.pk)).status_code == 200


def test_the_showcase_fills_every_field_and_says_that_it_is_fictional(client):
    load(showcase=True, number=5)
    load(showcase=True, number=5)
    showcase = Project.objects.filter(key__startswith="showcase-")
    assert showcase.count() == 5
    for project in showcase:
        assert project.title_fr.startswith("Fictif") and project.progress is not None
        assert project.objectives.exists() and project.milestones.exists()
        assert project.updates.count() == 3 and project.calls.count() == 2
