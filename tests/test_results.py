"""The tables of eval/RESULTS.md, from runs made up here."""

import json
import re
from pathlib import Path

import pytest

from eval.datasets import load_dataset
from eval.run import RUN, run
from tests.fake_system import TableSystem
from tools import results, timing

QUESTIONS = (
    {
        "id": "who",
        "question": "Who cut the ribbon in 2021?",
        "answers": ["Ida Kell"],
        "relevant": ["harbour.md"],
        "allowed": [],
        "wrong": ["Otto Penn"],
    },
    {"id": "salt", "question": "What came in 2021?", "answers": ["salt"], "relevant": ["harbour.md"], "allowed": []},
    {"id": "paid", "question": "Who paid in 2021?", "unanswerable": True},
)
DATED = {"who": "Ida Kell cut it.", "salt": "Salt came.", "paid": ""}
TIMELESS = {"who": "Ida Kell and Otto Penn cut it.", "salt": "", "paid": "Ida Kell paid."}


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """The run of one set, and beside it the one without dates."""
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(json.dumps(q) + "\n" for q in QUESTIONS), encoding="utf-8")
    dataset = load_dataset(str(file))
    run(TableSystem(DATED), dataset, tmp_path / "time-held")
    run(TableSystem(TIMELESS), dataset, tmp_path / "time-held" / "timeless")
    return tmp_path


def cells(table: str, name: str) -> dict[str, list[str]]:
    """The cells of the rows of a set, by measure."""
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    start = next(n for n, row in enumerate(rows) if row[0].startswith(f"`{name}`"))
    return {row[1].partition(" (")[0]: row[2:] for row in rows[start : start + len(timing.MEASURES)]}


def test_each_measure_of_time_stands_beside_the_same_without_dates(runs: Path) -> None:
    found = cells(timing.table(runs), "time-held")
    assert [c.split()[0] for c in found["right event"]] == ["1.000", "0.000"]
    assert [c.split()[0] for c in found["wrong-event mixture"]] == ["0.000", "0.500"]
    assert [c.split()[0] for c in found["right and cited"]] == ["1.000", "0.000"]
    assert [c.split()[0] for c in found["declined where unanswerable"]] == ["1.000", "0.000"]
    assert [c.split()[0] for c in found["wrongly declined"]] == ["0.000", "0.500"]
    # With the interval and the number of questions.
    assert found["wrong-event mixture"][1] == "0.500 (0.000–1.000; n 2)"
    assert all(re.fullmatch(r"\d\.\d{3} \(\d\.\d{3}–\d\.\d{3}; n \d\)", c) for pair in found.values() for c in pair)


def test_a_run_that_is_missing_leaves_its_cells_empty(runs: Path) -> None:
    (runs / "time-held" / "timeless" / RUN).unlink()
    table = timing.table(runs)
    assert all(pair == ["–", "–"] for pair in cells(table, "time-dev").values())
    right = cells(table, "time-held")["right event"]
    assert right[0].startswith("1.000") and right[1] == "–"


def test_the_sets_about_time_are_run_once_more_without_dates_and_have_no_section() -> None:
    time = {m.name: m for m in results.SETS if m.name.startswith(("time-", "series-"))}
    assert list(time) and set(time) == {name for name, _ in timing.SETS}
    for measured in time.values():
        assert measured.beside == ("--timeless",) and not measured.shown
        assert ("--articles" in measured.arguments) == ("real" in measured.name) == bool(measured.needs)


def test_only_the_tables_are_made_anew_and_the_sections_stay(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "RESULTS.md"
    kept = f"## {results.SETS[0].title}\n\nAs it was.\n"
    file.write_text(f"# Results\n\nOld.\n\n{kept}", encoding="utf-8")
    monkeypatch.setattr(results, "RESULTS", file)
    monkeypatch.setattr(results.reading, "wice", lambda data: "–")
    monkeypatch.setattr("sys.argv", ["results", "--runs", str(runs), "--table"])
    results.main()
    written = file.read_text(encoding="utf-8")
    assert re.findall(r"^## .*", written, re.M) == [
        "## Reading and grounding",
        "## Time",
        f"## {results.SETS[0].title}",
    ]
    assert written.endswith(kept) and "Old." not in written and timing.table(runs) in written
