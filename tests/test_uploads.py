"""Files given to the running program: what becomes of each, stopping, two people at once, and what is kept on disk."""

import json
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from index.errors import StoreError
from index.library import Library
from index.records import Query
from rag.cli import main
from rag.kept_files import FOLDER, remove
from rag.uploads import Adder, Adding
from tests.fakes import BagEmbedder

MB = 50


@pytest.fixture
def lib(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", BagEmbedder(), create=True)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    folder.mkdir()
    return folder


def story(folder: Path, name: str, words: str) -> Path:
    file = folder / name
    file.write_text(f"{words} in the news\n\nIt was told that {words} came to the town of Lorne.")
    return file


def added(lib: Library, *files: Path, upload_mb: int = MB) -> Adding:
    adding = Adding(lib, files, upload_mb, threading.Lock())
    adding.run()
    return adding


def states(adding: Adding) -> list[tuple[str, str]]:
    return [(u.name, u.state) for u in adding.uploads]


def kept(lib: Library) -> list[str]:
    return sorted(p.name for p in (lib.home / FOLDER).rglob("*") if p.is_file())


def test_each_file_is_told_added_there_or_refused_with_the_readers_words(lib: Library, given: Path) -> None:
    (given / "rows.jsonl").write_text('{"title": "One", "text": "One thing happened."}\nbroken\n')
    (given / "empty.md").write_text("")
    (given / "x.png").write_bytes(b"\x89PNG")
    files = [story(given, "ferry.txt", "ferry"), given / "rows.jsonl", given / "empty.md", given / "x.png"]
    first = added(lib, *files)
    assert states(first) == [
        ("ferry.txt", "added"),
        ("rows.jsonl", "added"),
        ("empty.md", "refused"),
        ("x.png", "refused"),
    ]
    reasons = {u.name: u.reasons for u in first.uploads}
    assert reasons["empty.md"] == ("empty file, expected an article; remove it or fill it",)
    assert reasons["rows.jsonl"][0].startswith("line 2: no JSON") and reasons["x.png"][0].startswith(
        "unknown kind of file"
    )
    assert first.phase == "done" and first.changed and lib.counts()[0] == 2
    again = added(lib, *files)
    assert states(again)[:2] == [("ferry.txt", "there"), ("rows.jsonl", "there")] and not again.changed
    assert lib.counts()[0] == 2 and kept(lib) == ["ferry.txt", "rows.jsonl"]


def test_no_path_of_this_machine_is_in_what_is_told(lib: Library, given: Path) -> None:
    (given / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    (given / "bad.docx").write_bytes(b"PK\x03\x04")
    (given / "dated.md").write_text("---\npublished: 2021-02-31\n---\nA story of the ferry. It sailed.")
    (given / "bad.zip").write_bytes(b"PK")
    told = [r for u in added(lib, *sorted(given.iterdir())).uploads for r in (*u.reasons, u.name)]
    assert len(told) >= 8 and not any("/" in words for words in told if "and/or" not in words), told


def test_a_sidecar_goes_with_its_file_also_in_an_archive(lib: Library, given: Path) -> None:
    story(given, "ferry.txt", "ferry")
    (given / "ferry.txt.yaml").write_text("published: 2024-01-05\npublisher: Marsk Courier")
    with zipfile.ZipFile(given / "a.zip", "w") as archive:
        archive.writestr("one/bridge.txt", "Bridge\n\nThe bridge of Lorne opened.")
        archive.writestr("one/bridge.json", json.dumps({"published": "2023-02-03"}))
        archive.writestr("two/bridge.txt", "Bridge again\n\nAnother bridge opened in Lorne.")
    adding = added(lib, given / "ferry.txt.yaml", given / "ferry.txt", given / "a.zip")
    assert states(adding) == [
        ("ferry.txt", "added"),
        ("a.zip: one/bridge.txt", "added"),
        ("a.zip: two/bridge.txt", "added"),
    ]
    dates = {str(a.published) for a in lib.articles()}
    assert dates == {"2024-01-05", "2023-02-03", "None"}
    assert kept(lib) == ["bridge.json", "bridge.txt", "bridge.txt", "ferry.txt", "ferry.txt.yaml"]


def test_two_files_of_one_name_are_two_and_one_file_twice_is_one(lib: Library, given: Path) -> None:
    (given / "other").mkdir()
    one, two = story(given, "story.txt", "ferry"), story(given / "other", "story.txt", "bridge")
    adding = added(lib, one, two, one)
    assert sorted(u.state for u in adding.uploads) == ["added", "added", "there"] and lib.counts()[0] == 2
    # A file with the name of another takes nothing from it.
    assert added(lib, story(given, "story.txt", "harbour")).changed and lib.counts()[0] == 3


def test_what_is_too_large_is_refused(lib: Library, given: Path) -> None:
    (given / "large.txt").write_bytes(b"a" * (1024 * 1024 + 1))
    adding = added(lib, given / "large.txt", story(given, "small.txt", "ferry"), upload_mb=1)
    assert states(adding) == [("large.txt", "refused"), ("small.txt", "added")]
    assert "1.0 MB, 1 MB are allowed" in adding.uploads[0].reasons[0]


def test_an_archive_may_unpack_to_ten_times_the_largest_file(lib: Library, given: Path) -> None:
    with zipfile.ZipFile(given / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(11):
            archive.writestr(f"{n}.txt", b"words " * 170_000)
    (told,) = added(lib, given / "a.zip", upload_mb=1).uploads
    assert told.state == "refused" and "10 MB are allowed" in told.reasons[0]


def test_a_file_that_has_gone_is_refused(lib: Library, given: Path) -> None:
    (told,) = added(lib, given / "gone.txt").uploads
    assert told.state == "refused" and "add it again" in told.reasons[0]


class SlowEmbedder(BagEmbedder):
    """Waits at each encoding until it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = threading.Event(), threading.Event()

    def encode(self, texts: Any) -> Any:
        if texts:
            self.begun.set()
            assert self.go.wait(10)
        return super().encode(texts)


def test_stopping_keeps_what_was_added_and_leaves_the_rest(tmp_path: Path, given: Path) -> None:
    embedder = SlowEmbedder()
    lib = Library(tmp_path / "library", embedder, create=True)
    files = [story(given, f"{n}.txt", f"ferry {n}") for n in range(6)]
    adding = Adder(lib, MB).start(files)
    assert embedder.begun.wait(10)
    adding.stop()
    embedder.go.set()
    deadline = time.monotonic() + 10
    while adding.running and time.monotonic() < deadline:
        time.sleep(0.01)
    assert adding.phase == "stopped"
    done = [u for u in adding.uploads if u.state == "added"]
    left = [u for u in adding.uploads if u.state == "left"]
    assert len(done) + len(left) == 6 and left and lib.counts()[0] == len(done) + sum(u.added for u in left)
    assert len(kept(lib)) == lib.counts()[0]
    assert added(lib, *files).phase == "done" and lib.counts()[0] == 6


def test_stopping_a_large_file_keeps_the_articles_stored_by_then(lib: Library, given: Path) -> None:
    rows = [{"title": f"Row {n}", "text": f"Row {n} was told. " + "It rained. " * 300} for n in range(400)]
    (given / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    adding = Adding(lib, [given / "rows.jsonl"], MB, threading.Lock())
    running = threading.Thread(target=adding.run)
    running.start()
    while lib.counts()[0] < 10 and running.is_alive():
        time.sleep(0.005)
    adding.stop()
    running.join(20)
    assert adding.phase == "stopped" and [u.state for u in adding.uploads] == ["left"]
    assert 10 <= lib.counts()[0] < 400 and adding.uploads[0].added == lib.counts()[0]
    assert lib.search(Query("row"))
    assert added(lib, given / "rows.jsonl").phase == "done" and lib.counts()[0] == 400


def test_several_people_add_remove_and_search_at_the_same_time(lib: Library, given: Path) -> None:
    adder = Adder(lib, MB)
    batches = []
    for person in range(4):
        folder = given / str(person)
        folder.mkdir()
        # Half of the files are the same for all.
        batches.append([story(folder, f"{n}.txt", f"ferry {n if n < 10 else (person, n)}") for n in range(20)])
    faults: list[BaseException] = []
    stop = threading.Event()

    def meanwhile(work: Any) -> None:
        try:
            while not stop.is_set():
                work()
        except BaseException as error:
            faults.append(error)

    def take_out() -> None:
        for id in lib.listing.ids_about()[:1]:
            remove(lib, [id])
        time.sleep(0.05)

    others = [
        threading.Thread(target=meanwhile, args=(work,)) for work in (take_out, lambda: lib.search(Query("ferry 3")))
    ]
    jobs = [adder.start(batch) for batch in batches]
    for thread in others:
        thread.start()
    deadline = time.monotonic() + 60
    while adder.running and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    for thread in others:
        thread.join(10)
    assert not faults and [j.phase for j in jobs] == ["done"] * 4
    assert all(u.state in ("added", "there") for j in jobs for u in j.uploads), [states(j) for j in jobs]
    for batch in batches:
        added(lib, *batch)
    assert lib.counts()[0] == 10 + 4 * 10
    # Each article can be found by its vector: the index agrees with the store.
    found = {h.article.id for h in lib.search(Query("ferry", limit=60))}
    assert len(found) == 50


def test_a_library_that_cannot_be_written_is_told_in_one_line(
    lib: Library, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError(f"the library file {lib.home}/library.db cannot be used (disk full)")

    monkeypatch.setattr(lib, "add", full)
    adding = added(lib, story(given, "a.txt", "ferry"))
    assert adding.phase == "failed" and "disk full" in adding.error and str(lib.home) not in adding.error
    assert [u.state for u in adding.uploads] == ["left"]


def test_a_fault_in_one_file_costs_no_other(lib: Library, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import index.read

    reading = index.read.read_articles

    def faulty(path: Path, shown_path: str | None = None) -> Any:
        if path.name == "b.txt":
            raise ZeroDivisionError("a fault of the reader")
        return reading(path, shown_path)

    monkeypatch.setattr(index.read, "read_articles", faulty)
    adding = added(lib, *(story(given, f"{name}.txt", name) for name in "abcd"))
    assert [u.state for u in adding.uploads] == ["added", "refused", "added", "added"] and adding.phase == "done"
    assert "ZeroDivisionError" in adding.uploads[1].reasons[0] and kept(lib) == ["a.txt", "c.txt", "d.txt"]


def test_removing_deletes_the_kept_file_and_no_other(lib: Library, given: Path) -> None:
    own = story(given, "own.txt", "harbour")
    lib.add([own])
    (given / "rows.jsonl").write_text("\n".join(json.dumps({"title": t, "text": f"{t} came."}) for t in ("One", "Two")))
    added(lib, given / "rows.jsonl", story(given, "ferry.txt", "ferry"))
    ids = {a.title.split()[0]: a.id for a in lib.articles()}
    assert [a.title for a in remove(lib, [ids["One"]])] == ["One"] and kept(lib) == ["ferry.txt", "rows.jsonl"]
    assert len(remove(lib, [ids["Two"], ids["ferry"], ids["harbour"], "0" * 16])) == 3
    assert kept(lib) == [] and own.exists() and lib.counts() == (0, 0)
    # What was taken out can be added again.
    assert states(added(lib, given / "ferry.txt")) == [("ferry.txt", "added")]


def test_a_correction_outlives_removing_and_adding_again(lib: Library, given: Path) -> None:
    from index.periods import parse_period

    file = story(given, "ferry.txt", "ferry")
    added(lib, file)
    (article,) = lib.articles()
    lib.correct_date(article.id, parse_period("2014-01-27"))
    remove(lib, [article.id])
    added(lib, file)
    assert str(lib.articles()[0].published) == "2014-01-27"


def test_the_command_line_deletes_the_kept_file_too(lib: Library, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.articles._library", lambda folder: lib)
    added(lib, story(given, "ferry.txt", "ferry"), story(given, "bridge.txt", "bridge"))
    ferry = next(a for a in lib.articles() if a.title.startswith("ferry"))
    result = CliRunner().invoke(main, ["articles", "remove", ferry.id[:8]])
    assert result.output.startswith(f"removed {ferry.id}") and kept(lib) == ["bridge.txt"]
