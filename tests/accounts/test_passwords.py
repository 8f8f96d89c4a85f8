"""Which passwords are refused."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import override

from smartwiki.accounts.models import User
from smartwiki.accounts.passwords import GuessableValidator


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "motdepasse123",
        "wachtwoord123",
        "passwort1234",
        "P@ssw0rd12345",
        "azertyuiop123",
        "123456789012",
        "january2026!",
        "SmartWiki2026",
        "aaaaaaaaaaaaaaaa",
        "passwordpasswordpassword",
        "a" * 5_000,
        "lucie.martin1",
        "martinlucie12",
    ],
)
def test_what_is_guessed_first_is_refused(password):
    lucie = User(email="lucie.martin@example.org", name="Lucie Martin")
    with pytest.raises(ValidationError):
        validate_password(password, lucie)


@pytest.mark.parametrize(
    "password",
    [
        "mon chat dort bien",
        "zonnebloem in de tuin",
        "correct horse battery",
        "Kx9#mQ2$vL7p",
        "пароль из четырёх слов",
        "été, café, œuvre, naïf",
        "\U0001f98a renard \U0001f333 forêt",
        "long and " * 1_000 + "unlike",
    ],
)
def test_what_takes_long_to_guess_is_accepted(password):
    validate_password(password, User(email="lucie@example.org", name="Lucie"))


def test_every_long_one_of_djangos_list_is_refused():
    long = [each for each in GuessableValidator().passwords if len(each) >= 12]
    assert len(long) >= 187
    for each in long:
        with pytest.raises(ValidationError):
            validate_password(each)


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Quatre mots"), ("nl", "Vier woorden"), ("en", "Four words"), ("de", "Vier Wörter")],
)
def test_who_is_refused_reads_what_is_better(language, words):
    with override(language), pytest.raises(ValidationError, match=words):
        validate_password("motdepasse123")
