"""Somebody answers for each guide: signs it off, is reminded, and says what is not settled."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from articles.calendar import months_after, months_before
from articles.desk import freshness
from articles.models import Coverage, Guide, ReviewReminder, Translation
from smartwiki.models import ContentVersion
from smartwiki.notify.models import Message
from tests.articles.addresses import at
from tests.guides import STAFF, make_guide, make_user, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_user("owner", "moderator")


@pytest.fixture
def guide(owner):
    return make_guide("Factures", owner=owner, review_every=6)


def verified(guide, months_ago, language="fr"):
    text = guide.translations.get(language=language)
    text.verify(None, months_before(timezone.localdate(), months_ago))
    return text


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 15), 2, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 1), -13, date(2024, 12, 1)),
    ],
)
def test_months_are_counted_as_people_do(day, months, after):
    assert months_after(day, months) == after


def test_a_text_is_overdue_from_its_day_on(guide):
    text = verified(guide, 6)
    assert list(Translation.objects.overdue()) == [text]
    assert not Translation.objects.overdue(timezone.localdate() - timedelta(days=1))
    verified(guide, 5)
    assert not Translation.objects.overdue()


def test_each_language_is_verified_on_its_own(guide):
    dutch = translate(guide, "nl", "Facturen")
    verified(guide, 1)
    verified(guide, 7, "nl")
    assert list(Translation.objects.overdue()) == [dutch]


def test_a_text_that_nobody_verified_is_due_after_its_last_change(guide):
    assert not Translation.objects.overdue()
    later = months_after(timezone.localdate(), 7)
    assert Translation.objects.overdue(later).get().guide == guide


def test_drafts_deleted_guides_and_those_without_interval_are_never_overdue(guide, owner):
    verified(guide, 20)
    Guide.objects.filter(pk=guide.pk).update(deleted_at=timezone.now())
    make_guide("Brouillon", review_every=1, draft=True)
    verified(make_guide("Frais", owner=owner), 30)
    assert not Translation.objects.overdue()


def test_still_accurate_needs_no_edit_and_is_shown(client, guide, owner):
    verified(guide, 9)
    client.force_login(owner)
    version = ContentVersion.current()
    response = client.post(at("fr", "desk:accurate", guide.pk, "fr"), follow=True)
    text = guide.translations.get()
    assert (text.verified_by, text.verified_on) == (owner, timezone.localdate())
    assert ContentVersion.current() > version
    assert "owner" in response.content.decode()
    assert text.article.articlerevision_set.count() == 1


@pytest.mark.parametrize(
    ("role", "languages"),
    [("", ()), ("moderator", ()), ("project_lead", ()), ("editor", ("nl",))],
)
def test_others_do_not_sign_off(client, guide, role, languages):
    address = at("fr", "desk:accurate", guide.pk, "fr")
    assert client.post(address).status_code == 403
    client.force_login(make_user("other", role, *languages))
    assert client.post(address).status_code == 403
    assert guide.translations.get().verified_on is None


def test_an_owner_who_left_the_team_does_not_sign_off(client, guide, owner):
    owner.grants.all().delete()
    client.force_login(owner)
    assert client.post(at("fr", "desk:accurate", guide.pk, "fr")).status_code == 403


def test_a_reminder_is_queued_once(guide, owner):
    verified(guide, 8)
    call_command("daily", verbosity=0)
    call_command("daily", verbosity=0)
    reminder = ReviewReminder.objects.get()
    assert reminder.person == owner
    assert reminder.sent_at is not None
    assert Message.objects.filter(kind="digest", user=owner).count() == 1
    assert reminder.due == months_before(timezone.localdate(), 2)


def test_the_next_time_is_another_reminder(guide):
    verified(guide, 8)
    freshness.queue_reminders()
    verified(guide, 0)
    assert freshness.queue_reminders() == 0
    assert freshness.queue_reminders(months_after(timezone.localdate(), 6)) == 1


def test_the_daily_command_takes_down_the_totals(guide):
    translate(guide, "nl", "Facturen")
    call_command("daily", verbosity=0)
    call_command("daily", verbosity=0)
    counts = {each.language: (each.current, each.missing) for each in Coverage.objects.all()}
    assert counts == {"fr": (1, 0), "nl": (1, 0), "en": (0, 1), "de": (0, 1)}


def plan_of(guide, **changes):
    return {"owner": "", "review_every": "12", "standing": "changing"} | changes


def test_an_editor_plans_reviews_and_says_what_is_not_settled(client, guide):
    editor = make_user("editor", "editor", "fr")
    client.force_login(editor)
    address = at("fr", "desk:plan", guide.pk)
    assert client.get(address).status_code == 200
    client.post(address, plan_of(guide, owner=editor.pk))
    guide.refresh_from_db()
    assert (guide.owner, guide.review_every, guide.standing) == (editor, 12, "changing")
    assert "notice-warning" in client.get(at("fr", "articles:guide", "factures")).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"owner": "999"}, {"review_every": "7"}, {"review_every": "x"}, {"standing": "odd"}]
)
def test_a_wrong_plan_changes_nothing(client, guide, owner, wrong):
    client.force_login(make_user("editor", "editor"))
    assert client.post(at("fr", "desk:plan", guide.pk), plan_of(guide) | wrong).status_code == 422
    guide.refresh_from_db()
    assert (guide.owner, guide.review_every, guide.standing) == (owner, 6, "")


def test_the_source_is_switched_on_the_same_page(client, guide):
    translate(guide, "nl", "Facturen")
    client.force_login(make_user("editor", "editor"))
    response = client.post(at("fr", "desk:source", guide.pk), {"language": "nl"}, follow=True)
    guide.refresh_from_db()
    assert guide.source_language == "nl"
    assert response.status_code == 200
    client.post(at("fr", "desk:source", guide.pk), {"language": "de"})
    guide.refresh_from_db()
    assert guide.source_language == "nl"
    assert client.post(at("fr", "desk:source", guide.pk), {"language": "xx"}).status_code == 404


@pytest.mark.parametrize(
    ("role", "languages"),
    [("", ()), ("moderator", ()), ("project_lead", ()), ("editor", ("nl",))],
)
@pytest.mark.parametrize("page", ["plan", "source"])
def test_others_do_not_plan(client, guide, role, languages, page):
    address = at("fr", f"desk:{page}", guide.pk)
    assert client.post(address, {"language": "fr"}).status_code == 403
    client.force_login(make_user("other", role, *languages))
    assert client.post(address, {"language": "fr"}).status_code == 403


def test_a_guide_of_the_team_is_unknown_to_members(client, owner):
    guide = make_guide("Équipe", visibility=STAFF)
    client.force_login(make_user("member"))
    assert client.post(at("fr", "desk:accurate", guide.pk, "fr")).status_code == 404


def test_an_interval_that_the_form_does_not_offer_is_left_as_it_is(client, guide, owner):
    Guide.objects.filter(pk=guide.pk).update(review_every=9)
    client.force_login(make_user("editor", "editor"))
    assert "tous les 9 mois" in client.get(at("fr", "desk:plan", guide.pk)).content.decode()
    client.post(at("fr", "desk:plan", guide.pk), {"owner": owner.pk, "review_every": 9})
    guide.refresh_from_db()
    assert guide.review_every == 9
