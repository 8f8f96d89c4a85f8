"""What members type, in four languages, finds the guide that they mean, with either engine."""

import pytest
from django.core.management import call_command

from articles.models import Guide
from bench.pairs import pairs
from smartwiki.search.backends import Scope, backend
from smartwiki.search.glossary import glossary
from smartwiki.search.queries import parse, tidy
from smartwiki.search.worker import look_after
from tests.conftest import ON_POSTGRESQL

EVERYBODY = frozenset({"guide0", "guide1", "guide2", "projecteverybody"})
ENGINES = ["postgresql", "whoosh"] if ON_POSTGRESQL else ["whoosh"]


def found(language, query, *, any_word=False):
    asked = glossary().expand(parse(tidy(query), language))
    return backend().search(asked, Scope(EVERYBODY), limit=200, any_word=any_word).keys


def test_the_golden_pairs_are_found_and_both_engines_agree(db, settings):
    call_command("load_demo", verbosity=0)
    numbers = dict(Guide.objects.values_list("import_key", "pk"))
    golden, fresh = pairs("golden"), pairs("fresh")
    assert len(golden) >= 120
    assert len(fresh) >= 40
    everything = {}
    for engine in ENGINES:
        settings.SEARCH_ENGINE = engine
        look_after()
        missed = [
            pair
            for pair in golden
            if f"guide:{numbers[pair.guide]}:{pair.language}"
            not in found(pair.language, pair.query)[:5]
        ]
        assert len(missed) <= 0.05 * len(golden), missed
        everything[engine] = {
            (pair.language, pair.query, any_word): frozenset(
                found(pair.language, pair.query, any_word=any_word)
            )
            for pair in [*golden, *pairs("second"), *fresh, *pairs("unseen"), *pairs("later")]
            for any_word in (False, True)
        }
    first, *others = everything.values()
    for other in others:
        assert {asked for asked in first if first[asked] != other[asked]} == set()


@pytest.mark.parametrize("name", ["golden", "second", "fresh", "unseen", "later"])
def test_a_pair_is_asked_once_and_in_one_of_the_sites_languages(name):
    listed = pairs(name)
    assert len(set(listed)) == len(listed)
    assert {pair.language for pair in listed} == {"fr", "nl", "en", "de"}


def test_nothing_golden_is_said_to_be_fresh():
    tuned = {*pairs("golden"), *pairs("second")}
    assert not tuned & {*pairs("fresh"), *pairs("unseen"), *pairs("later")}
    assert not {*pairs("fresh"), *pairs("unseen")} & set(pairs("later"))
