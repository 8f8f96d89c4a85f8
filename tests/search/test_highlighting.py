"""What was found is shown in its place, in few words, whatever stands around it."""

import re

import pytest

from smartwiki.search.highlight import SNIPPET, Highlighter

FILLING = "Rien de particulier ne se dit dans cette phrase. "


def plain(snippet: str) -> str:
    return re.sub("</?mark>", "", snippet)


def test_a_word_far_within_a_text_is_shown_among_its_neighbours():
    text = FILLING * 40 + "Une facture arrive ici. " + FILLING * 40
    shown = Highlighter(["factur"], "fr").snippet(text)
    assert "Une <mark>facture</mark> arrive ici." in shown
    assert shown.startswith("… ") and shown.endswith(" …")
    within = plain(shown).strip("… ")
    assert len(within) <= SNIPPET
    assert f" {within} " in f" {text} "  # no word is cut


@pytest.mark.parametrize("number", [1, 2])
def test_the_beginning_and_the_end_of_a_text_are_not_called_more(number):
    highlighter = Highlighter(["factur", "avoir"], "fr")
    for _time in range(number):  # what is long is kept, and shown again as it was
        first = highlighter.snippet("Une facture. " + FILLING * 40)
        last = highlighter.snippet(FILLING * 40 + "Un avoir.")
    assert first.startswith("Une <mark>facture</mark>.") and first.endswith(" …")
    assert last.startswith("… ") and last.endswith("<mark>avoir</mark>.")


def test_the_stretch_with_most_of_the_words_is_chosen():
    text = "Une facture. " + FILLING * 20 + "Une facture et son avoir. " + FILLING * 20
    shown = Highlighter(["factur", "avoir"], "fr").snippet(text)
    assert "<mark>facture</mark> et son <mark>avoir</mark>" in shown


@pytest.mark.parametrize("number", [1, 2])
def test_letters_and_accents_that_stand_apart_are_shown_together(number):
    highlighter = Highlighter(["cong"], "fr")
    for _time in range(number):
        shown = highlighter.snippet("L’e\u0301te\u0301, un conge\u0301 suffit.")
    assert shown == "L’été, un <mark>congé</mark> suffit."
