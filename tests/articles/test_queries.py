"""Pages cost the same few queries, whatever the size of the tree."""

import pytest
from django.db import transaction

from articles.standing import restating_once
from tests.guides import make_guide, make_user, translate

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[2, 12], ids=["small tree", "large tree"])
def topic(request):
    with transaction.atomic(), restating_once():
        topic = make_guide("Frais")
        translate(topic, "nl", "Kosten")
        link = make_guide("Lien", parent=topic)
        for number in range(request.param):
            middle = make_guide(f"Milieu {number}", parent=topic, text=f"[](guide:{link.pk})")
            translate(middle, "nl", f"Midden {number}")
            make_guide(f"Feuille {number}", parent=middle)
    return topic


@pytest.mark.parametrize(
    ("url", "queries"),
    [
        ("/fr/", 7),
        ("/fr/guides/", 3),
        ("/fr/guides/frais/", 3),
        ("/fr/guides/frais/milieu-1/", 3),
        ("/fr/guides/frais/milieu-1/feuille-1/", 3),
        ("/nl/gidsen/frais/milieu-1/feuille-1/", 3),
        ("/sitemap-guides.xml", 4),
    ],
)
def test_visitor(client, topic, django_assert_num_queries, url, queries):
    with django_assert_num_queries(queries):
        response = client.get(url)
    assert response.status_code in (200, 302)


@pytest.mark.parametrize(("role", "queries"), [("", 7), ("editor", 7)])
def test_signed_in_person(client, topic, django_assert_num_queries, role, queries):
    client.force_login(make_user("lucie", role))
    with django_assert_num_queries(queries):
        assert client.get("/fr/guides/frais/milieu-1/").status_code == 200


def test_404(client, topic, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):  # two of them by index, for suggestions
        assert client.get("/fr/guides/frais/inconnu/").status_code == 404


def test_nothing_is_written_while_reading(client, topic):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        for url in ("/", "/fr/", "/fr/guides/frais/", "/sitemap.xml"):
            client.get(url)
    for query in captured:
        assert query["sql"].lstrip().upper().startswith("SELECT"), query["sql"]
