"""``colloquy eval`` from the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eval.baseline import says_unknown, split
from eval.libraries import drop_older
from rag.cli import main
from tests.fake_system import HARBOUR


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


@pytest.mark.models
def test_run_baseline_report_and_compare(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = colloquy(
        "eval", "run", "--data", "briefs", "--limit", 2, "--seed", 3, "--out", out, "--plain", "--baseline"
    )
    assert first.exit_code == 0, first.output
    assert "right and cited" in first.stdout and "LangChain tutorial" in first.stdout
    answers = (out / "answers.jsonl").read_bytes()
    assert len(answers.splitlines()) == len((out / "baseline" / "answers.jsonl").read_bytes().splitlines()) == 2
    # Once more asks nothing; the report is made anew from what is there.
    again = colloquy("eval", "run", "--data", "briefs", "--limit", 2, "--seed", 3, "--out", out)
    assert again.exit_code == 0 and (out / "answers.jsonl").read_bytes() == answers
    (out / "report.html").unlink()
    assert colloquy("eval", "report", out).exit_code == 0 and "<svg" in (out / "report.html").read_text("utf-8")
    plain = json.loads((out / "plain" / "run.json").read_text(encoding="utf-8"))
    assert plain["settings"]["trained"] is False and "without trained parts" in first.stdout
    compared = colloquy("eval", "compare", out / "baseline", out)
    assert compared.exit_code == 0 and "right and cited" in compared.stdout
    said = one_line(colloquy("eval", "run", "--data", "briefs", "--limit", 2, "--seed", 4, "--out", out))
    assert "seed" in said
