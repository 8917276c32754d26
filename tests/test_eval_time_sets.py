"""The sets about time: their form, that they agree with the articles, and that no original text is in them."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.datasets import SETS, load_dataset, shipped_sets
from tests.test_briefs import BRIEFS, ORIGINALS, needs_originals, normal, runs, wanted

OVER_BRIEFS = ("time-dev", "time-held")
OVER_PAGES = ("time-real-dev", "time-real-chat", "time-real-held")
KINDS = {"year", "relative", "several", "compare", "when", "disagreement", "premise", "window"}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def sources(row: dict[str, Any]) -> list[str]:
    return [*row.get("relevant", []), *(file for event in row.get("events", []) for file in event)]


def disagreements(name: str, files: list[Path]) -> list[str]:
    """What a question accepts but its articles do not hold. Days and months that the pages tell in relation to the day
    of the page ("on Sunday") stand nowhere in them, so of those only the names of the files are looked at."""
    texts = {file.name: normal(file.read_text(encoding="utf-8")) for file in files}
    found = []
    for row in rows(name):
        found += [f"{row['id']}: no file {f}" for f in [*sources(row), *row.get("allowed", [])] if f not in texts]
        if row["kind"] == "when" and name in OVER_PAGES:
            continue
        for group in [*wanted(row), *(group for line in row.get("lines", []) for group in line)]:
            if not any(normal(a) in texts.get(f, "") for f in sources(row) for a in group):
                found.append(f"{row['id']}: none of {group} stands in {sources(row)}")
        for event in row.get("events") or [[f] for f in row.get("relevant", [])]:
            if not any(normal(a) in texts.get(f, "") for f in event for group in wanted(row) for a in group):
                found.append(f"{row['id']}: nothing accepted stands in {event}")
    return found


@pytest.mark.parametrize(("name", "least"), [*((n, 40) for n in OVER_BRIEFS), *((n, 30) for n in OVER_PAGES)])
def test_a_set_about_time_is_well_formed(name: str, least: int) -> None:
    asked = rows(name)
    assert len(asked) >= least and {row["kind"] for row in asked} == KINDS
    assert len(load_dataset(name).examples) == len(asked)
    for row in asked:
        which = row["id"]
        assert which.startswith(f"{name}-{row['kind']}-")
        assert bool(wanted(row)) == (row["kind"] != "window"), which
        assert row.get("unanswerable", False) == (row["kind"] in {"window", "premise"}), which
        assert not row.get("lines") or row["kind"] in {"several", "compare"}, which
        # Without "allowed" the question would not count for the figures of events.
        assert ("allowed" in row) == bool(sources(row)) == bool(wanted(row)), which
        assert not set(row.get("allowed", [])) & set(sources(row)), which
        assert len(row.get("events", [])) != 1, which
        assert row["kind"] not in {"several", "compare", "disagreement"} or row.get("events"), which
        assert all(len(answer.split()) <= 6 for group in wanted(row) for answer in group), which
        assert not any(normal(w) in normal(a) for w in row.get("wrong", []) for g in wanted(row) for a in g), which
        if "asked" in row:
            date.fromisoformat(row["asked"])


def test_no_question_and_no_id_is_in_two_sets() -> None:
    shipped = [row for name in shipped_sets() for row in rows(name)]
    ids = Counter(row["id"] for row in shipped)
    questions = Counter(normal(" ".join([row["question"], *row.get("history", [])])) for row in shipped)
    assert [x for x, count in (ids + questions).items() if count > 1] == []


@pytest.mark.parametrize("name", OVER_BRIEFS)
def test_answers_stand_in_the_briefs(name: str) -> None:
    assert disagreements(name, BRIEFS) == []
    assert {f for row in rows(name) for f in sources(row)} == {brief.name for brief in BRIEFS}


@needs_originals
@pytest.mark.parametrize("name", OVER_PAGES)
def test_answers_stand_in_the_pages(name: str) -> None:
    assert disagreements(name, sorted(ORIGINALS.glob("*.txt"))) == []


@needs_originals
def test_no_run_of_eight_words_of_a_page_is_in_a_set_about_time() -> None:
    pages = set[tuple[str, ...]]().union(*(runs(p.read_text(encoding="utf-8")) for p in ORIGINALS.glob("*.txt")))
    assert pages
    for name in (*OVER_BRIEFS, *OVER_PAGES):
        assert not pages & runs((SETS / f"{name}.jsonl").read_text(encoding="utf-8")), name


def test_sets_over_the_briefs_bring_them() -> None:
    for name in OVER_BRIEFS:
        (folder,) = load_dataset(name).files
        assert (folder / BRIEFS[0].name).is_file()
    assert all(load_dataset(name).files == () for name in OVER_PAGES)
