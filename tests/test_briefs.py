"""The briefs that ship and the question sets: their form, that they agree, and that no original text is in them."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import frontmatter
import pytest

ROOT = Path(__file__).resolve().parent.parent
BRIEFS = sorted((ROOT / "index" / "articles").glob("*.md"))
SETS = {
    name: ROOT / "eval" / "sets" / f"{name}.jsonl"
    for name in ("briefs", "real-dev", "real-ask", "real-test", "real-fresh", "real-chat", "real-held")
}
ORIGINALS = ROOT.parent / "shared" / "articles"

needs_originals = pytest.mark.skipif(
    not ORIGINALS.is_dir(), reason="the original articles, ../shared/articles, are absent"
)

KINDS = {
    "close", "paraphrase", "event", "list", "followup", "unanswerable", "furniture",
    "premise", "short", "misspelt", "two", "yesno", "why",
}  # fmt: skip
STRING_LISTS = ("history", "answers", "relevant", "relevant_all", "wrong")
FIELDS = {"id", "question", "kind", "asked", "all", "unanswerable", *STRING_LISTS}


def examples(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in SETS[name].read_text(encoding="utf-8").splitlines()]


def wanted(example: dict[str, Any]) -> list[list[str]]:
    """The lists of alternatives that a right answer meets; empty where there is no answer."""
    groups: list[list[str]] = [example["answers"]] if "answers" in example else []
    groups += example.get("all", [])
    return groups


def normal(text: str) -> str:
    straight = text.replace("’", "'").replace("–", "-")
    return re.sub(r"\s+", " ", straight).casefold()


def runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    """All runs of ``length`` words, lower-cased; punctuation once dropped ("U.S." -> "us"), once as a gap ("u s")."""
    found: set[tuple[str, ...]] = set()
    for gap in ("", " "):
        words = re.sub(r"[^\w\s]", gap, text.lower()).split()
        found.update(tuple(words[i : i + length]) for i in range(len(words) - length + 1))
    return found


def disagreements(name: str, folder: Path) -> Iterator[str]:
    """What an example accepts but its relevant files do not hold, one line each."""
    texts = {path.name: normal(path.read_text(encoding="utf-8")) for path in folder.iterdir() if path.is_file()}
    for example in examples(name):
        files = example.get("relevant", []) + example.get("relevant_all", [])
        for file in files:
            if file not in texts:
                yield f"{example['id']}: no file {file}"
            elif not any(normal(answer) in texts[file] for group in wanted(example) for answer in group):
                yield f"{example['id']}: nothing accepted stands in {file}"
        for group in wanted(example):
            if not any(normal(answer) in texts.get(file, "") for file in files for answer in group):
                yield f"{example['id']}: none of {group} stands in {files}"


def test_runs_are_found_in_either_reading_of_punctuation() -> None:
    source = "The river-boat left Basel at dawn, and U.S. tourists slept on."
    assert runs(source) & runs("they say the river-boat left Basel: at dawn and us tourists")
    assert runs(source) & runs("a river boat left basel at dawn and u s")
    assert not runs(source) & runs("At dawn the river-boat left Basel; tourists from the U.S. slept on.")


def test_there_are_five_briefs() -> None:
    assert len(BRIEFS) == 5


@pytest.mark.parametrize("path", BRIEFS, ids=lambda path: path.stem)
def test_brief_has_its_front_matter_and_whole_paragraphs(path: Path) -> None:
    brief = frontmatter.loads(path.read_text(encoding="utf-8"))
    assert {"title", "event"} <= set(brief.metadata) <= {"title", "published", "publisher", "event"}
    for key, value in brief.metadata.items():
        if key == "published":
            assert type(value) is date
        else:
            assert isinstance(value, str) and value.strip()
    paragraphs = brief.content.split("\n\n")
    assert len(paragraphs) >= 5
    for paragraph in paragraphs:
        assert "\n" not in paragraph and paragraph == paragraph.strip()
        assert paragraph[0].isupper() and paragraph.endswith(".")


@needs_originals
def test_no_run_of_eight_words_of_an_original_is_in_the_project() -> None:
    originals = set[tuple[str, ...]]().union(*(runs(p.read_text(encoding="utf-8")) for p in ORIGINALS.glob("*.txt")))
    assert originals
    for path in [*BRIEFS, *SETS.values()]:
        shared = sorted(" ".join(run) for run in originals & runs(path.read_text(encoding="utf-8")))
        assert not shared, f"{path.name} repeats an original: {shared[:3]}"


@pytest.mark.parametrize(("name", "least"), [("briefs", 40), ("real-dev", 60), ("real-test", 60)])
def test_question_set_is_well_formed(name: str, least: int) -> None:
    rows = examples(name)
    assert len(rows) >= least
    assert {row["kind"] for row in rows} == KINDS
    for row in rows:
        which = row.get("id")
        assert {"id", "question", "kind"} <= set(row) <= FIELDS, which
        assert all(isinstance(row[key], str) and row[key].strip() for key in ("id", "question")), which
        for strings in [row[key] for key in STRING_LISTS if key in row] + row.get("all", []):
            assert strings and all(isinstance(s, str) and s.strip() for s in strings), which
        assert row.get("unanswerable", True) is True, which
        assert not ("answers" in row and "all" in row), which
        assert ("unanswerable" in row) == (row["kind"] in {"unanswerable", "furniture", "premise"}), which
        assert bool(wanted(row)) == (row["kind"] not in {"unanswerable", "furniture"}), which
        assert bool(row.get("relevant") or row.get("relevant_all")) == bool(wanted(row)), which
        assert ("history" in row) or row["kind"] != "followup", which
        assert "relevant_all" in row or row["kind"] != "list", which
        assert all(len(answer.split()) <= 6 for group in wanted(row) for answer in group), which
        # An accepted answer that holds a forbidden string could never be right.
        assert not any(normal(w) in normal(a) for w in row.get("wrong", []) for g in wanted(row) for a in g), which
        if "asked" in row:
            date.fromisoformat(row["asked"])


def test_ids_are_unique_and_no_question_is_in_two_sets() -> None:
    rows = [row for name in SETS for row in examples(name)]
    ids = [row["id"] for row in rows]
    questions = [normal(row["question"] + " ".join(row.get("history", []))) for row in rows]
    assert len(ids) == len(set(ids))
    assert len(questions) == len(set(questions))


def test_answers_over_the_briefs_stand_in_the_briefs() -> None:
    assert list(disagreements("briefs", ROOT / "index" / "articles")) == []


def test_every_brief_is_asked_about() -> None:
    asked = {f for row in examples("briefs") for f in row.get("relevant", []) + row.get("relevant_all", [])}
    assert asked == {path.name for path in BRIEFS}


@needs_originals
@pytest.mark.parametrize("name", ["real-dev", "real-test"])
def test_answers_over_the_originals_stand_in_the_originals(name: str) -> None:
    assert list(disagreements(name, ORIGINALS)) == []
