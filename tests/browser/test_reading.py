"""Members read, in a real browser: on a phone, with a keyboard, without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import EVERY_LANGUAGE
from tests.servers import serve

pytestmark = [pytest.mark.browser, pytest.mark.once]

PAGES = {
    "fr": [
        "/fr/",
        "/fr/guides/",
        "/fr/guides/facturer/",
        "/fr/guides/frais/faire-une-note-de-frais/",
        "/fr/recherche/?q=facture",
        "/fr/recherche/?q=introuvable",
        "/fr/compte/connexion/",
    ],
    "nl": ["/nl/", "/nl/gidsen/", "/nl/zoeken/?q=contract", "/nl/account/aanmelden/"],
    "en": ["/en/", "/en/guides/", "/en/search/?q=share", "/en/account/sign-in/"],
    "de": ["/de/", "/de/leitfaeden/", "/de/suche/?q=Vertrag", "/de/konto/anmelden/"],
}


@pytest.mark.parametrize(("language", "width", "scheme"), EVERY_LANGUAGE)
def test_every_page_is_sound(visit, language, width, scheme):
    window = visit(width, scheme)
    for path in PAGES[language]:
        window.go(path)
        window.check()
        window.check_accessible()
    window.go(f"/{language}/xyz/", status=404)
    window.check()
    window.check_accessible()


@pytest.mark.parametrize("language", PAGES)
def test_every_guide_is_sound_on_a_small_phone(visit, language):
    window = visit(320)
    page = window.go(PAGES[language][1])
    paths = page.eval_on_selector_all(".tree a", "links => links.map(each => each.pathname)")
    assert len(paths) > 30
    offset = list(PAGES).index(language)
    for path in paths if language == "fr" else paths[offset::3]:  # French has them all
        window.go(path)
        window.check()
    for path in paths[offset::12]:
        window.go(path)
        window.check_accessible()


def test_reading_without_javascript(visit):
    window = visit(360, java_script_enabled=False)
    page = window.go("/fr/")
    window.follow(".topics a >> nth=1")
    expect(page.locator("h1")).to_have_count(1)
    page.click(".language-menu summary")
    window.follow(".language-menu a[lang=nl]")
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    assert "/nl/gidsen/" in page.url
    page.goto(window.site + "/")
    assert page.url.endswith("/nl/")  # the choice was remembered
    page.fill("main input[type=search]", "btw")
    with page.expect_navigation():
        page.press("main input[type=search]", "Enter")
    assert "/nl/zoeken/?q=btw" in page.url
    expect(page.locator("main")).to_contain_text("btw", ignore_case=True)


def test_signing_in_and_out_without_javascript(visit):
    window = visit(360, java_script_enabled=False)
    window.sign_in("translator@example.org")
    page = window.page
    page.click(".account-menu summary")
    window.follow(".account-menu button")
    expect(page.locator(".sign-in-link")).to_be_visible()


def test_keyboard_alone_reaches_everything(visit):
    window = visit(1280)
    page = window.go("/fr/guides/frais/faire-une-note-de-frais/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.locator(".language-menu summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".language-menu a[lang=de]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".language-menu a[lang=de]")).to_be_hidden()
    expect(page.locator(".language-menu summary")).to_be_focused()


def test_keyboard_alone_skips_what_stands_before_a_list(visit):
    window = visit(1280)
    window.sign_in("admin@example.org")
    for path in (
        "recherche/?q=facture",
        "projets/",
        "redaction/",
        "compte/personnes/",
        "journal-audit/",
    ):
        page = window.go(f"/fr/{path}")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.locator(".skip-link:focus")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#list")).to_be_focused()
        page.keyboard.press("Tab")
        follows = "document.getElementById('list').compareDocumentPosition(document.activeElement)"
        assert page.evaluate(follows) & 4, path  # a link in the list, or behind its heading
        window.check()


def test_everything_that_can_be_focused_shows_it(visit):
    window = visit(1280)
    page = window.go("/nl/")
    for _each in range(25):
        page.keyboard.press("Tab")
        width = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle === 'none' ? 0 : parseFloat(s.outlineWidth); })()"
        )
        assert width >= 2, page.evaluate("document.activeElement.outerHTML")


def test_a_guide_is_light_and_no_script_holds_it_up(visit):
    window = visit(360)
    network = window.context.new_cdp_session(window.page)
    network.send("Network.enable")
    received = []
    network.on("Network.loadingFinished", lambda each: received.append(each["encodedDataLength"]))
    page = window.go("/fr/guides/frais/faire-une-note-de-frais/")
    page.wait_for_load_state("networkidle")
    assert 5_000 < sum(received) < 60_000
    in_head = page.eval_on_selector_all(
        "script", "all => all.filter((each) => !each.defer && !each.async).length"
    )
    assert in_head == 0


def test_targets_are_large_enough_for_a_thumb(visit):
    window = visit(360)
    page = window.go("/fr/")
    small = page.eval_on_selector_all(
        "header a, header button, header summary, main button, .topic",
        """all => all.map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
              .filter(([_, box]) => box.width && box.height && box.height < 44)
              .map(([html, box]) => `${box.height} ${html}`)""",
    )
    assert small == []


def test_style_guide_shows_every_part(installation, browser):
    with serve({**installation, "DEBUG": "1"}) as address:
        page = browser.new_page()
        assert page.goto(f"{address}/styleguide/").status == 200
        assert page.locator("section").count() > 5
        page.close()
