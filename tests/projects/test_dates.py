"""Dates of which only the year or the month may be known."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from projects.dates import first_day, in_words, last_day, parse, validate_partial_date


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2021", "2021"),
        ("06/2021", "2021-06"),
        ("6.2021", "2021-06"),
        ("15/06/2021", "2021-06-15"),
        ("15-6-2021", "2021-06-15"),
        ("2021-06-15", "2021-06-15"),
        (" 2021-6 ", "2021-06"),
    ],
)
def test_people_write_as_much_of_a_date_as_they_know(written, kept):
    assert parse(written) == kept


@pytest.mark.parametrize(
    "written", ["", "21", "soon", "31/02/2021", "13/2021", "0000", "1899", "15/06", "٢٠٢١"]
)
def test_what_is_no_date_is_refused(written):
    with pytest.raises(ValidationError):
        parse(written)


def test_a_year_means_all_of_its_days():
    assert (first_day("2021"), last_day("2021")) == (date(2021, 1, 1), date(2021, 12, 31))
    assert (first_day("2024-02"), last_day("2024-02")) == (date(2024, 2, 1), date(2024, 2, 29))


def test_a_date_is_shown_as_exactly_as_it_is_known():
    with translation.override("fr"):
        assert in_words("2021") == "2021"
        assert in_words("2021-06") == "juin 2021"
        assert in_words("2021-06-15") == "15 juin 2021"
        assert in_words("") == ""


def test_a_date_is_kept_in_one_way_of_writing_it():
    validate_partial_date("2021-06")
    for written in ("06/2021", "2021-6"):
        with pytest.raises(ValidationError):
            validate_partial_date(written)
