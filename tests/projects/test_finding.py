"""Projects are found by search as soon as they change."""

import pytest

from projects import publishing
from projects.finding import ProjectSource
from smartwiki.search.documents import key_of, present_documents
from smartwiki.search.models import Dirty, Target
from tests.guides import make_user
from tests.projects.helpers import make_project, make_update

pytestmark = pytest.mark.django_db


def documents(project):
    keys = [key_of("project", project.pk, code) for code in ("fr", "nl")]
    return {document.language: document for document in present_documents(keys)}


def test_a_project_is_found_in_each_language_that_it_has_by_all_that_it_says():
    project = make_project(
        "Un wiki", title_nl="Een wiki", slug_nl="een-wiki", body_fr="Du **texte**.",
        summary_fr="Au même endroit",
    )  # fmt: skip
    make_update(project, "Une nouvelle")
    found = documents(project)
    assert found["nl"].title == "Een wiki" and "texte" not in found["nl"].text
    assert "Du texte" in found["fr"].text and "Une nouvelle" in found["fr"].text
    assert set(found["fr"].addresses) == {"un-wiki", "een-wiki"}
    assert set(ProjectSource().every_key()) == {
        f"project:{project.pk}:fr", f"project:{project.pk}:nl",
    }  # fmt: skip


def test_drafts_are_not_found():
    draft = make_project("Brouillon", is_published=False)
    assert documents(draft) == {} and list(ProjectSource().every_key()) == []
    key = key_of("project", draft.pk, "fr")
    assert ProjectSource().cards([key], "fr", make_user()) == {}


def test_a_result_leads_to_the_page(client):
    project = make_project("Un wiki", summary_fr="Au même endroit")
    key = key_of("project", project.pk, "fr")
    card = ProjectSource().cards([key], "fr", make_user())[key]
    assert (card.title, card.summary) == ("Un wiki", "Au même endroit")
    assert client.get(card.url).status_code == 200


def test_every_change_is_told_to_search():
    Target.objects.create(name="gen-1")
    project = make_project("Un wiki")
    for change in (lambda: make_update(project), lambda: publishing.tell(project)):
        Dirty.objects.all().delete()
        change()
        told = set(Dirty.objects.values_list("key", flat=True))
        assert told == {f"project:{project.pk}:{code}" for code in ("fr", "nl", "en", "de")}
