"""People write in a real browser, with a script and without."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from articles.models import Draft, Media, RevisionInfo, Translation
from tests.articles.addresses import at
from tests.articles.writing import address, edit_url, editor, source_of
from tests.browser.conftest import BOTH_WIDTHS
from tests.guides import make_guide, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def open_page(browser, answered_server, client, settings, tmp_path):
    """Open an address as an editor or as `person`; no complaint of the browser is left over."""
    settings.MEDIA_ROOT = tmp_path / "media"
    complaints, contexts = [], []
    editing = editor()

    def open_at(path: str, width: int = 1280, person=None, **options):
        client.force_login(person or editing)
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": answered_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.goto(answered_server.url + path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert not complaints


def no_barriers(page) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, [(each["id"], each["nodes"][0]["target"]) for each in found]
    assert page.evaluate("document.body.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_a_new_guide_with_a_picture_is_published(open_page, tmp_path, width):
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (900, 600), "teal").save(photo)
    make_guide("Contrats")
    page = open_page(address("new"), width)
    page.fill("[name=place_words]", "contr")
    page.check("text=Contrats")
    page.fill("[name=title]", "L’été des artistes")
    expect(page.locator("[name=slug]")).to_have_value("l-ete-des-artistes")
    page.click(".CodeMirror")
    page.keyboard.type("Très bien : l’été, ça commence.\n\n")  # at once, as dictation does
    page.click(".tool-picture")
    no_barriers(page)
    page.set_input_files("dialog [name=file]", photo)
    page.fill("dialog [name=alt]", "Une scène vide")
    page.click("dialog button[type=submit]")
    expect(page.locator("dialog")).to_have_count(0)
    page.click("[data-preview-button]")
    expect(page.locator(".preview img")).to_have_attribute("alt", "Une scène vide")
    no_barriers(page)
    page.click("button[value=publish]")
    page.wait_for_url(re.compile("/guides/contrats/l-ete-des-artistes/"))
    expect(page.locator(".prose p").first).to_have_text("Très bien : l’été, ça commence.")
    expect(page.locator(".prose img")).to_have_js_property("complete", True)
    assert page.locator(".prose img").evaluate("image => image.naturalWidth") > 0
    assert Media.objects.get().guide == Translation.objects.get(slug="l-ete-des-artistes").guide
    no_barriers(page)


@pytest.mark.once
def test_the_toolbar_and_the_link_picker_work_with_the_keyboard(open_page):
    guide = make_guide("Factures", text="Avant.")
    make_guide("Contrats courts")
    page = open_page(edit_url(guide))
    page.focus(".tool-heading")  # one stop for Tab; the arrows go on from there
    for _button in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("court")
    choice = page.locator("dialog .choice")
    expect(choice).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)
    assert re.search(r"\[Contrats courts\]\(guide:\d+\)", page.input_value("[name=text]"))
    page.keyboard.press("Tab")  # the text never traps the keyboard
    assert page.evaluate("document.activeElement.closest('.CodeMirror')") is None


def test_unsaved_text_comes_back_after_the_page_is_lost(open_page):
    guide = make_guide("Factures", text="Avant.")
    page = open_page(edit_url(guide))
    page.click(".CodeMirror")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Presque perdu.")
    page.wait_for_function("Object.keys(localStorage).length === 1")
    lost = page.context.new_page()
    lost.goto(page.url)
    lost.click("[data-take]")
    assert lost.input_value("[name=text]") == "Avant. Presque perdu."
    expect(page.locator("[data-status]")).not_to_be_empty(timeout=15_000)
    assert Draft.objects.get().text == "Avant. Presque perdu."


@pytest.mark.once
def test_leaving_with_unsaved_text_asks(open_page):
    guide = make_guide("Factures", text="Avant.")
    page = open_page(edit_url(guide))
    page.click(".CodeMirror")
    page.keyboard.type("Nouveau. ")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.click(".brand")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.url.endswith(edit_url(guide))


@pytest.mark.once
def test_the_preview_scrolls_along_with_the_text(open_page):
    part = "Un paragraphe assez long pour remplir quelques lignes de la page. " * 8
    guide = make_guide("Factures", text="\n\n".join(f"## Partie {n}\n\n{part}" for n in range(12)))
    page = open_page(edit_url(guide))
    page.click(".tool-preview")
    expect(page.locator(".tool-preview")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".preview .prose h2")).to_have_count(12)
    page.wait_for_function(  # heights are known once lines were shown, so it scrolls again
        r"""() => {
          const code = document.querySelector('.CodeMirror').CodeMirror;
          const line = code.getValue().split('\n').indexOf('## Partie 6');
          code.scrollTo(null, code.heightAtLine(line, 'local'));
          const pane = document.querySelector('[data-preview-pane]');
          const heading = pane.querySelectorAll('.prose h2')[6];
          const top = (element) => element.getBoundingClientRect().top;
          return pane.scrollTop > 0 && Math.abs(top(heading) - top(pane)) < 60;
        }"""
    )
    page.reload()  # who likes it open finds it open
    expect(page.locator("[data-preview-pane]")).to_be_visible()
    no_barriers(page)


@pytest.mark.parametrize("width", BOTH_WIDTHS)
def test_a_member_suggests_a_change_in_the_same_editor(open_page, width):
    text = source_of(make_guide("Factures", text="Avant."))
    make_guide("Contrats courts")
    lucie = make_user("lucie")
    page = open_page(at("fr", "suggestions:suggest", text.pk), width, lucie)
    expect(page.locator(".tool-picture")).to_have_count(0)
    page.click(".CodeMirror")
    page.keyboard.press("Control+End")
    page.keyboard.type(" **Ensuite.** ")
    page.keyboard.press("Control+k")
    page.keyboard.type("court")
    expect(page.locator("dialog .choice")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.click("[data-preview-button]")
    expect(page.locator(".preview .prose strong")).to_have_text("Ensuite.")
    expect(page.locator(".preview .prose a")).to_have_text("Contrats courts")
    no_barriers(page)
    expect(page.locator("[data-status]")).not_to_be_empty(timeout=15_000)
    assert "Ensuite" in Draft.objects.get(author=lucie).text
    again = page.context.new_page()  # the session ended, the phone fell: it is all still there
    again.goto(page.url)
    expect(again.locator("[data-device-draft]")).to_be_visible()
    expect(again.locator("[data-server-draft]")).to_be_hidden()
    again.click("[data-take]")
    assert "Ensuite" in again.input_value("[name=text]")
    again.fill("[name=message]", "plus clair")
    again.click("button[value=suggest]")
    again.wait_for_url("**" + at("fr", "suggestions:mine"))
    assert RevisionInfo.objects.pending().get().revision.content.startswith("Avant. **Ensuite.**")
    assert not Draft.objects.exists()


def test_without_a_script_it_all_works(open_page):
    guide = make_guide("Factures", text="Avant.")
    page = open_page(edit_url(guide), 360, java_script_enabled=False)
    page.fill("[name=text]", "**Après.**")
    page.click("button[value=preview]")
    expect(page.locator(".preview strong")).to_have_text("Après.")
    page.click("button[value=publish]")
    expect(page.locator(".prose strong")).to_have_text("Après.")
    assert source_of(guide).published.revision.content == "**Après.**"


@pytest.mark.once
@pytest.mark.parametrize("name", ["history", "files", "place", "delete", "deleted"])
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_pages_for_editors_have_no_barriers(open_page, name, width, scheme):
    guide = make_guide("Factures")
    make_guide("Contrats")
    numbers = {"history": (guide.pk, "fr"), "deleted": ()}.get(name, (guide.pk,))
    page = open_page(address(name, *numbers), width, color_scheme=scheme)
    no_barriers(page)
