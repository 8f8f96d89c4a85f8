"""None of django-wiki's own addresses is mounted: some of them change texts on a GET."""

import pytest
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse


def every_pattern(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        else:
            yield from every_pattern(entry)


def test_no_view_of_the_wiki_underneath_can_be_reached():
    views = [pattern.callback for pattern in every_pattern()]
    assert len(views) > 20
    assert not [view for view in views if view.__module__.startswith(("wiki.", "django_nyt."))]


@pytest.mark.parametrize("name", ["change_revision", "merge_revision_preview", "deleted", "edit"])
def test_its_names_lead_nowhere(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"wiki:{name}", kwargs={"article_id": 1})
