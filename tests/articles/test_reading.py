"""A reader finds a guide, in their language or in the one it was written in."""

import pytest

from articles import tree
from tests.guides import make_guide, make_user, revise, translate

pytestmark = pytest.mark.django_db


def read(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (response.status_code, response.get("Location"))
    return response.content.decode()


def test_guide_shows_where_it_is_and_what_is_around_it(client):
    topic = make_guide("Frais")
    make_guide("Avant", parent=topic)
    note = make_guide("Note", parent=topic, text="## Quand\n\nVite.")
    make_guide("Après", parent=topic, slug="apres")
    make_guide("Preuve", parent=note)
    content = read(client, "/fr/guides/frais/note/")
    assert '<a href="/fr/guides/frais/">' in content
    assert 'rel="prev" href="/fr/guides/frais/avant/"' in content
    assert 'rel="next" href="/fr/guides/frais/apres/"' in content
    assert 'href="/fr/guides/frais/note/preuve/"' in content
    assert 'href="#s-quand"' in content


def test_missing_translation_shows_the_source_in_its_place(client):
    topic = make_guide("Frais")
    translate(topic, "nl", "Kosten")
    make_guide("Note", parent=topic, text="Du texte français.")
    content = read(client, "/nl/gidsen/frais/note/")
    assert "Deze gids bestaat nog niet in het Nederlands" in content
    assert "Je leest het origineel, in het Frans" in content
    assert '<h1 id="guide-title" lang="fr">Note</h1>' in content
    assert '<div class="prose" lang="fr">' in content
    assert '<html lang="nl"' in content
    assert '<meta name="robots" content="noindex">' in content
    assert 'rel="canonical" href="http://127.0.0.1:8000/fr/guides/frais/note/"' in content
    assert '<a href="/nl/gidsen/kosten/"' in content  # the way up is in the reader's language


def test_translation_is_shown_under_its_own_path(client):
    guide = make_guide("Factures")
    translate(guide, "nl", "Facturen", text="Nederlandse tekst.")
    content = read(client, "/nl/gidsen/facturen/")
    assert "Nederlandse tekst." in content
    assert "bestaat nog niet" not in content
    assert "noindex" not in content


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/nl/gidsen/factures/", "/nl/gidsen/facturen/"),
        ("/fr/guides/facturen/", "/fr/guides/factures/"),
        ("/de/leitfaeden/facturen/", "/de/leitfaeden/factures/"),
    ],
)
def test_path_of_another_language_leads_to_the_readers(client, asked, led_to):
    guide = make_guide("Factures")
    translate(guide, "nl", "Facturen")
    response = client.get(asked)
    assert response.status_code == 302
    assert response["Location"] == led_to


def test_language_menu_keeps_the_reader_on_the_guide(client):
    guide = make_guide("Factures")
    translate(guide, "nl", "Facturen")
    content = read(client, "/fr/guides/factures/")
    assert 'href="/nl/gidsen/facturen/?remember"' in content
    assert 'href="/de/leitfaeden/factures/?remember"' in content
    assert read(client, "/de/leitfaeden/factures/")


def test_search_engines_hear_of_existing_languages_only(client):
    guide = make_guide("Factures")
    translate(guide, "nl", "Facturen")
    content = read(client, "/nl/gidsen/facturen/")
    base = "http://127.0.0.1:8000"
    assert f'hreflang="fr" href="{base}/fr/guides/factures/"' in content
    assert f'hreflang="nl" href="{base}/nl/gidsen/facturen/"' in content
    assert f'hreflang="x-default" href="{base}/fr/guides/factures/"' in content
    assert f'rel="canonical" href="{base}/nl/gidsen/facturen/"' in content
    assert 'rel="alternate" hreflang="de"' not in content


def test_links_by_number_survive_moves_and_follow_the_reader(client):
    target = make_guide("Cible")
    translate(target, "nl", "Doel")
    guide = make_guide("Lien", text=f"[voir](guide:{target.pk}#s-x) et [](guide:{target.pk})")
    translate(guide, "nl", "Link", text=f"[zie](guide:{target.pk})")
    topic = make_guide("Ailleurs")
    tree.move_guide(target, topic)
    content = read(client, "/fr/guides/lien/")
    assert '<a href="/fr/guides/ailleurs/cible/#s-x">voir</a>' in content
    assert '<a href="/fr/guides/ailleurs/cible/">Cible</a>' in content
    assert '<a href="/nl/gidsen/ailleurs/doel/">zie</a>' in read(client, "/nl/gidsen/link/")


def test_link_to_a_guide_in_another_language_says_so(client):
    target = make_guide("Cible")
    guide = make_guide("Link", "nl", text=f"[zie](guide:{target.pk})")
    assert guide
    content = read(client, "/nl/gidsen/link/")
    assert '<a href="/nl/gidsen/cible/" hreflang="fr">zie</a>' in content


def test_link_to_a_deleted_guide_is_text_without_a_link(client):
    target = make_guide("Cible")
    make_guide("Lien", text=f"[voir](guide:{target.pk})")
    tree.delete_guide(target)
    assert '<span class="link-unavailable">voir</span>' in read(client, "/fr/guides/lien/")


def test_guide_may_link_to_itself(client):
    guide = make_guide("Lien")
    revise(guide.translations.get(), text=f"[moi](guide:{guide.pk})")
    assert '<a href="/fr/guides/lien/">moi</a>' in read(client, "/fr/guides/lien/")


def test_text_that_an_older_renderer_made_is_rendered_for_the_reader(client, capsys):
    from django.core.management import call_command

    from articles.models import RevisionInfo

    make_guide("Factures", text="**Neuf**")
    RevisionInfo.objects.update(rendered_with=0, html="ancien")
    assert "<strong>Neuf</strong>" in read(client, "/fr/guides/factures/")
    assert RevisionInfo.objects.get().html == "ancien"  # nothing is written while reading
    call_command("render_revisions")
    assert RevisionInfo.objects.get().html == "<p><strong>Neuf</strong></p>\n"
    assert "1" in capsys.readouterr().out


def test_verified_guide_says_when_and_by_whom(client):
    guide = make_guide("Factures")
    guide.translations.get().verify(make_user("Vera"))
    content = read(client, "/fr/guides/factures/")
    assert "Vérifié le" in content
    assert "par Vera" in content


def test_home_has_topics_and_what_is_new(client):
    topic = make_guide("Frais", icon="receipt")
    note = make_guide("Note", parent=topic)
    make_guide("Preuve", parent=note)
    note.translations.get().verify(None)
    content = read(client, "/fr/")
    assert "2 guides" in content
    assert "Vérifiés récemment" in content
    assert "#receipt" in content


def test_tree_page_lists_every_guide_in_its_place(client):
    topic = make_guide("Frais")
    note = make_guide("Note", parent=topic)
    make_guide("Preuve", parent=note)
    translate(note, "nl", "Nota")
    content = read(client, "/nl/gidsen/")
    assert content.index("Frais") < content.index("Nota") < content.index("Preuve")


def test_very_large_tree_shows_fewer_levels(client, monkeypatch):
    from articles import navigation

    monkeypatch.setattr(navigation, "TREE_PAGE_LIMIT", 3)
    topic = make_guide("Frais")
    note = make_guide("Note", parent=topic)
    for number in range(3):
        make_guide(f"Preuve {number}", parent=note)
    content = read(client, "/fr/guides/")
    assert "Note" in content
    assert "Preuve" not in content
    assert "4 guides dans ce thème" in content  # with a link to the topic's own page


def test_what_is_below_an_unpublished_guide_is_not_in_the_tree(client):
    draft = make_guide("Brouillon", draft=True)
    make_guide("Dessous", parent=draft)
    assert "Dessous" not in read(client, "/fr/guides/")
    assert "Dessous" in read(client, "/fr/guides/brouillon/dessous/")
