"""What the analyser makes of words: a table."""

import pytest

from smartwiki.search import separable
from smartwiki.search.analysis import analyser
from smartwiki.search.compounds import split
from smartwiki.search.documents import Document
from smartwiki.search.entries import entry_of
from smartwiki.search.highlight import Highlighter
from smartwiki.search.inclusive import expand
from smartwiki.search.queries import forms_in, parse


def terms(language, text):
    """Everything that `text` is found by: its main terms and those of its parts."""
    rules = analyser(language)
    return {
        term
        for word in rules.words(text)
        for found in [rules.terms(word.text)]
        for term in (*found.main, *(each for part in found.parts for each in part))
    }


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        # Accents, capitals and ligatures do not matter.
        ("fr", "indemnité", "INDEMNITE"),
        ("fr", "cœur", "coeur"),
        ("fr", "rémunérés", "remuneres"),
        ("de", "Größe", "grosse"),
        ("de", "Verträge", "vertrage"),
        ("nl", "coördinatie", "coordinatie"),
        # Singular, plural and other forms.
        ("fr", "factures", "facture"),
        ("fr", "frais", "frais"),
        ("fr", "dossiers", "dossier"),
        ("fr", "usagère", "usager"),
        ("nl", "huizen", "huis"),
        ("nl", "facturen", "factuur"),
        ("en", "expenses", "expense"),
        ("de", "Rechnungen", "Rechnung"),
        # Forms that no rule makes: the dictionary knows them.
        ("fr", "travaux", "travail"),
        ("fr", "reçoit", "recevoir"),
        ("nl", "kinderen", "kind"),
        ("nl", "grote", "groot"),
        ("nl", "betaald", "betalen"),
        ("nl", "ingediend", "indienen"),
        ("nl", "zwemlessen", "zwemles"),
        ("en", "paid", "pay"),
        ("en", "children", "child"),
        ("de", "eingereicht", "einreichen"),
        ("de", "kauft", "kaufen"),
        ("de", "Museen", "Museum"),
        ("de", "Künstlerinnen", "Künstlerin"),
        # Nouns and the verbs that they are made of, men's words and women's, two ways to spell.
        ("de", "Kündigung", "kündigen"),
        ("de", "Änderungen", "ändern"),
        ("de", "Krankheit", "krank"),
        ("nl", "melding", "gemeld"),
        ("fr", "actrice", "acteurs"),
        ("fr", "travailleuse", "travailleurs"),
        ("fr", "créative", "créatif"),
        ("en", "organizations", "organisation"),
        ("en", "analyzing", "analyse"),
        ("en", "license", "licence"),
        ("en", "color", "colours"),
        ("en", "neighbors", "neighbour"),
        ("en", "late payments", "pay"),
        ("en", "membership", "members"),
        # Elision and possessives.
        ("fr", "l'assurance", "assurance"),
        ("fr", "qu’une assurance", "assurances"),
        ("fr", "lorsqu'artiste", "artiste"),
        ("en", "member's", "members"),
        ("nl", "foto's", "foto"),
        # Inclusive writing.
        ("fr", "usager·es", "usagers"),
        ("fr", "usager·es", "usagères"),
        ("fr", "usager·es", "usager"),
        ("fr", "conseiller·e", "conseillère"),
        ("fr", "conseiller-e-s", "conseillers"),
        ("fr", "chargé.e.s", "chargées"),
        ("fr", "créateur·rices", "créatrice"),
        ("fr", "directeur(rice)s", "directrices"),
        ("fr", "travailleur·euse", "travailleuses"),
        ("fr", "auteur·ice", "autrice"),
        ("fr", "l’usager·es", "usagères"),
        ("fr", "L'usager(e)s", "usagers"),
        ("fr", "qu’usager.e.s", "usagères"),
        ("fr", "d’artiste·s", "artistes"),
        ("de", "Künstler*innen", "Künstler"),
        ("de", "Künstler:innen", "Künstlerinnen"),
        ("de", "KünstlerInnen", "Künstlerinnen"),
        # Compounds and their parts.
        ("nl", "onkostennota", "nota"),
        ("nl", "onkostennota", "onkosten"),
        ("nl", "arbeidsovereenkomst", "overeenkomst"),
        ("nl", "ziekteverzekering", "verzekering"),
        ("de", "Krankenversicherung", "Versicherung"),
        ("de", "Rechnungsnummer", "Rechnung"),
        ("de", "Künstlerversicherung", "Künstler"),
    ],
)
def test_both_words_find_the_same(language, one, other):
    assert terms(language, one) & terms(language, other)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("fr", "contrat", "contraire"),
        ("fr", "salaire", "sale"),
        ("nl", "factureren", "eren"),
        ("nl", "waarheid", "waar"),
        ("de", "Zeitung", "Zeit"),
        ("de", "Verwaltung", "Gewalt"),
        ("de", "Arbeit", "abarbeiten"),
        ("fr", "été", "être"),
        ("en", "cement", "ce"),
        ("en", "universe", "diversity"),
    ],
)
def test_these_words_stay_apart(language, one, other):
    assert not terms(language, one) & terms(language, other)


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "à qui est-ce"), ("nl", "hoe kan ik dat"), ("en", "how do I"), ("de", "wie kann ich")],
)
def test_words_that_say_nothing_have_no_terms(language, text):
    assert terms(language, text) == set()


@pytest.mark.parametrize(
    ("language", "word", "parts"),
    [
        ("nl", "kunstenaarsstatuut", ("kunstenaars", "statuut")),
        ("nl", "verplaatsingskosten", ("verplaatsing", "kosten")),
        ("nl", "vergoeding", ()),
        ("nl", "bestellen", ()),
        ("nl", "verlenging", ()),
        ("de", "mehrwertsteuer", ("mehrwert", "steuer")),
        ("de", "arbeitslosengeld", ("arbeitslosen", "geld")),
        ("de", "versicherung", ()),
        ("de", "erstellen", ()),
        ("de", "vereinbaren", ()),
        ("fr", "portemonnaie", ()),
    ],
)
def test_a_compound_has_the_parts_that_a_reader_sees(language, word, parts):
    assert split(language, word) == parts


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("usager·ère·s", ("usagers", "usagères")),
        ("actif·ve", ("actif", "active")),
        ("lecteur·trices", ("lecteurs", "lectrices")),
        ("tous·tes", ("tous", "toutes")),
        ("artiste·s", ("artiste", "artistes")),
        ("rendez-vous", ("rendez", "vous")),
    ],
)
def test_inclusive_writing_stands_for_both_forms(written, forms):
    assert expand("fr", written) == forms


@pytest.mark.parametrize(
    ("language", "text", "verbs"),
    [
        ("nl", "Vul het formulier in.", ["vul: invullen"]),
        ("nl", "Dien ze tijdig in, of bel ons op.", ["dien: indienen", "bel: opbellen"]),
        ("nl", "Doe mee!", ["doe: meedoen"]),
        ("nl", "Je vraagt de straat af te sluiten, vooraf.", ["sluiten: afsluiten"]),
        ("nl", "Dat is niet in", []),
        ("nl", "Een en ander in de krant", []),
        ("nl", "Er is er een en nog één op", []),
        ("nl", "De betaling gaat uit", ["gaat: uitgaan"]),
        ("nl", "Houden zij ook een boek", []),
        ("nl", "In te korten", ["korten: inkorten"]),
        ("de", "Reichen Sie die Belege ein.", ["reichen: einreichen"]),
        ("de", "Ziehen Sie um?", ["ziehen: umziehen"]),
        ("de", "Sie bringt (und das ist neu) ein Foto mit", []),
        ("de", "…!", []),
        ("fr", "Mets-le en ordre, puis en", []),
    ],
)
def test_a_verb_in_two_parts_is_one_word(language, text, verbs):
    rules = analyser(language)
    starts = {word.start: word.text for word in rules.words(text)}
    found = [f"{starts[at]}: {verb}" for at, verb in separable.verbs(rules, text)]
    assert found == verbs


def test_a_page_is_found_by_a_verb_that_it_writes_in_two_parts():
    document = Document(
        key="guide:1:nl", audience="guide0", title="Nota", text="Doe elke maand mee."
    )
    by_position = {}
    for posting in entry_of(document).postings:
        by_position.setdefault(posting.position, set()).add(posting.term)
    (together,) = (found for found in by_position.values() if "meedoen" in found)
    assert "maand" not in together


def test_a_hyphenated_word_is_found_as_one_word_and_by_its_pieces():
    rules = analyser("nl")
    assert [[word.text for word in words] for words in rules.joined("je btw-nummer hier")] == [
        ["je"],
        ["btw", "nummer"],
        ["hier"],
    ]


def test_an_endless_word_is_no_word():
    assert list(analyser("nl").words("a" * 5000)) == []


def test_words_know_where_they_stand():
    text = "Voir l’assurance."
    word = list(analyser("fr").words(text))[1]
    assert text[word.start : word.end] == "assurance"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("l’usager·es", ["usager·es"]),
        ("d’artiste·s", ["artiste·s"]),
        ("Qu’un·e", ["un·e"]),
        ("d'usager-ère-s", ["usager-ère-s"]),
        ("aujourd’hui", ["aujourd'hui"]),
    ],
)
def test_an_elision_is_no_part_of_the_word_but_its_ending_is(text, words):
    assert [word.text for word in analyser("fr").words(text)] == words


def test_inclusive_writing_is_marked_whole_after_an_elision():
    forms = [f for clause in parse("usagères", "fr").wanted for f in forms_in(clause.node)]
    marked = Highlighter(forms, "fr").snippet("Pour l’usager·es ici")
    assert marked == "Pour l’<mark>usager·es</mark> ici"


def test_what_was_found_is_marked_between_any_signs():
    forms = [f for clause in parse("usagères factures", "fr").wanted for f in forms_in(clause.node)]
    highlighter = Highlighter(forms, "fr")
    for _time in range(2):  # the second time all of it was seen before
        assert highlighter.snippet("« Usager·es »,  «factures»:\u00a0d'usager\nou facturé") == (
            "« <mark>Usager·es</mark> »,  «<mark>factures</mark>»:\u00a0"
            "d&#x27;<mark>usager</mark>\nou <mark>facturé</mark>"
        )
    assert highlighter.snippet("Rien de cela.") is None
