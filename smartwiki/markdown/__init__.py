"""Text as people write it (Markdown), made into safe HTML, the same for guides and projects."""

from smartwiki.markdown.references import Target, register_reference, resolve, targets_of
from smartwiki.markdown.renderer import (
    RENDERER_VERSION,
    Heading,
    Rendered,
    plain_text,
    render,
)

__all__ = [
    "RENDERER_VERSION",
    "Heading",
    "Rendered",
    "Target",
    "plain_text",
    "register_reference",
    "render",
    "resolve",
    "targets_of",
]
