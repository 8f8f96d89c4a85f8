"""Who reads and who changes projects; lists are asked of `projects.querysets`."""

from projects.comments.access import may_answer_officially, may_moderate
from projects.models import Project
from projects.querysets import PROJECT_LEAD
from smartwiki.accounts.policy import Person, Rule


def can_read(person: Person, project: Project) -> bool:
    """Say whether `person` may read the status page."""
    return bool(Project.objects.readable_by(person).filter(pk=project.pk).exists())


def can_edit(person: Person, project: Project) -> bool:
    """Say whether `person` may change the project and read what was answered to its calls."""
    return project.may_be_edited_by(person)


def has_desk(person: Person, thing: object = None) -> bool:
    """Say whether `person` leads projects; which ones is another question."""
    return not person.is_anonymous and person.has_role(PROJECT_LEAD)


RULES: dict[str, Rule] = {
    "project.read": can_read,
    "project.edit": can_edit,
    "project.desk": has_desk,
    "comment.moderate": lambda person, thing: may_moderate(person),
    "comment.answer_officially": may_answer_officially,  # a Project
}
