"""One Markdown renderer: CommonMark, with the extensions that editors use, then a sanitiser."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import pairwise
from typing import Any

import nh3
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_inline import image, link
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from smartwiki.markdown.limits import has_too_many_tasks, with_limited_lookahead
from smartwiki.markdown.references import references_in
from smartwiki.typography import keep_together

RENDERER_VERSION = 1  # raise when the same text would come out differently

NOTICES = ("note", "tip", "warning", "danger")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
FILES = ("media", "attachment")  # of guides and of projects; other pictures are /addresses
_SOURCE = re.compile(rf"(?:{'|'.join(FILES)}):\d{{1,18}}|/(?!/).*", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_INLINE = re.compile(
    r"</?(?:a|abbr|b|code|del|em|i|img|kbd|label|mark|q|s|small|span|strong|sub|sup|var)\b[^<>]*>"
)
_ANCHOR = re.compile(
    r'<a [^<>]*class="(?:anchor|footnote-backref)".*?</a>|<sup [^<>]*class="footnote-ref".*?</sup>',
    re.DOTALL,
)
DASH = " – "  # between a heading and what follows, where they stand in one line
_ENDS = (".", "!", "?", "…", ":", ";", ",")


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the table of contents; `level` is 2 or 3."""

    id: str
    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """Safe HTML whose references are not resolved yet, and what was found in it."""

    html: str
    toc: list[Heading]
    references: dict[str, list[int]]


def render(text: str, *, language: str) -> Rendered:
    """Make Markdown into safe HTML; words that we add (such as "Note") are in `language`."""
    clean = _CONTROL.sub("", text.replace("\r\n", "\n"))
    with translation.override(language):
        env: dict[str, Any] = {}  # footnotes are kept here between parsing and rendering
        markdown = _without_tasks if has_too_many_tasks(clean) else _markdown
        tokens = markdown.parse(clean, env)
        _keep_together(tokens, language)
        toc = _name_headings(tokens)
        html = _sanitise(markdown.renderer.render(tokens, markdown.options, env))
    return Rendered(html=html, toc=toc, references=references_in(html))


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list, table… of a text; `kind` such as "h2" or "paragraph"."""

    kind: str
    text: str


def split_blocks(text: str) -> list[Block]:
    """Cut Markdown into its paragraphs, headings, lists…: joined by empty lines they mean the same.

    What makes no paragraph of its own, such as the text of a footnote, is of kind "other".
    """
    lines = _CONTROL.sub("", text.replace("\r\n", "\n")).split("\n")
    blocks: list[Block] = []
    at = 0
    for token in _markdown.parse("\n".join(lines), {}):
        if token.level or token.nesting < 0 or token.map is None or token.map[0] < at:
            continue
        begin, end = token.map
        blocks += _block("other", lines[at:begin])
        kind = token.tag if token.type == "heading_open" else token.type.removesuffix("_open")
        blocks += _block(kind, lines[begin:end])
        at = end
    return blocks + _block("other", lines[at:])


def _block(kind: str, lines: list[str]) -> list[Block]:
    text = "\n".join(lines).strip("\n")
    return [Block(kind, text)] if text.strip() else []


def plain_text(html: str, between: str = " ") -> str:
    """Return the words of rendered HTML, for search and for previews.

    `between`: what stands behind a heading, a table's cell… that does not end like a sentence.
    """
    text = _INLINE.sub("", _ANCHOR.sub("", html)).replace("<br>", " ")
    blocks = [" ".join(unescape(block).split()) for block in _TAG.split(text)]
    found = ""
    for block in filter(None, blocks):
        found += (" " if found.endswith(_ENDS) else between) * bool(found) + block
    return found


def _keep_together(tokens: Sequence[Token], language: str) -> None:
    for token in tokens:
        for part in token.children or []:
            if part.type == "text":
                part.content = keep_together(part.content, language)


def _name_headings(tokens: Sequence[Token]) -> list[Heading]:
    """Give each heading an id of its own and return those for the table of contents.

    The page's only h1 is its title, so a text's `#` becomes an h2. Ids begin with `s-`, so that
    no heading can take the id of a part of the page.
    """
    toc: list[Heading] = []
    taken: set[str] = set()
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        title = "".join(
            part.content for part in inline.children or [] if part.type in ("text", "code_inline")
        )
        base = name = "s-" + (slugify(title)[:60].strip("-") or "section")
        number = 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name)
        opening.tag = "h2" if opening.tag == "h1" else opening.tag
        opening.attrSet("id", name)
        if opening.level == 0 and opening.tag in ("h2", "h3") and title.strip():
            toc.append(Heading(name, title.strip(), int(opening.tag[1])))
    return toc


# Rules for markdown-it: each gets the tokens and returns HTML (before the sanitiser).


def _heading_close(
    self: RendererProtocol, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any
) -> str:
    opening = tokens[idx - 2]
    label = escape(_("Link to this section"))
    anchor = f'<a class="anchor" href="#{opening.attrGet("id")}" aria-label="{label}">#</a>'
    return f" {anchor}</{opening.tag}>\n"


def _table_open(
    self: RendererProtocol, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any
) -> str:
    label = escape(_("Table"))
    return f'<div class="table-scroll" role="group" tabindex="0" aria-label="{label}"><table>\n'


def _table_close(
    self: RendererProtocol, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any
) -> str:
    return "</table></div>\n"


def _cell_open(
    self: RendererProtocol, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any
) -> str:
    token = tokens[idx]
    style = str(token.attrGet("style") or "")
    alignment = style.removeprefix("text-align:")
    aligned = f' class="align-{alignment}"' if alignment in ("center", "right") else ""
    if token.tag == "td" or not tokens[idx + 1].content:  # an empty cell heads nothing
        return f"<td{aligned}>"
    return f'<th{aligned} scope="col">'


def _heading_cell_close(
    self: RendererProtocol, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any
) -> str:
    return "</th>\n" if tokens[idx - 1].content else "</td>\n"


def _footnote_anchor(
    self: RendererProtocol, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any
) -> str:
    meta = tokens[idx].meta
    again = f":{meta['subId']}" if meta.get("subId", 0) > 0 else ""
    label = escape(_("Back to the text"))
    target = f"#fnref{meta['id'] + 1}{again}"
    return f' <a href="{target}" class="footnote-backref" aria-label="{label}">↩</a>'


def _image(
    self: RendererProtocol, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any
) -> str:
    """Show pictures of this site; one from elsewhere becomes a link (readers stay unwatched)."""
    token = tokens[idx]
    source = str(token.attrGet("src") or "")
    alt = "".join(child.content for child in token.children or [])
    if source.startswith(tuple(f"{scheme}:" for scheme in FILES)) or (
        source.startswith("/") and not source.startswith("//")
    ):
        return f'<img src="{escape(source)}" alt="{escape(alt)}" loading="lazy">'
    return f'<a href="{escape(source)}">{escape(alt or source)}</a>'


def _notice(
    self: RendererProtocol, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any
) -> str:
    token = tokens[idx]
    folded = token.markup.startswith("???")
    match token.type:
        case "admonition_open":
            kind = token.meta["tag"] if token.meta["tag"] in NOTICES else "note"
            is_open = " open" if token.markup == "???+" else ""
            tag = f'<{"details" if folded else "div"} class="notice notice-{kind}"{is_open}>\n'
            if folded and not token.content:
                tag += f"<summary>{escape(_notice_label(kind))}</summary>\n"
            return tag
        case "admonition_title_open":
            if "title" not in tokens[idx + 1].meta and '"' not in tokens[idx - 1].info:
                _translate_default_title(tokens[idx - 1], tokens[idx + 1])
            return "<summary>" if folded else '<p class="notice-title">'
        case "admonition_title_close":
            return "</summary>\n" if tokens[idx - 2].markup.startswith("???") else "</p>\n"
        case _:
            return "</details>\n" if folded else "</div>\n"


def _translate_default_title(opening: Token, title: Token) -> None:
    """A notice without a title of its own is headed by its kind, in the text's language."""
    if len(opening.info.split()) == 1 and opening.meta["tag"] in NOTICES:
        label = Token("text", "", 0, content=_notice_label(opening.meta["tag"]))
        title.children = [label]


def _notice_label(kind: str) -> str:
    return {
        "note": _("Note"),
        "tip": _("Tip"),
        "warning": _("Warning"),
        "danger": _("Important"),
    }[kind]


def _build(*, tasks: bool) -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": 50}).enable(["table", "strikethrough"])
    md.use(footnote_plugin).use(deflist_plugin)
    if tasks:
        md.use(tasklists_plugin, label=True)
    md.inline.ruler.at("link", with_limited_lookahead(link))
    md.inline.ruler.at("image", with_limited_lookahead(image))
    md.use(admon_plugin, render=_notice)
    for rule, function in {
        "heading_close": _heading_close,
        "table_open": _table_open,
        "table_close": _table_close,
        "th_open": _cell_open,
        "td_open": _cell_open,
        "th_close": _heading_cell_close,
        "footnote_anchor": _footnote_anchor,
        "image": _image,
    }.items():
        md.add_render_rule(rule, function)
    return md


_markdown, _without_tasks = _build(tasks=True), _build(tasks=False)

# The sanitiser: what is not named here does not come out.

_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div"),
    *("dl", "dt", "em", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "input", "kbd", "label"),
    *("li", "mark", "ol", "p", "pre", "q", "s", "section", "small", "span", "strong", "sub"),
    *("summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "var"),
}
_ATTRIBUTES = {
    "a": {"href", "title", "aria-label", "id"},
    "abbr": {"title"},
    "details": {"open"},
    "div": {"aria-label"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "h5": {"id"},
    "h6": {"id"},
    "img": {"src", "alt", "width", "height", "loading"},
    "input": {"checked"},
    "li": {"id"},
    "ol": {"start"},
    "sup": {"id"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_CLASSES = {
    "a": {"anchor", "footnote-backref"},
    "div": {"notice", "table-scroll", *(f"notice-{kind}" for kind in NOTICES)},
    "details": {"notice", *(f"notice-{kind}" for kind in NOTICES)},
    "hr": {"footnotes-sep"},
    "input": {"task-list-item-checkbox"},
    "li": {"footnote-item", "task-list-item"},
    "ol": {"footnotes-list"},
    "p": {"notice-title"},
    "section": {"footnotes"},
    "sup": {"footnote-ref"},
    "td": {"align-center", "align-right"},
    "th": {"align-center", "align-right"},
    "ul": {"contains-task-list", "task-list"},
}
_OWN_VALUES = {
    "div": {"role": {"group"}, "tabindex": {"0"}},
    "th": {"scope": {"col", "row"}},
}


def _attribute(tag: str, attribute: str, value: str) -> str | None:
    """Drop an attribute whose value is not of ours; everything else passes."""
    if attribute == "id":
        return value if value.startswith(("s-", "fn")) else None
    if attribute == "src":
        return value if _SOURCE.fullmatch(value) else None
    return value


def _sanitise(html: str) -> str:
    return nh3.clean(
        unicodedata.normalize("NFC", html),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        allowed_classes=_CLASSES,
        tag_attribute_values=_OWN_VALUES,
        set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
        url_schemes={"http", "https", "mailto", "tel", "guide", "project", *FILES},
        link_rel=None,
    )
