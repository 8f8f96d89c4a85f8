"""Which fields exist in every language (read by django-modeltranslation at start)."""

from modeltranslation.translator import TranslationOptions, register

from articles.desk_models import Media


@register(Media)
class MediaTranslation(TranslationOptions):
    fields = ("alt",)
