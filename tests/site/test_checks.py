"""A language that lacks something is refused before the site starts."""

from smartwiki.checks import check_language_setup
from smartwiki.languages import LanguageSetup

FRENCH = LanguageSetup(stemmer="french", fallback=("it",))
ITALIAN = LanguageSetup(stemmer="italian", fallback=("fr",))


def ids(settings, languages, setup):
    settings.LANGUAGES = [(code, code) for code in languages]
    settings.LANGUAGE_SETUP = setup
    return [error.id for error in check_language_setup()]


def test_present_configuration_passes():
    assert check_language_setup() == []


def test_complete_languages_pass(settings):
    assert ids(settings, ["fr", "it"], {"fr": FRENCH, "it": ITALIAN}) == []


def test_language_without_setup_is_refused(settings):
    assert ids(settings, ["fr", "it"], {"fr": FRENCH}) == ["smartwiki.E001"]


def test_unknown_stemmer_is_refused(settings):
    klingon = LanguageSetup(stemmer="klingon", fallback=("fr",))
    assert ids(settings, ["fr", "it"], {"fr": FRENCH, "it": klingon}) == ["smartwiki.E002"]


def test_incomplete_fallback_is_refused(settings):
    lonely = LanguageSetup(stemmer="italian", fallback=())
    assert ids(settings, ["fr", "it"], {"fr": FRENCH, "it": lonely}) == ["smartwiki.E003"]
