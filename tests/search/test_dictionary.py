"""The file of dictionary forms: made once of what is installed, and missed without harm."""

import sqlite3
import sys

import pytest

from smartwiki.search import analysis, dictionary
from smartwiki.search.dictionary import MISSING, Form, forms
from tests.threads import run_in_threads


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An installation that has no such file yet."""
    caches = [dictionary.version, dictionary._file]
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    for each in caches:
        each.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    for each in caches:
        each.cache_clear()


@pytest.mark.parametrize(
    ("language", "word", "expected"),
    [
        ("fr", "reçu", [Form("reçu", "recevoir")]),
        ("fr", "recu", [Form("reçu", "recevoir")]),  # typed without the accent
        ("nl", "ingediend", [Form("ingediend", "indienen")]),
        ("de", "waren", [Form("Waren", "Ware"), Form("waren", "sein")]),
        ("en", "xyzzy", []),
        ("pt", "livros", []),
    ],
)
def test_the_forms_of_a_word(language, word, expected):
    assert forms(language, word) == expected


def test_without_the_file_words_have_their_stems_alone(elsewhere):
    assert forms("en", "paid") == []
    assert dictionary.version() == MISSING
    assert analysis.version().endswith(f";{MISSING}")


def test_it_is_made_once(elsewhere, monkeypatch):
    monkeypatch.setattr(dictionary, "LANGUAGES", ("en",))
    dictionary.make()
    made = dictionary.path().stat().st_mtime_ns
    dictionary.make()
    assert dictionary.path().stat().st_mtime_ns == made
    assert [each.name for each in dictionary.path().parent.iterdir()] == [dictionary.path().name]
    assert forms("en", "paid") == [Form("paid", "pay")]
    assert dictionary.version() in analysis.version()


def test_it_is_only_read():
    with pytest.raises(sqlite3.OperationalError):
        dictionary._file().execute("DELETE FROM form")


def test_threads_look_words_up_at_once():
    words = ["paid", "children", "written", "chosen", "women", "feet"]
    expected = [forms("en", word) for word in words]
    wrong = []

    def look_up():
        for _time in range(300):
            if [forms("en", word) for word in words] != expected:
                wrong.append(True)

    run_in_threads(look_up, 6)
    assert not wrong
    assert all(expected)
