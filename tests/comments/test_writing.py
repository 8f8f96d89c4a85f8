"""Writing a comment: members and visitors, and what is refused with nothing lost."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from projects.comments.addresses import confirm_url
from projects.models import Comment
from smartwiki.models import ContentVersion
from tests.comments.helpers import (
    approve,
    form,
    mails,
    make_moderator,
    page,
    published,
    say,
    say_and_confirm,
    steps,
)
from tests.guides import make_user
from tests.mail import run_tasks
from tests.projects.helpers import (
    make_call,
    make_lead,
    make_project,
    make_update,
    page_of,
)

pytestmark = pytest.mark.django_db
TEXT = "Et la fondation française ?"


@pytest.fixture
def project():
    cache.clear()
    return make_project("Un wiki", make_lead())


def test_a_visitor_s_comment_waits_for_the_address_to_be_confirmed(client, project):
    response = client.post(page(project, "write"), form(language="nl"))
    assert response.status_code == 302
    assert response["Location"] == page(project, "thanks") + "?confirm"
    assert "boîte mail" in client.get(response["Location"]).content.decode()
    comment = Comment.objects.get()
    assert (comment.state, comment.language, comment.email) == (
        "unconfirmed", "nl", "ana@example.net",
    )  # fmt: skip
    [mail] = mails("comment_confirm")
    assert (mail.email, mail.language) == ("ana@example.net", "nl")


def test_a_lost_link_is_sent_once_more_to_who_tries_again_later(client, project):
    for _double_click in range(2):
        assert client.post(page(project, "write"), form()).status_code == 302
    assert len(mails("comment_confirm")) == 1
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    for _double_click in range(2):
        assert client.post(page(project, "write"), form()).status_code == 302
    assert len(mails("comment_confirm")) == 2
    assert Comment.objects.count() == 1


def test_a_mistyped_address_is_put_right_by_sending_again(client, project):
    long = {"text": "Et la fondation française, que devient-elle dans tout cela ?"}
    client.post(page(project, "write"), form(email="anna@example.ne", **long))
    assert client.post(page(project, "write"), form(**long)).status_code == 302
    assert {mail.email for mail in mails()} == {"anna@example.ne", "ana@example.net"}


def test_whoever_gives_somebody_else_s_address_cannot_write_to_them(client, project, mailoutbox):
    words = {"text": "Gagnez un million https://evil.example", "name": "Million gratuit"}
    client.post(page(project, "write"), form(**words))
    run_tasks()
    [mail] = mailoutbox
    whole = mail.message().as_string() + mail.body + str(mail.alternatives)
    assert "/confirmer/" in whole
    for word in ("million", "evil.example"):
        assert word not in whole.lower()


def test_a_member_s_comment_waits_for_a_moderator_and_keeps_no_copy_of_the_address(client, project):
    client.force_login(make_user("ana"))
    response = client.post(page(project, "write"), form())
    assert response["Location"] == page(project, "thanks")
    comment = Comment.objects.get()
    assert (comment.state, comment.email, comment.shown_name) == ("pending", "", "ana")
    assert "attend" in client.get(page(project)).content.decode()
    assert TEXT not in Client().get(page(project)).content.decode()


def test_an_approval_shows_at_once_also_to_whom_the_page_was_kept_for(client, project):
    comment = say_and_confirm(project, TEXT)
    assert TEXT not in client.get(page_of(project)).content.decode()
    assert TEXT not in client.get(page(project)).content.decode()
    approve(comment)
    assert TEXT in client.get(page_of(project)).content.decode()
    assert TEXT in client.get(page(project)).content.decode()


def test_the_author_chooses_the_language_and_the_page_s_is_the_default(client, project):
    shown = client.get(page(project, "write", language="nl")).content.decode()
    assert '<option value="nl" selected>' in shown
    published(project, "Wat met de stichting?", language="nl")
    assert (
        'lang="nl" dir="auto"><p>Wat met de stichting?'
        in client.get(page(project)).content.decode()
    )


def test_required_fields_are_marked_and_the_address_is_promised_to_stay_private(client, project):
    shown = client.get(page(project, "write")).content.decode()
    assert shown.count('class="needed"') == 4
    assert "jamais publiée" in shown


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": "   \n\u200b\u2003 "}, "text"),
        ({"text": "\u2028\u0301\u0301"}, "text"),
        ({"text": "a" * 1_000_000}, "text"),
        ({"text": "a" + "\u0301" * 20_000}, "text"),
        ({"text": "Bon" + "\u0301" * 9 + "jour"}, "text"),
        ({"text": "https://a.example " * 4}, "text"),
        ({"text": "Écrivez-moi : Ana@Example.net"}, "text"),
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "Ana\r\nBcc: all@example.org"}, "name"),
        ({"name": "Ana\u2028x"}, "name"),
        ({"name": "ana@example.net"}, "name"),
        ({"name": "www.achetez.example"}, "name"),
        ({"name": "A" + "\u0301" * 20}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"email": "ana"}, "email"),
        ({"email": "ana@example.net\r\nBcc: all@example.org"}, "email"),
        ({"language": "xx"}, "language"),
    ],
)
def test_bad_input_is_named_beside_its_field_and_nothing_is_lost(client, project, fields, wrong):
    response = client.post(page(project, "write"), form(**fields))
    shown = response.content.decode()
    assert response.status_code == 422
    assert f'id="id_{wrong}_error"' in shown
    if "text" not in fields:
        assert TEXT in shown
    elif "a" in fields["text"]:
        assert fields["text"].strip()[:500] in shown
    assert not Comment.objects.exists() and not mails()


def test_what_an_attacker_writes_stays_text_in_its_place(client, project):
    text = "<script>alert(1)</script>\u202eenversé\u2066\n\njavascript:alert(1)"
    client.post(page(project, "write"), form(text=text))
    approve(say_and_confirm_existing(Comment.objects.get()))
    shown = client.get(page(project)).content.decode()
    assert "<script>alert" not in shown and "&lt;script&gt;" in shown
    assert "\u202e" not in shown and "\u2066" not in shown
    assert 'href="javascript' not in shown


def test_links_and_paragraphs_are_shown_and_vouch_for_nothing(client, project):
    published(project, "Voyez (https://smart.example/a?b=1&c=<2>).\nEt encore.\n\n\n\nMerci.")
    shown = client.get(page(project)).content.decode()
    link = '<a href="https://smart.example/a?b=1&amp;c=" rel="nofollow ugc noopener">'
    assert link in shown
    assert "Et encore.</p>" in shown and "<p>Merci.</p>" in shown and "<br>" in shown


@pytest.mark.parametrize(
    ("seconds_ago", "fields"),
    [(60, {"website": "https://spam.example/"}), (60, {"shown_at": "shown:1:forged"}), (0, {})],
    ids=["honeypot", "forged", "too fast"],
)
def test_machines_are_kept_out(client, project, seconds_ago, fields):
    response = client.post(page(project, "write"), form(seconds_ago, **fields))
    assert response.status_code == 422
    assert TEXT in response.content.decode()
    assert not Comment.objects.exists()


def test_a_form_from_elsewhere_is_refused_and_the_text_is_given_back(project):
    response = Client(enforce_csrf_checks=True).post(page(project, "write"), form())
    assert response.status_code == 403
    assert TEXT in response.content.decode()


@pytest.mark.parametrize("fields", [{"is_published": False}, {"takes_comments": False}])
def test_a_project_that_takes_no_comments_gives_the_text_back(client, project, fields):
    type(project).objects.filter(pk=project.pk).update(**fields)
    ContentVersion.bump()
    response = client.post(page(project, "write"), form())
    assert response.status_code == (404 if "is_published" in fields else 409)
    assert TEXT in response.content.decode()
    assert not Comment.objects.exists()
    if "is_published" in fields:
        assert client.get(page(project, "write")).status_code == 404
        assert client.get(page(project)).status_code == 404
    else:
        assert "<textarea" not in client.get(page(project, "write")).content.decode()
        assert page(project, "write") not in client.get(page(project)).content.decode()


def test_a_project_that_was_never_there_gives_the_text_back_too(client, project):
    response = client.post(page(project, "write").replace("un-wiki", "rien"), form())
    assert response.status_code == 404
    assert TEXT in response.content.decode()


def test_an_old_address_of_the_project_takes_the_comment_all_the_same(client, project):
    old = page(project, "write")
    project.slug_fr = "le-wiki"
    project.save()
    assert client.get(old).status_code == 200
    assert client.post(old, form()).status_code == 302
    assert Comment.objects.get().project == project


def test_an_answer_joins_the_thread_and_names_whom_it_answers(client, project):
    question = published(project, author=make_user("question"))
    first = published(
        project, "Je me le demande aussi.", answers_to=question, email="b@example.net"
    )
    client.post(page(project, "write"), form(text="À vous deux.", answers=str(first.pk)))
    answer = Comment.objects.get(body="À vous deux.")
    assert (answer.thread, answer.answers_to) == (question, first)
    approve(say_and_confirm_existing(answer))
    shown = client.get(page(project)).content.decode()
    assert "à Ana" in shown
    assert shown.count("answers-list") == 1


def say_and_confirm_existing(comment):
    from projects.comments import speaking

    return speaking.confirm(comment.pk)[0]


def test_an_answer_to_what_readers_do_not_see_is_refused_and_can_be_sent_as_a_comment(
    client, project
):
    waiting = say_and_confirm(project)
    elsewhere = published(make_project("Autre"), "Là-bas.", email="c@example.net")
    for number in (waiting.pk, elsewhere.pk, 10**9):
        response = client.post(page(project, "write"), form(answers=str(number)))
        shown = response.content.decode()
        assert response.status_code == 409
        assert TEXT in shown and f'value="{number}"' not in shown
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("answers", ["abc", "-1", "9" * 400])
def test_a_senseless_number_is_no_comment(client, project, answers):
    assert client.get(page(project, "write") + f"?answers={answers}").status_code == 200
    assert client.post(page(project, "write"), form(answers=answers)).status_code in (409, 422)


def test_comments_on_an_update_or_a_call_say_so(client, project):
    update, call = make_update(project, "Du neuf"), make_call(project)
    client.post(page(project, "write"), form(about=f"update-{update.pk}"))
    client.post(page(project, "write"), form(about=f"call-{call.pk}", text="Je peux aider."))
    client.post(page(project, "write"), form(about="update-999999", text="Où suis-je ?"))
    assert [(c.update, c.call) for c in Comment.objects.order_by("pk")] == [
        (update, None), (None, call), (None, None),
    ]  # fmt: skip
    for comment in Comment.objects.all():
        approve(say_and_confirm_existing(comment))
    assert "Sur « Du neuf »" in client.get(page(project)).content.decode().replace("\xa0", " ")
    only = client.get(page(project) + f"?about=update-{update.pk}").content.decode()
    assert TEXT in only and "Je peux aider." not in only
    assert f"about=update-{update.pk}" in client.get(page_of(project)).content.decode()


def test_a_double_click_says_it_once(client, project):
    for _click in range(2):
        assert client.post(page(project, "write"), form()).status_code == 302
    assert Comment.objects.count() == 1 and len(mails()) == 1


def test_what_is_confirmed_needs_no_link_again(client, project):
    client.post(page(project, "write"), form())
    client.post(confirm_url(Comment.objects.get()))
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    before = len(mails("comment_confirm"))
    assert client.post(page(project, "write"), form()).status_code == 302
    assert len(mails("comment_confirm")) == before and Comment.objects.count() == 1


def test_two_members_may_say_the_same_few_words(client, project):
    for name in ("ana", "leo"):
        client.force_login(make_user(name))
        client.post(page(project, "write"), form(text="Merci !"))
    assert Comment.objects.count() == 2


def test_the_same_long_text_from_all_sides_is_refused(client, project):
    text = "Achetez nos montres, les meilleures montres du monde, dès aujourd’hui !"
    again = form(text=text.upper().replace("!", ""), email="b@example.net")
    assert client.post(page(project, "write"), again).status_code == 302
    waiting = Comment.objects.get()
    say_and_confirm(project, text)
    response = client.post(page(project, "write"), again | {"email": "c@example.net"})
    assert response.status_code == 422
    refused = client.post(confirm_url(waiting))
    assert refused.status_code == 409
    assert "déjà été envoyé" in refused.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "unconfirmed"
    client.post(page(project, "write"), form(text="Merci !", email="b@example.net"))
    client.post(page(project, "write"), form(text="merci", email="d@example.net"))
    assert Comment.objects.count() == 4


def test_who_sends_too_many_is_told_how_long_to_wait(client, project):
    client.force_login(make_user("ana"))
    for number in range(10):
        assert client.post(page(project, "write"), form(text=f"N° {number}")).status_code == 302
    response = client.post(page(project, "write"), form(text="Encore"))
    assert response.status_code == 429
    assert 3500 < int(response["Retry-After"]) <= 3600
    assert "60 minutes" in response.content.decode() and "Encore" in response.content.decode()


def test_nobody_fills_another_s_mailbox_with_confirmations(client, project):
    for number in range(6):
        response = client.post(
            page(project, "write"), form(text=f"N° {number}"), REMOTE_ADDR=f"192.0.2.{number}"
        )
    assert response.status_code == 429
    assert len(mails()) == 5


def test_one_network_address_may_send_twenty_an_hour(client, project):
    for number in range(21):
        fields = form(text=f"N° {number}", email=f"a{number}@example.net")
        response = client.post(page(project, "write"), fields)
    assert response.status_code == 429 and Comment.objects.count() == 20


def test_trusted_authors_are_published_at_once_when_the_site_says_so(project, settings):
    settings.COMMENTS_TRUSTED_AFTER = 2
    author = make_user("ana")
    for number in range(2):
        published(project, f"N° {number}", author=author)
    assert say(project, "Le troisième", author=author).state == "approved"
    visitor = [published(project, f"V {number}") for number in range(2)]
    third = say_and_confirm(project, "Encore moi")
    assert (third.state, steps(third)) == ("approved", ["unconfirmed", "approved"])
    Comment.objects.filter(pk=visitor[0].pk).update(state="spam")
    Comment.objects.filter(pk=third.pk).update(state="withdrawn")
    assert say_and_confirm(project, "Toujours moi").state == "pending"


def test_without_the_setting_nobody_is_trusted(project):
    author = make_user("ana")
    for number in range(3):
        published(project, f"N° {number}", author=author)
    assert say(project, "Le quatrième", author=author).state == "pending"


def test_the_official_answer_is_published_at_once_and_marked_by_words(client, project):
    question = published(project)
    client.force_login(project.leads.get())
    fields = form(text="Oui, elle en fait partie.", answers=str(question.pk), official="on")
    response = client.post(page(project, "write"), fields | {"pinned": "on"})
    answer = Comment.objects.get(is_official=True)
    assert response["Location"].endswith(f"#comment-{answer.pk}")
    assert (answer.state, answer.role, bool(answer.pinned_at)) == ("approved", "lead", True)
    shown = Client().get(page(project)).content.decode()
    assert "Réponse officielle" in shown and "épinglé" in shown
    [mail] = mails("comment_answered_officially")
    assert mail.email == "ana@example.net"


def test_nobody_else_can_answer_officially(client, project):
    for person in (make_user("ana"), make_lead("autre"), make_user("ed", "editor")):
        client.force_login(person)
        client.post(page(project, "write"), form(text=f"De {person}", official="on"))
        assert "official" not in client.get(page(project, "write")).content.decode()
    assert list(Comment.objects.values_list("is_official", "state")) == [(False, "pending")] * 3
    client.force_login(make_moderator())
    client.post(page(project, "write"), form(text="Pour l’équipe", official="on"))
    assert Comment.objects.get(is_official=True).role == "moderator"


def test_nothing_is_written_on_get(client, project, django_assert_num_queries):
    comment = published(project)
    before = Comment.objects.values().get()
    for name, args in (
        ("conversation", ()), ("write", ()), ("thanks", ()), ("comment", (comment.pk,)),
        ("thread", (comment.pk,)), ("report", (comment.pk,)),
    ):  # fmt: skip
        client.get(page(project, name, *args))
    assert Comment.objects.values().get() == before
