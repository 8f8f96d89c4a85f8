"""Which fields exist in every language (django-modeltranslation reads this file)."""

from modeltranslation.translator import TranslationOptions, register

from projects.models import (
    Attachment,
    Call,
    Facet,
    Milestone,
    Objective,
    Project,
    ReadyReason,
    Strategy,
    Update,
)
from projects.models.facets import Axis, Category, Office, Team


@register([Facet, Category, Axis, Team, Office])
class FacetTranslation(TranslationOptions):
    fields = ("name",)


@register(Strategy)
class StrategyTranslation(TranslationOptions):
    fields = ("title", "body")


@register(Project)
class ProjectTranslation(TranslationOptions):
    fields = ("title", "slug", "summary", "body")


@register(Objective)
class ObjectiveTranslation(TranslationOptions):
    fields = ("text", "indicator")


@register(Milestone)
class MilestoneTranslation(TranslationOptions):
    fields = ("title",)


@register(Update)
class UpdateTranslation(TranslationOptions):
    fields = ("title", "body", "reason")


@register(Call)
class CallTranslation(TranslationOptions):
    fields = ("title", "body", "results")


@register(ReadyReason)
class ReadyReasonTranslation(TranslationOptions):
    fields = ("name", "text")


@register(Attachment)
class AttachmentTranslation(TranslationOptions):
    fields = ("alt",)
