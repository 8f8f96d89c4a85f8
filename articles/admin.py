"""django-wiki's own admin would change texts past `articles.publishing`: it is not offered."""

import django_nyt.models
import wiki.models
from django.contrib import admin

for model in list(admin.site._registry):
    if model.__module__.startswith((wiki.models.__name__, django_nyt.models.__name__)):
        admin.site.unregister(model)
