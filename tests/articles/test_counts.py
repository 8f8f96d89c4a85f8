"""What is counted of guides is kept exactly, whatever is done to them."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.db.models import F

from articles import publishing, standing, tree
from articles.importing.folder import import_folder
from articles.models import Guide, Standing, Tally
from articles.publishing import Change, Text
from articles.translating import source
from tests.guides import MEMBERS, PUBLIC, STAFF, make_guide, make_user, revise, translate

pytestmark = pytest.mark.django_db


def kept() -> set[tuple]:
    columns = (*standing.Place._fields, "number")
    return set(Tally.objects.exclude(number=0).values_list(*columns))


def is_exact() -> bool:
    """Say whether what is kept is what one finds by counting."""
    guides = list(Guide.objects.present().values_list("pk", flat=True))
    present = dict(standing._standings(guides))
    noted = Standing.objects.values_list("guide", "language", *standing.Place._fields)
    numbers = Counter(present.values())
    return {(each[:2], each[2:]) for each in noted} == {*present.items()} and kept() == {
        (*place, number) for place, number in numbers.items()
    }


def test_every_operation_keeps_the_counts_exact():
    editor = make_user("editor", "editor")
    topic, other = make_guide("Argent"), make_guide("Maladie", "nl")
    below = make_guide("Factures", parent=topic)
    deeper = make_guide("Avoirs", parent=below, draft=True)
    dutch = translate(below, "nl", "Facturen")
    steps: list[Callable[[], object]] = [
        lambda: translate(below, "de", "Rechnungen", draft=True),
        lambda: revise(below.translations.get(language="fr"), "Plus.", significance="major"),
        lambda: revise(below.translations.get(language="fr"), "Typo.", significance="typo"),
        lambda: source.no_translation_needed(dutch, editor),
        lambda: source.switch_source(below, "nl"),
        lambda: tree.move_guide(below, other),
        lambda: tree.change_visibility(other, MEMBERS),
        lambda: tree.delete_guide(below),
        lambda: tree.restore_guide(Guide.objects.get(pk=below.pk)),
        lambda: tree.change_visibility(Guide.objects.get(pk=other.pk), PUBLIC),
        lambda: tree.move_guide(Guide.objects.get(pk=deeper.pk), None),
        lambda: publishing.save(
            deeper.translations.get(), Text("Avoirs", "Texte."), Change(), base=None, show=True
        ),
    ]
    for number, step in enumerate(steps):
        step()
        assert is_exact(), number
    now = kept()
    standing.recount()
    assert kept() == now
    assert not Tally.objects.filter(number__lt=0).exists()


def test_what_is_imported_is_counted(tmp_path):
    text = '---\ntitle: "Frais"\nlanguage: {}\nslug: frais\n---\nTexte.\n'
    for language in ("fr", "nl"):
        (tmp_path / f"expenses.{language}.md").write_text(text.format(language))
    import_folder(tmp_path)
    assert standing.published(PUBLIC) == 1 and is_exact()


def test_counts_say_what_readers_find():
    topic = make_guide("Argent")
    make_guide("Factures", parent=topic)
    make_guide("Secret", parent=topic, visibility=STAFF)
    make_guide("Brouillon", parent=topic, draft=True)
    assert standing.shown_below("nl", PUBLIC) == {topic.pk: 1}
    assert standing.shown_below("fr", STAFF) == {topic.pk: 2}
    assert standing.shown_at_depths("fr", PUBLIC) == {0: 1, 1: 1}
    assert standing.published(STAFF) == 3


def test_what_nobody_counted_is_counted_after_migrating():
    make_guide()
    Tally.objects.update(number=F("number") + 1)
    standing.count_first()  # what is there is not touched by it
    assert standing.published(PUBLIC) == 2
    Tally.objects.all().delete()
    standing.count_first()
    assert standing.published(PUBLIC) == 1
