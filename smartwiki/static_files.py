"""Which static files are collected: those that pages use."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class OnlyUsedStaticFilesConfig(StaticFilesConfig):
    """Leave out the static files of packages whose templates and admin pages are not ours, and
    what the admin asks for only with DEBUG: compressing that took longer than all the rest."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "wiki",
        "mptt",
        "modeltranslation",
        "tree_queries",
        "admin/js/vendor/jquery/jquery.js",
        "admin/js/vendor/select2/select2.full.js",
        "admin/js/vendor/xregexp/xregexp.js",
    ]
