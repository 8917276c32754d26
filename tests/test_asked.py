"""The project's own training questions: each over a page that is there, with an answer that stands in its sentence."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from index.errors import ReadError
from index.records import Span
from rag.training.asked import FOLDER, load_asked
from rag.training.data import Corpus, Page
from rag.training.negatives import Grouper

SENTENCES = ["The ferry Alva sank off Tornes.", "Its captain, Rolf Dahl, was saved.", "Nobody knows why it sank."]
PAGES = [
    {"page": "own:ferry-1", "title": "Ferry lost", "sentences": SENTENCES},
    {"page": "qamr:wikinews:7", "title": "Mayor resigns"},
]
QUESTIONS = [
    {"page": "own:ferry-1", "question": "who led it?", "sentence": 1, "answer": "Rolf Dahl", "kind": "paraphrase"},
    {"page": "own:ferry-1", "question": "what did the ferry cost?", "sentence": 0, "answer": None, "kind": "nearmiss"},
    {"page": "qamr:wikinews:7", "question": "who stood down?", "sentence": 0, "answer": "the mayor", "kind": "who"},
]
OPEN = Corpus((Page("qamr:wikinews:7", "", "On Friday the mayor resigned.", (Span(0, 29),), True),), ())


def written(folder: Path, pages: object = PAGES, questions: object = QUESTIONS) -> Path:
    for name, records in (("pages", pages), ("questions", questions)):
        lines = [json.dumps(record) for record in records]  # type: ignore[attr-defined]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_pages_are_invented_or_of_an_open_set(tmp_path: Path) -> None:
    corpus = load_asked(OPEN, written(tmp_path))
    ferry, mayor = corpus.pages
    assert [s.of(ferry.text) for s in ferry.sentences] == SENTENCES
    assert (ferry.title, mayor.title, mayor.text) == ("Ferry lost", "Mayor resigns", OPEN.pages[0].text)
    captain, cost, stood = corpus.examples
    assert captain.answer is not None and captain.answer.of(ferry.text) == "Rolf Dahl"
    assert cost.answer is None and cost.near is not None and cost.near.of(ferry.text) == SENTENCES[0]
    assert stood.answer is not None and stood.answer.of(mayor.text) == "the mayor"


def test_a_near_miss_is_shown_the_sentence_that_tempts(tmp_path: Path) -> None:
    corpus = load_asked(OPEN, written(tmp_path))
    for seed in range(20):
        rows = Grouper(corpus).group(corpus.examples[1], Random(seed))
        assert rows and all(row.answer is None for row in rows)
        assert rows[0].kind == "near miss" and SENTENCES[0] in rows[0].passage


@pytest.mark.parametrize(
    ("pages", "question", "told"),
    [
        (PAGES, {"sentence": 3}, "own:ferry-1 has no sentence 3"),
        (PAGES, {"page": "own:ferry-2"}, "own:ferry-2 has no sentence 1"),
        (PAGES, {"answer": "Ole Dahl"}, "does not hold 'Ole Dahl'"),
        ([{"page": "qamr:wikinews:8", "title": "Gone"}], {}, "no page qamr:wikinews:8"),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(
    tmp_path: Path, pages: object, question: dict[str, object], told: str
) -> None:
    with pytest.raises(ReadError, match=told) as raised:
        load_asked(OPEN, written(tmp_path, pages, [QUESTIONS[0] | question]))
    assert "line 1" in str(raised.value)


def shipped(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


def test_those_kept_from_training_are_over_other_pages() -> None:
    kept = load_asked(Corpus((), ()), kept=True)
    assert len(kept.examples) > 300
    pages = shipped("pages.jsonl")
    assert not {page.key for page in kept.pages} & {page["page"] for page in pages}
    assert not {page.text for page in kept.pages} & {" ".join(page.get("sentences", [])) for page in pages}


@pytest.mark.parametrize("start", ["", "kept-"])
def test_those_that_ship_fit_their_pages(start: str) -> None:
    pages, questions = shipped(f"{start}pages.jsonl"), shipped(f"{start}questions.jsonl")
    known = {page["page"]: page.get("sentences") for page in pages}
    assert len(known) == len(pages) and all(page["title"] for page in pages)
    asked = {(q["page"], q["question"].lower()) for q in questions}
    assert len(asked) == len(questions) and {page for page, _ in asked} == known.keys()
    for q in questions:
        assert (q["answer"] is None) == (q["kind"] == "nearmiss")
        if (sentences := known[q["page"]]) is not None and q["answer"] is not None:
            assert q["answer"] in sentences[q["sentence"]]
