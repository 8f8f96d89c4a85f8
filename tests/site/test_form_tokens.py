"""Our quick CSRF token is one that Django takes."""

from collections import Counter

import pytest
from django.http import HttpResponse
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CsrfViewMiddleware
from django.test import RequestFactory

from smartwiki.form_tokens import letters, token_of


@pytest.fixture
def middleware():
    return CsrfViewMiddleware(lambda request: HttpResponse())


def ask(middleware, **cookies: str):
    """Return the token on a page, and the secret that is sent with it."""
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies)
    middleware.process_request(request)
    token = token_of(request)
    assert token_of(request) == token
    response = middleware.process_response(request, HttpResponse())
    return token, response.cookies["csrftoken"].value


def refused(middleware, secret: str, token: str) -> bool:
    request = RequestFactory().post("/", {"csrfmiddlewaretoken": token})
    request.COOKIES["csrftoken"] = secret
    middleware.process_request(request)
    return middleware.process_view(request, lambda request: HttpResponse(), (), {}) is not None


def test_django_takes_the_token_and_no_other(middleware):
    token, secret = ask(middleware)
    other, _its_secret = ask(middleware)
    assert not refused(middleware, secret, token)
    assert refused(middleware, secret, other)
    assert refused(middleware, secret, token[:-1] + ("a" if token[-1] != "a" else "b"))


def test_the_secret_stays_and_its_mask_changes(middleware):
    token, secret = ask(middleware)
    again, same = ask(middleware, csrftoken=secret)
    assert same == secret
    assert again != token
    assert not refused(middleware, secret, again)


def test_every_letter_is_as_likely():
    drawn = Counter(letter for _each in range(1000) for letter in letters())
    assert sum(drawn.values()) == 32_000
    assert drawn.keys() == set(CSRF_ALLOWED_CHARS)
    expected = 32_000 / len(CSRF_ALLOWED_CHARS)
    # The chance that fair letters are as far apart as this is below one in a hundred million.
    assert all(abs(count - expected) < 6.5 * expected**0.5 for count in drawn.values())
