"""Projects with their news, milestones and calls, and what is said about them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bench.population import LANGUAGES, Report, Size, in_batches

if TYPE_CHECKING:
    from projects.models import Comment, Project
    from smartwiki.accounts.models import User


def make_projects(number: int, people: Sequence[User], report: Report) -> list[Project]:
    from django.utils import timezone

    from projects.models import Call, Facet, Milestone, Project, Update
    from smartwiki.markdown import RENDERER_VERSION

    now = timezone.now()
    facets = Facet.objects.bulk_create(
        Facet(kind=kind, name_fr=f"{kind} {each}", position=each)
        for kind in ("category", "axis", "team", "office")
        for each in range(5)
    )
    projects = []
    for each in range(number):
        project = Project.objects.create(
            **{f"title_{code}": f"Projet {each} ({code})" for code in LANGUAGES},
            **{f"slug_{code}": f"projet-{each}-{code}" for code in LANGUAGES},
            body_fr="Ce que nous faisons.\n\nEt **pourquoi**.",
            summary_fr="Un projet parmi d’autres.",
            status=("in_progress", "planned", "postponed")[each % 3],
            launched=f"202{each % 6}",
            is_published=True,
            news_at=now - timedelta(hours=each),
        )
        project.facets.set(facets[each % 5 :: 5])
        projects.append(project)
        Update.objects.bulk_create(
            Update(
                project=project,
                title_fr=f"Nouvelle {n}",
                body_fr="Du neuf.",
                rendered={"body": {"fr": {"html": "<p>Du neuf.</p>", "with": RENDERER_VERSION}}},
                published_at=now - timedelta(hours=each + 24 * n),
            )
            for n in range(8)
        )
        Milestone.objects.bulk_create(
            Milestone(project=project, title_fr=f"Étape {n}", due=f"2027-0{n + 1}")
            for n in range(4)
        )
        Call.objects.create(
            project=project, title_fr="Aidez-nous", closes_at=now + timedelta(days=each - 20)
        )
        report("projects", each + 1, number)
    for project in projects[:20]:
        project.leads.add(people[0])
    return projects


def make_comments(
    size: Size,
    projects: Sequence[Project],
    people: Sequence[User],
    chance: random.Random,
    report: Report,
) -> None:
    """Nine in ten are published; one in three answers another."""
    from projects.models import Comment, Transition

    places = [projects[0]] * size.talk
    others = projects[1:]
    places += [others[each % len(others)] for each in range(size.comments - size.talk)]
    firsts: dict[int, list[Comment]] = {project.pk: [] for project in projects}
    made = 0
    for some in in_batches(iter(places), size.talk // 4):
        comments = [
            _comment(made + each, project, people, chance, firsts[project.pk])
            for each, project in enumerate(some)
        ]
        Comment.objects.bulk_create(comments, batch_size=2_000)
        for comment in comments:
            if comment.thread_id is None and comment.state == "approved":
                firsts[comment.project_id] = [*firsts[comment.project_id][-50:], comment]
        Transition.objects.bulk_create(
            [
                Transition(comment=each, after=each.state, actor="author", at=each.created_at,
                           version=1, reason="Hors sujet." if each.state == "rejected" else "")
                for each in comments
            ],
            batch_size=5_000,
        )  # fmt: skip
        made += len(some)
        report("comments", made, size.comments)


def _comment(
    number: int,
    project: Project,
    people: Sequence[User],
    chance: random.Random,
    firsts: Sequence[Comment],
) -> Comment:
    from django.utils import timezone

    from projects.models import Comment

    at = timezone.now() - timedelta(minutes=5 * (1_000_000 - number))
    state = "approved" if number % 10 else ("pending", "rejected", "spam")[number // 10 % 3]
    thread = chance.choice(firsts) if firsts and number % 3 == 0 else None
    return Comment(
        project=project,
        thread=thread,
        language=LANGUAGES[number % 4],
        body=f"Question {number}. " + "Qu’en est-il de la fondation ? " * 5,
        state=state,
        author=people[number % len(people)],
        created_at=at,
        approved_at=at if state == "approved" else None,
        waiting_since=at if state == "pending" else None,
        fingerprint=str(number),
    )
