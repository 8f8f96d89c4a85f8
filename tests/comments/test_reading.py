"""Reading a conversation: threads, pages, languages, permalinks, and what it costs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.comments import moderation, speaking
from projects.models import Comment, Report
from smartwiki.models import ContentVersion
from tests.comments.helpers import make_moderator, many, page, published
from tests.database import analyse, plan_of
from tests.guides import make_user
from tests.projects.helpers import address, make_lead, make_project, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return make_project("Un wiki", make_lead(), title_nl="Een wiki", slug_nl="een-wiki")


def numbers(words: str) -> list[int]:
    return [
        int(number)
        for number in re.findall(r'<article class="comment[^>]* id="comment-(\d+)"', words)
    ]


def test_nobody_has_said_anything_yet(client, project):
    assert "Personne n’a encore rien dit" in client.get(page(project)).content.decode()
    assert "commencez" in client.get(page_of(project)).content.decode()
    project.takes_comments = False
    project.save()
    ContentVersion.bump()
    assert "ne prend plus" in client.get(page_of(project)).content.decode()


def test_threads_come_in_pages_newest_or_oldest_first(client, project):
    comments = many(project, 25)
    words = client.get(page(project)).content.decode()
    assert numbers(words) == [each.pk for each in reversed(comments[5:])]
    assert "Page 1 sur 2" in words
    assert numbers(client.get(page(project) + "?page=2").content.decode())[0] == comments[4].pk
    oldest = client.get(page(project) + "?order=oldest&page=2").content.decode()
    assert numbers(oldest)[0] == comments[20].pk and 'name="order"' in oldest
    for senseless in (
        "?page=x",
        "?page=99",
        "?order=x",
        "?language=xx",
        "?about=x-1",
        "?about=call-x",
    ):
        assert client.get(page(project) + senseless).status_code == 200


def test_one_language_can_be_chosen_and_each_comment_has_its_own(client, project):
    published(project, "En français.")
    published(project, "In het Nederlands.", language="nl", email="b@example.net")
    words = client.get(page(project)).content.decode()
    assert '<div class="comment-words" lang="nl" dir="auto">' in words
    assert '<option value="nl" lang="nl">Nederlands</option>' in words
    dutch = client.get(page(project) + "?language=nl").content.decode()
    assert "In het Nederlands." in dutch and "En français." not in dutch
    assert 'content="noindex"' in dutch


def test_a_permalink_finds_the_page_wherever_the_comment_stands(client, project):
    comments = many(project, 45)
    answers = many(project, 70, thread=comments[0], answers_to=comments[0])
    for comment, expected in (
        (comments[44], ""), (comments[4], "?page=3"), (comments[24], "?page=2"),
        (answers[3], "?page=3"),
    ):  # fmt: skip
        location = client.get(page(project, "comment", comment.pk))["Location"]
        assert location == f"{page(project)}{expected}#comment-{comment.pk}"
        assert comment.pk in numbers(client.get(location).content.decode())
    location = client.get(page(project, "comment", answers[60].pk))["Location"]
    assert location == f"{page(project, 'thread', comments[0].pk)}?page=2#comment-{answers[60].pk}"
    assert answers[60].pk in numbers(client.get(location).content.decode())
    first = page(project, "thread", comments[0].pk)
    assert "Lire les 70 réponses" in client.get(page(project) + "?page=3").content.decode()
    assert "?page=2" in client.get(first).content.decode()
    assert client.get(first.replace(str(comments[0].pk), "999999")).status_code == 404


def test_a_permalink_counts_what_is_pinned(client, project):
    comments = many(project, 25)
    mona = make_moderator()
    moderation.answer(comments[0].pk, "Oui.", by=mona, language="fr", seen=1, pin=True)
    second = moderation.answer(
        comments[0].pk, "Et encore.", by=mona, language="fr", seen=1, pin=True
    )
    assert client.get(page(project, "comment", comments[0].pk))["Location"].startswith(
        page(project) + "#"
    )
    assert client.get(page(project, "comment", second.pk))["Location"].startswith(
        page(project) + "#"
    )
    assert client.get(page(project, "comment", comments[5].pk))["Location"].startswith(
        page(project) + "?page=2"
    )


def test_a_permalink_looks_only_through_the_threads_above(client, project, sqlite):
    comments = many(project, 3)
    with CaptureQueriesContext(connection) as queries:
        client.get(page(project, "comment", comments[0].pk))
    above, on_top = (plan_of(each["sql"]) for each in queries if "COUNT(" in each["sql"])
    index = "INDEX comment_threads_by_state (project_id=? AND is_on_top=?"
    assert f"{index} AND created_at>?)" in above
    assert f"{index})" in on_top


def test_what_readers_do_not_see_has_no_permalink(client, project):
    [waiting] = many(project, 1, "pending")
    elsewhere = published(make_project("Autre"))
    for comment in (waiting, elsewhere):
        for name in ("comment", "report", "thread"):
            assert client.get(page(project, name, comment.pk)).status_code == 404


def test_any_language_s_address_leads_to_the_conversation(client, project):
    published(project)
    dutch = address("comments:conversation", "un-wiki", language="nl")
    assert client.get(dutch)["Location"] == page(project, language="nl")
    words = client.get(page(project, language="nl")).content.decode()
    assert 'hreflang="fr"' in words and "Een wiki" in words
    assert client.get(address("comments:thanks", "un-wiki", language="nl")).status_code == 200
    assert client.get(page(make_project("Caché", is_published=False))).status_code == 404


def test_the_project_s_page_shows_the_latest_and_leads_to_the_rest(client, project):
    many(project, 5)
    words = client.get(page_of(project)).content.decode()
    assert "Conversation : 5 commentaires" in words.replace("\xa0", " ")
    assert len(numbers(words)) == 3 and "Lire toute la conversation" in words


def test_what_is_counted_is_what_readers_see(project):
    for state in ("approved", "withdrawn", "hidden", "pending", "rejected", "spam", "unconfirmed"):
        (first,) = many(project, 1, state, language="nl")
        for answer in ("approved", "rejected"):
            many(project, 1, answer, thread=first)
    visible = Comment.objects.visible_on(project).count()
    assert Comment.objects.counted_on(project) == [(None, None, visible)]
    assert visible == 4
    assert Comment.objects.languages_on(project, ["fr", "nl"]) == ["nl"]


@pytest.mark.parametrize("number", [3, 10_000])
def test_the_queries_do_not_grow_with_the_comments(
    client, project, django_assert_max_num_queries, number
):
    comments = many(project, number)
    many(project, number // 2, thread=comments[-1])
    analyse()
    with django_assert_max_num_queries(7):
        client.get(page(project))
    with django_assert_max_num_queries(7):
        client.get(page(project) + f"?page={max(1, number // 20)}&order=oldest&language=fr")
    with django_assert_max_num_queries(6):
        client.get(page(project, "thread", comments[-1].pk))
    with django_assert_max_num_queries(7):
        client.get(page(project, "comment", comments[0].pk))
    with django_assert_max_num_queries(12):
        client.get(page_of(project))


def test_a_kept_conversation_costs_one_query(client, project, django_assert_num_queries):
    published(project)
    client.get(page(project))
    with django_assert_num_queries(1):
        assert "Bien vu." in client.get(page(project)).content.decode()


def test_readers_report_once_each_and_enough_of_them_hide_a_comment(client, project):
    comment = published(project)
    link = page(project, "report", comment.pk)
    assert "signaler" in link and link in client.get(page(project)).content.decode()
    from tests.projects.helpers import shown

    fields = {"reason": "hurtful", "text": "Voyez.", "website": "", "shown_at": shown(60)}
    assert client.post(link, fields | {"reason": ""}).status_code == 422
    assert client.post(link, fields | {"website": "x"}).status_code == 422
    assert "Merci de nous l’avoir dit" in client.post(link, fields).content.decode()
    assert "déjà signalé" in client.post(link, fields).content.decode()
    assert Report.objects.count() == 1
    client.force_login(make_user("ben"))
    client.post(link, fields)
    assert "déjà signalé" in client.post(link, fields).content.decode()
    assert "Bien vu." in client.get(page(project)).content.decode()
    client.logout()
    client.post(link, fields, REMOTE_ADDR="192.0.2.9")
    comment.refresh_from_db()
    assert comment.state == "hidden" and comment.transitions.last().actor == "readers"
    assert "Bien vu." not in client.get(page(project)).content.decode()
    assert client.post(link, fields, REMOTE_ADDR="192.0.2.10").status_code == 404
    with pytest.raises(Comment.DoesNotExist):
        speaking.report(comment.pk, Report(reason="other", sender="x"))
    with pytest.raises(Comment.DoesNotExist):
        speaking.report(10**9, Report(reason="other", sender="x"))


def test_what_the_team_says_is_not_hidden_by_reports(project):
    question = published(project)
    answer = moderation.answer(
        question.pk, "Oui.", by=make_moderator("mia"), language="fr", seen=question.version
    )
    for number in range(4):
        speaking.report(answer.pk, Report(reason="false", sender=str(number)))
    answer.refresh_from_db()
    assert answer.state == "approved" and answer.waiting_since


def test_who_reports_too_much_is_told_how_long_to_wait(client, project):
    from django.core.cache import cache

    from tests.projects.helpers import shown

    cache.clear()
    fields = {"reason": "other", "text": "", "website": "", "shown_at": shown(60)}
    for comment in many(project, 11):
        response = client.post(page(project, "report", comment.pk), fields)
    assert response.status_code == 429 and int(response["Retry-After"]) > 3000


def test_a_hidden_question_keeps_its_answers_and_says_so(client, project):
    question = published(project, "La question")
    published(project, "Une réponse", answers_to=question, email="b@example.net")
    decision = moderation.Decision("hide", make_moderator("mia"))
    question.refresh_from_db()
    moderation.decide(question.pk, decision, seen=question.version)
    words = client.get(page(project)).content.decode()
    assert "La question" not in words and "réexamen" in words and "Une réponse" in words
    assert client.get(page(project, "comment", question.pk)).status_code == 302


def test_erased_authors_are_nobody(client, project):
    comment = published(project)
    Comment.objects.filter(pk=comment.pk).update(name="", email="")
    ContentVersion.bump()
    assert "Quelqu’un" in client.get(page(project)).content.decode()


def test_members_see_their_own_comments_and_nothing_of_others(client, project):
    from tests.comments.helpers import say, say_and_confirm

    ana, ben = make_user("ana"), make_user("ben")
    say_and_confirm(project, "Visiteur en attente", email="v@example.net")
    say(project, "Ana en attente", author=ana)
    shown = published(project, "Ana publiée", author=ana)
    published(project, "Visiteuse publiée")
    link = address("comments:mine", shown.pk)
    for person, sees in ((ben, False), (ana, True), (ben, False)):
        client.force_login(person)
        for url in (page(project), page_of(project), page(project) + "?order=oldest"):
            words = client.get(url).content.decode()
            assert "Visiteur en attente" not in words
            assert "Ana publiée" in words and (link in words) == sees
            if url != page_of(project):
                assert ("Ana en attente" in words) == sees
            assert words.count("Modifier ou retirer") == (
                0 if not sees else words.count("/mes-commentaires/") - 1
            )
