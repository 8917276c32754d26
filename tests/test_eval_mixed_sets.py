"""The two collections of many subjects and the sets over them: form, and that they agree."""

import re
from collections import Counter
from pathlib import Path

import pytest

from eval.datasets import OVER_MIXED, SETS, load_dataset
from tests.test_briefs import normal, wanted
from tests.test_eval_time_sets import rows, sources

KINDS = {"close", "paraphrase", "short", "misspelt", "event", "followup", "yesno", "why", "two", "list", "unanswerable"}
RESOLVED = re.compile(r"\d{4}-\d\d-\d\d")  # a day that the text says in relation to its own date


def texts(name: str) -> dict[str, str]:
    return {file.name: normal(file.read_text(encoding="utf-8")) for file in sorted((SETS / name).iterdir())}


@pytest.mark.parametrize("name", OVER_MIXED)
def test_a_set_brings_its_articles_and_is_well_formed(name: str) -> None:
    dataset, asked, files = load_dataset(name), rows(name), texts(name)
    assert dataset.files == (SETS / name,) and len(dataset.examples) == len(asked) == 120
    assert len(files) >= 32 and {Path(file).suffix for file in files} == {".md", ".txt", ".html"}
    assert {row["kind"] for row in asked} == KINDS
    for row in asked:
        which = row["id"]
        assert which.startswith(f"{name}-{row['kind']}-")
        assert bool(wanted(row)) == bool(sources(row)) == (row["kind"] != "unanswerable"), which
        assert row.get("unanswerable", False) == (row["kind"] == "unanswerable"), which
        assert set(sources(row)) | set(row.get("allowed", [])) <= files.keys(), which
        assert not set(row.get("allowed", [])) & set(sources(row)), which
        assert all(len(answer.split()) <= 6 for group in wanted(row) for answer in group), which


def test_both_sets_are_distributed_alike() -> None:
    first, second = (Counter(row["kind"] for row in rows(name)) for name in OVER_MIXED)
    assert first["unanswerable"] == second["unanswerable"] == 20
    assert all(abs(first[kind] - second[kind]) <= 1 for kind in KINDS)


@pytest.mark.parametrize("name", OVER_MIXED)
def test_answers_stand_in_the_articles_named(name: str) -> None:
    files = texts(name)
    for row in rows(name):
        told = " ".join(files[file] for file in sources(row))
        for group in wanted(row):
            assert any(normal(a) in told for a in group) or any(map(RESOLVED.fullmatch, group)), (row["id"], group)
