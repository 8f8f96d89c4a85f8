"""Projects in a real browser: every page sound, calls answered, a lead at work."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EVERY_LANGUAGE, TWO_SCREENS
from tests.projects.helpers import address
from tests.servers import manage

pytestmark = pytest.mark.browser

SLUGS = {
    "fr": ("information-des-membres", "fictif-2"),
    "nl": ("informatie-voor-leden", "fictief-2"),
    "en": ("member-information", "fictional-2"),
    "de": ("mitgliederinformation", "erfunden-2"),
}


@pytest.fixture(scope="module", autouse=True)
def showcase(installation) -> None:
    manage(installation, "load_demo_projects", "--showcase", "--number=6", "--verbosity=0")


@pytest.mark.once
@pytest.mark.parametrize(("language", "width", "scheme"), EVERY_LANGUAGE)
def test_every_page_is_sound(visit, language, width, scheme):
    window = visit(width, scheme)
    overview = address("projects:overview", language=language)
    pages = [overview, f"{overview}?status=done", f"{overview}?status=planned&call=open&page=2"]
    pages += [address("projects:project", slug, language=language) for slug in SLUGS[language]]
    for path in pages:
        window.go(path)
        window.check()
        window.check_accessible()
    window.follow(".call .button >> nth=0")
    window.check()
    window.check_accessible()


@pytest.mark.once
@pytest.mark.parametrize(("width", "scheme"), TWO_SCREENS)
def test_the_desk_is_sound(visit, width, scheme):
    window = visit(width, scheme)
    window.sign_in("lead@example.org")
    page = window.go(address("project_desk:index"))
    window.follow(".project-card a >> nth=1")
    here = page.url
    links = "links => links.map(each => each.href)"
    paths = page.eval_on_selector_all("main .desk-actions a, main .desk-parts a", links)
    assert len(paths) > 8
    for number, url in enumerate([here, *paths]):
        page.goto(url)
        window.check()
        if number % 2 == (width == 360):  # made of the same parts: each page on one of the screens
            window.check_accessible()
    page.goto(here)
    window.follow("main .desk-actions a >> nth=0")  # an update
    unfolded = 1 if width == 360 else 4  # on a phone, languages without a text are folded
    assert page.locator(".language details[open]").count() == unfolded


@pytest.mark.once
def test_a_call_is_answered_without_javascript(visit):
    window = visit(360, java_script_enabled=False)
    page = window.go(address("projects:project", SLUGS["en"][0], language="en"))
    window.follow(".call .button")
    page.fill("#id_name", "Ana")
    page.fill("#id_email", "ana@example.org")
    page.fill("#id_message", "I set one up.")
    page.check("#id_consent")
    window.follow("#answer button")
    expect(page.locator(".form-errors")).to_be_visible()  # faster than a person
    expect(page.locator("#id_message")).to_have_value("I set one up.")
    time.sleep(4)
    window.follow("#answer button")
    expect(page.locator("h1")).to_have_text("Thank you for your answer")


@pytest.mark.once
def test_a_filter_works_without_javascript_and_stays_in_the_address(visit):
    window = visit(1280, java_script_enabled=False)
    page = window.go(address("projects:overview", language="en"))
    page.select_option("#filter-status", "postponed")
    window.follow(".filters button")
    assert "status=postponed" in page.url
    expect(page.locator(".project-card")).to_have_count(1)
    expect(page.locator("#filter-status")).to_have_value("postponed")


def test_a_lead_publishes_an_update_with_the_keyboard_alone(visit):
    window = visit()
    window.sign_in("lead@example.org")
    page = window.go(address("project_desk:index", language="en"))
    window.follow(".project-card a >> nth=1")
    window.follow("main .desk-actions a >> nth=0")
    page.focus("#id_title_en")
    page.keyboard.type("Two minutes")
    page.keyboard.press("Tab")
    page.keyboard.type("It **works**.")
    page.focus("button[name=preview]")
    page.keyboard.press("Enter")
    expect(page.locator(".preview strong")).to_have_text("works")
    window.check()
    window.check_accessible()
    page.focus("main button.button:not([name])")
    page.keyboard.press("Enter")
    expect(page.locator(".message-success")).to_be_visible()
    window.check()
    window.check_accessible()
