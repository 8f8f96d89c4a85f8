"""E-mail addresses of those who comment appear on no page, in no feed, export or log."""

import logging

import pytest

from projects.comments import moderation
from projects.models import ReadyReason, Report
from tests.comments.helpers import desk, form, make_moderator, own_page, page, published, say
from tests.guides import make_user
from tests.projects.helpers import address, make_lead, make_project, make_update, page_of, shown

pytestmark = pytest.mark.django_db
SECRET = ["ana.secret@example.net", "member@example.org", "ana@example.net"]
PUBLIC = ("overview", "feed-of-all", "calendar-of-all", "csv", "json")


@pytest.fixture
def project():
    return make_project("Un wiki", make_lead())


def everything(client, project, comment) -> list[str]:
    """Every page on which the comment has a part."""
    paths = [address(f"projects:{name}") for name in PUBLIC]
    paths += [page_of(project, name=name) for name in ("project", "feed", "calendar")]
    paths += [page(project), page(project) + "?order=oldest", page(project, "write")]
    paths += [page(project, name, comment.pk) for name in ("thread", "report")]
    paths += [page(project, "write") + f"?answers={comment.pk}", "/sitemap.xml"]
    return [client.get(path).content.decode() for path in paths]


def test_no_address_on_any_page_whoever_looks(client, project, caplog):
    caplog.set_level(logging.DEBUG)
    member, mona = make_user("member"), make_moderator()
    comment = published(project, "De moi", email=SECRET[0])
    answer = published(project, "De moi aussi", answers_to=comment, author=member)
    waiting = say(project, "En attente", author=member)
    make_update(project)
    ReadyReason.objects.create(name_fr="Blessant", text_fr="Blessant.")
    lead = project.leads.get()
    seen = []
    for person in (None, make_user("other"), lead, mona):
        client.logout()
        if person:
            client.force_login(person)
        seen += everything(client, project, comment)
    client.force_login(mona)
    for each in (comment, answer, waiting):
        seen.append(client.get(desk("review", each.pk)).content.decode())
    seen += [client.get(desk(name)).content.decode() for name in ("queue", "figures")]
    moderation.decide(waiting.pk, moderation.Decision("spam", mona), seen=waiting.version)
    fields = {"decision": "approve", "version": waiting.version}
    seen.append(client.post(desk("decide", waiting.pk), fields).content.decode())
    client.logout()
    seen.append(client.get(own_page(comment)).content.decode())
    sent = client.post(page(project, "write"), form(email=SECRET[0]), follow=True)
    seen.append(sent.content.decode())
    reported = {"reason": "other", "website": "", "shown_at": shown(60)}
    seen.append(client.post(page(project, "report", comment.pk), reported).content.decode())
    assert Report.objects.exists()
    for text in (*seen, caplog.text):
        for secret in SECRET:
            assert secret not in text
