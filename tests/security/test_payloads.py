"""What people type attacks every page, feed, file and mail that shows it, and nothing happens."""

import csv
import email
import email.policy
import io
import json
import re
from email.utils import getaddresses
from urllib.parse import urlsplit

import html5lib
import pytest
from defusedxml import ElementTree
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.management.color import no_style
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from articles.models import RevisionInfo
from projects.comments import moderation, tokens
from projects.following import tell_of_calls
from projects.models import CallResponse, Comment, Project
from smartwiki import heard
from smartwiki.accounts import invitations
from smartwiki.accounts.models import Invitation
from smartwiki.models import ContentVersion
from smartwiki.notify import announcing, delivery, digests, following
from smartwiki.notify.models import Message, Subscription
from smartwiki.search.worker import look_after
from smartwiki.spreadsheets import FORMULA_STARTS
from tests.comments import helpers as comments
from tests.guides import make_user
from tests.mail import run_tasks
from tests.projects.helpers import address, make_update
from tests.security import poisoned, populated
from tests.security.test_crawl import body_of, crawler

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ROLES = [role for role in populated.ROLES if role != "nl-editor"]
LEADS_WHERE = {"", "http", "https", "mailto"}  # and nowhere else: no script, no data
ADDRESSES = {"href", "src", "action", "formaction", "poster", "data", "cite", "background"}
FOREIGN = {"zqx", "iframe", "object", "embed", "base", "frame", "applet"}
MAILS = settings.BASE_DIR / "templates" / "mail"
PARSED: set[str] = set()  # what is not parsed again
CHANGING = re.compile(r'value="[\w:-]{40,}"|[?&;]\w+=[\w:-]{40,}')  # tokens: new on each page


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """Make the poisoned site once for the module, and take it away in the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        ContentVersion.objects.get_or_create(pk=1)
        with connection.cursor() as cursor:  # numbers begin with 1, as the crawler's do
            for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(statement)
        admin = make_user("root", is_superuser=True, is_staff=True)
        people = populated.people() | {"visitor": AnonymousUser(), "admin": admin}
        poisoned.fill(admin)
        yield people
        transaction.set_rollback(True)


def live_parts(html: str) -> list[str]:
    """Return what a browser would make of `html` that no template of ours has."""
    found = [poisoned.EVALUATED] if poisoned.EVALUATED in html else []
    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    for element in tree.iter():
        if not isinstance(element.tag, str):  # a comment
            continue
        tag = element.tag.rpartition("}")[2]
        if tag in FOREIGN:
            found.append(tag)
        if tag == "script" and not element.get("src"):
            assert element.get("type") == "application/json", element.attrib
            json.loads(element.text)
        for attribute, value in element.attrib.items():
            name = attribute.rpartition("}")[2]
            scheme = urlsplit(re.sub(r"[\x00-\x20]", "", value)).scheme
            if name.startswith(("zqx", "on", "srcdoc")) or (
                name in ADDRESSES and scheme not in LEADS_WHERE
            ):
                found.append(f"{tag} {name}={value}")
    return found


def main_of(html: str) -> str:
    """Return the part of a page that is its own, without what differs at each request."""
    return CHANGING.sub("", html[html.find("<main") : html.find("</main>")])


def cells(text: str) -> list[str]:
    """Return the cells of a CSV file that a spreadsheet would take for formulas."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    return [cell for row in rows for cell in row if cell.lstrip(" ").startswith(FORMULA_STARTS)]


def lines_of_calendar(text: str) -> list[str]:
    """Return the names of a calendar's lines, unfolded, that none of ours has."""
    Calendar.from_ical(text)
    names = {re.split("[:;]", line)[0] for line in text.replace("\r\n ", "").splitlines()}
    ours = "BEGIN END VERSION PRODID URL UID SUMMARY DESCRIPTION TRANSP X-WR-CALNAME"
    return sorted(names - set(ours.split()) - {"DTSTAMP", "DTSTART", "DTEND"})


def hurts(response, text: str) -> list[str]:
    """Return what an answer would do to who reads it with a program for its kind."""
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if kind == "text/html":
        return live_parts(text)
    if kind == "text/csv":
        return cells(text)
    if kind == "text/calendar":
        return lines_of_calendar(text)
    if kind == "application/json":
        json.loads(text)
    elif kind.endswith("xml"):
        return xml_hurts(text)
    else:
        assert kind in {"text/plain", "image/png", "image/webp"}, kind
    return []


def xml_hurts(text: str) -> list[str]:
    """Parse a feed or sitemap, and the HTML that a feed's reader shows."""
    found = []
    for element in ElementTree.fromstring(text.encode()).iter():
        tag = element.tag.rpartition("}")[2]
        if tag in FOREIGN:
            found.append(tag)
        if element.get("type") == "html" or tag in {"summary", "content"}:
            found += live_parts(element.text or "")
    return found


def addresses() -> list[str]:
    """The crawlers' addresses, and those for which one has to know more than a number."""
    project, guide = Project.objects.get(slug_fr="ouvert"), poisoned.the_guide()
    call, comment = project.calls.first(), Comment.objects.exclude(email="").first()
    text, waiting = guide.translations.get(), RevisionInfo.objects.pending().first()
    here, own = [guide.pk, "fr"], tokens.token_for(comment.pk, tokens.AUTHOR)
    parts = ["objective", "milestone", "call", "update"]
    said = Comment.objects.filter(project=project)
    return [
        *populated.addresses(most=1),
        *(
            address("project_desk:part", project.pk, kind, getattr(project, f"{kind}s").first().pk)
            for kind in parts
        ),
        address("project_desk:answers", project.pk, call.pk),
        address("writing:edit", *here),
        address("writing:history", *here),
        address("writing:revision", *here, 2),
        address("writing:compare", *here) + "?from=1&to=2",
        address("writing:files", guide.pk),
        address("articles:guide", text.path),
        address("desk:voices-of", *here),
        address("suggestions:review", waiting.pk),
        address("follow:follow", f"project:{project.pk}"),
        address("accounts:invitation", invitations.token_of(Invitation.objects.get())),
        address("comments:own", own),
        *(address("comments:comment", "ouvert", each.pk) for each in said),
        *(address("moderation:review", each.pk) for each in said),
        *(f"/{language}/projets/ouvert/" for language in ("nl", "en", "de")),
        address("search") + f"?q={poisoned.WORD}",
        address("search-complete") + f"?q={poisoned.WORD[:4]}",
        address("writing:find-guides") + f"?language=fr&q={poisoned.WORD}",
    ]


def admin_addresses() -> list[str]:
    """The administration's list of each of our models, and its form for one of them."""
    found = []
    for model in admin.site._registry:
        if not model.__module__.startswith(("articles.", "projects.", "smartwiki.")):
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{name}_changelist"))
        if one := model._default_manager.first():
            found.append(reverse(f"{name}_change", args=[one.pk]))
    return found


def test_every_text_field_is_attacked_or_says_why_not(site):
    """A new field belongs into a row of `poisoned.fill`, or with its reason into EXEMPT."""
    known = {poisoned.name_of(field) for field in poisoned.text_fields()}
    assert set(poisoned.REASONS) <= known, "exempt, but not there"
    unfilled = [
        poisoned.name_of(field)
        for field in poisoned.carriers()
        if not any(
            poisoned.word_of(field) in str(value)
            for value in field.model._default_manager.values_list(field.name, flat=True)
        )
    ]
    assert unfilled == []


MET_BY_NOBODY = {  # {field: why no page, file or list that a crawler opens shows it}
    "articles.Draft.slug": "only in the form for a new guide, like its title, which is met",
    "articles.Draft.summary": "only in the form for a new guide, like its title, which is met",
    "projects.Comment.email": "never shown: tests/comments/test_addresses_stay_private.py",
    "notify.Follower.email": "never shown",
    "projects.Attachment.alt_nl": "beside the picture in Dutch, as in French",
    "projects.Attachment.alt_en": "beside the picture in English, as in French",
    "projects.Attachment.alt_de": "beside the picture in German, as in French",
}


def test_nothing_typed_becomes_anything_for_an_administrator(site, index):
    """They read it all; every payload is met, without which this would prove nothing."""
    index()
    client, read, hurt = crawler(site, "admin"), "", {}
    for url in [*addresses(), *admin_addresses()]:
        response = client.get(url)
        text = body_of(response)
        assert response.status_code < 500, url
        if "zq" in text or poisoned.WORD in text:
            read += text
            PARSED.add(main_of(text))
            hurt[url] = hurts(response, text)
    assert not any(hurt.values()), hurt
    unmet = {
        poisoned.name_of(field)
        for field in poisoned.carriers()
        if poisoned.word_of(field) not in read
    }
    assert unmet == set(MET_BY_NOBODY)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_typed_becomes_anything_for_the_others(site, role):
    """Each page is parsed once: what only its head and menu differ in is not looked at again."""
    look_after()
    client, hurt = crawler(site, role), {}
    for url in addresses():
        response = client.get(url)
        text = body_of(response)
        assert response.status_code < 500, url
        if poisoned.WORD in text and (main := main_of(text)) not in PARSED:
            PARSED.add(main)
            hurt[url] = hurts(response, text)
    assert not any(hurt.values()), hurt


def test_no_cell_of_a_download_is_a_formula(site):
    client, project = crawler(site, "admin"), Project.objects.get(slug_fr="ouvert")
    urls = [
        address("project_desk:answers-csv", project.pk, project.calls.first().pk),
        address("audit:export"),
    ]
    for url in urls:
        response = client.post(url)
        text = body_of(response)
        assert response.status_code == 200 and "zq" in text, url
        assert hurts(response, text) == []


HEADERS = [
    *("Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "Content-Language"),
    *("MIME-Version", "Content-Type", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"),
    "Precedence",
]


def set_off_mails(admin, project: Project) -> None:
    """Do what makes the site write each of its mails, about what is poisoned."""
    title, body, name = (
        poisoned.attack(f"projects.{which}", 1)
        for which in ("Update.title_fr", "Comment.body", "Comment.name")
    )
    reason = {"fr": poisoned.attack("projects.Transition.reason", 1)}
    Subscription.objects.filter(follower__user=admin).update(rhythm="daily")
    update = make_update(project, title, body_fr=poisoned.attack("projects.Update.body_fr", 1))
    tell_of_calls(project)
    asked = comments.say_and_confirm(project, f"{body} 1", name=name)
    moderation.answer(asked.pk, body, by=admin, language="fr", seen=asked.version)
    answer = comments.say_and_confirm(
        project, f"{body} 2", answers_to=asked, thread=asked, email="bob@example.net", name=name
    )
    comments.approve(answer, admin)
    for other, what in (("3", moderation.REJECT), ("4", moderation.APPROVE)):
        said = comments.say_and_confirm(project, body + other, email="eve@example.net", name=name)
        decision = moderation.Decision(what, admin, reason)
        moderation.decide(said.pk, decision, seen=said.version)
    came_of = {"comment": [asked.pk], "answer": [CallResponse.objects.first().pk]}
    heard.name_voices(heard.Result("update", update.pk), came_of, admin)
    following.ask_to_follow("new@example.org", f"project:{project.pk}", "at_once", "fr")
    invitations.invite(Invitation(email="guest@example.org", language="fr"), by=admin)
    digests.queue_digests()


def test_nothing_typed_becomes_a_header_or_markup_of_a_mail(site):
    set_off_mails(site["admin"], Project.objects.get(slug_fr="ouvert"))
    run_tasks()
    waiting = Message.objects.filter(state="waiting")  # so that a decision can be taken back
    waiting.update(next_try_at=timezone.now())
    for number in list(waiting.values_list("pk", flat=True)):
        delivery.deliver(number)
    assert not Message.objects.exclude(key="x").exclude(state="sent").exists()
    kinds = {path.name.partition(".")[0] for path in MAILS.glob("*.subject.txt")} - {"event"}
    sent = set(Message.objects.filter(state="sent").values_list("kind", flat=True))
    assert sent >= kinds | set(announcing._events)
    for letter in mail.outbox:
        read = email.message_from_bytes(letter.message().as_bytes(), policy=email.policy.default)
        assert set(read.keys()) <= set(HEADERS) and len(set(read.keys())) == len(read.keys())
        assert len(getaddresses([read["To"]])) == len(letter.recipients()) == 1
        assert poisoned.EVALUATED not in letter.body
        for html, kind in letter.alternatives:
            assert kind == "text/html" and live_parts(html) == []
