"""Guides move, change name and go; every address that there ever was still works."""

import contextlib
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from articles import tree
from articles.models import Guide, PathRedirect, Translation
from tests.guides import MEMBERS, PUBLIC, STAFF, make_guide, translate

pytestmark = pytest.mark.django_db


def paths(guide: Guide) -> dict[str, str]:
    return dict(guide.translations.values_list("language", "path"))


def test_path_follows_the_tree_in_each_language():
    topic = make_guide("Frais")
    translate(topic, "nl", "Kosten")
    note = make_guide("Note", parent=topic)
    translate(note, "nl", "Nota")
    translate(note, "en", "Expense note")
    assert paths(note) == {"fr": "frais/note", "nl": "kosten/nota", "en": "frais/expense-note"}


def test_translating_the_guide_above_moves_those_below(client):
    topic = make_guide("Frais")
    note = make_guide("Note", parent=topic)
    translate(note, "nl", "Nota")
    translate(topic, "nl", "Kosten")
    assert paths(note)["nl"] == "kosten/nota"
    assert client.get("/nl/gidsen/frais/nota/")["Location"] == "/nl/gidsen/kosten/nota/"


def test_moved_guide_and_all_below_it_redirect_for_good(client):
    old, new = make_guide("Ancien"), make_guide("Nouveau")
    note = make_guide("Note", parent=old)
    make_guide("Preuve", parent=note)
    tree.move_guide(note, new)
    for before, after in [
        ("ancien/note", "nouveau/note"),
        ("ancien/note/preuve", "nouveau/note/preuve"),
    ]:
        response = client.get(f"/fr/guides/{before}/")
        assert response.status_code == 301
        assert response["Location"] == f"/fr/guides/{after}/"


def test_guide_that_moves_back_takes_its_old_path_again(client):
    old, new = make_guide("Ancien"), make_guide("Nouveau")
    note = make_guide("Note", parent=old)
    tree.move_guide(note, new)
    tree.move_guide(note, old)
    assert client.get("/fr/guides/ancien/note/").status_code == 200
    assert client.get("/fr/guides/nouveau/note/").status_code == 301
    assert str(PathRedirect.objects.get()) == "fr: nouveau/note"


def test_new_slug_redirects_in_its_language_only(client):
    guide = make_guide("Facture")
    translate(guide, "nl", "Factuur")
    tree.change_slug(guide.translations.get(language="fr"), "factures")
    assert client.get("/fr/guides/facture/")["Location"] == "/fr/guides/factures/"
    assert client.get("/nl/gidsen/factuur/").status_code == 200


@pytest.mark.parametrize("slug", ["", "Majuscule", "a b", "é", "-a", "a--b", "a/b", "a\n"])
def test_slug_of_wrong_form_is_refused(slug):
    translation = make_guide().translations.get()
    with pytest.raises(ValidationError):
        tree.change_slug(translation, slug)
    translation.refresh_from_db()
    assert translation.slug == "factures"


def test_guide_cannot_go_below_itself():
    top = make_guide("Haut")
    below = make_guide("Bas", parent=top)
    for parent in (top, below):
        with pytest.raises(ValidationError) as refused:
            tree.move_guide(top, parent)
        assert refused.value.code == "loop"


def test_database_refuses_a_guide_that_is_its_own_parent():
    guide = make_guide()
    with pytest.raises(IntegrityError), transaction.atomic():
        Guide.objects.filter(pk=guide.pk).update(parent=guide, topic=guide, depth=1)


def test_tree_does_not_grow_too_deep():
    guide = make_guide("G0")
    for level in range(1, 7):
        guide = make_guide(f"G{level}", parent=guide)
    with pytest.raises(ValidationError, match="7"):
        make_guide("Trop", parent=guide)


def test_two_guides_cannot_have_the_same_path_in_any_language():
    make_guide("Contact")
    with pytest.raises(ValidationError, match="Contact"):
        make_guide("Contact")
    with pytest.raises(ValidationError, match="Contact"):
        make_guide("Contact", "nl")
    assert Translation.objects.count() == 1


def test_moving_onto_a_taken_path_changes_nothing():
    topic = make_guide("Frais")
    make_guide("Note", parent=topic)
    other = make_guide("Note")
    with pytest.raises(ValidationError):
        tree.move_guide(other, topic)
    other.refresh_from_db()
    assert other.parent is None
    assert paths(other) == {"fr": "note"}


def test_guide_below_is_never_more_visible_than_the_one_above():
    topic = make_guide("Équipe", slug="equipe", visibility=MEMBERS)
    note = make_guide("Note", parent=topic, visibility=PUBLIC)
    assert note.audience == MEMBERS
    tree.change_visibility(topic, STAFF)
    note.refresh_from_db()
    assert (note.visibility, note.audience) == (PUBLIC, STAFF)
    tree.change_visibility(topic, PUBLIC)
    note.refresh_from_db()
    assert note.audience == PUBLIC


def test_deleting_hides_what_is_below_and_restoring_brings_it_back(client):
    topic = make_guide("Frais")
    note = make_guide("Note", parent=topic)
    earlier = make_guide("Avant", parent=topic)
    tree.delete_guide(earlier)
    tree.delete_guide(topic)
    assert client.get("/fr/guides/frais/note/").status_code == 404
    with pytest.raises(ValidationError) as refused:
        note.refresh_from_db()
        tree.restore_guide(note)
    assert refused.value.code == "parent_deleted"
    tree.restore_guide(topic)
    assert client.get("/fr/guides/frais/note/").status_code == 200
    assert client.get("/fr/guides/frais/avant/").status_code == 404


def test_topic_and_depth_are_kept_through_moves():
    first, second = make_guide("Un"), make_guide("Deux")
    middle = make_guide("Milieu", parent=first)
    leaf = make_guide("Feuille", parent=middle)
    tree.move_guide(middle, second)
    leaf.refresh_from_db()
    assert (leaf.topic, leaf.depth) == (second, 2)
    tree.move_guide(middle, None)
    leaf.refresh_from_db()
    middle.refresh_from_db()
    assert (leaf.topic, leaf.depth, middle.topic) == (middle, 1, None)


@pytest.mark.django_db(transaction=True)
def test_two_guides_that_are_moved_below_each_other_at_once_are_no_loop(connections_for_all):
    def move(guide: Guide, parent: Guide) -> None:
        with contextlib.suppress(ValidationError):
            tree.move_guide(guide, parent)
        connection.close()

    for turn in range(10):
        one, other = make_guide(f"Frais {turn}"), make_guide(f"Contrats {turn}")
        threads = [
            threading.Thread(target=move, args=pair) for pair in ((one, other), (other, one))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        below = Guide.objects.filter(pk__in=[one.pk, other.pk]).exclude(parent=None)
        assert below.count() == 1


def test_a_guide_that_is_moved_comes_last(client):
    topic = make_guide("Frais")
    moved = make_guide("Vélo")
    make_guide("Note", parent=topic)
    tree.move_guide(moved, topic)
    content = client.get("/fr/guides/frais/").content.decode()
    assert content.index(">Note<") < content.index(">Vélo<")


def test_siblings_keep_the_order_they_are_given(client):
    topic = make_guide("Frais")
    make_guide("Second", parent=topic, position=20)
    make_guide("Premier", parent=topic, position=10)
    content = client.get("/fr/guides/frais/").content.decode()
    assert content.index("Premier") < content.index("Second")
