"""What the templates of mails need."""

from django import template

from smartwiki.addresses import full_url

register = template.Library()


@register.filter
def full_address(path: str) -> str:
    """Return the public address of a path of this site."""
    return full_url(path)
