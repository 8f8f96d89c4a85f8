from typing import Any, ClassVar

from django.db import models

class Article(models.Model):
    objects: ClassVar[models.Manager[Article]]
    articlerevision_set: models.Manager[ArticleRevision]
    current_revision: models.OneToOneField[Any, Any]
    modified: models.DateTimeField[Any, Any]

class ArticleRevision(models.Model):
    objects: ClassVar[models.Manager[ArticleRevision]]
    article: models.ForeignKey[Any, Any]
    article_id: int
    previous_revision: models.ForeignKey[Any, Any]
    revision_number: models.IntegerField[Any, int]
    title: models.CharField[Any, str]
    content: models.TextField[Any, str]
    user: models.ForeignKey[Any, Any]
    user_message: models.TextField[Any, str]
    created: models.DateTimeField[Any, Any]
    modified: models.DateTimeField[Any, Any]
