"""A benchmark's run is compared with the last committed one."""

from bench import history

MEASURED = {"reading: guide": 0.8, "reading: home": 0.5}


def test_only_ratios_are_kept():
    assert history.ratio_in("0.424  (1,427/s)") == 0.424
    assert history.ratio_in("23.9 KB") is None
    assert history.ratio_in("98 % of 116") is None


def test_what_fell_by_more_than_a_sixth_is_said():
    now = {"reading: guide": 0.67, "reading: home": 0.44, "reading: new": 0.1}
    assert history.fallen(MEASURED, now) == ["reading: guide: 0.670, was 0.800"]


def test_a_run_is_added_and_read_again_once_it_is_committed(tmp_path, monkeypatch):
    monkeypatch.setattr(history, "ROOT", tmp_path)
    assert history.committed() == {}
    history.keep({"reading: guide": 0.1})
    history.keep(MEASURED)
    assert history.committed() == {}
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "Measured"]):
        history._git("-c", "user.name=n", "-c", "user.email=n@example.org", *command)
    assert history.committed() == MEASURED
