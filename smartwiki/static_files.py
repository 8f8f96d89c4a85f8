"""Which static files are collected: those that pages use."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class OnlyUsedStaticFilesConfig(StaticFilesConfig):
    """Leave out the static files of packages whose templates and admin pages are not ours."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "wiki",
        "mptt",
        "modeltranslation",
        "tree_queries",
    ]
