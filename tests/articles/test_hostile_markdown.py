"""Whatever somebody writes, what comes out is harmless and comes out quickly."""

import cProfile
import re

import html5lib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartwiki.markdown import Target, limits, render, resolve
from tests.articles.hostile import ADDRESSES, CORPUS, LARGE, SCRIPTS

MOST_CALLS = 200  # of functions for each character; running text takes 20, the worst here 100
TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div"),
    *("dl", "dt", "em", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "input", "kbd", "label"),
    *("li", "mark", "ol", "p", "pre", "q", "s", "section", "small", "span", "strong", "sub"),
    *("summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "var"),
    *("html", "head", "body"),
}
SCHEMES = {"https", "http", "mailto", "tel", "guide", "project", "media"}
SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\-\x00-\x20]*):", re.IGNORECASE)

TARGET = Target('/x/"><script>alert(1)</script>', '"><script>', "nl")
PICTURE = TARGET._replace(picture={"srcset": '/a.webp 480w"><script>', "width": "1"})


class Numbers(dict):
    """Targets for every number, with hostile titles."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self.target = target

    def get(self, number, default=None):
        return self.target


def assert_harmless(text: str) -> None:
    html = resolve(
        render(text, language="fr").html, {"guide": Numbers(TARGET), "media": Numbers(PICTURE)}
    )
    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    for element in tree.iter():
        assert isinstance(element.tag, str), "a comment came out"
        assert element.tag in TAGS, element.tag
        for name, value in element.attrib.items():
            assert not name.startswith("on") and name not in ("style", "srcdoc", "formaction")
            if name == "href":
                scheme = SCHEME.match(value)
                assert scheme is None or scheme[1].lower() in SCHEMES, value
            if name == "src":
                assert value.startswith("/") and not value.startswith("//"), value
            if name == "id":
                assert value.startswith(("s-", "fn")), value


def test_the_corpus_is_large():
    assert len(set(CORPUS)) >= 300


@pytest.mark.parametrize("number", range(0, len(CORPUS), 25))
def test_hostile_text_comes_out_harmless(number):
    for text in CORPUS[number : number + 25]:
        assert_harmless(text)


def calls_for_each_character(text: str) -> float:
    """How much work a text is, by a measure that no busy machine changes."""
    profile = cProfile.Profile()
    profile.enable()
    render(text, language="fr")
    profile.disable()
    return sum(entry.callcount for entry in profile.getstats()) / len(text)


@pytest.mark.parametrize("name", LARGE)
def test_a_large_text_takes_no_more_work_than_its_length(name):
    """`make bench` measures in seconds what the longest of each takes."""
    make, most = LARGE[name]
    number = most if most <= 1_000 else most // 16
    assert calls_for_each_character(make(number)) < MOST_CALLS


def test_a_text_whose_work_grows_with_its_square_is_noticed(monkeypatch):
    monkeypatch.setattr(limits, "LOOKAHEAD", 10**12)
    assert calls_for_each_character(LARGE["pictures"][0](2_500)) > MOST_CALLS


SNIPPETS = st.sampled_from(
    [
        *SCRIPTS,
        *ADDRESSES,
        *("[", "](", ")", "<", ">", '"', "'", "`", "*", "_", "\n", "\n\n", "    ", "|", "&"),
        *("![", "guide:1", "media:1", "javascript:", "onerror=", "style=", "<!--", "-->"),
        *("!!! tip", ": ", "[^1]"),
    ]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SNIPPETS | st.text(max_size=6), max_size=12).map("".join))
def test_mixtures_come_out_harmless(text):
    assert_harmless(text)
