"""A conversation in a real browser: a member asks, a moderator decides by keyboard and by thumb."""

import re

import pytest

pytestmark = pytest.mark.browser
CONVERSATION = "/fr/projets/information-des-membres/commentaires/"
LONG_ENOUGH = 3200  # milliseconds: a form that comes back faster is taken for a machine's


def write(window, text: str) -> None:
    window.go(CONVERSATION + "ecrire/")
    window.page.wait_for_timeout(LONG_ENOUGH)
    window.page.fill("#id_text", text)
    window.follow("main form button[type=submit]")


def test_from_a_question_to_its_official_answer(visit):
    member = visit(width=360, java_script_enabled=False)
    member.sign_in("reader@example.org")
    member.go(CONVERSATION + "ecrire/")
    member.page.wait_for_timeout(LONG_ENOUGH)
    member.page.fill("#id_text", "Une question d’essai ?")
    member.follow("main form button[type=submit]")
    assert "Merci pour votre commentaire" in member.page.inner_text("main")
    assert "Une question d’essai ?" in member.go(CONVERSATION).inner_text("main")

    moderator = visit(width=1280)
    moderator.sign_in("moderator@example.org")
    page = moderator.go("/fr/moderation/")
    moderator.check_accessible()
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/moderation/\d+/"))
    moderator.check_accessible()
    for _turn in range(10):  # what the demonstration has waiting comes first
        if "Une question d’essai ?" in page.inner_text("main"):
            break
        before = page.url
        page.keyboard.press("n")
        page.wait_for_url(lambda url, before=before: url != before)
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.type("Une réponse d’essai, sans approuver avec la touche a.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert "Votre réponse est publiée" in page.inner_text("main")
    moderator.check()

    reader = visit(width=360, scheme="dark")
    words = reader.go(CONVERSATION).inner_text("main")
    assert "Une question d’essai ?" in words and "Réponse officielle" in words
    reader.check_accessible()
    reader.go(CONVERSATION + "ecrire/")
    reader.check_accessible()
    reader.check()


@pytest.mark.once
def test_a_moderator_s_phone_shows_one_after_the_other_and_undoes(visit):
    member = visit()
    member.sign_in("editor@example.org")
    for number in range(2):
        write(member, f"Essai pour le téléphone, n° {number}. " + 80 * "Une longue phrase. ")
    member.check()
    phone = visit(width=360)
    phone.sign_in("moderator@example.org")
    page = phone.go("/fr/moderation/")
    phone.follow("main .page-header button")
    assert re.search(r"/moderation/\d+/", page.url)
    phone.check_accessible()
    approve = page.locator(".decide-approve")
    assert approve.bounding_box()["height"] >= 44
    approve.wait_for(state="visible")
    for _turn in range(10):  # what the demonstration has waiting comes first
        for name in ("main .decide-approve", "main .to-reasons", "main [value=spam]"):
            box = page.locator(name).bounding_box()
            assert box["y"] + box["height"] <= 900  # in view, whatever the length of the comment
        if "Essai pour le téléphone" in page.inner_text(".review-words"):
            break
        before = page.url
        page.click("[form=later]")
        page.wait_for_url(lambda url, before=before: url != before)
    before = page.url
    approve.click()
    page.wait_for_url(lambda url: url != before)
    assert "publié" in page.inner_text(".done") and "Commentaire de" in page.inner_text(".done")
    phone.check_accessible()
    phone.follow(".done button")
    assert page.url.split("?")[0] == before.split("?")[0]
    azerty = "document.dispatchEvent(new KeyboardEvent('keydown', {key: '&', code: 'Digit1'}))"
    with page.expect_navigation():
        page.evaluate(azerty)
    assert "non publié" in page.inner_text(".done")
    page.uncheck("[data-keys-switch]")
    here = page.url
    page.keyboard.press("a")
    assert page.url == here
    phone.check()
