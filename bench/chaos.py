"""`python -m bench.chaos [KILLS]`: server and workers killed at random while people save.

Bounded: KILLS (20 unless said otherwise) kills and ten minutes. Says what was confirmed and lost.
"""

import random
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench.killed import CONFIRMED, Person, set_up
from tests.operations import parts
from tests.servers import manage, production_environment

PEOPLE = 4
LONGEST = 600  # seconds
MAIL = """
from django.core.mail import send_mail
send_mail("Chaos", "Texte", None, ["lucie@example.org"])
"""
STATES = """
from collections import Counter
from smartwiki.notify.models import Message
print(dict(Counter(Message.objects.values_list("state", flat=True))))
"""


class Front:
    """What `Person` asks for: the address of the site."""

    def __init__(self, url: str) -> None:
        self.url = url


def main(kills: int) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        environment = production_environment(folder)
        manage(environment, "migrate", "-v0")
        manage(environment, "collectstatic", "--no-input", "-v0")
        cookies = set_up(environment)[:PEOPLE]
        for _each in range(3):
            manage(environment, "shell", "-v0", "-c", MAIL)
        server, worker = parts.node(environment, folder), parts.worker(environment, folder)
        people, done = _kill(server, worker, cookies, kills)
        kept = set(manage(environment, "shell", "-v0", "-c", CONFIRMED).splitlines())
        states = manage(environment, "shell", "-v0", "-c", STATES).strip()
        letters = len(list((folder / "mail").glob("*.eml")))
    confirmed = [text for person in people for text in person.confirmed]
    lost = [text for text in confirmed if text not in kept]
    odd = [each for person in people for each in person.odd]
    print(f"  kills {done}, confirmed saves {len(confirmed)}, lost {len(lost)}, odd {odd[:5]}")
    print(f"  mails {states}, letters {letters}")
    return 1 if lost or odd or not confirmed else 0


def _kill(
    server: parts.Part, worker: parts.Part, cookies: list[str], kills: int
) -> tuple[list[Person], int]:
    """Kill one or the other at random moments; both are killed at the end."""
    end, deadline, done = threading.Event(), time.monotonic() + LONGEST, 0
    server.start()
    worker.start()
    front = Front(f"http://{parts.address_of(server)}")
    people = [Person(front, number, cookie, end) for number, cookie in enumerate(cookies)]
    for person in people:
        person.start()
    try:
        while done < kills and time.monotonic() < deadline:
            time.sleep(random.uniform(0.5, 3))
            victim = random.choice([server, server, worker])
            victim.end()
            victim.start()
            done += 1
            print(f"\r  {done}/{kills}", end="", flush=True)
    finally:
        end.set()
        for person in people:
            person.join()
        server.end()
        worker.end()
    print()
    return people, done


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
