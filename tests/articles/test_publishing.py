"""One operation publishes, and of two people who save at once the second is told."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from wiki.models import ArticleRevision

from articles import publishing
from articles.models import RevisionInfo
from articles.publishing import Change, StaleBaseError, Text
from smartwiki.models import ContentVersion
from tests.guides import make_guide, make_user, revise, translate

pytestmark = pytest.mark.django_db


def test_publishing_shows_the_new_text_and_keeps_the_old():
    translation = make_guide(text="un").translations.get()
    info = revise(translation, text="deux", title="Autre titre", summary="Court")
    translation.refresh_from_db()
    assert translation.published == info
    assert (translation.title, translation.summary) == ("Autre titre", "Court")
    assert translation.article.current_revision == info.revision
    texts = ArticleRevision.objects.filter(article=translation.article)
    assert [each.content for each in texts.order_by("revision_number")] == ["un", "deux"]
    assert info.html == "<p>deux</p>\n"
    assert str(info) == str(info.revision)


def test_second_of_two_people_who_began_from_the_same_text_is_told():
    translation = make_guide().translations.get()
    base = translation.published
    theirs = revise(translation, text="leurs mots")
    with pytest.raises(StaleBaseError) as stale:
        publishing.publish(translation, Text("Factures", "mes mots"), Change(), base=base)
    assert stale.value.present == theirs
    assert str(theirs.pk) in str(stale.value)
    assert RevisionInfo.objects.count() == 2


def test_who_began_before_anything_was_published_is_told():
    translation = make_guide().translations.get()
    with pytest.raises(StaleBaseError):
        publishing.publish(translation, Text("Factures", "mes mots"), Change(), base=None)


def test_typo_does_not_change_the_readers_date():
    translation = make_guide().translations.get()
    first = translation.changed_at
    revise(translation, significance="typo")
    translation.refresh_from_db()
    assert translation.changed_at == first
    revise(translation, significance="minor")
    translation.refresh_from_db()
    assert translation.changed_at > first


def test_translation_knows_what_it_is_based_on():
    guide = make_guide()
    source = guide.translations.get()
    dutch = translate(guide, "nl", "Facturen")
    assert dutch.published.based_on == source.published
    assert source.is_source
    assert not dutch.is_source


def test_link_to_a_guide_that_does_not_exist_is_refused_and_nothing_is_written():
    translation = make_guide().translations.get()
    version = ContentVersion.current()
    with pytest.raises(ValidationError, match="guide:4711"):
        revise(translation, text="[x](guide:4711)")
    assert RevisionInfo.objects.count() == 1
    assert ContentVersion.current() == version


@pytest.mark.parametrize("title", ["", "x" * 201])
def test_title_of_wrong_length_is_refused(title):
    translation = make_guide().translations.get()
    with pytest.raises(ValidationError) as refused:
        publishing.publish(translation, Text(title, "mots"), Change(), base=translation.published)
    assert "title" in refused.value.message_dict
    assert RevisionInfo.objects.count() == 1


def test_guide_exists_once_in_each_language():
    guide = make_guide()
    with pytest.raises(ValidationError):
        translate(guide, "fr", "Encore")


def test_submitted_text_waits_and_readers_do_not_see_it():
    translation = make_guide(text="publié").translations.get()
    waiting = publishing.submit(translation, Text("Factures", "proposé"), Change(make_user()))
    translation.refresh_from_db()
    assert waiting.state == RevisionInfo.State.PENDING
    assert waiting.published_at is None
    assert translation.published != waiting
    assert translation.latest_revision() == waiting


def test_any_language_can_be_the_source():
    guide = make_guide("Fietsvergoeding", "nl")
    translate(guide, "fr", "Indemnité vélo")
    assert guide.translations.get(language="nl").is_source
    assert str(guide) == "Fietsvergoeding"


@pytest.mark.parametrize(
    "wrong", [{"significance": "huge"}, {"state": "published", "published_at": None}]
)
def test_database_refuses_what_cannot_be(wrong):
    make_guide()
    with pytest.raises(IntegrityError), transaction.atomic():
        RevisionInfo.objects.update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_many_people_who_save_at_once_lose_nothing():
    ContentVersion.objects.get_or_create(pk=1)
    translation = make_guide().translations.get()
    base = translation.published
    outcomes = []

    def save(number: int) -> None:
        try:
            mine = type(translation).objects.get(pk=translation.pk)
            publishing.publish(mine, Text("Factures", f"texte {number}"), Change(), base=base)
            outcomes.append("published")
        except StaleBaseError:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["published", *["told"] * 7]
    assert RevisionInfo.objects.count() == 2
