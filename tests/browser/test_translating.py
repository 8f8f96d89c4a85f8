"""In a real browser, by keyboard: a translation from the desk, and a reader's answer."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from articles.models import Draft, Feedback, Reading, Translation
from tests.articles.addresses import at
from tests.browser.conftest import BOTH_WIDTHS
from tests.guides import make_guide, make_user, translate

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def open_page(browser, answered_server, client):
    """Open an address, as a visitor or signed in as `person`."""
    contexts = []

    def open_at(path: str, person=None, width: int = 1280) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="en")
        contexts.append(context)
        if person:
            client.force_login(person)
            session = client.cookies["sessionid"].value
            context.add_cookies(
                [{"name": "sessionid", "value": session, "url": answered_server.url}]
            )
        page = context.new_page()
        page.said = []
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("console", lambda line: line.type == "error" and page.said.append(line.text))
        page.goto(answered_server.url + path)
        return page

    yield open_at
    for context in contexts:
        context.close()


def is_fine(page: Page) -> None:
    assert not [each["id"] for each in Axe().run(page).response["violations"]]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.said == []


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_a_translator_goes_from_the_desk_to_a_finished_translation(open_page, width):
    guide = make_guide("Factures", text="Un début.\n\n## Titre\n\n- un\n- deux")
    veerle = make_user("veerle", "editor", "nl", language="en")
    page = open_page(at("en", "desk:dashboard"), veerle, width)
    is_fine(page)
    page.get_by_role("link", name="Factures, Dutch: missing").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{at('en', 'translating:work', guide.pk, 'nl')}")
    is_fine(page)
    page.get_by_label("Title", exact=True).focus()
    page.keyboard.type("Facturen")
    for number, words in enumerate(("Een begin.", "Titel", "een"), 1):
        page.get_by_label(f"Translation of paragraph {number}").focus()
        page.keyboard.press("Control+Home")
        page.keyboard.press("End")
        page.keyboard.type(words)
    expect(page.locator("[data-progress]")).to_contain_text("3 / 3")
    expect(page.locator("[data-status]")).to_have_text("Your work is kept.", timeout=10_000)
    assert Draft.objects.get().title == "Facturen"
    page.get_by_role("button", name="Publish").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/facturen/")
    published = Translation.objects.get(language="nl").published
    assert published.revision.content == "Een begin.\n\n## Titel\n\n- een\n- "
    assert page.said == []


@pytest.mark.once
@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_on_a_phone_the_guides_come_before_what_filters_them(open_page, width):
    make_guide("Factures")
    page = open_page(at("en", "desk:dashboard"), make_user("edgar", "editor"), width)
    state, fold = page.get_by_label("State"), page.locator(".filter-fold > summary")
    if width == 360:
        expect(state).to_be_hidden()
        fold.press("Enter")
    else:
        expect(fold).to_be_hidden()
    is_fine(page)
    state.select_option("current")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**state=current**")
    expect(state).to_be_visible()  # what is filtered says so
    is_fine(page)


@pytest.mark.once
@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_a_very_long_guide_stays_beside_its_translation(open_page, width):
    guide = make_guide("Long", text="Un paragraphe.\n\n" * 801)
    veerle = make_user("veerle", "editor", "nl", language="en")
    page = open_page(at("en", "translating:work", guide.pk, "nl"), veerle, width)
    is_fine(page)
    words = page.get_by_label("Translate into Dutch")
    for each in (page.get_by_role("region", name="source text"), words):
        assert 300 < each.bounding_box()["height"] < 800
    page.get_by_label("Title", exact=True).fill("Lang")
    words.fill("Ja.")
    page.get_by_role("button", name="Publish").press("Enter")
    page.wait_for_url("**/lang/")
    assert Translation.objects.get(language="nl").published.revision.content == "Ja."
    assert page.said == []


def test_two_people_who_begin_the_same_translation_see_each_other(open_page):
    guide = make_guide("Factures")
    veerle, bram = (make_user(name, "editor", "nl") for name in ("veerle", "bram"))
    address = at("en", "translating:work", guide.pk, "nl")
    first = open_page(address, veerle)
    first.wait_for_load_state("networkidle")
    second = open_page(address, bram)
    expect(second.locator("[data-others]")).to_contain_text("veerle")
    is_fine(second)


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_a_reader_answers_no_and_says_why(open_page, width):
    guide = make_guide("Factures")
    translate(guide, "en", "Invoices")
    page = open_page(at("en", "articles:guide", "invoices"), width=width)
    assert not page.get_by_label("What should we change?").is_visible()
    page.get_by_label("Yes").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("Something is missing").check()
    page.get_by_label("What should we change?").fill("The rate.")
    is_fine(page)
    page.get_by_role("button", name="Send").press("Enter")
    page.wait_for_url("**/thanks/")
    is_fine(page)
    answer = Feedback.objects.get()
    assert (answer.helpful, answer.reason, answer.text) == (False, "incomplete", "The rate.")
    assert not page.context.cookies()


def test_a_reading_is_counted_after_a_few_seconds(open_page):
    make_guide("Factures")
    page = open_page(at("fr", "articles:guide", "factures"))
    page.wait_for_event("requestfinished", lambda sent: "/reading/" in sent.url, timeout=10_000)
    assert Reading.objects.get().count == 1
    assert page.said == []
