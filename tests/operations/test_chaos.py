"""Server and worker are killed under people who save, comment and add pictures: nothing is lost.

`python -m bench chaos --kills 1000 --minutes 60` does the same for longer, and on both databases.
"""

from bench.chaos import chaos

KILLS = 3


def test_nothing_that_was_confirmed_is_lost(demonstration):
    outcome = chaos(demonstration("chaos"), KILLS, 60)
    assert outcome.kills == KILLS
    assert all(outcome.confirmed[kind] for kind in ("saves", "comments", "pictures"))
    assert (outcome.lost, outcome.odd, outcome.twice, outcome.differences) == ([], [], [], 0)
    assert outcome.states["sent"] >= outcome.confirmed["comments"] - KILLS  # others: perhaps sent
