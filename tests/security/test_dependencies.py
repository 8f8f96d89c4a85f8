"""What is installed is what was looked at: exact versions, hashes, licences."""

import pytest

from tools import audit, licences


@pytest.mark.parametrize("lock", audit.LOCKS, ids=lambda path: path.name)
def test_every_package_is_pinned_by_hash_and_names_no_host(lock):
    assert audit.problems_of(lock) == []
    assert len(licences.pinned(lock.read_text())) > 50


def test_lock_with_a_hole_is_noticed(tmp_path):
    lock = tmp_path / "x.lock"
    lock.write_text(
        "--index-url https://example.org/simple\n"
        "a==1 \\\n    --hash=sha256:00\nb==2\nc>=3 \\\n    --hash=sha256:00\n"
    )
    problems = " ".join(audit.problems_of(lock))
    for word in ("host", "b==2", "c>=3"):
        assert word in problems
    assert "a==1" not in problems


def test_list_of_licences_is_current_and_all_fit_the_gpl():
    assert audit.problems_of_licences() == []
    before = licences.LIST.read_text()
    assert licences.listed(licences.make(licences.LOCK.read_text(), before)) == licences.listed(
        before
    )


@pytest.mark.parametrize("licence", ["Other/Proprietary License", "SSPL-1.0", "BUSL-1.1", "?"])
def test_licence_that_does_not_fit_is_noticed(licence):
    assert not licences.is_compatible(licence)
