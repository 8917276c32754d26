import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.records import article_id
from rag.cli import main

HARBOUR = (
    "---\ntitle: Harbour reopens\npublished: 2021-05-03\n---\n"
    "The harbour of Lorne reopened on Monday. Mayor Ida Kell cut the ribbon.\n"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLLOQUY_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.delenv("COLLOQUY_LIBRARY", raising=False)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "harbour.md").write_text(HARBOUR)
    return tmp_path


def run(*arguments: object, **options: str) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], **options)  # type: ignore[arg-type]


def one_line(result: Result) -> str:
    """The one line of a failure; checks that it is one, with exit status 2 and without a traceback."""
    lines = [line for line in result.stderr.splitlines() if line.startswith("colloquy: ")]
    assert result.exit_code == 2 and len(lines) == 1 and "Traceback" not in result.output
    return lines[0]


@pytest.mark.models
def test_index_list_search_remove(home: Path) -> None:
    library = home / "lib"
    first = run("index", home / "articles", "--into", library)
    assert first.exit_code == 0 and "1 added, 0 unchanged" in first.stdout
    assert "0 added, 1 unchanged" in run("index", home / "articles", "--into", library).stdout
    listed = run("articles", "--from", library).stdout
    assert "Harbour reopens (3 May 2021, as its source says)" in listed
    assert "Ida Kell" in run("search", "ribbon", "--from", library).stdout
    removed = run("articles", "remove", listed.split()[0][:8], "--from", library)
    assert removed.exit_code == 0 and "removed" in removed.stdout
    assert "nothing was found" in run("search", "ribbon", "--from", library).stdout


def stored(home: Path) -> Path:
    """A library with the harbour article, made without the embedding model."""
    from index.library import Library
    from tests.fakes import BagEmbedder

    embedder = BagEmbedder()
    embedder.name = "all-MiniLM-L6-v2"
    (home / "articles" / "mill.md").write_text("# Mill sold\n\nThe mill of Orrin was sold in June 2019.\n")
    Library(home / "lib", embedder, create=True).add([home / "articles"])
    return home / "lib"


def test_dates_are_listed_explained_set_and_taken_back(home: Path) -> None:
    library = stored(home)
    listed = run("articles", "--from", library).stdout.splitlines()
    harbour, mill = (next(line.split()[0] for line in listed if title in line) for title in ("Harbour", "Mill"))
    assert "(3 May 2021, as its source says)" in listed[0]
    assert "(June 2019 or later, inferred from its text)" in listed[1]
    explained = run("articles", "date", mill[:8], "--from", library).stdout
    assert "published: June 2019 or later, inferred from its text\n  The mill of Orrin was sold" in explained
    for when, shown in (
        ("2014-01-27", "27 January 2014, as set by hand"),
        ("2014-01", "January 2014, as set by hand"),
        ("2014-01-27..2014-03-31", "between 27 January and 31 March 2014, as set by hand"),
        ("unknown", "date unknown, as set by hand"),
        ("found", "3 May 2021, as its source says"),
    ):
        assert f"({shown})" in run("articles", "date", harbour, when, "--from", library).stdout
        assert shown in run("articles", "date", harbour, "--from", library).stdout


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("2023-02-30", "28 days"),
        ("2014-03..2014-01", "ends before it starts"),
        ("0001-01-01", "1600 to 2100"),
        ("9999", "1600 to 2100"),
        ("yesterday", "is no date"),
    ],
)
def test_an_impossible_date_changes_nothing(home: Path, when: str, says: str) -> None:
    library = stored(home)
    before = run("articles", "--from", library).stdout
    assert says in one_line(run("articles", "date", before.split()[0], when, "--from", library))
    assert says in one_line(run("index", home / "articles", "--into", library, "--published", when))
    assert run("articles", "--from", library).stdout == before
    assert "no article" in one_line(run("articles", "date", "ffffffff", "2014", "--from", library))


def test_published_for_the_files_of_a_call(home: Path) -> None:
    library = stored(home)
    result = run("index", home / "articles" / "mill.md", "--into", library, "--published", "2014-01")
    assert result.exit_code == 0
    listed = run("articles", "--from", library).stdout
    assert "(January 2014, as set by hand)" in listed and "(3 May 2021, as its source says)" in listed


@pytest.mark.models
def test_bad_files_are_skipped_with_a_reason_and_nothing_is_lost(home: Path) -> None:
    library = home / "lib"
    bad = home / "bad"
    bad.mkdir()
    (bad / "empty.txt").write_text("")
    (bad / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (bad / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    (bad / "broken.docx").write_bytes(b"PK\x03\x04 broken")
    with (bad / "huge.txt").open("wb") as huge:
        for _ in range(50):
            huge.write(b"All boats came home. " * 50_000)
    run("index", home / "articles", "--into", library)
    result = run("index", bad, "--into", library)
    reasons = [line for line in result.stderr.splitlines() if line.startswith("skipped ")]
    assert len(reasons) == 5 and {Path(r.split(": ")[0].removeprefix("skipped ")).name for r in reasons} == {
        "empty.txt",
        "binary.txt",
        "broken.pdf",
        "broken.docx",
        "huge.txt",
    }
    assert "no article was read" in one_line(result)
    assert "Harbour reopens" in run("articles", "--from", library).stdout


def test_a_folder_with_no_article_and_a_path_that_is_not_there(home: Path) -> None:
    (home / "none").mkdir()
    assert "no article was read" in one_line(run("index", home / "none", "--into", home / "lib"))
    assert "nowhere" in one_line(run("index", home / "nowhere", "--into", home / "lib"))


def test_no_library_yet(home: Path) -> None:
    for command in (("search", "x"), ("articles",), ("ask", "who?")):
        assert "run `colloquy index" in one_line(run(*command, "--from", home / "lib"))


def test_a_damaged_library(home: Path) -> None:
    (home / "lib").mkdir()
    (home / "lib" / "library.db").write_bytes(b"garbage" * 999)
    for command in (("search", "x"), ("articles",), ("ask", "who?")):
        assert "damaged" in one_line(run(*command, "--from", home / "lib"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ask", "x" * 100_000), "100,000 characters"),
        (("ask", " "), "empty"),
        (("ask", "who?", "--asked", "soon"), "expected a day"),
        (("ask", "who?", "--after", "soon"), "after is 'soon'; expected a day"),
        (("ask", "who?", "--before", ""), "--before is empty"),
        (("ask", "who?", "--after", "2023-03-02", "--before", "2023-03-01"), "swap the two"),
        (("ask", "who?", "--any-time", "--after", "2023-03-02"), "give one or the other"),
        (("search", "harbour", "--any-time", "--before", "2023-03-02"), "give one or the other"),
        (("search", "harbour", "--before", "2023-02-31"), "before is '2023-02-31'"),
        (("ask", "--batch", "-", "--any-time"), "a line of --batch has its 'window'"),
        (("ask", "who?", "--model", "hf:/no/such/folder"), "hf:/no/such/folder"),
        (("ask", "who?", "--model", "nobody:model"), "nobody"),
    ],
)
def test_bad_arguments(home: Path, arguments: tuple[str, ...], message: str) -> None:
    from index.library import Library
    from tests.fakes import BagEmbedder

    embedder = BagEmbedder()
    embedder.name = "all-MiniLM-L6-v2"
    Library(home / "lib", embedder, create=True)
    assert message in one_line(run(*arguments, "--from", home / "lib"))


def test_a_bad_setting_names_itself(home: Path) -> None:
    (home / "settings.toml").write_text("threshold = 7\n")
    assert "threshold" in one_line(run("articles"))
    (home / "settings.toml").write_text("colour = 'red'\n")
    assert "colour" in one_line(run("articles"))
    (home / "settings.toml").write_text("][")
    assert "cannot be read" in one_line(run("articles"))


@pytest.mark.models
def test_ask_prints_json_and_batch_sets_the_exit_status(home: Path) -> None:
    library = home / "lib"
    run("index", home / "articles", "--into", library)
    answer = json.loads(run("ask", "Who cut the ribbon?", "--json", "--from", library).stdout)
    (citation, *_) = answer["citations"]
    assert citation["article"]["path"] == str(home / "articles" / "harbour.md")
    text = "The harbour of Lorne reopened on Monday. Mayor Ida Kell cut the ribbon."
    assert citation["article"]["id"] == article_id("Harbour reopens", text)
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    lines = '{"id": 1, "question": "Who cut the ribbon?"}\n{"id": 2}\n'
    result = run("ask", "--batch", "-", "--from", library, input=lines)
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [r["id"] for r in records] == [1, 2] and "error" in records[1] and result.exit_code == 1
    assert run("ask", "--batch", "-", "--from", library, input=lines.splitlines()[0]).exit_code == 0


@pytest.mark.models
def test_the_period_understood_is_said_and_can_be_set_or_dropped(home: Path) -> None:
    library = home / "lib"
    (home / "articles" / "quay.md").write_text(
        "---\ntitle: Quay closes\npublished: 2019-08-01\n---\nThe quay closed. Mayor Odd Vik of Lorne left.\n"
    )
    run("index", home / "articles", "--into", library)
    asked = run("ask", "Who cut the ribbon in May 2021?", "--from", library)
    assert "period: May 2021; --any-time drops it" in asked.stderr and "Ida Kell" in asked.stdout
    # A period in the words favours what is of it; one that is set keeps the rest out.
    assert "Ida Kell" in run("search", "ribbon in May 2019", "--from", library).stdout
    dropped = run("search", "ribbon in May 2019", "--any-time", "--from", library)
    assert "period" not in dropped.stderr and "Ida Kell" in dropped.stdout
    found = run("search", "mayor of Lorne", "--before", "2020-01-01", "--from", library)
    assert "period: before 2020\n" in found.stderr and "Odd Vik" in found.stdout and "Ida Kell" not in found.stdout
    asked = run("ask", "Who cut the ribbon in May 2019?", "--after", "2021-01-01", "--json", "--from", library)
    assert json.loads(asked.stdout)["window"] == {"after": "2021-01-01", "before": None} and asked.stderr == ""


def test_help_answers_without_the_heavy_libraries() -> None:
    heavy = [
        "torch",
        "transformers",
        "gradio",
        "faiss",
        "langchain",
        "langchain_core",
        "sentence_transformers",
        "numpy",
        "pydantic",
    ]
    script = (
        "import sys, rag.cli\n"
        "try: rag.cli.main(['--help'])\n"
        f"finally: print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)"
    )
    started = time.perf_counter()
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.stderr.strip() == "[]", f"imported: {result.stderr}, in {time.perf_counter() - started:.2f} s"
    for command in ("index", "ask", "search", "chat", "articles", "doctor"):
        assert f"  {command} " in result.stdout
