"""What is counted of guides is kept exactly, whatever is done to them."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.db.models import F

from articles import publishing, standing, tree
from articles.importing.folder import import_folder
from articles.models import Guide, Standing, Tally
from articles.publishing import Change, Text
from articles.states import State
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


def test_what_a_version_before_counted_otherwise_is_counted_anew_after_migrating():
    make_guide()
    for counted in (Standing, Tally):
        counted.objects.filter(language=standing.ANY).update(state=State.SOURCE)
    standing.count_first()
    assert standing.number_of(PUBLIC, states=[State.MISSING]) == 1 and is_exact()


def test_guides_are_counted_by_what_they_are_in_any_language():
    assert len({state.initial for state in State}) == len(State)
    guide, other = make_guide("Factures"), make_guide("Secret", visibility=STAFF)
    translate(guide, "nl", "Facturen")
    translate(other, "nl", "Geheim", draft=True)
    revise(guide.translations.get(language="fr"), "Plus.", significance="major")
    numbers = {state: standing.number_of(STAFF, states=[state]) for state in State}
    assert numbers == {
        State.SOURCE: 2,
        State.BADLY_OUTDATED: 1,
        State.DRAFT: 1,
        State.MISSING: 2,
        State.OUTDATED: 0,
        State.CURRENT: 0,
    }
    assert standing.number_of(STAFF, states=[State.BADLY_OUTDATED, State.DRAFT]) == 2
    assert standing.number_of(PUBLIC, states=[State.DRAFT]) == 0
