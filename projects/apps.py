from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVENTS = {
    "project.update_published": _("published an update of a project"),
    "project.changed": _("changed a project"),
    "project.part_deleted": _("deleted a part of a project"),
    "answer.deleted": _("deleted an answer to a call"),
    "answers.exported": _("exported the answers to a call"),
    "comment.moderated": _("moderated a comment"),
}


class ProjectsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "projects"
    verbose_name = _("projects")

    def ready(self) -> None:
        from projects import digests, following, permissions
        from projects.comments import digests as comment_digests
        from projects.comments.holdings import COMMENTS
        from projects.comments.models import State
        from projects.comments.personal import own_comment, own_comments
        from projects.comments.voices import (
            AnswerVoices,
            CommentVoices,
            milestone_targets,
            update_targets,
        )
        from projects.finding import ProjectSource
        from projects.holdings import ANSWERS, PROJECTS
        from projects.home import open_calls_section
        from projects.models.project import Status
        from projects.references import attachment_targets, led_by, project_targets
        from smartwiki.accounts.people import register_facts
        from smartwiki.accounts.policy import register_rules
        from smartwiki.audit import register_events
        from smartwiki.daily import register_daily
        from smartwiki.heard import register_results, register_voices
        from smartwiki.home import register_home_section
        from smartwiki.markdown import register_reference
        from smartwiki.notify.announcing import register_event
        from smartwiki.notify.digests import register_digest
        from smartwiki.notify.following import register_followable
        from smartwiki.personal import register_personal
        from smartwiki.privacy import register_holdings
        from smartwiki.search.documents import register_source

        register_followable(following.PROJECT, following.find_project)
        register_followable(following.ALL, following.find_all)
        register_followable(following.CALLS, following.find_calls)
        register_event(following.UPDATE_EVENT, following.describe_update)
        register_event(following.CALL_EVENT, following.describe_call)
        register_daily(following.tell_of_open_calls)
        for source in (*digests.SOURCES, *comment_digests.SOURCES):
            register_digest(source)
        register_reference("project", project_targets)
        register_reference("attachment", attachment_targets)
        register_home_section(open_calls_section)
        register_source(ProjectSource())
        register_holdings(PROJECTS, ANSWERS, COMMENTS)
        register_personal("own-comments", own_comments)
        register_personal("own-comment", own_comment)
        register_rules(permissions.RULES)
        register_facts(led_by)
        register_voices("comment", CommentVoices())
        register_voices("answer", AnswerVoices())
        register_results("update", update_targets)
        register_results("milestone", milestone_targets)
        register_events(EVENTS, values=dict([*State.choices, *Status.choices]))
