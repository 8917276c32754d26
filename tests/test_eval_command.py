"""``colloquy eval`` from the command line."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eval import measuring
from eval.baseline import says_unknown, split
from eval.datasets import load_dataset
from eval.libraries import drop_older
from eval.measuring import Job
from eval.run import run
from eval.systems import PARTS, ColloquySystem
from rag.cli import main
from rag.settings import load_settings
from tests.fake_colloquy import FakeColloquy
from tests.fake_system import HARBOUR, TableSystem


def colloquy(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def one_line(result: Result) -> str:
    lines = [line for line in result.stderr.splitlines() if line.startswith("colloquy: ")]
    assert result.exit_code == 2 and len(lines) == 1 and "Traceback" not in result.output
    return lines[0]


def test_bad_questions_leave_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text(json.dumps({"question": "Who?", "answers": ["x"]}) + "\n" + json.dumps({"question": "Why?"}) + "\n")
    out = tmp_path / "out"
    assert "line 2: 'answers' is missing" in one_line(colloquy("eval", "run", "--data", file, "--out", out))
    assert not out.exists()


def test_a_set_without_articles_says_how_to_name_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLOQUY_LIBRARY", str(tmp_path / "library"))
    file = tmp_path / "mine.jsonl"
    file.write_text(json.dumps({"question": "Who?", "answers": ["x"]}) + "\n")
    said = one_line(colloquy("eval", "run", "--data", file, "--out", tmp_path / "out"))
    assert "--articles PATH" in said and "--from DIR" in said


def test_commands_over_folders_without_a_run(tmp_path: Path) -> None:
    assert "holds no run" in one_line(colloquy("eval", "report", tmp_path))
    assert "holds no run" in one_line(colloquy("eval", "compare", tmp_path, tmp_path))
    assert "cannot be read" in one_line(colloquy("eval", "gate", "--floors", tmp_path / "absent.json"))


def test_what_older_code_indexed_is_removed_and_nothing_else(tmp_path: Path) -> None:
    names = [
        "set-library-aaaaaaaaaa-0000000001",
        "set-library-aaaaaaaaaa-0000000002",
        "set-library-bbbbbbbbbb-0000000001",
    ]
    for name in names:
        (tmp_path / name).mkdir()
    drop_older(tmp_path / names[1])
    assert sorted(p.name for p in tmp_path.iterdir()) == names[1:]


def test_the_splitter_keeps_article_and_offset() -> None:
    for document in split([HARBOUR]):
        start = document.metadata["start_index"]
        assert document.metadata["article"] == HARBOUR.id
        assert HARBOUR.text[start : start + len(document.page_content)] == document.page_content


@pytest.mark.parametrize(
    ("reply", "declined"),
    [
        ("I don't know.", True),
        ("The context does not provide enough information to say who.", True),
        ("The article doesn’t mention a date.", True),
        ("It is not specified in the text.", True),
        ("", True),
        ("Kerry said that he did not know.", False),
        ("The mayor does not mention a date in his letter.", False),
        ("Ida Kell cut the ribbon.", False),
    ],
)
def test_what_counts_as_a_refusal_of_the_baseline(reply: str, declined: bool) -> None:
    assert says_unknown(reply) is declined


@pytest.mark.parametrize(("part", "name"), PARTS.items())
def test_a_run_without_a_part_is_the_same_job_with_that_part_off(
    part: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Job] = []
    monkeypatch.setattr(measuring, "_apart", lambda job, note, open_system, said: made.append(job))
    job = Job("briefs", tmp_path / "out", limit=2, flags=(("passages", 9),))
    measuring.measure_without(job, part, lambda text: None)
    settings = load_settings(**dict(made[0].flags))
    assert replace(made[0], flags=job.flags) == job and settings.passages == 9
    assert {p: getattr(settings, p) for p in PARTS} == dict.fromkeys(PARTS, True) | {part: False}
    assert ColloquySystem(FakeColloquy(), measuring.settings_used(settings)).name == name  # type: ignore[arg-type]


def test_the_columns_of_what_colloquy_is_run_without() -> None:
    def name(**settings: bool) -> str:
        return ColloquySystem(FakeColloquy(), dict(settings)).name  # type: ignore[arg-type]

    assert name() == name(trained=True, time=True) == "Colloquy"
    assert name(trained=False, time=False) == "without trained parts and without time"


def test_runs_that_lie_beside_a_run_have_a_column_each(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text(json.dumps({"id": "who", "question": "Who?", "answers": ["Kell"]}) + "\n")
    out = tmp_path / "out"
    for folder, name, said in ((out, "Colloquy", "Kell."), (out / "timeless", "without time", "Penn.")):
        system = TableSystem({"who": said})
        system.name = name
        run(system, load_dataset(str(file)), folder)
    shown = colloquy("eval", "report", out)
    assert shown.exit_code == 0, shown.output
    assert "| figure | Colloquy | without time | n |" in shown.stdout
    assert "| right and cited | 1.000 | 0.000 | 1 |" in shown.stdout


@pytest.mark.models
def test_run_baseline_report_and_compare(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = colloquy(
        "eval",
        "run",
        "--data",
        "briefs",
        "--limit",
        1,
        "--seed",
        3,
        "--out",
        out,
        "--plain",
        "--timeless",
        "--baseline",
    )
    assert first.exit_code == 0, first.output
    assert "right and cited" in first.stdout and "LangChain tutorial" in first.stdout
    answers = (out / "answers.jsonl").read_bytes()
    assert len(answers.splitlines()) == len((out / "baseline" / "answers.jsonl").read_bytes().splitlines()) == 1
    # Once more asks nothing; the report is made anew from what is there.
    again = colloquy("eval", "run", "--data", "briefs", "--limit", 1, "--seed", 3, "--out", out)
    assert again.exit_code == 0 and (out / "answers.jsonl").read_bytes() == answers
    (out / "report.html").unlink()
    assert colloquy("eval", "report", out).exit_code == 0 and "<svg" in (out / "report.html").read_text("utf-8")
    plain = json.loads((out / "plain" / "run.json").read_text(encoding="utf-8"))
    assert plain["settings"]["trained"] is False and "without trained parts" in first.stdout
    timeless = json.loads((out / "timeless" / "run.json").read_text(encoding="utf-8"))
    assert timeless["settings"]["time"] is False and timeless["settings"]["trained"] is True
    assert "without time" in first.stdout
    compared = colloquy("eval", "compare", out / "baseline", out)
    assert compared.exit_code == 0 and "right and cited" in compared.stdout
    said = one_line(colloquy("eval", "run", "--data", "briefs", "--limit", 1, "--seed", 4, "--out", out))
    assert "seed" in said
