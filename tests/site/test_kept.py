"""What a process keeps in memory has a bound in bytes."""

import pytest

from smartwiki import member_cache, visitor_cache
from smartwiki.kept import SHARE, Kept
from tests.guides import make_guide, make_user, translate


def test_the_values_used_last_are_kept_up_to_the_bound():
    kept: Kept[int, bytes] = Kept(1, len)
    for number in range(100):
        kept.keep(number, bytes(60_000))
        assert kept.currsize <= 2**20
    assert sorted(kept) == list(range(83, 100))


def test_what_is_too_heavy_pushes_nothing_out_and_is_no_longer_what_it_was():
    kept: Kept[str, bytes] = Kept(1, len)
    kept.keep("page", b"page")
    kept.keep("table", b"table")
    kept.keep("table", bytes(2**20 // SHARE + 1))
    assert dict(kept) == {"page": b"page"}


@pytest.mark.django_db
def test_pages_weigh_what_they_hold(client):
    guide = make_guide("Factures", text="Un texte assez long. " * 500)
    translate(guide, "nl", "Facturen")
    addresses = ["/fr/guides/factures/", "/nl/gidsen/facturen/", "/fr/guides/"]
    for sent in ("br", "gzip"):
        for each in addresses:
            client.get(each, headers={"Accept-Encoding": sent})
    client.force_login(make_user("lucie"))
    for each in addresses:
        client.get(each)
    for kept in (visitor_cache._pages, member_cache._pages):
        assert len(kept) == len(addresses)
        assert kept.currsize == sum(page.weight() for page in kept.values())
    for page in visitor_cache._pages.values():
        held = [page.content, *(form.content for form in page.compressed.values())]
        assert len(page.compressed) == 2
        assert page.weight() >= sum(map(len, held))


def test_all_pages_that_are_kept_leave_room_for_search_and_the_site_itself():
    megabytes = visitor_cache.PAGES_KEPT + visitor_cache.ANSWERS_KEPT + member_cache.PAGES_KEPT
    assert megabytes <= 70  # of the 250 of a worker; the site without any page takes 100
