"""Feeds, calendars, downloads, the sitemap and the picture, each read by an independent parser."""

import csv
import io
import json
from datetime import date

import feedparser
import pytest
from icalendar import Calendar
from PIL import Image

from projects.models import Facet, Milestone, Status
from projects.pictures import draw
from tests.guides import make_guide
from tests.projects.helpers import (
    address,
    make_call,
    make_project,
    make_update,
    page_of,
)

pytestmark = pytest.mark.django_db


def feed(client, url):
    response = client.get(url)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo
    return parsed


def test_the_feed_of_all_projects_has_the_latest_news_first(client):
    make_update(make_project("Un wiki"), "Première")
    make_update(make_project("Un jardin"), "<Seconde> & der\x0bnière")
    make_update(make_project("Brouillon", is_published=False), "Cachée")
    entries = feed(client, address("projects:feed-of-all")).entries
    assert [entry.title for entry in entries] == [
        "Un jardin – <Seconde> & dernière", "Un wiki – Première",
    ]  # fmt: skip


def test_a_project_s_feed_says_what_an_update_changed_with_full_addresses(client):
    guide = make_guide("Factures")
    project = make_project("Un wiki")
    make_update(
        project, status="done", reason_fr="Tout est fait", body_fr=f"Voir [](guide:{guide.pk})"
    )
    parsed = feed(client, page_of(project, name="feed"))
    entry = parsed.entries[0]
    assert "Tout est fait" in entry.summary and 'href="http' in entry.summary
    assert parsed.feed.language == "fr"
    assert entry.link.endswith(f"#update-{project.updates.get().pk}")


def test_a_feed_follows_the_reader_s_language_and_address(client):
    project = make_project("Un wiki", title_nl="Een wiki", slug_nl="een-wiki")
    make_update(project, title_nl="Nieuws")
    response = client.get(address("projects:feed", "un-wiki", language="nl"))
    assert response.status_code == 302
    assert feed(client, response["Location"]).entries[0].title == "Een wiki – Nieuws"


def test_an_empty_feed_is_a_feed(client):
    assert feed(client, page_of(make_project(), name="feed")).entries == []


def events(client, url):
    response = client.get(url)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content).walk("VEVENT")


def test_the_calendar_holds_milestones_and_closing_calls(client):
    project = make_project("Un wiki; avec, virgules")
    Milestone.objects.create(project=project, title_fr="Un pas", due="2026-02")
    Milestone.objects.create(project=project, title_fr="Sans date")
    call = make_call(project, contact="team@example.org")
    make_call(project, closes=None, title_fr="Toujours ouvert")
    for url in (address("projects:calendar-of-all"), page_of(project, name="calendar")):
        found = {str(event["summary"]): event for event in events(client, url)}
        assert found["Un pas"].decoded("dtstart") == date(2026, 2, 28)
        closing = next(each for name, each in found.items() if "Aidez-nous" in name)
        assert closing.decoded("dtstart") == call.closes_at.replace(microsecond=0)
        assert len(found) == 2
        assert len({str(event["uid"]) for event in found.values()}) == 2


def test_the_calendar_of_all_leaves_drafts_out(client):
    draft = make_project("Brouillon", is_published=False)
    Milestone.objects.create(project=draft, title_fr="Un pas", due="2026")
    assert events(client, address("projects:calendar-of-all")) == []


def test_the_list_is_a_csv_file_in_which_nothing_is_a_formula(client):
    make_project("=HYPERLINK(1)", slug_fr="formule", summary_fr=' +1, "oui"\nnon')
    response = client.get(address("projects:csv"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert rows[0]["title_fr"] == "'=HYPERLINK(1)"
    assert rows[0]["summary_fr"] == '\' +1, "oui"\nnon'


def test_the_list_is_json_too_and_follows_the_filters(client):
    project = make_project("Un wiki", confirmed_on=date(2026, 1, 2))
    project.facets.add(Facet.objects.create(kind="team", name_fr="Juristes"))
    make_project("Fini", status="done")
    url = address("projects:json")
    assert len(json.loads(client.get(url).content)["projects"]) == 2
    (only,) = json.loads(client.get(url + "?status=in_progress").content)["projects"]
    assert only["title"] == {"fr": "Un wiki"}
    assert (only["teams"], only["confirmed_on"]) == (["Juristes"], "2026-01-02")


def test_the_sitemap_names_every_language_that_a_project_has(client):
    make_project("Un wiki", title_nl="Een wiki", slug_nl="een-wiki")
    make_project("Brouillon", is_published=False)
    assert "sitemap-projects.xml" in client.get("/sitemap.xml").content.decode()
    page = client.get("/sitemap-projects.xml").content.decode()
    assert page.count("<loc>") == 2 and 'hreflang="x-default"' in page
    assert "brouillon" not in page


def test_the_picture_is_one_that_other_sites_show(client):
    response = client.get(page_of(make_project("Un œuvre élégante"), name="picture"))
    picture = Image.open(io.BytesIO(response.content))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert len(response.content) < 100_000


@pytest.mark.parametrize("title", ["", "a" * 200, "mot " * 50])
def test_any_title_fits_into_the_picture(title):
    picture = Image.open(io.BytesIO(draw(title, Status.NOT_PURSUED)))
    assert picture.size == (1200, 630)
    right = picture.convert("RGB").crop((1110, 340, 1200, 630))
    assert len(right.getcolors()) == 1  # nothing runs over the edge


def test_pages_that_only_machines_read_keep_drafts_to_themselves(client):
    draft = make_project("Brouillon", is_published=False)
    for name in ("feed", "calendar", "picture"):
        assert client.get(page_of(draft, name=name)).status_code == 404


@pytest.mark.parametrize("name", ["feed", "calendar", "picture"])
def test_any_language_s_address_leads_to_what_machines_read(client, name):
    project = make_project("Un wiki", title_nl="Een wiki", slug_nl="een-wiki")
    response = client.get(address(f"projects:{name}", "un-wiki", language="nl"))
    assert response["Location"] == page_of(project, "nl", name)
