"""What people type finds what they meant."""

import pytest
from django.db import connection

from articles import tree
from articles.models import Guide
from smartwiki.search.backends import Scope, backend
from smartwiki.search.queries import Clause, Less, Query, parse, tidy
from tests.guides import make_guide, translate

pytestmark = pytest.mark.django_db

EVERYBODY = frozenset({"guide0"})


def find(text, language="fr", audiences=EVERYBODY, **options):
    found = backend().search(parse(tidy(text), language), Scope(audiences), **options)
    return [int(key.split(":")[1]) for key in found.keys]


@pytest.mark.parametrize(
    ("language", "title", "query"),
    [
        ("fr", "Les indemnités de déplacement", "indemnite"),
        ("fr", "L'assurance des usager·es", "usagères"),
        ("fr", "Votre conseiller·e", "conseillère"),
        ("fr", "Le cœur du métier", "coeur metier"),
        ("nl", "Een onkostennota maken", "nota"),
        ("nl", "Je btw-nummer", "btwnummer"),
        ("de", "Die Krankenversicherung", "versicherung"),
        ("de", "Straßen und Größen", "strasse grosse"),
        ("en", "The member's expenses", "expense of members"),
    ],
)
def test_a_page_is_found_by_what_people_type(index, language, title, query):
    guide = make_guide(title, language, text="—", slug="x")
    index()
    assert find(query, language) == [guide.pk]


def test_quotes_keep_words_together(index):
    make_guide("Une note", text="Les frais de la note.", slug="a")
    guide = make_guide("Autre", text="Votre note de frais.", slug="b")
    index()
    assert find('"note de frais"') == [guide.pk]
    assert len(find("note de frais")) == 2


def test_a_minus_excludes(index):
    make_guide("Facture", text="Pour un client.", slug="a")
    guide = make_guide("Facture", text="Pour vous.", slug="b")
    index()
    assert find("facture -client") == [guide.pk]


def test_a_whole_title_comes_first_even_of_words_that_say_nothing(index):
    guide = make_guide("Qui sommes-nous ?", slug="qui")
    make_guide("Autre", text="qui sommes nous " * 30, slug="autre")
    index()
    assert find("qui sommes nous")[0] == guide.pk


def test_an_old_address_finds_the_page(index):
    guide = make_guide("Factures", slug="anciens-papiers")
    tree.change_slug(guide.translations.get(), "factures")
    index()
    assert find("https://example.org/fr/guides/anciens-papiers/") == [guide.pk]


def test_readers_never_find_what_they_may_not_see(index):
    make_guide("Salaires secrets", visibility=2)
    index()
    assert find("salaires") == []
    assert len(find("salaires", audiences=frozenset({"guide0", "guide1", "guide2"}))) == 1
    assert find("salaires", audiences=frozenset({"guide9"})) == []


def test_words_of_hidden_pages_are_neither_completed_nor_proposed(index):
    make_guide("Licenciement", visibility=2)
    index()
    engine = backend()
    assert engine.complete_words("fr", "lic", EVERYBODY, 5) == []
    assert engine.complete_titles("fr", ["lic"], EVERYBODY, 5) == []
    assert engine.similar_words("fr", "licensiement", EVERYBODY, 12) == []
    team = frozenset({"guide2"})
    assert [w.shown for w in engine.complete_words("fr", "lic", team, 5)] == ["licenciement"]
    assert len(engine.complete_titles("fr", ["lic"], team, 5)) == 1
    assert [w.shown for w in engine.similar_words("fr", "licensiement", team, 12)] == [
        "licenciement"
    ]


@pytest.mark.parametrize("many", [2, 3, 4, 2_000])
def test_titles_are_completed_alike_however_many_there_are(index, monkeypatch, many):
    monkeypatch.setattr("smartwiki.search.backends.postgresql.MANY", many)
    for number in range(3):
        make_guide("Facture", slug=f"facture-{number}")
    make_guide("Factures secrètes", visibility=2)
    make_guide("Facturatie", language="nl")
    index()
    found = backend().complete_titles("fr", ["fac"], EVERYBODY, 50)
    assert len(found) == 3
    assert backend().complete_titles("fr", ["fac"], EVERYBODY, 2) == found[:2]


@pytest.mark.parametrize("together", [5, 4096])
def test_titles_with_several_words_are_completed_among_many(index, monkeypatch, together):
    monkeypatch.setattr("smartwiki.search.backends.whoosh_files.TOGETHER", together)
    for number in range(24):
        title = "Modèle de devis" if number < 12 else "Remplir le devis"
        make_guide(title, slug=f"devis-{number}")
    index()
    found = backend().complete_titles("fr", ["devis", "remp"], EVERYBODY, 50)
    assert len(found) == 12
    assert backend().complete_titles("fr", ["modele", "remp"], EVERYBODY, 50) == []


def test_every_word_begins_with_nothing_at_all(index):
    make_guide("Impôt facture")
    make_guide("Secret", visibility=2)
    index()
    known = {word.word: word for word in backend().complete_words("fr", "", EVERYBODY, 50)}
    assert {"facture", "impot"} <= known.keys()
    assert known["impot"].shown == "impôt"
    assert "secret" not in known


def test_pages_are_counted_and_come_page_by_page(index):
    for number in range(25):
        make_guide("Facture", slug=f"facture-{number}")
    index()
    first = backend().search(parse("facture", "fr"), Scope(EVERYBODY), limit=10)
    last = backend().search(parse("facture", "fr"), Scope(EVERYBODY), offset=20, limit=10)
    past = backend().search(parse("facture", "fr"), Scope(EVERYBODY), offset=40, limit=10)
    assert (len(first.keys), first.total) == (10, 25)
    assert (len(last.keys), last.total) == (5, 25)
    assert (past.keys, past.total) == ([], 25)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_what_pages_are_found_and_ranked_by_lies_in_their_rows(postgresql, index):
    words = " ".join(f"mot{number}" for number in range(300))  # too long to stay there by itself
    for number in range(5):
        make_guide(f"Une note de frais {number}", text=words, slug=f"note-{number}")
    index()

    def blocks(columns):
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)"
                f" SELECT {columns} FROM search_pg_entry WHERE language = 'fr'"
            )
            [plan] = cursor.fetchone()[0]
        return plan["Plan"]["Shared Hit Blocks"]

    found_by = "exact @> '{x}', title @@ 'x', titled @@ 'x', vector @@ 'x'"
    assert blocks(found_by) == blocks("key") < blocks("array_length(words, 1)")


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_nothing_that_is_written_is_put_aside_for_each_search_to_look_through(postgresql, index):
    make_guide("Facture")
    index()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, gin_clean_pending_list(indexname::regclass) FROM pg_indexes"
            " WHERE tablename = 'search_pg_entry_fr' AND indexdef LIKE '%USING gin%'"
        )
        taken_in = dict(cursor.fetchall())
    assert len(taken_in) == 4
    assert set(taken_in.values()) == {0}


def test_a_language_has_its_own_results(index):
    guide = make_guide("Facture")
    translate(guide, "nl", "Factuur")
    index()
    assert find("factuur") == []
    assert find("facturen", "nl") == [guide.pk]


class TestTitlesThatAreAbout:
    """Pages that are called after one of the words, among those that have them all."""

    @pytest.fixture(autouse=True)
    def pages(self, db):
        self.about = make_guide("Faire une facture", text="Avant la fin du mois.", slug="facture")
        make_guide("Le client paie en retard", text="Une facture à rédiger.", slug="retard")

    def test_are_found_once_some_pages_have_all_words(self, index):
        index()
        assert found_guide(self.about, "rédiger facture") is False
        make_guide("Contrats", text="Rédiger, avant la facture.", slug="contrats")
        index()
        assert found_guide(self.about, "rédiger facture")
        for number in range(3):
            make_guide(f"Page {number}", text="Rédiger une facture.", slug=f"page-{number}")
        index()
        assert find("rédiger facture")[0] == self.about.pk

    def test_do_not_tell_what_is_hidden(self, index):
        make_guide("Contrats", text="Rédiger, avant la facture.", slug="contrats", visibility=2)
        index()
        assert found_guide(self.about, "rédiger facture") is False

    def test_are_left_out_without_a_word_in_quotes_or_half_of_all(self, index):
        make_guide("Contrats", text="Rédiger la facture et le devis.", slug="contrats")
        make_guide("Devis", text="Une facture à rédiger : le devis.", slug="devis")
        index()
        assert found_guide(self.about, "rédiger facture")
        assert found_guide(self.about, '"rédiger" facture') is False
        assert found_guide(self.about, "rédiger facture devis") is False
        assert found_guide(self.about, "rédiger facture -mois") is False

    def test_may_have_what_is_quoted_in_the_title(self, index):
        note = make_guide("La note de frais", text="Avant la fin du mois.", slug="note")
        make_guide("Frais de note", text="Un délai.", slug="autre")
        for number in range(2):
            text = "Le délai de la note de frais."
            make_guide(f"Page {number}", text=text, slug=f"page-{number}")
        index()
        assert found_guide(note, '"note de frais" délai')
        assert len(find('"note de frais" délai')) == 3

    def test_come_below_a_page_with_a_rarer_word(self, index):
        make_guide("Contrats", text="La Bolivie : facture.", slug="contrats")
        make_guide("Voyages", text="La Bolivie : facture.", slug="voyages")
        for number in range(30):
            make_guide(f"Facture {number}", slug=f"facture-{number}")
        index()
        assert len(find("facture bolivie", limit=50)) == 33
        assert self.about.pk not in find("facture bolivie", limit=2)

    def test_do_not_count_where_too_many_are_called_so(self, index, monkeypatch):
        make_guide("Contrats", text="Rédiger, avant la facture.", slug="contrats")
        for engine in ("postgresql", "whoosh_ranking"):
            monkeypatch.setattr(f"smartwiki.search.backends.{engine}.MOST_CALLED", 2)
        index()
        assert found_guide(self.about, "rédiger facture")
        make_guide("Ma facture", slug="la-mienne")
        index()
        assert found_guide(self.about, "rédiger facture") is False


def found_guide(guide, text):
    return guide.pk in find(text)


class TestMorePagesThanAnybodyReads:
    """Of very many pages an engine may rank a part: it has those that answer best."""

    MOST = 3

    @pytest.fixture(autouse=True)
    def pages(self, db, monkeypatch):
        for module in ("postgresql", "postgresql_ranking"):
            monkeypatch.setattr(f"smartwiki.search.backends.{module}.MOST_FOUND", self.MOST)
        for number in range(9):
            make_guide(f"Page {number}", text="Une facture payée.", slug=f"page-{number}")

    def test_begin_with_the_one_of_that_title(self, index):
        for number in range(9):
            make_guide(f"La facture {number}", slug=f"titre-{number}")
        exact = make_guide("Facture", slug="facture")
        index()
        assert find("facture")[0] == exact.pk

    def test_go_on_with_those_that_have_a_word_in_the_title(self, index):
        one = make_guide("Page payée", text="La facture.", slug="payee")
        other = make_guide("Sa facture", text="Elle est payée.", slug="sa-facture")
        index()
        assert set(find("facture payée", limit=2)) == {one.pk, other.pk}
        assert find("facture", limit=1) == [other.pk]

    def test_have_those_called_after_a_word_among_those_that_have_all(self, index):
        called = make_guide("Sa facture", slug="sa-facture")
        index()
        assert found_guide(called, "facture payée")

    def test_are_not_put_aside_for_those_called_after_a_word_that_lack_others(self, index):
        for number in range(9):
            text = "Une facture, un contrat, une taxe."
            make_guide(f"Autre {number}", text=text, slug=f"autre-{number}")
            make_guide(f"Sa facture {number}", slug=f"sa-{number}")
        best = make_guide("La facture", text="Un contrat, une taxe.", slug="facture")
        index()
        found = find("facture contrat taxe", limit=4)
        assert found[0] == best.pk
        assert len(found) == 4

    def test_have_those_with_nearly_all_words_where_one_is_unknown(self, index):
        for number in range(9):
            make_guide(f"Autre {number}", text="Un contrat.", slug=f"autre-{number}")
        both = make_guide("Signer", text="Un contrat, une facture.", slug="signer")
        index()
        assert find("facture contrat zzyzx", any_word=True)[0] == both.pk
        assert find("facture contrat", any_word=True)[0] == both.pk

    def test_are_told_to_be_more_and_come_once_page_by_page(self, index):
        index()
        pages = [find("facture", offset=offset, limit=1) for offset in range(self.MOST)]
        assert len({pk for [pk] in pages}) == self.MOST
        assert backend().search(parse("facture", "fr"), Scope(EVERYBODY)).total > self.MOST

    def test_are_only_those_that_a_reader_may_see(self, index):
        hidden = {
            make_guide(f"Sa facture {number}", slug=f"sa-{number}", visibility=2).pk
            for number in range(9)
        }
        seen = make_guide("Ma facture", slug="ma-facture")
        index()
        assert find("facture", limit=1) == [seen.pk]
        assert hidden.isdisjoint(find("facture", limit=99))
        assert hidden & set(find("facture", audiences=EVERYBODY | {"guide2"}, limit=99))


def test_a_word_in_the_title_counts_as_much_again(index):
    often = make_guide("Paiements", text="Une facture, des factures. " * 40, slug="paiements")
    titled = make_guide("La facture", text="—", slug="x")
    index()
    assert find("facture") == [titled.pk, often.pk]


def test_a_term_on_more_pages_than_stand_in_a_block_is_found_on_all(index):
    texts = ("Une facture, deux devis.", "Une facture payée.", "Payée, une facture.")
    made = [
        make_guide(f"Page {number}", text=texts[number % 3], slug=f"page-{number}").pk
        for number in range(200)
    ]
    index()
    assert set(find("facture", limit=300)) == set(made)
    assert set(find('"facture payée"', limit=300)) == set(made[1::3])
    tree.delete_guide(Guide.objects.get(pk=made[1]))
    index()
    assert set(find("facture", limit=300)) == set(made) - {made[1]}
    assert set(find('"facture payée"', limit=300)) == set(made[4::3])


@pytest.mark.parametrize("together", [5, 4096])
def test_pages_that_are_written_together_anew_are_found_as_before(index, monkeypatch, together):
    monkeypatch.setattr("smartwiki.search.backends.whoosh_files.TOGETHER", together)
    made = []
    for part in range(7):  # as many commits as make one segment of several
        made += [
            make_guide(f"Page {part}", text="Une facture payée.", slug=f"page-{part}-{n}").pk
            for n in range(9)
        ]
        index()
    assert set(find("facture", limit=99)) == set(made)
    assert set(find('"facture payée"', limit=99)) == set(made)
    assert find('"payée facture"') == []


def test_a_phrase_that_a_page_repeats_without_end_is_found(index):
    guide = make_guide("Répétition", text="facture payée. " * 4096, slug="x")
    index()
    assert find('"facture payée"') == [guide.pk]


def test_what_stands_for_a_word_is_found_where_nobody_asks_for_the_word(index):
    guide = make_guide("Devis", slug="devis")
    index()
    word = parse("devis", "fr").wanted[0].node
    asked = Query("fr", (Clause((), Less(word, 0.5)),))
    found = backend().search(asked, Scope(EVERYBODY))
    assert found.keys == [f"guide:{guide.pk}:fr"]


def test_what_is_not_kept_of_an_index_any_more_is_read_again(index, monkeypatch):
    monkeypatch.setattr("smartwiki.search.backends.whoosh_scores.POSTINGS_KEPT", 0.0005)
    monkeypatch.setattr("smartwiki.kept.SHARE", 1)  # so that two of three words are kept
    guides = {word: make_guide(word, slug=word.lower()) for word in ("Facture", "Devis", "Frais")}
    index()
    for _round in range(2):
        for word, guide in guides.items():
            assert find(word.lower()) == [guide.pk]
