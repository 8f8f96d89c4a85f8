"""What search keeps in memory: small, and as good as what it was read from."""

from __future__ import annotations

import sys
from array import array
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from smartwiki.search import highlight
from smartwiki.search.analysis import analyser
from smartwiki.search.backends.whoosh_words import _Words
from smartwiki.search.highlight import Highlighter
from smartwiki.search.lexicon import UNKNOWN, WordList

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
