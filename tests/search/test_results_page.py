"""The results page: what readers see of a search."""

import pytest
from django.urls import reverse
from django.utils import translation

from articles import tree
from smartwiki.search.queries import LONGEST, MOST_CLAUSES, parse, tidy
from tests.guides import MEMBERS, STAFF, make_guide, make_user, revise, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def search(client, index):
    """Search as the client, after taking in what changed."""

    def search(q="", **choices):
        index()
        return client.get(reverse("search"), {"q": q, **choices})

    return search


def text_of(response):
    return response.content.decode()


def test_title_and_text_show_where_the_words_stand(search):
    make_guide("Faire une facture", text="Envoyez vos <b>factures</b> & notes.")
    page = text_of(search("facture"))
    assert "Faire une <mark>facture</mark></a>" in page
    assert "vos &lt;b&gt;" in page or "<mark>factures</mark> &amp; notes" in page


def test_text_is_escaped(search):
    make_guide("Facture <img onerror=alert(1)>", text="`<script>facture</script>`", slug="x")
    page = text_of(search("facture"))
    assert "<img onerror" not in page
    assert "<script>facture" not in page
    assert "&lt;img onerror" in page


def test_other_languages_come_after_in_groups_of_their_own(search):
    translate(make_guide("Facture smart"), "nl", "Smart factuur")
    make_guide("Onkosten smart", "nl", slug="onkosten")
    response = search("smart")
    assert [str(each.title) for each in response.context["results"].results] == [
        "Facture <mark>smart</mark>"
    ]
    (group,) = response.context["results"].others
    assert group.language == "nl"
    # The page that is shown in French already is not shown again.
    assert [str(each.title) for each in group.results] == ["Onkosten <mark>smart</mark>"]
    assert 'lang="nl"' in text_of(response)


def test_a_language_can_be_chosen(search):
    guide = make_guide("Facture")
    translate(guide, "nl", "Factuur")
    assert search("factuur").context["results"].total == 0
    assert search("factuur", language="nl").context["results"].total == 1


def test_what_was_chosen_is_shown_again(search):
    topic = make_guide('Argent & "frais"', "fr")
    make_guide("Facture", parent=topic)
    page = text_of(search("facture", language="fr", topic=str(topic.pk)))
    assert '<option value="fr" lang="fr" selected>Français</option>' in page
    assert '<option value="nl" lang="nl">Nederlands</option>' in page
    title = "Argent &amp; &quot;frais&quot;"
    assert f'<option value="{topic.pk}" selected>{title}</option>' in page
    assert f" · {title}</p>" in page


def test_a_topic_can_be_chosen(search):
    topic = make_guide("Argent")
    make_guide("Facture", parent=topic)
    make_guide("Facture", slug="autre")
    assert search("facture").context["results"].total == 2
    assert search("facture", topic=str(topic.pk)).context["results"].total == 1


def test_what_makes_no_sense_as_a_choice_is_no_choice(search):
    make_guide("Facture")
    response = search("facture", kind="boat", language="xx", page="-7")
    assert response.context["results"].total == 1
    assert search("facture", topic="\0'").context["results"].total == 0


def test_a_wrong_letter_is_put_right(search):
    make_guide("Remboursement des frais", slug="x")
    response = search("rembousrement")
    assert response.context["results"].suggestion == "remboursement"
    assert "?q=remboursement" in text_of(response)
    assert "<mark>Remboursement</mark> des frais</a>" in text_of(response)


def test_what_was_meant_is_shown_once_and_before_what_has_some_of_the_words(search):
    for number in range(7):
        make_guide(f"Compte bloqué {number}", slug=f"compte-{number}")
    make_guide("Bloqué", slug="x")
    results = search("comtpe bloqué").context["results"]
    assert [each.rank for each in results.meant] == [1, 2, 3, 4, 5]
    assert [each.rank for each in results.partly] == list(range(6, 6 + len(results.partly)))
    shown = [each.url for each in (*results.meant, *results.partly)]
    assert len(set(shown)) == len(shown) >= 8


def test_nothing_is_proposed_that_finds_nothing(search):
    make_guide("Compte bloqué", slug="x")
    assert search("comtpe bloqué").context["results"].suggestion == "compte bloqué"
    assert search("licorne bloqué").context["results"].suggestion is None
    assert search("licorne bleue").context["results"].suggestion is None
    assert search("bleue").context["results"].suggestion is None


def test_words_that_no_page_has_together_find_pages_with_some_of_them(search):
    make_guide("Note de frais", slug="x")
    response = search("frais licorne")
    assert response.context["results"].total == 0
    assert len(response.context["results"].partly) == 1


def test_where_few_pages_have_all_words_the_best_with_some_come_below(search):
    make_guide("Devenir membre", slug="x")
    make_guide("Qui contacter", text="Les membres que nous serons un jour.", slug="y")
    results = search("membre serons").context["results"]
    assert [str(each.title) for each in results.results] == ["Qui contacter"]
    assert [str(each.title) for each in results.partly] == ["Devenir <mark>membre</mark>"]
    assert [each.rank for each in results.partly] == [2]


def test_a_compound_that_no_page_has_finds_pages_with_a_part(search):
    make_guide("Eine Rechnung stellen", "de", slug="rechnung")
    results = search("Rechnungsformular", language="de").context["results"]
    assert len([*results.meant, *results.partly]) == 1
    assert search("Rechnungsstellung", language="de").context["results"].total == 1


def test_the_beginning_of_a_word_finds_the_word(search):
    make_guide("Naar de bibliotheek", "nl", slug="x")
    assert search("bib", language="nl").context["results"].suggestion == "bibliotheek"
    assert search("bi", language="nl").context["results"].suggestion is None


def test_a_long_word_is_put_right_to_what_it_begins_with(search):
    make_guide("Une facture", slug="x")
    assert search("facturettement").context["results"].suggestion == "facture"


def test_nothing_found_offers_ways_on(search):
    make_guide("Facture")
    page = text_of(search("licorne"))
    assert reverse("articles:tree") in page
    assert reverse("search-missing") in page


def test_page_numbers_lead_through_all_results(search):
    for number in range(12):
        make_guide("Facture", slug=f"facture-{number}")
    first = search("facture")
    assert "page=2" in text_of(first)
    second = search("facture", page=2)
    assert len(second.context["results"].results) == 2
    assert [each.rank for each in second.context["results"].results] == [11, 12]


def test_of_more_results_than_anybody_reads_the_first_are_offered(search, monkeypatch):
    monkeypatch.setattr("smartwiki.search.results.MOST_FOUND", 10)
    for number in range(12):
        make_guide("Facture smart", slug=f"facture-{number}")
        other = make_guide("Contrat", slug=f"contrat-{number}")
        translate(other, "nl", "Smart contract", slug=f"contract-{number}")
    page = text_of(search("smart"))
    assert "Plus de 10 résultats pour" in page
    assert "page=2" not in page
    assert "Plus de 10 résultats en néerlandais" in page


@pytest.mark.parametrize(
    ("person", "sees"),
    [
        (None, ["public"]),
        (("member", ""), ["public", "members"]),
        (("editor", "editor", "de"), ["public", "members", "staff"]),
        (("moderator", "moderator"), ["public", "members", "staff"]),
        (("lead", "project_lead"), ["public", "members", "staff"]),
    ],
)
def test_everybody_finds_what_they_may_read_and_no_more(search, client, person, sees):
    for name, visibility in [("public", 0), ("members", MEMBERS), ("staff", STAFF)]:
        make_guide("Zébulon", slug=name, visibility=visibility)
    if person:
        client.force_login(make_user(*person))
    results = search("zebulon").context["results"]
    assert (results.total, len(results.results)) == (len(sees), len(sees))
    complete = client.get(reverse("search-complete"), {"q": "zeb"}).json()["options"]
    assert len([option for option in complete if option["kind"] == "page"]) == len(sees)


def test_what_is_hidden_is_not_proposed_either(search, client):
    make_guide("Licenciement", visibility=STAFF)
    response = search("licensiement")
    assert response.context["results"].suggestion is None
    assert client.get(reverse("search-complete"), {"q": "licen"}).json() == {"options": []}


def test_a_guide_that_becomes_hidden_is_no_longer_found(search):
    guide = make_guide("Zébulon")
    below = make_guide("Zébulon", parent=guide, slug="below")
    assert search("zebulon").context["results"].total == 2
    tree.change_visibility(guide, STAFF)
    assert search("zebulon").context["results"].total == 0
    tree.change_visibility(guide, 0)
    tree.delete_guide(below)
    assert search("zebulon").context["results"].total == 1
    tree.restore_guide(below)
    assert search("zebulon").context["results"].total == 2


def test_drafts_are_not_found(search):
    make_guide("Zébulon", draft=True)
    assert search("zebulon").context["results"].total == 0


def every_block():
    """One letter of each stretch of 256 of Unicode."""
    return "".join(chr(code) for code in range(0x21, 0x3FFFF, 256) if not 0xD800 <= code < 0xE000)


@pytest.mark.parametrize(
    "q",
    [
        "",
        "   ",
        "x" * 10_000,
        "a b c d " * 2_000,
        "le la les de du",
        "?!… — « » ()",
        every_block(),
        every_block()[::-1],
        '"facture',
        'facture" "',
        "«»",
        "-",
        "- -",
        "-facture",
        "fact* ?re~2 AND OR NOT (",
        "title:facture^4 [a TO b]",
        "'; DROP TABLE search_pg_entry; --",
        "' | ' & ! <-> :*",
        "\\ \\' \\\\",
        "😀 👩‍👩‍👧",
        "שלום مرحبا ‮fact",
        "a\0b",
        "ﬁ ǅ İ ſ",
        "\u0301\u0301",
        "%_%",
        "{{ 7|add:7 }}",
        "http://example.org/fr/guides/",
        "/",
        "ZZ" * 60,
    ],
)
def test_anything_at_all_gets_a_page(search, client, q):
    make_guide("Facture")
    for address in ("search", "search-complete"):
        search("facture")
        response = client.get(reverse(address), {"q": q})
        assert response.status_code == 200


@pytest.mark.parametrize("q", ["mot " * 3_000, "x" * 10_000, "-a " * 3_000, '"a b" ' * 2_000])
def test_long_input_is_cut_before_anything_is_done_with_it(q):
    query = parse(tidy(q), "fr")
    assert len(tidy(q)) <= LONGEST
    assert len(query.wanted) <= MOST_CLAUSES
    assert len(query.excluded) <= MOST_CLAUSES


def test_no_input_takes_more_queries_than_another(
    search, client, django_assert_max_num_queries, engine
):
    make_guide("Facture")
    search("facture")
    words = " ".join(f"licorne{letter}" for letter in "abcdefghijklmnop")
    with django_assert_max_num_queries({"whoosh": 5, "postgresql": 60}[engine]):
        assert client.get(reverse("search"), {"q": words}).status_code == 200


def test_a_missing_index_is_said_and_made_anew(client, engine, settings):
    from smartwiki.search.worker import look_after

    make_guide("Facture")
    response = client.get(reverse("search"), {"q": "facture"})
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    look_after()
    assert client.get(reverse("search"), {"q": "facture"}).context["results"].total == 1


def test_an_index_made_by_older_rules_is_made_anew(client, index, monkeypatch):
    from smartwiki.search import analysis

    make_guide("Facture")
    index()
    monkeypatch.setattr(analysis, "RULES_VERSION", 999)
    assert client.get(reverse("search"), {"q": "facture"}).status_code == 503
    assert client.get(reverse("search-complete"), {"q": "fac"}).json() == {"options": []}
    index()
    assert client.get(reverse("search"), {"q": "facture"}).context["results"].total == 1


def test_a_visitors_answer_is_kept_until_something_is_published(
    search, client, django_assert_num_queries
):
    guide = make_guide("Facture")
    first = search("facture")
    with django_assert_num_queries(1):
        assert client.get(reverse("search"), {"q": "facture"}).content == first.content
    assert "Le mot" not in text_of(first)
    revise(guide.translations.get(), text="Le mot facture.")
    # Published, but not taken into the index: this answer must not be kept.
    assert client.get(reverse("search"), {"q": "mot"}).context["results"].total == 0
    assert search("mot").context["results"].total == 1
    assert client.get(reverse("search"), {"q": "mot"}).context is None  # kept
    assert client.get(reverse("search-complete"), {"q": "fac"}).json()["options"]


def test_an_answer_for_a_member_is_never_kept(search, client):
    make_guide("Facture", visibility=MEMBERS)
    client.force_login(make_user("member"))
    assert search("facture").context["results"].total == 1
    assert "private" in client.get(reverse("search"), {"q": "facture"}).headers["Cache-Control"]
    client.logout()
    assert client.get(reverse("search"), {"q": "facture"}).context["results"].total == 0


def test_what_stands_around_the_results_is_made_for_who_reads(search, client):
    make_guide("Facture")
    for q in ("facture", "factures"):  # the second time from memory
        page = text_of(search(q))
        assert "Se connecter" in page
        assert 'href="/fr/guides/"' in page
        with translation.override("nl"):
            page = text_of(search(q))
        assert "Aanmelden" in page
        assert 'href="/nl/gidsen/"' in page
    client.force_login(make_user("member"))
    page = text_of(search("facture"))
    assert "Se connecter" not in page
    assert "member" in page


def test_a_results_page_takes_few_queries(search, client, django_assert_num_queries, engine):
    topic = make_guide("Argent")
    for number in range(12):
        make_guide("Facture", slug=f"facture-{number}", parent=topic)
    search("facture")
    number = {"whoosh": 3, "postgresql": 10}[engine]
    with django_assert_num_queries(number):
        client.get(reverse("search"), {"q": "factures"})
    with django_assert_num_queries({"whoosh": 3, "postgresql": 5}[engine]):
        client.get(reverse("search-complete"), {"q": "fac"})
