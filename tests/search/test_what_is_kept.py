"""What search keeps in memory: small, and as good as what it was read from."""

from __future__ import annotations

import sys
from array import array
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from smartwiki.search import highlight
from smartwiki.search.analysis import analyser
from smartwiki.search.backends import backend, whoosh_scores
from smartwiki.search.backends.whoosh_ranking import STRETCH, Answers
from smartwiki.search.backends.whoosh_words import _Words
from smartwiki.search.highlight import Highlighter
from smartwiki.search.lexicon import UNKNOWN, WordList
from smartwiki.search.queries import parse
from smartwiki.search.worker import look_after
from tests.guides import make_guide

WORDS = {"fac": 1, "facture": 7, "factures": 3, "fait": 2, "zone": 9}
KEPT = _Words("\n".join(["", *WORDS, ""]), array("I", WORDS.values()))


@pytest.mark.parametrize("start", ["", "f", "fa", "fac", "factures", "z", "zone"])
def test_words_that_begin_so_are_found_with_their_numbers(start):
    assert dict(KEPT.beginning(start)) == {
        word: n for word, n in WORDS.items() if word.startswith(start)
    }


@pytest.mark.parametrize("start", ["a", "one", "zones", "ac"])
def test_no_word_begins_so(start):
    assert list(KEPT.beginning(start)) == []


@pytest.mark.parametrize("start", ["", "a"])
def test_where_there_is_no_word_none_begins(start):
    assert list(_Words("", array("I")).beginning(start)) == []


def test_a_word_list_knows_how_rare_its_words_are():
    listed = WordList([("kosten", 420), ("nota", 500), ("kosten", 480), ("over", 0)])
    assert [listed.rarity(word) for word in ("kosten", "nota", "over")] == [420, 500, 0]
    assert "nota" in listed


@pytest.mark.parametrize("word", ["", "not", "notas", "zzz"])
def test_a_word_list_does_not_know_other_words(word):
    listed = WordList([("kosten", 420), ("nota", 500)])
    assert word not in listed
    assert listed.rarity(word) == UNKNOWN


def test_marks_are_right_however_much_was_seen(monkeypatch):
    monkeypatch.setattr(highlight, "MOST_LETTERS", 200)
    for number in range(40):
        text = f"Une facture, mot{number}, des factures et d’autres mots"
        marked = Highlighter(["factur"], "fr").highlight(text)
        assert marked.count("<mark>") == 2
        assert highlight._seen["fr"].letters < 400
    monkeypatch.undo()
    highlight._seen.clear()


def test_a_thousand_texts_that_were_shown_need_not_be_read_again():
    words = [f"mot{number}" for number in range(3_000)]
    texts = [" ".join([f"texte{n}", *words[n : n + 250]]) for n in range(1_000)]
    seen = highlight._Seen(analyser("fr"))
    read = [seen.read(text) for text in texts]
    assert all(
        seen.read(text)[1] is chunks for text, (_text, chunks) in zip(texts, read, strict=True)
    )


@pytest.mark.usefixtures("fast_switching")
def test_threads_that_see_new_words_at_once_lose_none():
    highlight._seen.clear()
    texts = [f"factures-{n} (facture{n % 7}) facture.{n}" for n in range(400)]
    highlight._seen_in("fr")
    start = Barrier(4, timeout=30)

    def see(part: int) -> None:
        start.wait()
        for text in texts[part::4]:
            Highlighter(["factur"], "fr").highlight(text)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(see, range(4)))
    alone = highlight._Seen(analyser("fr"))
    for text in texts:
        alone.read(text)
    assert set(highlight._seen["fr"].by_term["factur"]) == set(alone.by_term["factur"])
    highlight._seen.clear()


@pytest.fixture
def fast_switching():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.django_db
@pytest.mark.parametrize(("most", "form"), [(3, "Many"), (127, "Many"), (128, "Few")])
def test_a_byte_for_each_page_tells_as_much_as_a_list(settings, monkeypatch, most, form):
    settings.SEARCH_ENGINE = "whoosh"
    texts = ("Une facture.", "Facture, facture.", "facture " * most, "Un devis.")
    for number, text in enumerate(texts):
        make_guide(f"Page {number}", text=text, slug=f"page-{number}")
    make_guide("Facture")
    look_after()
    word = parse("facture", "fr").wanted[0].node
    told = []
    for many, expected in ((1_000, "Few"), (1, form)):
        monkeypatch.setattr(whoosh_scores, "MANY", many)
        whoosh_scores._memories.clear()
        backend().close()
        with backend()._reading("fr") as opened:
            postings = opened.memory.postings(opened.reader, word.forms[0])
            assert type(postings).__name__ == expected
            told.append((opened.scores(word).tolist(), opened.titled(word).tolist()))
    assert told[0] == told[1]
    scores, titled = told[0]
    assert len(set(scores)) == len(texts) + 1
    assert sum(titled) == 1


@pytest.mark.parametrize("pages", [0, 1, STRETCH - 1, STRETCH, 2 * STRETCH + 1, 50 * STRETCH])
@pytest.mark.parametrize("share", [0, 0.01, 0.5, 1])
def test_the_best_are_those_that_sorting_all_would_give(pages, share):
    chance = np.random.default_rng(pages)
    numbers = np.flatnonzero(chance.random(pages) < share)
    for scores in (chance.random(pages) + 0.1, chance.integers(1, 4, pages).astype(float)):
        found = Answers(numbers, scores[numbers])
        all_sorted = numbers[np.argsort(-found.scores, kind="stable")].tolist()
        for most in (1, 10, 60):
            assert found.best(most) == all_sorted[:most]


def test_what_is_found_in_two_ways_scores_for_both():
    found = Answers(np.array([2, 5, 9]), np.array([1.0, 2.0, 3.0]))
    both = found.and_also(np.array([0, 5]), 10.0)
    assert both.numbers.tolist() == [0, 2, 5, 9]
    assert both.scores.tolist() == [10.0, 1.0, 12.0, 3.0]
