"""People and titles are found however capitals, accents and ligatures are written."""

import pytest

from smartwiki.accounts.models import User
from smartwiki.spelling import has_word
from tests.guides import make_user

pytestmark = pytest.mark.django_db

FOUND = [  # (name, words that find it)
    ("Hélène Noël", "Hélène helene HELENE hélene HÉLÈNE Élène noel"),
    ("HÉLÈNE NOËL", "hélène helene Noël"),
    ("Helene Noel", "Hélène noël"),
    ("Łukasz Şenol-Ğül", "lukasz senol gul Łuk ŞEN -ğ"),
    ("Ștefan Țîru", "stefan ştefan tiru"),
    ("L'œuvre d’Anaïs", "oeuvre œuvre OEUVRE Œuvre d'anais L’oeuvre"),
    ("Coeur", "cœur coeur"),
    ("Weiß", "weiss weiß WEISS"),
    ("Flußschiff", "flussschiff Flußschiff"),
    ("Œuvre_intéressante_de_cœurs_et_coeurs", "oeuvre_interessante_de_coeurs_et_cœurs Œuvre_INT"),
    ("İpek", "ipek İPEK"),
    ("Ωμέγα", "ωμέγα ΩΜ"),
    ("Жанна", "жанна ЖАН"),
    ("50% [a]*b?_c\\d^-e", "50% [a] ]* *b b? ?_ _c \\d d^ ^-e"),
    ("été 🎨 中文", "🎨 中 ete"),
]


@pytest.mark.parametrize(("name", "words"), FOUND)
def test_a_name_is_found_by_each_spelling(name, words):
    person = make_user("x")
    User.objects.filter(pk=person.pk).update(name=name)
    missed = [each for each in words.split() if not User.objects.filter(has_word("name", each))]
    assert missed == []


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Hélène", "hlne"),
        ("Hélène", "helena"),
        ("Hélène", "h_l"),
        ("Hélène", "h%e"),
        ("Hélène", "h*e"),
        ("Hélène", "h?l"),
        ("Hélène", "[h]"),
        ("Hélène", "h.l"),
        ("Hélène", "h|x"),
        ("Hélène", "\\w"),
        ("Hélène", "^h"),
        ("Coeur", "cur"),
        ("Ωμέγα", "ομ"),
    ],
)
def test_nothing_in_a_word_is_a_pattern(name, word):
    person = make_user("x")
    User.objects.filter(pk=person.pk).update(name=name)
    assert not User.objects.filter(has_word("name", word))


def test_other_columns_and_several_words_can_be_asked_for():
    lead = make_user("Zoë")
    lead.grants.create(role="editor")
    make_user("Chloé")
    both = has_word("grants__user__name", "zoe") & has_word("name", "ZO")
    assert list(User.objects.filter(both)) == [lead]
    assert User.objects.filter(has_word("name", "zoe") | has_word("name", "chloe")).count() == 2
    assert list(User.objects.exclude(has_word("name", "chloe"))) == [lead]


def test_a_long_word_is_looked_for():
    make_user("é" * 100)
    assert User.objects.filter(has_word("name", "e" * 100)).count() == 1
    assert not User.objects.filter(has_word("name", "œ" * 100))
