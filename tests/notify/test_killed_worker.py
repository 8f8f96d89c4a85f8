"""Workers killed at random: each recipient gets the message once, or it is reported as a doubt.

`MAILS=500 KILLS=12` in the environment makes it the long run of the acceptance.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone

from smartwiki.notify import delivery
from smartwiki.notify.models import Message
from tests.mail import smtp_server
from tests.servers import ROOT, production_environment

MAILS = int(os.environ.get("MAILS", "40"))
KILLS = int(os.environ.get("KILLS", "3"))
State = Message.State


def database_url() -> str:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    who = f"{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}"
    return f"postgres://{who}/{settings['NAME']}"


def start_worker(environment, *options: str) -> subprocess.Popen:
    command = [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--no-reload"]
    return subprocess.Popen(
        [*command, "--interval=0.05", "-v0", *options], cwd=ROOT, env=environment
    )


def kill_while_sending(environment, postbox) -> None:
    """Start two workers, and kill one a moment after mails begin to arrive."""
    before = len(postbox.letters)
    workers = [start_worker(environment) for _worker in range(2)]
    end = time.monotonic() + 60
    while len(postbox.letters) < before + 2 and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(random.random() * 0.3)
    for worker in workers:
        worker.kill()
        worker.wait()


def time_passes() -> None:
    """The lease of those that are dead runs out, and what they left is due for long."""
    waiting = Message.objects.filter(state=State.WAITING)
    waiting.update(next_try_at=timezone.now() - timedelta(minutes=5))
    delivery.look_after(lease=timedelta(0))


@pytest.mark.django_db(transaction=True)
def test_each_recipient_gets_it_once_or_it_is_reported(tmp_path, settings):
    settings.EMAIL_BACKEND = "smartwiki.notify.backend.QueueBackend"
    addresses = [f"member{number}@example.org" for number in range(MAILS)]
    with transaction.atomic():
        for address in addresses:
            EmailMessage("Sujet", "Texte", None, [address]).send()
    with smtp_server() as (postbox, url):
        postbox.pause = 0.02
        environment = production_environment(tmp_path, DATABASE_URL=database_url(), EMAIL_URL=url)
        for _kill in range(KILLS):
            kill_while_sending(environment, postbox)
            time_passes()
        assert start_worker(environment, "--batch").wait(timeout=300) == 0
        arrived = Counter(address for address, _letter in postbox.letters)
    states = dict(Message.objects.values_list("email", "state"))
    unsure = [address for address in addresses if states[address] == State.UNSURE]
    print(f"{MAILS} mails, {KILLS} kills, {len(unsure)} unsure, {sum(arrived.values())} arrived")
    assert set(states.values()) <= {State.SENT, State.UNSURE}
    for address in addresses:
        if states[address] == State.SENT:
            assert arrived[address] == 1, address
        else:
            assert arrived[address] <= 1, address
    assert len(unsure) <= 2 * KILLS, "a worker holds one message at a time"
    assert set(Message.objects.needing_somebody().values_list("email", flat=True)) == set(unsure)
