import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from eval.datasets import load_dataset
from eval.examples import Dataset, Example
from eval.floors import Floors, below, read_floors
from eval.run import ANSWERS, RUN, read_run, run
from eval.summary import figure, summarise
from rag.records import DataError
from tests.fake_system import HARBOUR, STORM, TableSystem

QUESTIONS = [
    {
        "id": "who",
        "question": "Who cut the ribbon?",
        "answers": ["Ida Kell"],
        "relevant": ["harbour.md"],
        "kind": "close",
    },
    {"id": "salt", "question": "What came by ship?", "answers": ["salt"], "relevant": ["harbour.md"], "kind": "close"},
    {"id": "penn", "question": "Who was mayor?", "answers": ["Otto Penn"], "relevant": ["storm.md"], "wrong": ["Kell"]},
    {"id": "paid", "question": "Who paid?", "unanswerable": True, "kind": "unanswerable"},
    {"id": "held", "question": "Why in Karachi?", "unanswerable": True, "answers": ["Lorne"], "kind": "premise"},
]
RIGHT = {"who": "Ida Kell cut it.", "salt": "Salt came.", "penn": "Otto Penn was.", "paid": "", "held": ""}


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(json.dumps(q) + "\n" for q in QUESTIONS))
    return load_dataset(str(file))


# -- running -----------------------------------------------------------------------------------------------------------


def test_a_run_answers_each_question_once_and_tells_its_progress(dataset: Dataset, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    run(TableSystem(RIGHT), dataset, tmp_path / "out", progress=lambda *at: seen.append(at))
    description, records = read_run(tmp_path / "out")
    assert list(records) == [q["id"] for q in QUESTIONS] and description.questions == 5
    assert seen == [(n, 5) for n in range(6)]
    assert records["who"]["retrieved"][0] == sorted([HARBOUR.id, "harbour.md"])


def test_an_interrupted_run_goes_on_where_it_was(dataset: Dataset, tmp_path: Path) -> None:
    class Cut(TableSystem):
        def answer(self, example: Example) -> Any:
            if len(self.asked) == 2:
                raise KeyboardInterrupt
            return super().answer(example)

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run(Cut(RIGHT), dataset, out)
    # Killed in the middle of a line, too: that question is asked again.
    file = out / ANSWERS
    file.write_text(file.read_text()[:-40])
    rest = TableSystem(RIGHT)
    run(rest, dataset, out)
    assert rest.asked == ["salt", "penn", "paid", "held"]
    whole = tmp_path / "whole"
    run(TableSystem(RIGHT), dataset, whole)
    assert [r["answer"]["answer"] for r in read_run(out)[1].values()] == [
        r["answer"]["answer"] for r in read_run(whole)[1].values()
    ]


def test_a_run_is_not_mixed_with_another(dataset: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(TableSystem(RIGHT), dataset, out)
    before = (out / ANSWERS).read_bytes()
    other = TableSystem(RIGHT)
    other.settings = {"threshold": 0.9}
    with pytest.raises(DataError, match="settings"):
        run(other, dataset, out)
    Path(dataset.source).write_text(json.dumps(QUESTIONS[0]) + "\n")
    with pytest.raises(DataError, match="digest"):
        run(TableSystem(RIGHT), load_dataset(dataset.source), out)
    assert (out / ANSWERS).read_bytes() == before and other.asked == []


def test_a_run_can_be_enlarged_but_not_made_smaller(dataset: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(TableSystem(RIGHT), load_dataset(dataset.source, limit=2), out, limit=2)
    more = TableSystem(RIGHT)
    run(more, load_dataset(dataset.source, limit=4), out, limit=4)
    assert len(more.asked) == 2 and read_run(out)[0].limit == 4
    with pytest.raises(DataError, match="ask for 4 or more"):
        run(TableSystem(RIGHT), load_dataset(dataset.source, limit=2), out, limit=2)


def test_folders_that_hold_no_run(tmp_path: Path, dataset: Dataset) -> None:
    with pytest.raises(DataError, match="holds no run"):
        read_run(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / ANSWERS).write_text("{}\n")
    with pytest.raises(DataError, match="choose an empty folder"):
        run(TableSystem(RIGHT), dataset, tmp_path / "other")
    (tmp_path / "other" / RUN).write_text("{")
    with pytest.raises(DataError, match="damaged"):
        read_run(tmp_path / "other")
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be made"):
        run(TableSystem(RIGHT), dataset, tmp_path / "file")


# -- figures -----------------------------------------------------------------------------------------------------------


def figures(dataset: Dataset, out: Path, system: TableSystem) -> Mapping[str, float]:
    run(system, dataset, out)
    return {f.name: f.value for f in summarise(out, dataset).figures}


def test_the_figures_of_a_run_without_a_fault(dataset: Dataset, tmp_path: Path) -> None:
    class Citing(TableSystem):
        def answer(self, example: Example) -> Any:
            self.cited = STORM if example.id == "penn" else HARBOUR
            return super().answer(example)

    found = figures(dataset, tmp_path / "out", Citing(RIGHT))
    assert found["right and cited"] == found["right"] == found["declined where unanswerable"] == 1.0
    assert found["wrong event"] == found["wrongly declined"] == 0.0
    assert found["refusal precision"] == 1.0
    assert found["hits at 1"] == pytest.approx(2 / 3) and found["hits at 3"] == 1.0
    assert found["MRR"] == pytest.approx((1 + 1 + 1 / 2) / 3)
    assert found["last word, p50"] == 0.2 and found["memory"] > 10
    summary = summarise(tmp_path / "out", dataset)
    assert summary.failures == () and summary.stages == {} and summary.missing == 0
    assert {s.kind: s.passed.value for s in summary.slices} == dict.fromkeys(
        ("all", "close", "premise", "unanswerable"), 1.0
    )


def test_what_is_wrong_shows_in_the_figures(dataset: Dataset, tmp_path: Path) -> None:
    wrong = {
        "who": "",
        "salt": "Fish came.",
        "penn": "Ida Kell and Otto Penn.",
        "paid": "Kell paid.",
        "held": "In Lorne.",
    }
    found = figures(dataset, tmp_path / "out", TableSystem(wrong))
    assert found["right and cited"] == 0.0 and found["wrongly declined"] == pytest.approx(1 / 3)
    assert found["wrong event"] == 1.0  # the one question that names the other event's value
    assert found["contains"] == pytest.approx(1 / 3)
    # One of two without an answer: the false premise was corrected, with the right article cited.
    assert found["declined where unanswerable"] == 0.5 and found["refusal precision"] == 0.0


def test_a_question_that_cannot_be_asked_counts_as_wrong(dataset: Dataset, tmp_path: Path) -> None:
    found = figures(dataset, tmp_path / "out", TableSystem(dict.fromkeys(RIGHT, None)))
    assert found["right and cited"] == 0.0 and found["declined where unanswerable"] == 0.0
    summary = summarise(tmp_path / "out", dataset)
    assert summary.stages == {"failed": 5} and summary.failures[0].answer == "the question is empty"


def test_a_run_over_other_questions_is_not_summarised(dataset: Dataset, tmp_path: Path) -> None:
    run(TableSystem(RIGHT), dataset, tmp_path / "out")
    Path(dataset.source).write_text(json.dumps(QUESTIONS[0]) + "\n")
    with pytest.raises(DataError, match="another version"):
        summarise(tmp_path / "out", load_dataset(dataset.source))


def test_the_interval_is_the_same_for_the_same_seed(dataset: Dataset, tmp_path: Path) -> None:
    run(TableSystem(RIGHT | {"salt": ""}), dataset, tmp_path / "out")
    first, second = (figure(summarise(tmp_path / "out", dataset), "right") for _ in range(2))
    assert first == second and first.low < first.value < first.high and first.n == 3
    with pytest.raises(DataError, match="no figure 'beauty'"):
        figure(summarise(tmp_path / "out", dataset), "beauty")


# -- stages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "stage"),
    [
        (TableSystem({"salt": "Fish."}, retrieved=(STORM,)), "not retrieved"),
        (TableSystem({"salt": "Fish."}, evidence=["Mayor Ida Kell cut the ribbon."]), "not selected"),
        (TableSystem({"salt": ""}), "wrongly refused"),
        (TableSystem({"salt": "Fish."}, draft="Fish came."), "wrongly drafted"),
        (TableSystem({"salt": "Fish."}, draft="Salt came."), "wrongly dropped"),
        (TableSystem({"salt": "Salt."}, cited=STORM), "wrongly cited"),
        (TableSystem({"salt": None}), "failed"),
        (TableSystem({"salt": "Salt."}), ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_stage_that_lost_an_answer(dataset: Dataset, tmp_path: Path, system: TableSystem, stage: str) -> None:
    run(system, dataset, tmp_path / "out")
    lost = {f.id: f.stage for f in summarise(tmp_path / "out", dataset).failures}
    assert lost.get("salt", "") == stage


def test_what_no_article_holds_was_not_read(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text(json.dumps({"id": "a", "question": "Who?", "answers": ["Ruth Amsel"], "relevant": ["harbour.md"]}))
    dataset = load_dataset(str(file))
    run(TableSystem({"a": "Kell."}), dataset, tmp_path / "out")
    assert summarise(tmp_path / "out", dataset).stages == {"not read": 1}


def test_an_answer_to_what_has_none(dataset: Dataset, tmp_path: Path) -> None:
    run(TableSystem(RIGHT | {"paid": "Kell paid."}), dataset, tmp_path / "out")
    (lost,) = [f for f in summarise(tmp_path / "out", dataset).failures if f.id == "paid"]
    assert lost.stage == "wrongly answered" and lost.expected == "no answer"


# -- floors ------------------------------------------------------------------------------------------------------------


def test_floors_hold_or_say_what_fell(dataset: Dataset, tmp_path: Path) -> None:
    run(TableSystem(RIGHT | {"salt": ""}), dataset, tmp_path / "out")
    summary = summarise(tmp_path / "out", dataset)

    def floors(**values: float) -> Floors:
        named = {name.replace("_", " "): [0.0, value] for name, value in values.items()}
        return Floors(data="mine", digest=dataset.digest, floors=named)

    assert below(summary, floors(right=0.6, wrongly_declined=0.4)) == []
    (line,) = below(summary, floors(right=0.7))
    assert "right is 0.667, under the floor 0.700" in line
    (line,) = below(summary, floors(wrongly_declined=0.2))
    assert "over the ceiling" in line
    with pytest.raises(DataError, match="digest"):
        below(summary, Floors(data="mine", digest="0" * 64, floors={"right": [0.1]}))
    with pytest.raises(DataError, match="no figure"):
        below(summary, floors(beauty=0.1))


def test_a_file_of_floors_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "floors.json"
    with pytest.raises(DataError, match="cannot be read"):
        read_floors(file)
    for text in ("{", "{}", '{"data": "briefs", "digest": "short", "floors": {"right": [0.5]}}'):
        file.write_text(text)
        with pytest.raises(DataError, match=r"floors\.json"):
            read_floors(file)


def test_a_floor_that_was_lowered_is_explained() -> None:
    experiments = (Path(__file__).parents[1] / "EXPERIMENTS.md").read_text(encoding="utf-8")
    for name, values in read_floors().floors.items():
        for before, after in pairwise(values):
            assert after > before or f"Floor of {name}, {before} to {after}: " in experiments


def test_the_floors_of_the_project_are_for_the_set_that_ships() -> None:
    floors = read_floors()
    assert floors.digest == load_dataset(floors.data).digest
