"""Every revision is kept, can be compared, and can come back."""

import pytest
from wiki.models import ArticleRevision

from articles.models import RevisionInfo
from articles.writing.differences import differences, rendered_paragraphs, without_what_is_same
from tests.articles.writing import address, editor, source_of
from tests.guides import make_guide, make_user, revise

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide():
    guide = make_guide("Factures", text="Le taux est de 10 %.\n\n[Lien](https://a.example)")
    revise(
        source_of(guide),
        "Le taux est de 12 %.\n\n[Lien](https://b.example)",
        author=make_user("elle"),
        significance="major",
    )
    return guide


def test_the_history_names_author_and_significance(client, guide):
    client.force_login(editor())
    page = client.get(address("history", guide.pk, "fr")).content.decode()
    assert page.count('class="revision"') == 2
    assert "elle" in page


def test_words_that_changed_are_marked_and_said(client, guide):
    client.force_login(editor())
    page = client.get(address("compare", guide.pk, "fr") + "?from=1&to=2").content.decode()
    assert "10<span" in page and "12<span" in page
    assert page.count("<del>") == page.count("<ins>") == 2  # with the legend
    assert "a.example" not in page
    source = client.get(
        address("compare", guide.pk, "fr") + "?from=2&to=1&as=source"
    ).content.decode()
    assert "a<span" in source and "b<span" in source


def test_an_earlier_text_comes_back_as_a_new_revision(client, guide):
    client.force_login(editor())
    response = client.post(address("revert", guide.pk, "fr"), {"number": 1, "base": 2}, follow=True)
    assert "taux est de 10" in response.content.decode()
    assert RevisionInfo.objects.count() == 3
    assert "1" in source_of(guide).published.revision.user_message


def test_nothing_comes_back_over_a_text_that_was_not_seen(client, guide):
    revise(source_of(guide), "Plus neuf.")
    client.force_login(editor())
    client.post(address("revert", guide.pk, "fr"), {"number": 1, "base": 2})
    assert source_of(guide).published.revision.content == "Plus neuf."


def test_bringing_back_what_is_published_changes_nothing(client, guide):
    client.force_login(editor())
    client.post(address("revert", guide.pk, "fr"), {"number": 2, "base": 2})
    assert RevisionInfo.objects.count() == 2


def test_a_get_never_brings_back(client, guide):
    client.force_login(editor())
    assert client.get(address("revert", guide.pk, "fr") + "?number=1&base=2").status_code == 405
    assert RevisionInfo.objects.count() == 2


@pytest.mark.parametrize("role", ["", "moderator", "project_lead"])
@pytest.mark.parametrize("page", [("history",), ("revision", 1), ("compare",)])
def test_others_do_not_see_the_history(client, guide, role, page):
    url = address(page[0], guide.pk, "fr", *page[1:]) + "?from=1&to=2"
    assert client.get(url).status_code == 403
    client.force_login(make_user("somebody", role))
    assert client.get(url).status_code == 403


def test_only_who_may_publish_brings_back(client, guide):
    client.force_login(editor("vertaler", "nl"))
    response = client.post(address("revert", guide.pk, "fr"), {"number": 1, "base": 2})
    assert response.status_code == 403
    assert (
        "Publish this text again"
        not in client.get(address("revision", guide.pk, "fr", 1)).content.decode()
    )


@pytest.mark.parametrize("query", ["", "?from=1&to=99", "?from=x&to=1", "?from=1&to=٣"])
def test_unknown_revisions_are_not_found(client, guide, query):
    client.force_login(editor())
    assert client.get(address("compare", guide.pk, "fr") + query).status_code == 404
    assert client.get(address("revision", guide.pk, "fr", 9)).status_code == 404


def test_the_history_needs_as_many_queries_for_many_revisions(
    client, guide, django_assert_max_num_queries
):
    for number in range(60):
        revise(source_of(guide), f"Texte {number}.")
    client.force_login(editor())
    client.get(address("history", guide.pk, "fr"))
    with django_assert_max_num_queries(8):
        page = client.get(address("history", guide.pk, "fr")).content.decode()
    assert "?page=2" in page


def test_far_paragraphs_are_left_out():
    old = [f"Paragraphe {number}." for number in range(10)]
    shown = without_what_is_same(differences(old, [*old[:5], "Autre chose ici.", *old[5:]]))
    assert [block.skipped for block in shown] == [4, 0, 0, 0, 4]


def test_paragraphs_are_those_that_readers_see():
    heading = '<h2 id="s-a">A <a class="anchor" href="#s-a">#</a></h2>'
    html = heading + '<p>Un<br>deux</p><img alt="Un chat" src="x">'
    assert rendered_paragraphs(html) == ["A", "Un", "deux", "[Un chat]"]


def test_a_text_of_repeated_lines_is_compared_in_time():
    import time

    old, new = ["a"] * 20_000, ["a"] * 19_000 + ["b"] * 1_000
    started = time.perf_counter()
    differences(old, new)
    assert time.perf_counter() - started < 5


def test_a_text_that_may_no_longer_be_published_does_not_come_back(client, guide):
    first = source_of(guide).article.articlerevision_set.get(revision_number=1)
    ArticleRevision.objects.filter(pk=first.pk).update(content="![](media:99)")
    client.force_login(editor())
    response = client.post(address("revert", guide.pk, "fr"), {"number": 1, "base": 2}, follow=True)
    assert "media:99" in response.content.decode()
    assert RevisionInfo.objects.count() == 2
