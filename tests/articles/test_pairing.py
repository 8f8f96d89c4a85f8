"""A source and its translation are laid side by side, paragraph by paragraph."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.translating.pairing import (
    bare_skeletons,
    first_translation,
    joined,
    put_back,
    side_by_side,
    without_untouched,
)
from smartwiki.markdown import render, split_blocks

SOURCE = "Un début assez long.\n\n## Titre\n\n- un\n- deux\n\nUne fin assez longue aussi."
TARGET = "Een begin.\n\n## Titel\n\n- een\n- twee\n\nEen einde."
DEMO = sorted(Path("demo/guides").rglob("*.md"))


def changes(rows):
    return [row.change for row in rows]


def targets(rows):
    return [row.target for row in rows]


def without_order(html: str) -> str:
    """The sanitiser writes the attributes of a box in any order."""
    return re.sub(r"<input [^>]*>", lambda box: " ".join(sorted(box[0][1:-1].split())), html)


@pytest.mark.parametrize("file", DEMO, ids=lambda file: file.stem)
def test_a_text_cut_and_joined_again_means_the_same(file):
    text = file.read_text().split("---\n", 2)[2]
    again = "\n\n".join(block.text for block in split_blocks(text))
    whole, cut = (render(each, language="fr").html for each in (text, again))
    assert without_order(whole) == without_order(cut)


def test_an_unchanged_source_pairs_in_order():
    rows = side_by_side(SOURCE, SOURCE, TARGET)
    assert changes(rows) == ["same"] * 4
    assert targets(rows) == TARGET.split("\n\n")


def test_a_changed_paragraph_keeps_its_translation_and_shows_the_words():
    rows = side_by_side(SOURCE, SOURCE.replace("assez long.", "très long."), TARGET)
    assert changes(rows) == ["changed", "same", "same", "same"]
    assert rows[0].target == "Een begin."
    assert ("removed", "assez") in [(piece.kind, piece.text) for piece in rows[0].pieces]
    assert ("added", "très") in [(piece.kind, piece.text) for piece in rows[0].pieces]


def test_a_new_paragraph_has_an_empty_place():
    rows = side_by_side(SOURCE, SOURCE.replace("## Titre", "Tout neuf.\n\n## Titre"), TARGET)
    assert changes(rows) == ["same", "added", "same", "same", "same"]
    assert rows[1].target == ""


def test_what_the_source_dropped_still_shows_its_translation():
    rows = side_by_side(SOURCE, SOURCE.replace("- un\n- deux\n\n", ""), TARGET)
    assert changes(rows) == ["same", "same", "removed", "same"]
    assert rows[2].target == "- een\n- twee"


def test_a_paragraph_more_in_the_translation_is_not_lost():
    rows = side_by_side(SOURCE, SOURCE, f"{TARGET}\n\nNog iets.")
    assert "Nog iets." in joined(targets(rows))


def test_a_translation_of_nothing_is_not_lost():
    assert "Iets." in joined(targets(side_by_side("", "", "Iets.")))


@given(*[st.lists(st.sampled_from(["a b c", "## d", "- e", "f g h i", "> j"]), max_size=8)] * 3)
def test_no_word_of_a_translation_is_ever_lost(old, new, target):
    rows = side_by_side("\n\n".join(old), "\n\n".join(new), "\n\n".join(target))
    kept = joined(targets(rows)).split()
    assert sorted(kept) == sorted(
        "\n\n".join(block.text for block in split_blocks("\n\n".join(target))).split()
    )


def test_a_first_translation_begins_with_the_structure():
    source = (
        "## Titre\n\nVoir [ceci](guide:4).\n\n![Plan](media:7)\n\n1. Un\n2. Deux\n\n"
        '| 12 | x |\n|--|--|\n| 3 % | y |\n\n!!! tip "Astuce"\n    Corps.'
    )
    rows = first_translation(source, {4: "Dit hier"})
    assert targets(rows) == [
        "## ",
        "[Dit hier](guide:4)",
        "![Plan](media:7)",
        "1. \n2. ",
        "| 12 |  |\n|--|--|\n| 3 % |  |",
        "!!! tip\n    …",
    ]


def test_skeletons_nobody_filled_in_are_left_out_and_counted():
    source = "## Titre\n\nTexte.\n\n```\ncode\n```"
    written, left_open = without_untouched(["## ", "Tekst.", "```\ncode\n```"], source, {})
    assert written == ["Tekst.", "```\ncode\n```"]
    assert left_open == 1
    assert "## " in bare_skeletons(source, {})


def test_kept_work_comes_back_in_its_places():
    rows = first_translation(SOURCE, {})
    sent = ["", "## Titel", "- \n- ", "Einde."]
    kept = joined(sent, keep_places=True)
    assert targets(put_back(first_translation(SOURCE, {}), kept))[:2] == ["", "## Titel"]
    assert targets(put_back(rows, kept))[3] == "Einde."
