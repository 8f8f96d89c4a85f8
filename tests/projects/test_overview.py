"""The overview of all projects."""

import re

import pytest
from django.utils import timezone

from projects.models import Facet, Project, Strategy
from projects.overview import PER_PAGE
from smartwiki.models import ContentVersion
from tests.projects.helpers import address, make_call, make_project, make_update

pytestmark = pytest.mark.django_db
OVERVIEW = "/fr/projects/"


@pytest.fixture(autouse=True)
def overview_address() -> None:
    global OVERVIEW
    OVERVIEW = address("projects:overview")


def text(client, query: str = "") -> str:
    response = client.get(OVERVIEW + query)
    assert response.status_code == 200
    return response.content.decode()


def test_without_any_project_the_page_says_so(client):
    assert 'class="empty"' in text(client)


def test_it_says_honestly_how_many_were_launched_and_how_many_have_a_page(client):
    Strategy.objects.create(title_fr="La stratégie", body_fr="Six **axes**.", launched_count=20)
    make_project("Un")
    make_project("Deux")
    make_project("Brouillon", is_published=False)
    page = text(client)
    counts = re.search(r'class="strategy-counts">\s*<p>(.*?)</p>', page)[1]
    assert re.findall(r"\d+", counts) == ["20", "2"]
    assert "La stratégie" in page and "<strong>axes</strong>" in page
    assert "Brouillon" not in page


def test_latest_news_come_first(client):
    for title in ("Ancien", "Sans nouvelles", "Récent"):
        make_project(title)
    make_update(Project.objects.get(title_fr="Ancien"))
    make_update(Project.objects.get(title_fr="Récent"))
    cards = text(client).split('class="project-cards"')[1].split("</ul>")[0]
    assert cards.index("Récent") < cards.index("Ancien") < cards.index("Sans nouvelles")


def test_a_filter_is_in_the_address_and_leaves_what_fits(client):
    office = Facet.objects.create(kind="office", name_fr="Liège", name_nl="Luik")
    here = make_project("À Liège")
    here.facets.add(office)
    make_project("Ailleurs", status="done")
    assert "Ailleurs" not in text(client, f"?office={office.pk}")
    assert "Ailleurs" not in text(client, "?status=in_progress")
    assert "À Liège" not in text(client, "?status=done")
    assert "Luik" in client.get(address("projects:overview", language="nl")).content.decode()


def test_a_filter_finds_projects_with_an_open_call(client):
    make_call(make_project("Appel ouvert"))
    make_call(make_project("Appel clos"), opens=-3, closes=-1)
    make_call(make_project("Appel futur"), opens=1, closes=2)
    page = text(client, "?call=open")
    assert "Appel ouvert" in page
    assert "Appel clos" not in page and "Appel futur" not in page


@pytest.mark.parametrize(
    "query",
    ["?status=%00", "?office=x", "?axis=99999999999999999999", "?page=x", "?call=1&page=-3"],
)
def test_a_senseless_filter_filters_nothing(client, query):
    make_project("Un wiki")
    assert "Un wiki" in text(client, query)


def test_filters_that_leave_nothing_say_so(client):
    make_project("Un wiki")
    page = text(client, "?status=done")
    assert 'class="empty"' in page and "Un wiki" not in page


def test_the_time_line_and_its_table_name_every_project(client):
    dated = "Un projet daté dont le titre est long, mais entier"
    make_project(dated, launched="2021", ended="2022-05", status="done")
    make_project("Sans date")
    page = text(client)
    picture = re.search(r'<svg role="img".*?</section>', page, re.DOTALL)[0]
    table = re.search(r"<table>.*?</table>", page, re.DOTALL)[0]
    for title in (dated, "Sans date"):
        assert f">{title}</p>" in picture and title in table
    assert "mai 2022" in table
    assert picture.count("tl-known") == 1
    assert "style=" not in picture and "<script" not in picture


def test_without_any_date_there_is_no_picture(client):
    make_project("Sans date")
    page = text(client)
    assert '<svg role="img"' not in page and "<table>" in page


def test_a_title_of_another_language_is_marked(client):
    make_project("Un wiki")
    page = client.get(address("projects:overview", language="nl")).content.decode()
    assert '<span lang="fr">Un wiki</span>' in page


def test_html_in_a_title_stays_text(client):
    make_project("<b>gras</b> <script>alert(1)</script>", slug_fr="gras", launched="2021")
    page = text(client)
    assert "<b>gras" not in page and "<script>alert" not in page


@pytest.mark.parametrize("number", [20, 500])
def test_the_queries_do_not_grow_with_the_projects(client, django_assert_max_num_queries, number):
    projects = Project.objects.bulk_create(
        Project(
            key=f"p{n}",
            title_fr=f"Projet {n}",
            slug_fr=f"projet-{n}",
            is_published=True,
            launched="2021",
            status="done",
        )
        for n in range(number)
    )
    facet = Facet.objects.create(kind="category", name_fr="Outils")
    for project in projects[:50]:
        project.facets.add(facet)
    ContentVersion.bump()
    with django_assert_max_num_queries(10):
        page = text(client)
    assert page.count('class="project-card"') == min(number, PER_PAGE)
    if number > PER_PAGE:
        assert 'rel="next"' in page
        assert "Projet" in text(client, "?page=2")
    with django_assert_max_num_queries(10):
        few = text(client, f"?status=done&category={facet.pk}")
    assert f"{min(number, 50)} projets, " in few
    assert f'<option value="{facet.pk}" selected>Outils ({min(number, 50)})</option>' in few


def test_a_kept_page_costs_one_query_and_forgets_a_call_that_closes(
    client, django_assert_num_queries, monkeypatch
):
    call = make_call(make_project("Un wiki"))
    assert "badge-call" in text(client)
    with django_assert_num_queries(1):
        assert "badge-call" in text(client)
    monkeypatch.setattr(timezone, "now", lambda: call.closes_at)
    assert "badge-call" not in text(client)
