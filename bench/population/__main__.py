"""Fill an empty, migrated site: see `bench.population`."""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bench.population import Report, Size, in_batches
from bench.population.guides import make_answers, make_guides
from bench.population.projects import make_comments, make_projects

if TYPE_CHECKING:
    from smartwiki.accounts.models import User

WIDTH = 30  # characters of a progress bar


def populate(size: Size, report: Report) -> None:
    """Fill an empty, migrated site; `report` is told how far it is."""
    from django.db import connection

    from articles.standing import count_first

    chance = random.Random(19)
    people = make_people(size.people)
    report("people", size.people, size.people)
    make_guides(size.guides, people, chance, report)
    make_answers(size.guides, chance)
    projects = make_projects(size.projects, people, report)
    make_comments(size, projects, people, chance, report)
    make_log(size.entries, people, report)
    count_first()  # as after an upgrade, since nothing was saved one by one
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as it does by itself soon; SQLite never does


def bar(what: str, done: int, total: int) -> None:
    """Draw how far it is, and where nobody watches only that it is done."""
    if not sys.stderr.isatty() and done < total:
        return
    filled = WIDTH * done // max(total, 1)
    end = "\n" if done >= total else ""
    begin = "\r" if sys.stderr.isatty() else ""
    line = f"{begin}  {what:10} {'█' * filled}{'░' * (WIDTH - filled)} {done:,}/{total:,}{end}"
    print(line, end="", file=sys.stderr, flush=True)


def make_people(number: int) -> list[User]:
    from smartwiki.accounts.models import User

    people = [
        User(email=f"member{each}@example.org", name=f"Member {each}") for each in range(number)
    ]
    return list(User.objects.bulk_create(people, batch_size=5_000))


def make_log(number: int, people: Sequence[User], report: Report) -> None:
    from django.utils import timezone

    from smartwiki.audit.models import Entry

    now, made = timezone.now(), 0
    for some in in_batches(iter(range(number)), 20_000):
        Entry.objects.bulk_create(
            [
                Entry(
                    at=now - timedelta(minutes=number - each),
                    actor=people[each % 50].pk,
                    event=("guide.published", "guide.moved", "account.signed_in")[each % 3],
                    kind="articles.translation",
                    key=str(each % 1000),
                    label=f"Guide {each % 1000}",
                )
                for each in some
            ],
            batch_size=5_000,
        )
        made += len(some)
        report("log", made, number)


def main(arguments: Sequence[str]) -> None:
    import django

    parser = argparse.ArgumentParser(prog="python -m bench.population", description=__doc__)
    parser.add_argument("--guides", type=int, default=100)
    parser.add_argument("--projects", type=int, default=50)
    parser.add_argument("--talk", type=int, default=100, help="comments on the first project")
    parser.add_argument("--comments", type=int, default=1_000, help="in all")
    parser.add_argument("--people", type=int, default=100)
    size = Size(**vars(parser.parse_args(arguments)))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartwiki.settings")
    django.setup()
    populate(size, bar)


if __name__ == "__main__":
    main(sys.argv[1:])
