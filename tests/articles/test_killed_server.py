"""The server is killed while eight people save: what it confirmed is there.

`python -m bench killed --minutes 2` does the same for longer, and on both databases.
"""

import random
import time

from bench.killed import killed

KILLS = 2


def _after_some_saves(kills, confirmed) -> bool:
    """Wait until a few more saves are confirmed, for a minute at most."""
    enough, deadline = confirmed() + random.randint(3, 12), time.monotonic() + 60
    while confirmed() < enough:
        assert time.monotonic() < deadline, "nobody can save"
        time.sleep(0.01)
    return kills < KILLS


def test_every_confirmed_save_survives_a_kill(demonstration):
    outcome = killed(demonstration("killed"), _after_some_saves)
    assert len(outcome.confirmed) >= 3 * (KILLS + 1)
    assert (outcome.kills, outcome.lost, outcome.odd) == (KILLS, [], [])
