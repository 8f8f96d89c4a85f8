"""Signing in with a real browser: four languages, a phone, the keyboard alone, and a passkey."""

import re
from urllib.parse import urlsplit

import pytest

from tests.accounts.test_second_factor import code_for
from tests.browser.conftest import PASSWORD, Visit

pytestmark = [pytest.mark.browser, pytest.mark.once]
ADMIN = "admin@example.org"  # whom no other test in a browser signs in
STEP = "/fr/compte/deuxieme-etape/"
SIGN_IN = {
    "fr": "/fr/compte/connexion/",
    "nl": "/nl/account/aanmelden/",
    "en": "/en/account/sign-in/",
    "de": "/de/konto/anmelden/",
}
FORGOTTEN = {
    "fr": "/fr/compte/mot-de-passe/oublie/",
    "nl": "/nl/account/wachtwoord/vergeten/",
    "en": "/en/account/password/forgotten/",
    "de": "/de/konto/passwort/vergessen/",
}
MOST_TABS = 40  # until a field is reached from the beginning of a page


def press_enter(page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tab_to(page, selector: str) -> None:
    """Go on with the Tab key alone; what has the focus shows it."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        here = page.evaluate_handle("document.activeElement")
        if here.evaluate("(element, selector) => element.matches(selector)", selector):
            style = "getComputedStyle(document.activeElement)"
            outline = page.evaluate(f"{style}.outlineStyle + {style}.boxShadow")
            assert outline != "nonenone", f"{selector} does not show that it has the focus"
            return
    raise AssertionError(f"{selector} cannot be reached with the keyboard on {page.url}")


def type_in(page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(text)


def once_more(window) -> None:
    """Answer when the site asks for the password before something that matters."""
    if window.page.locator("#id_password").count():
        window.page.fill("#id_password", PASSWORD)
        window.follow("main form button[type=submit]")


@pytest.fixture(scope="module")
def recovery_codes(browser, site):
    """The administrator signs in with a second step while this file runs."""
    context = browser.new_context(viewport={"width": 360, "height": 900})
    window = Visit(context, site)
    window.sign_in(ADMIN)
    page = window.go(STEP + "application/")
    once_more(window)
    window.check_accessible()
    secret = page.inner_text("code.secret")
    page.fill("#id_code", code_for(secret))
    window.follow("main form button[type=submit]")
    window.check_accessible()
    codes = page.locator("li code").all_inner_texts()
    yield codes
    window.go(STEP + "application/enlever/")
    once_more(window)
    window.follow("main form button[type=submit]")
    context.close()


@pytest.mark.parametrize(
    ("language", "scheme"), [("fr", "light"), ("nl", "dark"), ("en", "light"), ("de", "dark")]
)
def test_signing_in_by_keyboard_on_a_phone(visit, recovery_codes, language, scheme):
    """A wrong password, a forgotten one, then the right one and the second step."""
    phone = visit(width=360, scheme=scheme)
    look = phone.check_accessible if language in ("fr", "nl") else phone.check  # both colours
    page = phone.go(SIGN_IN[language] + f"?next=/{language}/")
    type_in(page, "#id_login", f"nobody-{language}@example.org")
    type_in(page, "#id_password", "not the password")
    press_enter(page)
    assert page.locator("[role=alert]").first.is_visible()
    assert page.input_value("#id_login") == f"nobody-{language}@example.org"
    look()
    phone.check()

    tab_to(page, f'main a[href="{FORGOTTEN[language]}"]')
    press_enter(page)
    look()
    type_in(page, "#id_email", f"nobody-{language}@example.org")
    press_enter(page)
    assert page.locator("main h1").is_visible()
    phone.check()

    page = phone.go(SIGN_IN[language] + f"?next=/{language}/")
    type_in(page, "#id_login", ADMIN)
    type_in(page, "#id_password", PASSWORD)
    press_enter(page)
    look()
    type_in(page, "#id_code", recovery_codes.pop())
    press_enter(page)
    assert urlsplit(page.url).path == f"/{language}/"
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("header", has_text="Ada Admin").count()
    phone.check()


def test_passkey_is_added_used_and_removed(visit, site):
    """With an authenticator that the browser plays: it has a chip, and a finger is on it."""
    window = visit(width=360)
    window.site = site.replace("127.0.0.1", "localhost")  # passkeys belong to names, not numbers
    devtools = window.context.new_cdp_session(window.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    window.sign_in("translator@example.org")
    page = window.go("/fr/compte/cles-d-acces/ajouter/")
    once_more(window)
    window.check_accessible()
    page.fill("#id_name", "Mon téléphone")
    page.check("#id_passwordless")
    window.follow("#passkey-add")
    page.goto(window.site + "/fr/compte/cles-d-acces/")
    assert "Mon téléphone" in page.inner_text("main")
    window.check_accessible()

    window.context.clear_cookies()
    page = window.go("/fr/compte/connexion/?next=/fr/guides/")
    with page.expect_navigation(url=re.compile("/fr/guides/$")):
        page.click("#passkey-sign-in")
    page = window.go("/fr/compte/cles-d-acces/")
    window.follow("main a[href$='/enlever/']")
    once_more(window)
    window.check_accessible()
    window.follow("main form button[type=submit]")
    assert "Mon téléphone" not in page.inner_text("main")
    window.check()
