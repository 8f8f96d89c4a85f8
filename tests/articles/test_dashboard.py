"""The desk shows what there is to do, what is read most first, with few queries at any size."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.utils import timezone

from articles import standing
from articles.desk import dashboard, over_time, views
from articles.models import Coverage, Reading
from articles.states import State
from tests.articles.addresses import at
from tests.database import analyse
from tests.guides import STAFF, make_guide, make_user, revise, translate

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def editor(client):
    person = make_user("editor", "editor", "fr", "nl")
    client.force_login(person)
    return person


def titles(response):
    return [row.link.title for row in response.context["rows"]]


def read(guide, times, days_ago=0):
    text = guide.translations.first()
    Reading.objects.create(translation=text, day=TODAY - timedelta(days_ago), count=times)
    dashboard.count_readers()  # as each night


def many_guides(number):
    """Make `number` guides in two languages, as copies inside the database: in a second."""
    guide = make_guide("Modèle")
    translate(guide, "nl", "Model")
    number -= 1  # with the model
    copies(guide, number, "id")
    for text in guide.translations.select_related("article", "published__revision"):
        copies(text.article, number, "id", "current_revision_id")
        copies(text.published.revision, number, "id", "article_id")
        copies(text.published, number, "id", "revision_id")
        slug = f"'{text.slug}-' || n"
        copies(text, number, "id", "guide_id", "article_id", "published_id", slug=slug, path=slug)
    standing.recount()
    analyse()


def copies(row, number, *counted, **other):
    """Insert copies of `row` with other numbers in its columns `counted`, and SQL in `other`."""
    columns = [field.column for field in row._meta.local_concrete_fields]
    chosen = [
        other.get(each, f"{each} + 10 * n" if each in counted else f'"{each}"') for each in columns
    ]
    table, names = row._meta.db_table, ", ".join(f'"{each}"' for each in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE counted(n) AS "
            f"(SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {number:d}) "
            f"INSERT INTO {table} ({names}) SELECT {', '.join(chosen)} FROM {table}, counted "
            f"WHERE id = {row.pk:d}"
        )


def test_what_is_read_most_comes_first(client, editor):
    rarely, often, before = (make_guide(name) for name in ("Rare", "Souvent", "Avant"))
    read(rarely, 2)
    read(often, 5)
    read(often, 5, days_ago=20)
    read(before, 500, days_ago=40)
    response = client.get(at("fr", "desk:dashboard"))
    assert titles(response) == ["Souvent", "Rare", "Avant"]
    assert [row.readers for row in response.context["rows"]] == [10, 2, 0]


def test_each_language_shows_its_state(client, editor):
    guide = make_guide("Factures")
    translate(guide, "nl", "Facturen")
    translate(guide, "en", "Invoices", draft=True)
    revise(guide.translations.get(language="fr"), "Autre.", significance="major")
    cells = client.get(at("fr", "desk:dashboard")).context["rows"][0].cells
    assert [cell.state for cell in cells] == [
        State.SOURCE,
        State.BADLY_OUTDATED,
        State.DRAFT,
        State.MISSING,
    ]


def test_what_is_to_be_done_is_a_link(client, editor):
    guide = make_guide("Factures")
    page = client.get(at("fr", "desk:dashboard")).content.decode()
    assert f'href="{at("fr", "translating:work", guide.pk, "de")}"' in page
    assert "Factures, " in page  # the link says which guide, for those who do not see the table


@pytest.mark.parametrize("few", [0, 2])  # shares of all guides
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Topic", "Outdated", "Alone"}),
        ("?language=nl&state=missing", {"Topic", "Alone"}),
        ("?language=nl&state=outdated", {"Outdated"}),
        ("?language=nl&state=badly", set()),
        ("?language=nl&state=current", set()),
        ("?state=current", {"Topic", "Outdated", "Alone"}),
        ("?state=missing", {"Topic", "Outdated", "Alone"}),
        ("?state=outdated", {"Outdated"}),
        ("?state=badly", set()),
        ("?state=missing&topic={topic}", {"Topic", "Outdated"}),
        ("?state=outdated&owner={owner}", set()),
        ("?language=nl&state=to-do", {"Topic", "Outdated", "Alone"}),
        ("?language=fr&state=to-do", set()),
        ("?topic={topic}", {"Topic", "Outdated"}),
        ("?owner={owner}", {"Alone"}),
        ("?language=xx&state=odd&topic=x&owner=%00&page=z", {"Topic", "Outdated", "Alone"}),
        ("?page=99", {"Topic", "Outdated", "Alone"}),
    ],
)
def test_filters(client, editor, monkeypatch, query, found, few):
    monkeypatch.setattr(views, "FEW", few)
    topic = make_guide("Topic")
    outdated = make_guide("Outdated", parent=topic)
    translate(outdated, "nl", "Oud")
    revise(outdated.translations.get(language="fr"), "Autre.", significance="minor")
    make_guide("Alone", owner=editor)
    response = client.get(
        at("fr", "desk:dashboard") + query.format(topic=topic.pk, owner=editor.pk)
    )
    assert set(titles(response)) == found
    assert response.context["page"].paginator.count == len(found)


def test_who_publishes_in_one_language_sees_it_first_and_may_ask_for_all(client):
    make_guide("Factures")
    client.force_login(make_user("nora", "editor", "nl"))

    def shown(query):
        response = client.get(at("fr", "desk:dashboard") + query)
        assert 'name="q" value=""' in response.content.decode()  # the search box stays empty
        return response.context["languages"]

    assert shown("") == ["nl"]
    assert shown("?page=1") == ["nl"]
    assert shown("?language=de&state=missing") == ["de"]
    assert len(shown("?language=")) == 4


def test_the_next_page_keeps_the_filters(client, editor, monkeypatch):
    monkeypatch.setattr(views, "GUIDES_ON_A_PAGE", 1)
    make_guide("Factures")
    make_guide("Frais")
    content = client.get(at("fr", "desk:dashboard") + "?state=missing&language=de").content.decode()
    (following,) = re.findall(r'rel="next" href="([^"]*)"', content)
    content = client.get(at("fr", "desk:dashboard") + unescape(following)).content.decode()
    (previous,) = re.findall(r'rel="prev" href="([^"]*)"', content)
    assert parse_qs(unescape(previous)[1:]) == {
        "state": ["missing"],
        "language": ["de"],
        "page": ["1"],
    }


def test_totals_count_every_guide_in_every_language(editor):
    guide = make_guide("Factures")
    translate(guide, "nl", "Facturen")
    make_guide("Gids", "nl")
    revise(guide.translations.get(language="fr"), "Autre.", significance="major")
    counts = {
        total.language: (total.current, total.outdated, total.missing)
        for total in dashboard.totals(STAFF)
    }
    assert counts == {"fr": (1, 0, 1), "nl": (1, 1, 0), "en": (0, 0, 2), "de": (0, 0, 2)}


def test_5000_guides_take_no_more_than_12_queries(client, editor, django_assert_max_num_queries):
    many_guides(5000)
    with django_assert_max_num_queries(12):
        response = client.get(at("fr", "desk:dashboard") + "?language=nl&state=current")
    assert response.context["page"].paginator.count == 5000
    with django_assert_max_num_queries(12):
        assert len(client.get(at("fr", "desk:dashboard")).context["rows"]) == 50


def test_over_time_shows_weeks_as_numbers_too(client, editor, django_assert_num_queries):
    guide = make_guide("Factures")
    read(guide, 7, days_ago=7)
    read(guide, 5)
    dashboard.take_down_coverage()
    over_time.count_readings()
    Reading.objects.filter(day=TODAY).update(count=6)
    for _night in range(2):
        over_time.count_readings()
    with django_assert_num_queries(5):  # session, person, roles; two kept tables
        page = client.get(at("fr", "desk:over-time"))
    readings = {series.language: series for series in page.context["readings"]}
    assert [bar.value for bar in readings["fr"].bars] == [7, 6]
    coverage = {series.language: series for series in page.context["coverage"]}
    assert coverage["fr"].latest.value == 100
    assert coverage["nl"].latest.value == 0


def test_only_what_is_public_is_taken_down(editor):
    make_guide("Équipe", visibility=STAFF)
    dashboard.take_down_coverage()
    assert set(Coverage.objects.values_list("missing", flat=True)) == {0}


@pytest.mark.parametrize("page", ["dashboard", "mine", "over-time", "voices"])
@pytest.mark.parametrize("role", ["", "moderator", "project_lead"])
def test_the_desk_is_for_editors(client, page, role):
    assert client.get(at("en", f"desk:{page}")).status_code == 403
    client.force_login(make_user("other", role))
    assert client.get(at("en", f"desk:{page}")).status_code == 403


def test_my_work_shows_what_waits_for_me(client, editor):
    guide = make_guide("Factures", owner=editor, review_every=1)
    guide.translations.get().verify(None, TODAY - timedelta(days=90))
    client.post(at("fr", "translating:work", guide.pk, "nl"), {"title": "Half werk", "do": "keep"})
    page = client.get(at("fr", "desk:mine")).content.decode()
    assert at("fr", "desk:accurate", guide.pk, "fr") in page
    assert "Half werk" in page
    client.post(at("fr", "desk:accurate", guide.pk, "fr"), {"from": "mine"})
    assert (
        at("fr", "desk:accurate", guide.pk, "fr")
        not in client.get(at("fr", "desk:mine")).content.decode()
    )
