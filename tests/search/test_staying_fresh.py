"""What changed is found soon, whatever happens to the processes that see to it."""

import gc
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from whoosh import index as whoosh_index
from whoosh.writing import NO_MERGE

from articles.models import Translation
from smartwiki.search import analysis, outbox, rebuild, worker
from smartwiki.search.backends import Scope, SearchUnavailableError, backend, whoosh_reading
from smartwiki.search.backends.whoosh import WhooshBackend
from smartwiki.search.documents import Document
from smartwiki.search.entries import entry_of
from smartwiki.search.models import Dirty, Target
from smartwiki.search.queries import parse
from tests.guides import make_guide, revise
from tests.servers import manage
from tests.threads import run_in_threads

EVERYBODY = Scope(frozenset({"guide0"}))


def total(word, language="fr"):
    return backend().search(parse(word, language), EVERYBODY).total


def command(name, *options):
    out = StringIO()
    call_command(name, *options, stdout=out)
    return out.getvalue()


def test_an_edit_replaces_what_was_found_before(index, db):
    guide = make_guide("Facture", text="ancien")
    index()
    for number in range(5):
        revise(guide.translations.get(), text=f"nouveau{number}")
        index()
        assert total("facture") == 1
        assert total("ancien") == 0
        assert total(f"nouveau{number}") == 1
        assert total(f"nouveau{number - 1}") == 0


def test_an_edit_that_is_undone_leaves_nothing_behind(index, db):
    make_guide("Facture")
    index()
    with pytest.raises(RuntimeError), transaction.atomic():
        make_guide("Licorne")
        raise RuntimeError
    assert not Dirty.objects.exists()
    index()
    assert total("licorne") == 0


def test_what_changes_again_while_it_is_taken_in_stays_in_the_outbox(index, monkeypatch):
    guide = make_guide("Facture", text="un")
    index()
    revise(guide.translations.get(), text="deux")
    write = backend().replace

    def replace_slowly(*args):
        write(*args)
        monkeypatch.undo()
        revise(guide.translations.get(), text="trois")  # another person, at this very moment

    monkeypatch.setattr(backend(), "replace", replace_slowly, raising=False)
    outbox.drain()
    assert total("trois") == 1
    assert total("deux") == 0
    assert not Dirty.objects.exists()


def test_one_page_that_cannot_be_read_keeps_no_other_out(index, monkeypatch):
    make_guide("Facture")
    bad = make_guide("Licorne")
    index()
    for translation in Translation.objects.all():
        revise(translation, text="nouveau")
    make = outbox.entry_of

    def fail_for_one(document):
        if document.key.startswith(f"guide:{bad.pk}:"):
            raise ValueError("cannot be read")
        return make(document)

    monkeypatch.setattr(outbox, "entry_of", fail_for_one)
    with pytest.raises(ValueError, match="cannot be read"):
        outbox.drain()
    assert total("nouveau") == 1
    assert Dirty.objects.count() == 1
    monkeypatch.undo()
    outbox.drain()
    assert total("nouveau") == 2


def test_only_one_process_writes_at_a_time(index, db):
    make_guide("Facture")
    name = backend().current()
    if backend().__class__.__name__ == "WhooshBackend":
        with backend().writing(name) as first, backend().writing(name) as second:
            assert (first, second) == (True, False)
    with backend().writing("gen-99") as is_writer:
        assert not is_writer


def test_a_new_index_hears_of_what_changes_while_it_is_made(index, monkeypatch):
    guide = make_guide("Facture", text="avant")
    index()
    adopt = backend().adopt

    def adopt_late(name):
        revise(guide.translations.get(), text="pendant")
        assert Target.objects.count() == 2
        adopt(name)

    monkeypatch.setattr(backend(), "adopt", adopt_late, raising=False)
    assert rebuild.rebuild() == "gen-2"
    assert (total("pendant"), total("avant")) == (1, 0)
    assert Target.objects.get().name == "gen-2"
    assert not Dirty.objects.exists()


def test_an_index_that_the_database_does_not_know_is_made_anew(index, db):
    make_guide("Facture")
    index()
    Target.objects.all().delete()  # a database came back that knows of no index
    make_guide("Licorne")
    assert not Dirty.objects.exists()  # nobody was told
    index()
    assert (total("facture"), total("licorne")) == (1, 1)
    assert Target.objects.get().name == backend().current()
    make_guide("Dragon")
    index()
    assert total("dragon") == 1


def test_what_a_killed_process_left_half_made_is_dropped(index, db):
    make_guide("Facture")
    index()
    in_use = backend().current()

    def die(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild.rebuild(die)
    make_guide("Licorne")
    assert Target.objects.count() == 2
    assert Dirty.objects.count() == 2  # noted for both
    index()
    assert Target.objects.get().name == backend().current() == in_use
    assert not Dirty.objects.exists()
    assert (total("facture"), total("licorne")) == (1, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("connections_for_all")
def test_an_index_goes_out_of_use_between_two_edits_and_not_within_one():
    Target.objects.bulk_create([Target(name="gen-1"), Target(name="gen-2")])
    noted, may_end, failed = threading.Event(), threading.Event(), []

    def run(work):
        try:
            work()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    @transaction.atomic
    def edit():
        outbox.changed(["guide:1:fr"])
        noted.set()
        may_end.wait(10)

    editing = threading.Thread(target=run, args=[edit])
    ending = threading.Thread(target=run, args=[lambda: rebuild._keep_only("gen-2")])
    editing.start()
    assert noted.wait(10)
    ending.start()
    ending.join(0.5)
    assert ending.is_alive()
    may_end.set()
    for each in (editing, ending):
        each.join(20)
    assert failed == []
    assert [each.target_id for each in Dirty.objects.all()] == ["gen-2"]


def test_check_finds_and_repairs_what_differs(index, db):
    lost, left_over = make_guide("Facture"), make_guide("Licorne")
    index()
    name = backend().current()
    with backend().writing(name):
        backend().replace(name, [f"guide:{lost.pk}:fr"], [])
    Translation.objects.filter(guide=left_over).update(published=None)
    assert "Missing: 1" in (said := command("search_check", "--dry-run"))
    assert "Left over: 1" in said
    assert "Repaired." in command("search_check")
    assert (total("facture"), total("licorne")) == (1, 0)
    assert "Repaired" not in command("search_check")


def test_a_new_index_is_one_part_for_each_language(index, db, settings, monkeypatch):
    monkeypatch.setattr(rebuild, "BATCH", 2)
    settings.SEARCH_ENGINE = "whoosh"
    for number in range(7):
        make_guide(f"Facture {number}")
    name = rebuild.rebuild()
    assert total("facture") == 7
    for language in ("fr", "nl", "en", "de"):
        assert len(list((backend().folder / name / language).glob("*.trm"))) == (language == "fr")


def test_what_goes_wrong_while_an_index_is_filled_leaves_nothing_in_it(settings):
    settings.SEARCH_ENGINE = "whoosh"
    engine = backend()
    engine.create("gen-1")
    page = entry_of(Document("guide:1:fr", "guide0", "Facture"))
    with pytest.raises(ZeroDivisionError), engine.filling("gen-1") as fill:
        fill([page])
        raise ZeroDivisionError
    assert engine.keys("gen-1") == []
    with engine.filling("gen-1") as fill:
        fill([page, replace(page, key="guide:1:it", language="it")])  # no longer of this site
    assert engine.keys("gen-1") == [page.key]


def test_commands_say_what_they_did(index, db):
    make_guide("Facture")
    assert "Waiting: 1" in command("search_status")
    command("search_drain")
    assert "Pages: 1 (fr 1)" in command("search_status")
    assert "The search index is new." in command("search_rebuild")
    assert "In use: gen-2" in command("search_status")


def test_a_commit_of_one_page_does_not_write_many_anew(settings):
    settings.SEARCH_ENGINE = "whoosh"
    engine = backend()
    engine.create("gen-1")
    folder = engine.folder / "gen-1" / "fr"
    pages = [entry_of(Document(f"guide:{n}:fr", "guide0", f"Facture {n}")) for n in range(40)]
    with engine.writing("gen-1"):
        engine.replace("gen-1", [], pages)
        many = {file.name for file in folder.glob("*.trm")}
        for page in pages[:20]:
            engine.replace("gen-1", [page.key], [page])
    present = {file.name for file in folder.glob("*.trm")}
    assert many <= present
    assert len(present) <= 11
    assert sorted(engine.keys("gen-1")) == sorted(page.key for page in pages)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh's own
@pytest.mark.parametrize("damage", ["missing", "empty files", "no folder of a language", "garbage"])
def test_a_broken_folder_is_made_anew(db, settings, damage):
    settings.SEARCH_ENGINE = "whoosh"
    make_guide("Facture")
    worker.look_after()
    folder = backend().folder / "gen-1" / "fr"
    if damage == "missing":
        shutil.rmtree(backend().folder)
    elif damage == "no folder of a language":
        shutil.rmtree(folder)
    else:
        for file in folder.iterdir():
            file.write_bytes(b"" if damage == "empty files" else b"garbage" * 100)
    with pytest.raises(SearchUnavailableError):
        total("facture")
    worker.report_broken()
    worker.look_after()
    assert total("facture") == 1
    gc.collect()  # what Whoosh left open of the damaged files, while nobody minds


def test_many_commits_leave_no_file_open(db, settings):
    settings.SEARCH_ENGINE = "whoosh"
    guide = make_guide("Facture")
    worker.look_after()

    def edit_and_look(times):
        for number in range(times):
            revise(guide.translations.get(), text=f"texte {number}")
            worker.look_after()
            assert total("facture") == 1
        return len(list(Path("/proc/self/fd").iterdir()))

    before = edit_and_look(5)
    assert edit_and_look(40) <= before + 5


def test_threads_that_are_switched_all_the_time_find_the_same(db, settings):
    settings.SEARCH_ENGINE = "whoosh"
    for number in range(30):
        make_guide(f"Facture {number}", text="client " * (number % 7 + 1))
    worker.look_after()
    expected = backend().search(parse("facture client", "fr"), EVERYBODY).keys
    wrong = []

    def search_often():
        for _time in range(40):
            try:
                found = backend().search(parse("facture client", "fr"), EVERYBODY).keys
            except Exception as error:
                found = error
            if found != expected:
                wrong.append(found)
        backend().close()

    run_in_threads(search_often, 4)
    assert wrong == []


def test_readers_see_no_error_while_indexes_are_swapped(db, settings):
    settings.SEARCH_ENGINE = "whoosh"
    for number in range(10):
        make_guide(f"Facture {number}")
    worker.look_after()
    done, wrong = threading.Event(), []

    def search_until_done():
        while not done.is_set():
            try:
                if total("facture") != 10:
                    wrong.append("too few")
            except Exception as error:
                wrong.append(error)
        backend().close()

    threads = [threading.Thread(target=search_until_done) for _number in range(3)]
    for thread in threads:
        thread.start()
    for _time in range(8):
        rebuild.rebuild()
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_there_is_always_a_current_index_while_indexes_are_swapped(tmp_path):
    engine = WhooshBackend(tmp_path)
    engine.create("gen-0")
    engine.adopt("gen-0")
    done, seen = threading.Event(), set()

    def ask_until_done():
        while not done.is_set():
            seen.add(engine.current())

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=ask_until_done) for _number in range(4)]
        for thread in threads:
            thread.start()
        for number in range(1, 400):
            (tmp_path / f"gen-{number}").mkdir()
            (tmp_path / f"gen-{number}" / "rules").write_text(analysis.version())
            engine.adopt(f"gen-{number}")
        done.set()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert None not in seen
    assert len(seen) > 10


KILL_WRITERS = """
import os, random, signal, time
from django.db import connections, transaction
from smartwiki.search.documents import sources
from smartwiki.search.outbox import changed, drain
def write_for_ever():
    try:
        while True:
            with transaction.atomic():
                changed(list(sources["guide"].every_key()))
            drain()
    finally:
        os._exit(1)
connections.close_all()
ends = []
for time_of_writing in [random.uniform(0.1, 2.0) for each in range(6)]:
    writer = os.fork()
    if not writer:
        write_for_ever()
    time.sleep(time_of_writing)
    os.kill(writer, signal.SIGKILL)
    ends.append(os.WTERMSIG(os.waitpid(writer, 0)[1]))
drain()
print(ends)
"""
STATE = """
from django.core.management import call_command
call_command("search_check", "--dry-run")
call_command("search_status")
"""


EDIT_ITS_HALF = """
from articles.models import Translation
from articles.publishing import Change, Text, publish
from smartwiki.search.outbox import drain
for time in range(2):
    public = Translation.objects.filter(language="fr", guide__audience=0)
    mine = public.filter(pk__in=range({half}, 1000, 2))
    for each in mine.select_related("published__revision").order_by("pk")[:6]:
        text = Text(each.title, each.published.revision.content + " licorne{half}", each.summary)
        publish(each, text, Change(), base=each.published)
        drain()
print(min(6, mine.count()))
"""
READ_UNTIL_TOLD = """
import sys, threading
from smartwiki.search.backends import Scope, backend
from smartwiki.search.queries import parse
everybody, query = Scope(frozenset({"guide0"})), parse("facture", "fr")
right = sorted(backend().search(query, everybody, limit=100).keys)
told, seen, wrong = threading.Event(), [], []
def read():
    while not told.is_set():
        try:
            found = backend().search(query, everybody, limit=100)
            seen.append(found.total)
            if sorted(found.keys) != right:
                wrong.append(found)
        except Exception as error:
            wrong.append(error)
threads = [threading.Thread(target=read) for each in range(3)]
for thread in threads: thread.start()
print("ready", flush=True)
sys.stdin.readline()
told.set()
for thread in threads: thread.join()
print(len(right) > 5, len(seen) > 30, wrong)
"""
COUNT = """
from tests.search.test_staying_fresh import total
print(total("licorne0"), total("licorne1"))
"""


@pytest.fixture(scope="module")
def installation(demonstration):
    """A site of its own, for processes that share an index."""
    environment = demonstration("search")
    manage(environment, "search_drain")
    return environment


def start(environment, script):
    return subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v0", "-c", script],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def is_whole(environment):
    """Whether the index holds what the database does, once each, and nothing waits."""
    said = manage(environment, "shell", "-v0", "-c", STATE)
    assert [line for line in said.splitlines() if line.strip()][:3] == [
        "Missing: 0",
        "Left over: 0",
        "Doubled: 0",
    ]
    return "Waiting: 0" in said


def test_three_readers_see_every_page_once_while_two_processes_write(installation):
    readers = start(installation, READ_UNTIL_TOLD)
    assert "ready" in readers.stdout.readline()
    writers = [start(installation, EDIT_ITS_HALF.format(half=half)) for half in (0, 1)]
    edited = [writer.communicate()[0].strip() for writer in writers]
    seen, _errors = readers.communicate("enough\n")
    assert seen.strip() == "True True []"
    assert edited == ["6", "6"]
    manage(installation, "search_drain")
    assert is_whole(installation)
    assert manage(installation, "shell", "-v0", "-c", COUNT).strip() == "6 6"


def test_processes_that_are_killed_lose_nothing(installation):
    ends = manage(installation, "shell", "-v0", "-c", KILL_WRITERS).strip()
    assert ends == str([9] * 6)  # none stopped before it was killed
    assert is_whole(installation)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh's own
class TestOpeningWhileAPartIsDropped:
    """What Whoosh raises when a writer drops a file between its being listed and being read."""

    @pytest.fixture
    def engine(self, tmp_path):
        engine = WhooshBackend(tmp_path)
        engine.create("gen-1")
        self.add(engine, "Facture")
        engine.adopt("gen-1")
        yield engine
        engine.close()
        gc.collect()  # here and not in the next test

    def add(self, engine, title):
        entry = entry_of(Document(f"guide:{len(title)}:fr", "guide0", title))
        with engine.writing("gen-1"):
            engine.replace("gen-1", [], [entry])

    def test_it_is_opened_again(self, engine, monkeypatch):
        touch, dropped = whoosh_reading._touch, []

        def dropped_meanwhile(reader):
            if not dropped:
                dropped.append(self.add(engine, "Devis"))
                raise TypeError("'NoneType' object is not subscriptable")
            touch(reader)

        monkeypatch.setattr(whoosh_reading, "_touch", dropped_meanwhile)
        assert engine.search(parse("devis", "fr"), EVERYBODY).total == 1

    def test_it_is_damaged_where_nobody_wrote(self, engine, monkeypatch):
        def damaged(reader):
            raise TypeError("'NoneType' object is not subscriptable")

        monkeypatch.setattr(whoosh_reading, "_touch", damaged)
        with pytest.raises(SearchUnavailableError):
            engine.search(parse("facture", "fr"), EVERYBODY)

    def test_one_commit_follows_the_other(self, engine):
        folder, enough = engine.folder / "gen-1" / "fr", threading.Event()

        def commit():
            while not enough.is_set():
                whoosh_index.open_dir(folder).writer().commit(mergetype=NO_MERGE)

        writer = threading.Thread(target=commit)
        writer.start()
        try:
            for _each in range(500):
                whoosh_reading.open_index(folder).close()
        finally:
            enough.set()
            writer.join()
