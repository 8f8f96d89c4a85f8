"""A real browser on the real site: production settings, demonstration content."""

import os
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PASSWORD = "smartwiki-demo"
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]

# What depends on the width does not depend on the colours as well, so two screens see it all;
# between them, the languages see both widths in both colours.
TWO_SCREENS = [(360, "dark"), (1280, "light")]
BOTH_WIDTHS = [pytest.param(360, marks=pytest.mark.once), 1280]
EVERY_LANGUAGE = [
    ("fr", 360, "dark"),
    ("nl", 360, "light"),
    ("en", 1280, "dark"),
    ("de", 1280, "light"),
]

# Collects what the page's policy refused, before anything else on the page runs.
COLLECT_VIOLATIONS = """
window.refused = [];
addEventListener("securitypolicyviolation", (event) => {
  window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def answered_server(live_server) -> Iterator[object]:
    """The `live_server`, and afterwards all that it was asked is answered: what is still writing
    would keep the tables from being emptied."""
    begun, ended = [], []

    def begins(**_of_the_signal: object) -> None:
        begun.append(1)

    def ends(**_of_the_signal: object) -> None:
        ended.append(1)

    request_started.connect(begins)
    request_finished.connect(ends)
    yield live_server
    deadline = time.monotonic() + 10
    time.sleep(0.1)  # what a page sends while it is left
    while len(ended) < len(begun) and time.monotonic() < deadline:
        time.sleep(0.02)
    request_started.disconnect(begins)
    request_finished.disconnect(ends)


class Visit:
    """A person's window on the site, which notes everything that goes wrong in it."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context, self.site = context, site
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._note)
        self.page.on("requestfailed", self._note_failure)

    def _note(self, message) -> None:
        if message.type == "error" and "404" not in message.text:
            self.errors.append(message.text)

    def _note_failure(self, request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the person went on before it was there
            self.errors.append(f"{request.url} {request.failure}")

    def go(self, path: str, status: int = 200) -> Page:
        response = self.page.goto(self.site + path, wait_until="load")
        assert response is not None
        assert response.status == status, path
        return self.page

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.go("/fr/compte/connexion/")
        self.page.fill("#id_login", email)
        self.page.fill("#id_password", password)
        self.follow("main button[type=submit]")

    def follow(self, selector: str) -> None:
        """Click what leads to another page, until all of that page is there: a click alone
        goes on when its first bytes are."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def check(self) -> None:
        """Nothing was refused or failed, and nothing is wider than the window."""
        self.page.wait_for_load_state()
        assert self.page.evaluate("window.refused") == []
        assert self.errors == []
        too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(too_wide) <= 0, f"{self.page.url} scrolls sideways"

    def check_accessible(self) -> None:
        results = Axe().run(self.page, options={"resultTypes": ["violations"]})
        assert results.violations_count == 0, f"{self.page.url}\n{results.generate_report()}"


@pytest.fixture
def visit(browser, site):
    """Open a window: `visit(width=360, scheme="dark", java_script_enabled=False)`."""
    contexts = []

    def open_window(width: int = 1280, scheme: str = "light", **options) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        context.add_init_script(COLLECT_VIOLATIONS)
        contexts.append(context)
        return Visit(context, site)

    yield open_window
    for context in contexts:
        context.close()
