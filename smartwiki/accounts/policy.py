"""Who somebody is, for the rules of what they may do."""

from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser

from smartwiki.accounts.models import User

Person: TypeAlias = User | AnonymousUser
