"""django-wiki's own admin would change texts past `articles.publishing`: it is not offered."""

from django.contrib import admin

for model in list(admin.site._registry):
    if model.__module__.startswith(("wiki.", "django_nyt.")):
        admin.site.unregister(model)
