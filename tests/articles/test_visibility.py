"""Who sees what: nothing hidden leaks, on any page."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from wiki.core import permissions as wiki_permissions

from articles import permissions, tree
from articles.models import Guide, Translation
from tests.guides import MEMBERS, STAFF, make_guide, make_user, translate

pytestmark = pytest.mark.django_db

SECRET = "Titre caché"


@pytest.fixture
def people():
    return {
        "anonymous": AnonymousUser(),
        "member": make_user("member"),
        "inactive": make_user("inactive", "editor", is_active=False),
        "moderator": make_user("moderator", "moderator"),
        "lead": make_user("lead", "project_lead"),
        "editor nl": make_user("dutch", "editor", "nl"),
        "editor": make_user("editor", "editor"),
        "administrator": make_user("admin", is_superuser=True),
    }


STAFF_ROLES = {"moderator", "lead", "editor nl", "editor", "administrator"}
EDITORS = {"editor nl", "editor", "administrator"}
EVERYBODY = {"anonymous", "member", "inactive"} | STAFF_ROLES


def hidden_guide(kind: str) -> Guide:
    visibility = {"members": MEMBERS, "staff": STAFF}.get(kind, 0)
    guide = make_guide(SECRET, slug="secret", visibility=visibility, draft=kind == "draft")
    if kind == "deleted":
        tree.delete_guide(guide)
    return guide


@pytest.mark.parametrize(
    ("kind", "readers"),
    [
        ("public", EVERYBODY),
        ("members", STAFF_ROLES | {"member"}),
        ("staff", STAFF_ROLES),
        ("draft", EDITORS),
        ("deleted", EDITORS),
    ],
)
def test_only_the_right_people_read(client, people, kind, readers):
    article = hidden_guide(kind).translations.get().article
    for name, person in people.items():
        assert wiki_permissions.can_read(article, person) == (name in readers), name
        if person.is_active and not person.is_anonymous:
            client.force_login(person)
        else:
            client.logout()
        status = client.get("/fr/guides/secret/").status_code
        assert status == (200 if name in readers else 404), name


@pytest.mark.parametrize(
    ("language", "writers"),
    [("fr", {"editor", "administrator"}), ("nl", {"editor nl", "editor", "administrator"})],
)
def test_only_editors_of_the_language_write(people, language, writers):
    guide = make_guide()
    translate(guide, "nl", "Facturen")
    article = guide.translations.get(language=language).article
    for name, person in people.items():
        assert permissions.can_write(person, guide, language) == (name in writers), name
        assert wiki_permissions.can_write(article, person) == (name in writers), name
        assert wiki_permissions.can_delete(article, person) == (name in writers), name
        administers = name == "administrator"
        for question in (
            wiki_permissions.can_moderate,
            wiki_permissions.can_admin,
            wiki_permissions.can_assign,
            wiki_permissions.can_change_permissions,
        ):
            assert question(article, person) == administers, (name, question)


def test_article_that_is_no_guide_is_nobodys(people):
    from wiki.models import Article

    article = Article.objects.create()
    assert not wiki_permissions.can_read(article, people["editor"])
    assert not wiki_permissions.can_write(article, people["editor"])


@pytest.mark.parametrize("kind", ["members", "staff", "draft", "deleted"])
def test_hidden_title_is_on_no_page_of_a_visitor(client, kind, index):
    topic = make_guide("Frais", text="Du texte")
    hidden = hidden_guide(kind)
    make_guide("Avant", parent=topic)
    inside = make_guide(
        "Dedans", parent=topic, text=f"[](guide:{hidden.pk}) [mot](guide:{hidden.pk})"
    )
    tree.move_guide(hidden, topic)
    tree.reorder_guide(hidden, -1)
    assert inside
    index()
    for url in (
        "/fr/",
        "/nl/",
        "/fr/guides/",
        "/fr/guides/frais/",
        "/fr/guides/frais/avant/",
        "/fr/guides/frais/dedans/",
        "/fr/guides/secret/",
        "/fr/guides/frais/secret/",
        "/fr/recherche/?q=cach%C3%A9",
        "/fr/recherche/?q=secret",
        "/sitemap.xml",
        "/sitemap-guides.xml",
    ):
        content = client.get(url).content.decode()
        assert SECRET not in content.replace("\xa0", " "), url
        assert "/secret/" not in re.sub(r'next=[^"]*', "", content), url
    assert "2 guides" in client.get("/fr/").content.decode()


def test_hidden_guides_old_path_tells_nothing(client):
    guide = make_guide("Frais", visibility=STAFF)
    tree.change_slug(guide.translations.get(), "autre")
    assert client.get("/fr/guides/frais/").status_code == 404
    client.force_login(make_user("mona", "moderator"))
    assert client.get("/fr/guides/frais/").status_code == 301


def test_members_guide_says_that_it_is_for_members(client):
    make_guide("Salles", visibility=MEMBERS)
    client.force_login(make_user())
    assert "Pour les membres" in client.get("/fr/guides/salles/").content.decode()


@pytest.mark.parametrize(
    ("kind", "words"),
    [("draft", "Ceci est un brouillon"), ("deleted", "Ce guide est supprimé")],
)
def test_editor_is_told_what_readers_do_not_see(client, kind, words):
    hidden_guide(kind)
    client.force_login(make_user("edgar", "editor"))
    assert words in client.get("/fr/guides/secret/").content.decode()


def test_draft_shows_its_submitted_text_to_an_editor(client):
    from articles import publishing

    translation = make_guide("Essai", draft=True).translations.get()
    publishing.submit(translation, publishing.Text("Essai", "Mots à relire"), publishing.Change())
    client.force_login(make_user("edgar", "editor"))
    assert "Mots à relire" in client.get("/fr/guides/essai/").content.decode()


def test_draft_translation_of_a_public_guide_is_not_shown(client):
    guide = make_guide("Factures")
    translate(guide, "nl", "Facturen", draft=True)
    content = client.get("/nl/gidsen/factures/").content.decode()
    assert "bestaat nog niet" in content
    assert client.get("/nl/gidsen/facturen/").status_code == 404


def test_lists_for_editors_hold_no_drafts_or_deleted_guides():
    guide = make_guide("Factures")
    draft = translate(guide, "nl", "Facturen", draft=True)
    editor = make_user("edgar", "editor")
    assert draft in Translation.objects.readable_by(editor)
    assert draft not in Translation.objects.listed_for(editor)
    tree.delete_guide(guide)
    assert not Translation.objects.listed_for(editor).exists()
    assert Guide.objects.readable_by(editor).exists()
    assert not Guide.objects.readable_by(AnonymousUser()).exists()
