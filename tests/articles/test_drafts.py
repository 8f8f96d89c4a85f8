"""Unsaved text is kept, and who writes sees who else does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Draft, Writing
from tests.articles.writing import address, edit_url, editor, source_of, text_form
from tests.guides import STAFF, make_guide, make_user, revise

pytestmark = pytest.mark.django_db


def kept(guide, **changes) -> dict:
    return {"guide": guide.pk, "language": "fr", "title": "T", "text": "À moitié"} | changes


@pytest.fixture
def guide():
    return make_guide("Factures")


def test_a_draft_is_kept_offered_and_gone_after_saving(client, guide):
    client.force_login(editor())
    assert client.post(address("keep"), kept(guide)).status_code == 200
    assert "À moitié" not in client.get(edit_url(guide)).content.decode()
    assert "?draft=1" in client.get(edit_url(guide)).content.decode()
    assert "À moitié" in client.get(edit_url(guide) + "?draft=1").content.decode()
    client.post(edit_url(guide), text_form(source_of(guide), text="À moitié, fini."))
    assert not Draft.objects.exists()


def test_a_draft_goes_on_from_the_revision_it_began_with(client, guide):
    base = source_of(guide).published
    client.force_login(editor())
    client.post(address("keep"), kept(guide, base=base.pk))
    revise(source_of(guide), "Plus neuf.")
    page = client.get(edit_url(guide) + "?draft=1").content.decode()
    assert f'name="base" value="{base.pk}"' in page


def test_a_draft_is_its_authors_alone(client, guide):
    client.force_login(editor())
    client.post(address("keep"), kept(guide))
    client.force_login(editor("autre"))
    assert "À moitié" not in client.get(edit_url(guide) + "?draft=1").content.decode()


def test_a_draft_can_be_thrown_away(client, guide):
    client.force_login(editor())
    client.post(address("keep"), kept(guide))
    client.post(address("discard-draft"), {"guide": guide.pk, "language": "fr"})
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "strange",
    [{"title": "x" * 5000}, {"text": "x" * 1_000_000}, {"text": "nul \0"}, {"base": "abc"},
     {"base": "999999"}, {"slug": "Pas Bon"}],
)  # fmt: skip
def test_whatever_was_typed_is_kept(client, guide, strange):
    client.force_login(editor())
    assert client.post(address("keep"), kept(guide, **strange)).status_code == 200
    assert Draft.objects.exists()


@pytest.mark.parametrize("guide_number", ["999999", "abc", "-1"])
def test_a_draft_of_nothing_is_not_found(client, guide_number):
    client.force_login(editor())
    form = {"guide": guide_number, "language": "fr", "text": "x"}
    assert client.post(address("keep"), form).status_code == 404
    assert client.post(address("keep"), {"guide": "", "language": "xx"}).status_code == 404


@pytest.mark.parametrize("role", [None, "", "moderator", "project_lead"])
def test_others_keep_nothing(client, guide, role):
    if role is not None:
        client.force_login(make_user("somebody", role))
    for name in ("keep", "preview", "discard-draft"):
        assert client.post(address(name), kept(guide)).status_code == 403
    assert client.get(address("check-slug"), {"language": "fr"}).status_code == 403


def test_the_page_says_who_else_writes(client, guide):
    client.force_login(editor("anne"))
    client.post(address("keep"), {"guide": guide.pk, "language": "fr"})
    client.force_login(editor("bert"))
    assert "anne" in client.get(edit_url(guide)).content.decode()
    answer = client.post(address("keep"), {"guide": guide.pk, "language": "fr"}).json()
    assert answer["others"] == ["anne"]
    Writing.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert "anne" not in client.get(edit_url(guide)).content.decode()


def test_the_page_says_when_somebody_saved(client, guide):
    client.force_login(editor())
    base = source_of(guide).published.pk
    form = {"guide": guide.pk, "language": "fr", "base": base}
    assert client.post(address("keep"), form).json()["newer"] is False
    revise(source_of(guide))
    assert client.post(address("keep"), form).json()["newer"] is True


def test_opening_the_editor_writes_nothing(client, guide):
    client.force_login(editor())
    client.get(edit_url(guide))
    assert not Writing.objects.exists() and not Draft.objects.exists()


def test_a_link_is_found_by_words_of_a_title(client, guide):
    make_guide("Factures impayées")
    make_guide("Factures internes", visibility=STAFF, draft=True)
    client.force_login(editor())
    for words in ("impay fact", "IMPAYEE fact"):
        found = client.get(address("find-guides"), {"q": words, "language": "fr"}).json()
        assert [each["title"] for each in found["guides"]] == ["Factures impayées"]


@pytest.mark.parametrize(
    ("query", "slug", "has_problem"),
    [
        ({"title": "L’été à Liège"}, "l-ete-a-liege", False),
        ({"title": "Factures"}, "factures", True),
        ({"slug": "Pas Bon"}, "Pas Bon", True),
        ({"title": "!!!"}, "", False),
        ({"title": "Straße & œuvre"}, "strasse-oeuvre", False),
    ],
)
def test_an_address_is_checked_while_typing(client, guide, query, slug, has_problem):
    client.force_login(editor())
    answer = client.get(address("check-slug"), query).json()
    assert (answer["slug"], bool(answer["problem"])) == (slug, has_problem)


def test_the_preview_is_safe_html(client, guide):
    client.force_login(editor())
    text = "**a**<script>alert(1)</script>"
    html = client.post(address("preview"), kept(guide, text=text)).content.decode()
    assert "<strong>a</strong>" in html and "<script" not in html
    too_long = client.post(address("preview"), kept(guide, text="x" * 200_001))
    assert too_long.status_code == 413


def test_a_new_guide_is_kept_and_thrown_away_as_well(client):
    client.force_login(editor())
    sent = {"language": "fr", "guide": "", "title": "Neuf", "text": "Un début."}
    assert client.post(address("keep"), sent).json() == {"others": []}
    assert "Un début." in client.get(address("new") + "?draft=1").content.decode()
    response = client.post(address("discard-draft"), sent)
    assert response["Location"] == address("new")
    assert "Un début." not in client.get(address("new") + "?draft=1").content.decode()
