"""Whether an answer tells of the event that was asked about, and of no other with it. All texts are invented."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.datasets import load_dataset
from eval.examples import Example
from eval.metrics_events import mixes_events, rightly_cited, said
from eval.run import run
from eval.summary import summarise
from eval.verdict import MIXED, RIGHT_EVENT, failure, judge
from tests.fake_system import HARBOUR, STORM, TableSystem

ONE = Example(
    "a",
    "Who opened the fair of 2019?",
    groups=(("Ida Kell",),),
    wrong=("Otto Penn",),
    relevant=frozenset({"fair-2019.md"}),
    allowed=frozenset({"fair-2019-eve.md"}),
)
BOTH = Example(
    "b",
    "Who opened the fair?",
    groups=(("Ida Kell",), ("Otto Penn",)),
    events=(frozenset({"fair-2019.md", "fair-2019-eve.md"}), frozenset({"fair-2021.md"})),
    allowed=frozenset({"history.md"}),
)


def answer(text: str, *cited: str, rows: Sequence[Sequence[str | tuple[str, Sequence[int]]]] = ()) -> dict[str, Any]:
    """An answer of one sentence with these files as citations 1, 2, ...; "a=b" is a citation of a with the copy b.
    ``rows`` are the cells of a table, that of the event first, each with its numbers; without them, with none."""
    citations = []
    for number, names in enumerate(cited, 1):
        places = [{"id": f"id of {n}", "path": f"news/{n}", "url": None} for n in names.split("=")]
        citations.append({"number": number, "article": places[0], "copies": places[1:]})
    pairs = [[(cell, ()) if isinstance(cell, str) else cell for cell in row] for row in rows]
    cells = [[{"text": told or None, "citations": list(at)} for told, at in row] for row in pairs]
    return {
        "answer": text,
        "abstained": None if text or rows else "The articles do not say.",
        "sentences": [{"text": text, "citations": list(range(1, len(cited) + 1))}] if text else [],
        "citations": citations,
        "remark": "Otto Penn is not spoken of.",
        "table": {"columns": ["who"], "rows": [{"event": c[0], "cells": c[1:]} for c in cells]} if rows else None,
        "seconds": {},
    }


@pytest.mark.parametrize(
    ("given", "right", "mixed"),
    [
        (answer("Ida Kell.", "fair-2019.md"), True, False),
        (answer("Ida Kell.", "fair-2019.md", "fair-2019-eve.md"), True, False),
        (answer("Ida Kell.", "fair-2019.md", "fair-2021.md"), True, True),
        (answer("Ida Kell and Otto Penn.", "fair-2019.md"), True, True),
        # From wrong articles alone: not mixed, but not right either.
        (answer("Ida Kell.", "fair-2021.md"), False, False),
        (answer("Ida Kell.", "fair-2019-eve.md"), False, False),
        # The same words in two papers are one citation.
        (answer("Ida Kell.", "fair-2021.md=fair-2019.md"), True, False),
        (answer(""), False, False),
    ],
    ids=["right", "allowed", "other too", "wrong name", "other alone", "allowed alone", "copy", "declined"],
)
def test_a_question_about_one_event(given: dict[str, Any], right: bool, mixed: bool) -> None:
    assert rightly_cited(ONE, given) is right and mixes_events(ONE, given) is mixed


@pytest.mark.parametrize(
    ("given", "right", "mixed"),
    [
        (answer("Ida Kell; Otto Penn.", "fair-2019.md", "fair-2021.md"), True, False),
        (answer("Ida Kell; Otto Penn.", "fair-2019-eve.md", "fair-2021.md", "history.md"), True, False),
        (answer("Ida Kell.", "fair-2019.md"), False, False),
        (answer("Ida Kell; Otto Penn.", "fair-2019.md", "fair-2021.md", "storm.md"), True, True),
    ],
    ids=["both", "both and allowed", "one", "a third"],
)
def test_a_question_about_several_events(given: dict[str, Any], right: bool, mixed: bool) -> None:
    assert rightly_cited(BOTH, given) is right and mixes_events(BOTH, given) is mixed


def test_a_row_of_a_table_rests_on_one_event() -> None:
    cited = ("fair-2019.md", "fair-2021.md", "history.md")
    apart = answer("", *cited, rows=[[("2021", [2]), ("Otto Penn", [2])], [("2019", [1]), ("Ida Kell", [1, 3])]])
    assert rightly_cited(BOTH, apart) and not mixes_events(BOTH, apart)
    crossed = answer("", *cited, rows=[[("2021", [2]), ("Ida Kell", [1])], [("2019", [1]), ("", [])]])
    assert mixes_events(BOTH, crossed)


def test_the_table_is_said_and_the_remark_is_not() -> None:
    table = answer("They met.", "fair-2019.md", rows=[[("2019", [1]), ("Ida Kell", [1]), ("", [])]])
    assert said(table) == "They met. 2019 Ida Kell"
    assert not mixes_events(ONE, table)  # "Otto Penn" stands in the remark alone
    assert judge(ONE, {"id": "a", "answer": answer("", "fair-2019.md", rows=[[("Ida Kell", [1])]])}).passed


LINES = ((("2019",), ("Kell", "Ida")), (("2021",), ("Penn",)))


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        (answer("", "fair-2019.md", "fair-2021.md", rows=[["2021", "Otto Penn"], ["May 2019", "Ida Kell"]]), True),
        (answer("", "fair-2019.md", "fair-2021.md", rows=[["2019", "Otto Penn"], ["2021", "Ida Kell"]]), False),
        (answer("In 2019 Ida Kell, in 2021 Otto Penn.", "fair-2019.md", "fair-2021.md"), True),
        (answer("Ida Kell and Otto Penn.", "fair-2019.md", "fair-2021.md"), False),
    ],
    ids=["rows", "rows crossed", "a sentence", "no years"],
)
def test_year_and_name_stand_together(given: dict[str, Any], passed: bool) -> None:
    verdict = judge(replace(BOTH, lines=LINES), {"id": "b", "answer": given})
    assert verdict.passed is passed and verdict.measures["contains"] == 1.0
    lost = failure(verdict, {"id": "b", "answer": given})
    assert lost.expected == "Ida Kell and Otto Penn; together: 2019 and Kell | Ida; 2021 and Penn"


def test_events_are_counted_where_it_is_known_what_may_be_cited() -> None:
    record = {"id": "a", "answer": answer("Ida Kell.", "fair-2019.md", "fair-2021.md")}
    found = judge(ONE, record).measures
    assert (found[RIGHT_EVENT], found[MIXED]) == (1.0, 1.0)
    assert not {RIGHT_EVENT, MIXED} & set(judge(replace(ONE, allowed=None), record).measures)
    # Nothing else may be cited, which is something known.
    assert judge(replace(ONE, allowed=frozenset()), record).measures[MIXED] == 1.0


def test_a_wrong_premise_has_no_right_event_but_can_be_mixed() -> None:
    premise = replace(ONE, answerable=False)
    corrected = judge(premise, {"id": "a", "answer": answer("Ida Kell.", "fair-2019.md")})
    assert corrected.passed and corrected.measures[MIXED] == 0.0 and RIGHT_EVENT not in corrected.measures
    assert judge(premise, {"id": "a", "answer": answer("Otto Penn.", "fair-2021.md")}).measures[MIXED] == 1.0
    declined = judge(premise, {"id": "a", "answer": answer("")})
    assert declined.passed and declined.measures[MIXED] == 0.0


def test_the_figures_of_a_run_and_what_is_better(tmp_path: Path) -> None:
    rows = [
        {"id": "kell", "question": "Who?", "answers": ["Kell"], "relevant": "harbour.md", "allowed": []},
        {"id": "rope", "question": "What?", "answers": ["rope"], "events": [["harbour.md"]], "allowed": "storm.md"},
        {"id": "both", "question": "Who?", "all": [["Kell"]], "events": [["harbour.md"], ["storm.md"]], "allowed": []},
        {"id": "salt", "question": "Salt?", "answers": ["salt"], "relevant": "harbour.md", "wrong": ["Penn"]},
        {"id": "penn", "question": "Penn?", "answers": ["a"], "relevant": "storm.md", "wrong": ["b"], "allowed": []},
    ]
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    dataset = load_dataset(str(file))
    table = {"kell": "Kell.", "rope": "Rope.", "both": "Kell.", "salt": "Penn.", "penn": "b."}
    run(TableSystem(table, cited=HARBOUR, retrieved=(HARBOUR, STORM)), dataset, tmp_path / "out")
    summary = summarise(tmp_path / "out", dataset)
    figures = {f.name: f for f in summary.figures}
    assert (figures[RIGHT_EVENT].value, figures[RIGHT_EVENT].n, figures[RIGHT_EVENT].better) == (0.5, 4, "higher")
    assert (figures[MIXED].value, figures[MIXED].n, figures[MIXED].better) == (0.25, 4, "lower")
    # An article on one of the events counts as found for retrieval too.
    assert summary.values["recall at 5"]["both"] == 1.0 and summary.values["hits at 1"]["rope"] == 1.0
