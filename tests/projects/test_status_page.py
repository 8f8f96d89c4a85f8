"""The status page of a project."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects import publishing
from projects.models import Facet, Milestone, Objective
from smartwiki.models import ContentVersion
from tests.guides import make_guide, translate
from tests.projects.helpers import (
    address,
    make_call,
    make_lead,
    make_project,
    make_update,
    page_of,
)

pytestmark = pytest.mark.django_db


def text(client, project, language="fr") -> str:
    response = client.get(page_of(project, language))
    assert response.status_code == 200
    return response.content.decode()


def full_project(updates: int = 2):
    guide = make_guide("Factures")
    project = make_project(
        "Un wiki",
        make_lead(),
        summary_fr="Tout au même endroit.",
        body_fr=f"Voir [les factures](guide:{guide.pk}).",
        launched="2021",
        expected_end="2025-06",
        progress=40,
        related_guides=[guide.pk],
    )
    project.leads.add(make_lead("second"))
    for kind in ("category", "axis", "team", "office"):
        project.facets.add(Facet.objects.create(kind=kind, name_fr=f"Le {kind}"))
    Objective.objects.create(
        project=project, text_fr="Être lus", indicator_fr="Visites", target="90 %", present="40 %"
    )
    Milestone.objects.create(project=project, title_fr="Première version", due="2021-12")
    Milestone.objects.create(project=project, title_fr="Équipe", due="2021", done_on="2021-10-03")
    for number in range(updates):
        make_update(project, f"Nouvelle {number}", body_fr="Du **texte**.")
    make_call(project, contact="team@example.org")
    make_call(project, opens=-9, closes=-3, title_fr="Ancien appel", results_fr="Des tomates.")
    return project


def test_a_project_of_which_little_is_known_has_a_calm_page(client):
    page = text(client, make_project("Peu connu"))
    assert "Peu connu" in page
    for part in ("objectives", "milestones", "journal", "calls", "guides", "<progress"):
        assert f'id="{part}"' not in page and "<progress" not in page
    assert "None" not in page


def test_all_that_is_known_is_shown(client):
    page = text(client, full_project())
    for words in (
        "Tout au même endroit.", "juin 2025", 'value="40"', "Le category", "Le axis", "Le team",
        "Le office", "lead, second", "Être lus", "90 %", "Première version", "3 octobre 2021",
        "Nouvelle 1", "<strong>texte</strong>", "Aidez-nous", "team@example.org", "Ancien appel",
        "Des tomates.", "Factures", "og:image",
    ):  # fmt: skip
        assert words in page, words
    assert "ana@example.org" not in page


@pytest.mark.parametrize("updates", [1, 40])
def test_the_queries_do_not_grow_with_the_updates(client, django_assert_max_num_queries, updates):
    project = full_project(updates)
    with django_assert_max_num_queries(10):
        assert "Nouvelle 0" in text(client, project)


def test_a_late_milestone_says_so(client):
    assert "is-late" in text(client, full_project())


def test_any_language_s_address_leads_to_the_reader_s(client):
    project = make_project("Un wiki", title_nl="Een wiki", slug_nl="een-wiki")
    french = address("projects:project", "un-wiki", language="nl")
    response = client.get(french, follow=True)
    assert response.redirect_chain[-1][0].endswith("/een-wiki/")
    assert "Een wiki" in response.content.decode()
    german = text(client, project, "de")
    assert '<span lang="fr">Un wiki</span>' in german and 'content="noindex"' in german


def test_an_address_that_the_project_had_still_leads_to_it(client):
    project = make_project("Un wiki")
    old = page_of(project)
    project.slug_fr = "le-wiki"
    project.save()
    ContentVersion.bump()
    assert client.get(old)["Location"] == page_of(project)


def test_what_is_not_there_is_not_found(client):
    project = make_project("Brouillon", is_published=False)
    assert client.get(page_of(project)).status_code == 404
    assert client.get(page_of(project) + "x/").status_code == 404


def test_only_those_who_may_edit_see_a_draft_and_the_way_to_the_desk(client):
    lead = make_lead()
    draft = make_project("Brouillon", lead, is_published=False)
    public = make_project("Public", lead)
    client.force_login(make_lead("other"))
    assert client.get(page_of(draft)).status_code == 404
    desk = address("project_desk:project", public.pk)
    assert desk not in text(client, public)
    client.force_login(lead)
    assert desk in text(client, public)
    assert client.get(page_of(draft)).status_code == 200


def test_a_silent_project_says_so_until_somebody_confirms_it(client, settings):
    settings.PROJECT_CONFIRM_AFTER = 8
    eight_weeks_ago = timezone.localdate() - timedelta(weeks=8)
    project = make_project("Un wiki", confirmed_on=eight_weeks_ago)
    assert "notice-warning" in text(client, project)
    publishing.confirm(project)
    assert "notice-warning" not in text(client, project)


def test_a_page_becomes_silent_although_nobody_touches_it(client, monkeypatch, settings):
    settings.PROJECT_CONFIRM_AFTER = 8
    project = make_project("Un wiki", confirmed_on=timezone.localdate())
    assert "notice-warning" not in text(client, project)
    later = timezone.now() + timedelta(weeks=8, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "notice-warning" in text(client, project)


def test_nothing_is_expected_of_a_finished_project(client):
    project = make_project("Fini", status="done", confirmed_on="2021-01-01")
    assert "notice-warning" not in text(client, project)


def test_markup_in_any_text_stays_harmless(client):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    project = make_project("Un wiki", body_fr=evil, summary_fr=evil)
    Objective.objects.create(project=project, text_fr=evil, target=evil[:100])
    Milestone.objects.create(project=project, title_fr=evil)
    make_update(project, evil, body_fr=evil)
    make_call(project, title_fr=evil, body_fr=evil)
    page = text(client, project)
    assert "<script>alert" not in page and "<img src=x" not in page


def test_a_guide_links_to_a_project_by_its_number(client):
    wiki = make_project("Un wiki", title_nl="Een wiki", slug_nl="een-wiki")
    draft = make_project("Secret", is_published=False)
    words = f"Voir [](project:{wiki.pk}), [le projet](project:{wiki.pk}), [x](project:{draft.pk})."
    guide = make_guide("Factures", text=words)
    page = client.get("/fr/guides/factures/").content.decode()
    assert f'href="{page_of(wiki)}">Un wiki</a>' in page
    assert f'href="{page_of(wiki)}">le projet</a>' in page
    assert page_of(draft) not in page
    translate(guide, "nl", "Facturen", f"Zie [](project:{wiki.pk}).")
    dutch = client.get("/nl/gidsen/facturen/").content.decode()
    assert f'href="{page_of(wiki, "nl")}">Een wiki</a>' in dutch
