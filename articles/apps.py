from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

EVENTS = {
    "guide.published": _("published a text"),
    "guide.moved": _("moved a guide"),
    "guide.readdressed": _("changed the address of a guide"),
    "guide.shown_to": _("changed who can read a guide"),
    "guide.deleted": _("deleted a guide"),
    "guide.restored": _("restored a guide"),
    "suggestion.accepted": _("accepted a suggestion"),
    "suggestion.declined": _("declined a suggestion"),
}


class ArticlesConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "articles"
    verbose_name = _("guides")

    def ready(self) -> None:
        from articles import following, standing
        from articles.desk import digests
        from articles.desk.dashboard import count_readers, take_down_coverage
        from articles.desk.freshness import remind_owners
        from articles.desk.over_time import count_readings
        from articles.files.media import media_targets
        from articles.finding import GuideSource
        from articles.holdings import FEEDBACK, READINGS, TEXTS
        from articles.models import RevisionInfo
        from articles.permissions import RULES
        from articles.references import guide_at, guide_targets, revision_targets
        from smartwiki.accounts.policy import register_rules
        from smartwiki.audit import register_events
        from smartwiki.daily import register_daily
        from smartwiki.heard import register_results
        from smartwiki.markdown import register_reference
        from smartwiki.notify.announcing import register_event
        from smartwiki.notify.digests import register_digest
        from smartwiki.notify.following import register_followable
        from smartwiki.privacy import register_holdings
        from smartwiki.search.documents import register_source

        register_followable(following.GUIDE, following.find_guide)
        register_followable(following.TOPIC, following.find_topic)
        register_event(following.EVENT, following.describe)
        for source in digests.SOURCES:
            register_digest(source)
        register_reference("guide", guide_targets, guide_at)
        register_reference("media", media_targets)
        register_source(GuideSource())
        register_holdings(TEXTS, FEEDBACK, READINGS)
        register_rules(RULES)
        register_results("revision", revision_targets)
        register_events(EVENTS, values=dict(RevisionInfo.Significance.choices))
        post_migrate.connect(standing.count_first, sender=self)
        register_daily(standing.recount)
        register_daily(count_readers)
        register_daily(count_readings)
        register_daily(take_down_coverage)
        register_daily(remind_owners)
