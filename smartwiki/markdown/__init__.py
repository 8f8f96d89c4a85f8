"""Text as people write it (Markdown), made into safe HTML, the same for guides and projects."""

from smartwiki.markdown.references import (
    Target,
    Targets,
    number_at,
    register_reference,
    resolve,
    targets_of,
    unknown_in,
)
from smartwiki.markdown.renderer import (
    DASH,
    RENDERER_VERSION,
    Block,
    Heading,
    Rendered,
    plain_text,
    render,
    split_blocks,
)

__all__ = [
    "DASH",
    "RENDERER_VERSION",
    "Block",
    "Heading",
    "Rendered",
    "Target",
    "Targets",
    "number_at",
    "plain_text",
    "register_reference",
    "render",
    "resolve",
    "split_blocks",
    "targets_of",
    "unknown_in",
]
