import io
import json
from pathlib import Path

import pytest

from index.library import Library
from rag.batch import MAX_LINE, answer_lines
from rag.pipeline import Colloquy
from tests.fakes import BagEmbedder, ScriptedModel


@pytest.fixture
def colloquy(tmp_path: Path) -> Colloquy:
    (tmp_path / "a.txt").write_text(
        "Harbour\n\nMayor Ida Kell cut the ribbon at the harbour. Captain Tom Rowe brought salt."
    )
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    library.add([tmp_path / "a.txt"])
    return Colloquy(library, ScriptedModel("zzz"), threshold=0.35)


def run(colloquy: Colloquy, *lines: str) -> list[dict[str, object]]:
    return list(answer_lines(colloquy, io.StringIO("\n".join(lines) + "\n")))


def test_a_line_in_a_line_out_in_order(colloquy: Colloquy) -> None:
    questions = [{"id": n, "question": "Who cut the ribbon at the harbour?"} for n in ("b", "a", 3)]
    records = run(colloquy, *map(json.dumps, questions))
    assert [r["id"] for r in records] == ["b", "a", 3]
    assert all("Ida Kell" in str(r["answer"]) for r in records)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{broken", "not JSON"),
        ("[1, 2]", "a list"),
        ('"text"', "a str"),
        ("{}", "'question' is missing"),
        ('{"question": 5}', "a int"),
        ('{"question": ""}', "empty"),
        ('{"question": "who?", "history": "x"}', "'history' is not a list of strings"),
        ('{"question": "who?", "history": [1]}', "'history' is not a list of strings"),
        ('{"question": "who?", "asked": "soon"}', "'asked' is 'soon'"),
        ('{"question": "who?", "asked": 5}', "'asked' is 5"),
        ('{"question": "who?", "window": 5}', "'window' is 5; expected an object"),
        ('{"question": "who?", "window": ["2023-03-01", null]}', "'window' is ["),
        ('{"question": "who?", "window": {"after": 2023}}', "each a day such as"),
        ('{"question": "who?", "window": {"from": "2023-03-01"}}', "expected an object with 'after' and 'before'"),
        ('{"question": "who?", "window": {"after": "soon"}}', "'window': after is 'soon'"),
        ('{"question": "who?", "window": {"after": "2023-03-02", "before": "2023-03-01"}}', "swap the two"),
        (json.dumps({"question": "x" * 100_000}), "100,000 characters"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_line_gives_an_error_and_the_run_goes_on(colloquy: Colloquy, line: str, message: str) -> None:
    bad, good = run(colloquy, line, '{"id": 2, "question": "Who cut the ribbon at the harbour?"}')
    assert message in str(bad["error"]) and bad["line"] == 1
    assert good["id"] == 2 and "error" not in good


def test_the_id_is_kept_with_the_error(colloquy: Colloquy) -> None:
    (record,) = run(colloquy, '{"id": "q9", "question": null}')
    assert record["id"] == "q9" and "error" in record


def test_blank_lines_are_passed_over_and_numbers_still_count_them(colloquy: Colloquy) -> None:
    (record,) = run(colloquy, "", "  ", "{broken")
    assert record["line"] == 3


def test_an_endless_line_is_refused_without_being_read_whole(colloquy: Colloquy) -> None:
    bad, good = run(colloquy, "x" * (2 * MAX_LINE + 10), '{"id": 2, "question": "Who cut the ribbon?"}')
    assert "longer than" in str(bad["error"]) and good["id"] == 2


def test_history_reaches_the_question(colloquy: Colloquy) -> None:
    record = {"question": "And the salt?", "history": ["Who brought things to the harbour?"]}
    (answer,) = run(colloquy, json.dumps(record))
    assert "Tom Rowe" in str(answer["answer"])


def test_a_period_given_stands_in_place_of_the_one_asked_about(colloquy: Colloquy) -> None:
    question = "Who cut the ribbon at the harbour in 2019?"
    windows = [
        {},
        {"window": None},
        {"window": {"after": None, "before": None}},
        {"window": {"before": "2023-03-01"}},
        {"window": {"after": "2021-01-01", "before": "2023-01-01"}},
    ]
    records = run(colloquy, *(json.dumps({"question": question, **window}) for window in windows))
    assert [r["window"] for r in records] == [
        {"after": "2019-01-01", "before": "2020-01-01"},
        {"after": "2019-01-01", "before": "2020-01-01"},
        {"after": None, "before": None},
        {"after": None, "before": "2023-03-01"},
        {"after": "2021-01-01", "before": "2023-01-01"},
    ]
