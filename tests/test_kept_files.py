"""What is given to a library is kept in its folder as long as an article of it is left, however it was given."""

import hashlib
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from index.errors import ReadError, StoreError
from index.library import Library
from rag.adding import add_text
from rag.cli import main
from rag.kept_files import EARLIER, FOLDER, kept, remove
from rag.uploads import Adding
from tests.fakes import BagEmbedder

TEXT = "The ferry to Olen sails again from Monday.\n\nEngineer Tove Lind led the repairs of the pier for eleven weeks."


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", BagEmbedder(), create=True)


def files(library: Library) -> list[str]:
    """The files given to the library that are on disk, by their paths in its folder."""
    found = (p for folder in (FOLDER, EARLIER) for p in (library.home / folder).rglob("*") if p.is_file())
    return sorted(p.relative_to(library.home).as_posix() for p in found)


def earlier(library: Library, **fields: str) -> Path:
    """An article as the version before kept it: a file of JSON Lines under ``added``, named by its content."""
    record = {"title": "", "published": "", "publisher": "", "url": "", "text": TEXT} | fields
    line = json.dumps(record) + "\n"
    file = library.home / "added" / f"{hashlib.sha256(line.encode()).hexdigest()[:16]}.jsonl"
    file.parent.mkdir(exist_ok=True)
    file.write_text(line)
    assert library.add([file]).added == 1
    return file


def upload(library: Library, *given: Path) -> Adding:
    adding = Adding(library, given, 50, threading.Lock())
    adding.run()
    return adding


def test_files_and_texts_lie_side_by_side_and_go_with_their_articles(library: Library, tmp_path: Path) -> None:
    story = tmp_path / "bridge.txt"
    story.write_text("The bridge\n\nThe bridge of Lorne opened on time.")
    upload(library, story)
    text = add_text(library, TEXT, "Ferry returns")
    assert [Path(name).parts[0] for name in files(library)] == [FOLDER, FOLDER] and len(files(library)) == 2
    assert [a.title for a in remove(library, [text.article.id])] == ["Ferry returns"]
    assert [Path(name).name for name in files(library)] == ["bridge.txt"]
    remove(library, [a.id for a in library.articles()])
    assert files(library) == [] and story.exists() and list((library.home / FOLDER).iterdir()) == []


def test_a_text_that_was_taken_out_can_be_given_again(library: Library) -> None:
    for _ in range(2):
        added = add_text(library, TEXT, published="2014-01")
        assert not added.known and len(files(library)) == 1
        remove(library, [added.article.id])
        assert files(library) == []


def test_the_command_line_deletes_a_text_that_a_program_gave(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.articles._library", lambda folder: library)
    first, _ = add_text(library, TEXT, "Ferry"), add_text(library, f"{TEXT} Again.", "Bridge")
    result = CliRunner().invoke(main, ["articles", "remove", first.article.id[:8]])
    assert result.exit_code == 0 and len(files(library)) == 1
    assert [a.title for a in library.articles()] == ["Bridge"]


def test_an_earlier_library_keeps_its_files_and_gives_them_up_with_their_articles(library: Library) -> None:
    old, other = earlier(library, title="Ferry"), earlier(library, title="Other ferry")
    # The same again is the same file, in the form in which it is there.
    again = add_text(library, TEXT, "Ferry")
    assert again.known and library.counts()[0] == 2 and len(files(library)) == 2
    new = add_text(library, TEXT, "New ferry")
    assert not new.known and len(files(library)) == 3
    assert library.add([library.home / EARLIER, library.home / FOLDER]).unchanged == 3
    remove(library, [again.article.id])
    assert not old.exists() and other.exists() and len(files(library)) == 2
    assert not add_text(library, TEXT, "Ferry").known and all(f.startswith(FOLDER) for f in files(library)[1:])
    remove(library, [a.id for a in library.articles()])
    assert files(library) == []


def test_both_forms_are_indexed_anew_into_another_library(library: Library, tmp_path: Path) -> None:
    earlier(library, title="Ferry", publisher="Marsk Courier")
    add_text(library, f"{TEXT} Again.", "Bridge", "2024-03-11")
    second = Library(tmp_path / "second", BagEmbedder(), create=True)
    assert second.add([library.home / EARLIER, library.home / FOLDER]).added == 2
    assert [(a.title, a.publisher) for a in second.articles()] == [("Bridge", ""), ("Ferry", "Marsk Courier")]
    # The files are those of the first library: the second deletes none of them.
    remove(second, [a.id for a in second.articles()])
    assert second.counts() == (0, 0) and len(files(library)) == 2


def test_an_article_of_two_files_takes_both_with_it(library: Library, tmp_path: Path) -> None:
    old = earlier(library, title="Ferry")
    given = tmp_path / "other.jsonl"
    given.write_text(json.dumps({"title": "Ferry", "text": TEXT}) + "\n")
    upload(library, given)
    assert library.counts()[0] == 1 and len(files(library)) == 2
    remove(library, [library.articles()[0].id])
    assert not old.exists() and files(library) == [] and given.exists()


def test_what_is_read_is_not_deleted_under_the_reader(library: Library, tmp_path: Path) -> None:
    given = tmp_path / "ferry.txt"
    given.write_text(f"Ferry\n\n{TEXT}")
    with kept(library, [given]) as (place,):
        library.add([place])
        # Another takes the article out before the first is done with the file.
        remove(library, [a.id for a in library.articles()])
        assert place.exists()
    assert not place.exists() and files(library) == []
    old = earlier(library, title="Ferry")
    with library.in_use.reading([old]):
        remove(library, [a.id for a in library.articles()])
        assert old.exists()


def test_a_text_that_cannot_be_kept_is_told_and_leaves_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Any, target: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("shutil.copyfile", full)
        with pytest.raises(StoreError, match=r"cannot be kept .No space left on device.; is the disk full"):
            add_text(library, TEXT)
    with pytest.raises(ReadError, match=r"^text: text of 2,500,000 characters"):
        add_text(library, "word " * 500_000)
    assert files(library) == [] and list((library.home / FOLDER).iterdir()) == []


def test_the_same_text_given_and_taken_out_by_many_at_once_is_there_or_not(library: Library) -> None:
    faults: list[BaseException] = []

    def give_and_take() -> None:
        try:
            for _ in range(15):
                with kept(library, [given]) as (place,):
                    assert place.read_text() == given.read_text()
                    library.add([place])
                remove(library, [a.id for a in library.articles()])
        except BaseException as error:
            faults.append(error)

    given = library.home.parent / "ferry.txt"
    given.write_text(f"Ferry\n\n{TEXT}")
    threads = [threading.Thread(target=give_and_take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not faults, faults
    remove(library, [a.id for a in library.articles()])
    assert files(library) == [] and library.counts() == (0, 0)
