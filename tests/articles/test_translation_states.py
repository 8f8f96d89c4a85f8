"""A translation is missing, up to date, outdated or badly outdated against its source."""

import pytest
from django.core.exceptions import ValidationError

from articles import publishing
from articles.models import Guide, Translation
from articles.standing import ANY
from articles.states import State
from articles.translating import source as translating
from tests.guides import make_guide, make_user, revise, translate

pytestmark = pytest.mark.django_db


def state_of(guide, language) -> str:
    return Translation.objects.with_state().get(guide=guide, language=language).state


def source(guide) -> Translation:
    return guide.translations.get(language=guide.source_language)


@pytest.fixture
def guide() -> Guide:
    guide = make_guide("Factures")
    translate(guide, "nl", "Facturen")
    return guide


def test_a_fresh_translation_is_up_to_date(guide):
    assert state_of(guide, "fr") == State.SOURCE
    assert state_of(guide, "nl") == State.CURRENT


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        (["typo"], State.CURRENT),
        (["minor"], State.OUTDATED),
        (["major"], State.BADLY_OUTDATED),
        (["major", "minor", "typo"], State.BADLY_OUTDATED),
    ],
)
def test_what_changed_in_the_source_decides(guide, changes, state):
    for number, significance in enumerate(changes):
        revise(source(guide), f"Version {number}.", significance=significance)
    assert state_of(guide, "nl") == state


def test_a_pending_suggestion_makes_nothing_outdated(guide):
    publishing.submit(
        source(guide), publishing.Text("Factures", "Proposé."), publishing.Change(None, "Proposé")
    )
    assert state_of(guide, "nl") == State.CURRENT


def test_a_new_translation_of_the_change_brings_up_to_date(guide):
    revise(source(guide), "Autre.", significance="major")
    revise(guide.translations.get(language="nl"), "Anders.")
    assert state_of(guide, "nl") == State.CURRENT


def test_what_is_based_on_no_known_revision_is_outdated(guide):
    published = guide.translations.get(language="nl").published
    published.based_on = None
    published.save()
    assert state_of(guide, "nl") == State.OUTDATED


def test_an_unpublished_translation_is_a_draft(guide):
    translate(guide, "en", "Invoices", draft=True)
    assert state_of(guide, "en") == State.DRAFT


@pytest.mark.parametrize("are_few", [True, False])
def test_guides_are_found_by_their_state_in_a_language(guide, are_few):
    other = make_guide("Frais")
    revise(source(guide), "Autre.", significance="minor")

    def found(language, *states):
        return set(Guide.objects.in_state(language, *states, are_few=are_few))

    assert found("nl", State.OUTDATED) == {guide}
    assert found("nl", State.MISSING) == {other}
    assert found("de", State.MISSING) == {guide, other}
    assert found("nl", State.MISSING, State.OUTDATED) == {guide, other}
    assert found(ANY, State.OUTDATED, State.DRAFT) == {guide}
    assert found(ANY, State.OUTDATED, State.MISSING) == {guide, other}
    assert found(ANY, State.CURRENT) == set()


def test_states_of_all_languages_take_one_query(guide, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert {each.state for each in Translation.objects.with_state()} == {"source", "current"}


def test_no_need_to_translate_brings_up_to_date_without_changing_words(guide):
    revise(source(guide), "Autre.", significance="major")
    dutch = guide.translations.get(language="nl")
    changed_at = dutch.changed_at
    revision = translating.no_translation_needed(dutch, make_user("veerle", "editor", "nl"))
    dutch.refresh_from_db()
    assert state_of(guide, "nl") == State.CURRENT
    assert dutch.published == revision
    assert dutch.changed_at == changed_at
    assert revision.revision.content == "Tekst."
    assert revision.revision.user.name == "veerle"


def test_no_need_to_translate_is_refused_when_nothing_changed(guide):
    with pytest.raises(ValidationError):
        translating.no_translation_needed(guide.translations.get(language="nl"), make_user())


def test_the_source_can_be_switched(guide):
    translate(guide, "en", "Invoices")
    translating.switch_source(guide, "nl")
    assert guide.source_language == "nl"
    assert [state_of(guide, code) for code in ("nl", "fr", "en")] == ["source", *["current"] * 2]
    revise(source(guide), "Nieuw.", significance="major")
    assert state_of(guide, "fr") == State.BADLY_OUTDATED


def test_an_outdated_language_stays_outdated_when_the_source_is_switched(guide):
    translate(guide, "en", "Invoices")
    revise(source(guide), "Autre.", significance="major")
    revise(guide.translations.get(language="nl"), "Anders.", significance="major")
    translating.switch_source(guide, "nl")
    assert state_of(guide, "fr") == State.CURRENT
    assert state_of(guide, "en") == State.BADLY_OUTDATED
    english = guide.translations.get(language="en")
    assert english.published.based_on.revision.content == "Tekst."


@pytest.mark.parametrize("language", ["nl", "de"])
def test_the_source_cannot_become_a_language_that_lacks_something(guide, language):
    revise(source(guide), "Autre.", significance="minor")
    with pytest.raises(ValidationError):
        translating.switch_source(guide, language)
    guide.refresh_from_db()
    assert guide.source_language == "fr"
