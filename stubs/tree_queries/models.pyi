from typing import Any, Self

from django.db import models
from tree_queries.query import TreeQuerySet

class TreeNode(models.Model):
    parent: models.ForeignKey[Any, Any]
    parent_id: int | None
    def ancestors(self, *, include_self: bool = False) -> TreeQuerySet[Self]: ...
    def descendants(self, *, include_self: bool = False) -> TreeQuerySet[Self]: ...
    class Meta:
        abstract = True

class OrderableTreeNode(TreeNode):
    position: models.PositiveIntegerField[Any, int]
    class Meta:
        abstract = True
        ordering = ["position"]
