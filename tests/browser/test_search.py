"""Searching in a real browser: with a keyboard, a screen reader's names, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import TWO_SCREENS

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_the_list_below_the_box_works_with_the_keyboard_alone(visit):
    window = visit(360)
    page = window.go("/fr/guides/")
    page.keyboard.press("/")
    box = page.locator("[data-search]")
    expect(box).to_be_focused()
    expect(box).to_have_role("combobox")
    page.keyboard.type("factu")
    expect(page.locator("[role=option]").first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    window.check()
    window.check_accessible()
    page.keyboard.press("ArrowDown")
    first = page.locator("[role=option]").first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id"))
    page.keyboard.press("Escape")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("factu")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("ArrowUp")
    last = page.locator("[role=option]").last
    expect(last).to_have_attribute("aria-selected", "true")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/fr/guides/" in page.url or "/fr/recherche/" in page.url
    window.check()


def test_enter_without_a_choice_searches(visit):
    page = visit().go("/fr/")
    page.fill("main [data-search]", "factrue")
    page.keyboard.press("Enter")
    expect(page.locator(".did-you-mean a")).to_have_text("facture")


def test_fewer_than_three_letters_propose_nothing(visit):
    page = visit().go("/fr/")
    page.locator("main [data-search]").press_sequentially("fa")
    page.wait_for_timeout(400)
    expect(page.locator("[role=listbox]")).to_be_hidden()


def test_a_result_is_opened_without_javascript(visit):
    page = visit(360, java_script_enabled=False).go("/fr/")
    page.fill("main [data-search]", "facture")
    page.keyboard.press("Enter")
    page.click(".search-results a >> nth=0")
    expect(page.locator("h1")).to_contain_text("facture")


@pytest.mark.parametrize(("width", "scheme"), TWO_SCREENS)
def test_what_editors_see_is_sound(visit, width, scheme):
    window = visit(width, scheme)
    window.sign_in("editor@example.org")
    for path in ("demandes/", "glossaire/", "glossaire/nouveau/"):
        window.go(f"/fr/recherche/{path}")
        window.check()
        window.check_accessible()


@pytest.mark.parametrize("javascript", [True, False])
def test_on_a_phone_results_can_be_limited_but_come_first(visit, javascript):
    window = visit(360, java_script_enabled=javascript)
    page = window.go("/nl/zoeken/?q=factuur")
    language = page.locator("#filter-language")
    expect(language).to_be_hidden()
    assert page.locator(".search-results li").first.bounding_box()["y"] < 450
    page.locator("main form[role=search] button").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(language).to_be_visible()
    language.select_option("nl")
    window.follow(".search-filters button")
    expect(language).to_be_visible()  # what is limited says so
    expect(language).to_have_value("nl")
    if javascript:
        window.check()
        window.check_accessible()


def test_on_a_wide_screen_what_limits_results_is_in_view(visit):
    window = visit(1280)
    page = window.go("/nl/zoeken/?q=factuur")
    expect(page.locator(".filter-fold summary")).to_be_hidden()
    page.select_option("#filter-language", "nl")
    window.follow(".search-filters button")
    expect(page.locator("#filter-language")).to_have_value("nl")
    window.check()
    window.check_accessible()
