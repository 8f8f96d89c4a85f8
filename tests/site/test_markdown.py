"""Text as editors write it becomes the HTML that readers get."""

import pytest

from smartwiki.markdown import DASH, Target, plain_text, render, resolve
from smartwiki.markdown.references import targets_of


def html(text: str, language: str = "en") -> str:
    return render(text, language=language).html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold** *it* ~~gone~~", "<strong>bold</strong> <em>it</em>"),
        ("- one\n- two", "<li>one</li>"),
        ("text\n- list right after", "<ul>"),
        ("1. a\n2. b", "<ol>"),
        ("> quoted", "<blockquote>"),
        ("`code`", "<code>code</code>"),
        ("| a | b |\n|---|--:|\n| 1 | 2 |", '<th scope="col">a</th>'),
        ("| a | b |\n|---|--:|\n| 1 | 2 |", '<td class="align-right">2</td>'),
        ("| a |\n|---|\n| 1 |", '<div class="table-scroll" role="group" tabindex="0"'),
        ("A[^1]\n\n[^1]: note", '<section class="footnotes">'),
        ("Term\n: meaning", "<dt>Term</dt>"),
        ("- [x] done", 'type="checkbox"'),
        ('!!! warning "Careful"\n    Text', '<div class="notice notice-warning">'),
        ('!!! warning "Careful"\n    Text', '<p class="notice-title">Careful</p>'),
        ("!!! tip\n    Text", '<p class="notice-title">Tip</p>'),
        ("!!! nonsense\n    Text", '<div class="notice notice-note">'),
        ('??? note "More"\n    Text', "<summary>More</summary>"),
        ("???+ note\n    Text", '<details class="notice notice-note" open="">'),
        ("<details><summary>S</summary>\n\n**in**\n\n</details>", "<strong>in</strong>"),
        ("## Money & you", '<h2 id="s-money-you">'),
        ("# Top", "<h2 "),
        ("![A cat](/media/cat.png)", '<img src="/media/cat.png" alt="A cat" loading="lazy">'),
        ("![A cat](https://example.org/cat.png)", '<a href="https://example.org/cat.png">A cat'),
        ("![](https://example.org/cat.png)", ">https://example.org/cat.png</a>"),
        ("[site](https://example.org)", '<a href="https://example.org">site</a>'),
        ("[guide](guide:7#s-part)", '<a href="guide:7#s-part">guide</a>'),
    ],
)
def test_what_editors_write(text, expected):
    assert expected in html(text)


def test_our_own_words_are_in_the_language_of_the_text():
    assert "Waarschuwing" in html("!!! warning\n    Tekst", "nl")
    assert "Attention" in html("??? warning\n    Texte", "fr")


def test_folded_notice_with_an_empty_title_still_says_its_kind():
    assert "<summary>Note</summary>" in html('??? note ""\n    Text')


def test_headings_of_the_same_words_get_different_anchors():
    rendered = render("## Part\n\n## Part\n\n### 你好\n\n#### Deep", language="en")
    assert [heading.id for heading in rendered.toc] == ["s-part", "s-part-2", "s-section"]
    assert [heading.level for heading in rendered.toc] == [2, 2, 3]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '<div style="position:fixed" onclick="x()">y</div>',
        "<svg><script>alert(1)</script></svg>",
        "<iframe src=//example.org></iframe>",
        '<form action="//example.org"><input name=password></form>',
        '<div id="main" class="site-header">x</div>',
        '<img src="//example.org/x.png"><img src="https://example.org/y.png">',
        "<style>body{display:none}</style><link rel=stylesheet href=//x>",
        '<base href="//example.org/"><meta http-equiv=refresh content=0>',
        "![x](//example.org/x.png)",
    ],
)
def test_nothing_dangerous_comes_out(text):
    out = html(text)
    for never in (
        "<script",
        "onerror",
        "onclick",
        '="javascript:',
        '="data:',
        "style",
        "<iframe",
        "<form",
        'id="main"',
        "site-header",
        'src="//',
        'src="https',
        "<base",
        "<meta",
        "<link",
        'name="password"',
    ):
        assert never not in out


def test_control_characters_are_left_out():
    assert html("a\x00b\x07c\x85d") == "<p>abcd</p>\n"


def test_references_are_found_and_resolved():
    rendered = render("[a](guide:1) [](guide:2) [gone](guide:3) [x](media:9)", language="fr")
    assert rendered.references == {"guide": [1, 2, 3], "media": [9]}
    targets = {1: Target("/fr/guides/a/", "A"), 2: Target("/nl/gidsen/b/", "B & b", "nl")}
    assert resolve(rendered.html, {"guide": targets}) == (
        '<p><a href="/fr/guides/a/">a</a> <a href="/nl/gidsen/b/" hreflang="nl">B &amp; b</a> '
        '<span class="link-unavailable">gone</span> <span class="link-unavailable">x</span></p>\n'
    )


def test_unknown_kinds_of_reference_have_no_targets(db, django_user_model):
    from django.contrib.auth.models import AnonymousUser

    assert targets_of({"nonsense": [1]}, "fr", AnonymousUser()) == {}


def test_plain_text_is_the_words_alone():
    text = plain_text(html("## Title\n\nA **b** &amp; <c>[^1]\n\n[^1]: foot"))
    assert "Title" in text
    assert "<" not in text
    assert "#" not in text


def test_plain_text_reads_on_where_only_the_type_changes_and_stops_where_a_block_ends():
    source = "## Quand payer\n\nEnvoyez **tout**.[^1] La *note*, [ici](/x).\n\n- un\n- deux"
    source += "\n\n[^1]: Oui."
    assert plain_text(html(source), between=DASH) == (
        "Quand payer – Envoyez tout. La note, ici. un – deux – Oui."
    )
