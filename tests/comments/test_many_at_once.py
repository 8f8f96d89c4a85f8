"""Twenty who write and three who moderate, all at once: every step is accounted for."""

import random
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from projects.comments import speaking
from projects.comments.steps import WAYS
from projects.models import Comment, ReadyReason, Transition
from tests.comments.helpers import desk, make_moderator, own_page, page, say_and_confirm
from tests.guides import make_user
from tests.projects.helpers import make_lead, make_project

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("connections_for_all"),
]
WRITERS, MODERATORS, SECONDS = 20, 3, 6


def _write(number: int, project, start: Barrier, end: float) -> Counter:
    """Say something, and change or withdraw some of it again."""
    chance = random.Random(number)
    address = f"198.51.100.{number + 1}"  # of its own: what one address may send is limited
    client = Client(raise_request_exception=False, REMOTE_ADDR=address)
    statuses: Counter = Counter()
    start.wait()
    try:
        for turn in range(200):
            if time.monotonic() > end:
                break
            comment = say_and_confirm(
                project, f"{number} dit {turn}", email=f"writer{number}@example.net"
            )
            what = chance.choice(["edit", "withdraw", "", ""])
            if what:
                fields = {"do": what, "text": f"{number} redit {turn}", "language": "fr"}
                statuses[client.post(own_page(comment), fields).status_code] += 1
            time.sleep(0.2)
    finally:
        connection.close()
    return statuses


def _moderate(client: Client, seed: int, start: Barrier, end: float) -> Counter:
    """Decide on what the desk gives, by its own forms, and now and then undo it."""
    chance = random.Random(seed)
    reason = str(ReadyReason.objects.values_list("pk", flat=True)[0])
    statuses: Counter = Counter()
    start.wait()
    try:
        while time.monotonic() < end:
            words = client.post(desk("next"), follow=True).content.decode()
            form = re.search(
                r'action="([^"]+/decider/)".*?name="version" value="(\d+)"', words, re.S
            )
            if form is None:
                time.sleep(0.1)  # nobody sends more than 120 forms a minute
                continue
            what = chance.choice(
                [{"decision": "approve"}, {"decision": "spam"}, {"reject": reason}]
            )
            response = client.post(form[1], what | {"version": form[2]})
            statuses[response.status_code] += 1
            batch = re.search(r"done=([0-9a-f-]+)", response.headers.get("Location", ""))
            if batch and chance.random() < 0.2:
                statuses[client.post(desk("undo", batch[1])).status_code] += 1
    finally:
        connection.close()
    return statuses


def _account_for(comment: Comment) -> None:
    """Every version has its step, each begins where the one before ended, on a way there is."""
    steps = list(comment.transitions.order_by("version"))
    assert [step.version for step in steps] == list(range(1, comment.version + 1))
    assert steps[-1].after == comment.state
    before = ""
    for step in steps:
        assert step.before == before
        assert step.after == before or step.after in WAYS[before] or step.why == "undone"
        assert bool(step.by) == (step.actor == "team")
        before = step.after


def test_every_step_is_accounted_for():
    project = make_project("Un wiki", make_lead())
    ReadyReason.objects.create(name_fr="Autre sujet", text_fr="Autre sujet.")
    moderators = []
    for number in range(MODERATORS):
        moderators.append(client := Client(raise_request_exception=False))
        client.force_login(make_moderator(f"mod{number}"))
    start = Barrier(WRITERS + MODERATORS, timeout=60)
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(WRITERS + MODERATORS) as pool:
        jobs = [pool.submit(_write, number, project, start, end) for number in range(WRITERS)]
        jobs += [
            pool.submit(_moderate, client, seed, start, end)
            for seed, client in enumerate(moderators)
        ]
        statuses = sum((job.result() for job in jobs), Counter())
    assert set(statuses) <= {302, 409}, statuses
    comments = list(Comment.objects.prefetch_related("transitions"))
    assert len(comments) >= WRITERS
    decided = Transition.objects.filter(actor="team").exclude(why="undone").count()
    assert decided >= MODERATORS
    for comment in comments:
        _account_for(comment)
    shown = Comment.objects.visible_on(project).count()
    words = Client().get(page(project)).content.decode()
    assert words.count('<article class="comment') == min(20, shown)


def test_two_moderators_at_the_same_moment_decide_once():
    comment = say_and_confirm(make_project("Un wiki", make_lead()))
    clients = []
    for number in range(2):
        clients.append(client := Client(raise_request_exception=False))
        client.force_login(make_moderator(f"mod{number}"))
    start = Barrier(2, timeout=60)

    def decide(client: Client) -> int:
        start.wait()
        try:
            fields = {"decision": "approve", "version": comment.version}
            return client.post(desk("decide", comment.pk), fields).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, clients)) == [302, 409]
    assert comment.transitions.filter(after="approved").count() == 1


def test_a_double_click_of_a_member_says_it_once():
    project, ana = make_project("Un wiki", make_lead()), make_user("ana")
    start = Barrier(2, timeout=60)

    def send(_number: int) -> bool:
        start.wait()
        try:
            speaking.post(Comment(project=project, author=ana, body="Bonjour.", language="fr"))
        except speaking.AlreadySaidError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, range(2))) == [False, True]
    assert Comment.objects.count() == 1
