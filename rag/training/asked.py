"""The project's own questions over news texts: many paraphrases, and near misses that their page does not answer.

``asked/pages.jsonl`` has a page a line: ``page``, a key; ``title``, a headline; ``published``, an ISO day, of some,
which nothing reads yet; ``sentences`` of the invented articles. A page without them is one of the open sets', which
the key names: the data folder holds its text.
``asked/questions.jsonl`` has ``page``, ``question``, ``kind``, the number of a ``sentence`` from 0, and ``answer``:
words of that sentence, or null: then no sentence of the page answers, and this one tempts most. Some with an answer
have ``tempts``, the page and the number of a sentence that looks like it and is none.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.errors import ReadError
from index.records import Span
from rag.training.data import Corpus, Example, Page, join, load

FOLDER = Path(__file__).parent / "asked"


def load_all(data: Path) -> Corpus:
    """All that is trained on. Raises ReadError where a file is missing."""
    open_sets = load(data)
    return join(open_sets, load_asked(open_sets))


def load_asked(open_sets: Corpus, folder: Path = FOLDER, kept: bool = False) -> Corpus:
    """The pages with their headlines, and the questions; ``kept``: those that are kept from training, in files that
    begin with "kept-". Raises ReadError where a line fits no page or sentence."""
    start = "kept-" if kept else ""
    known = {page.key: page for page in open_sets.pages}
    pages: list[Page] = []
    numbers: dict[str, int] = {}
    for where, record in _records(folder / f"{start}pages.jsonl"):
        key = record["page"]
        if "sentences" in record:
            page = _invented(key, record["sentences"])
        elif key in known:
            page = known[key]
        else:
            raise ReadError(f"{where}: no page {key} in the open sets; expected one of QED, QAMR or Time-Sensitive-QA")
        numbers[key] = len(pages)
        # The same key as there: both are held out or neither.
        pages.append(replace(page, title=record["title"]))
    asked = _records(folder / f"{start}questions.jsonl")
    examples = [_example(where, record, pages, numbers) for where, record in asked]
    return Corpus(tuple(pages), tuple(examples))


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each record with where it stands."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        yield f"{path.name}, line {number}", json.loads(line)


def _invented(key: str, sentences: list[str]) -> Page:
    spans: list[Span] = []
    at = 0
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    return Page(key, "", " ".join(sentences), tuple(spans), True)


def _example(where: str, record: dict[str, Any], pages: list[Page], numbers: dict[str, int]) -> Example:
    number = numbers.get(record["page"])
    if number is None or not 0 <= record["sentence"] < len(pages[number].sentences):
        raise ReadError(f"{where}: {record['page']} has no sentence {record['sentence']}; expected one of pages.jsonl")
    page = pages[number]
    sentence = page.sentences[record["sentence"]]
    if record["answer"] is None:
        return Example(record["question"], number, None, False, "asked", sentence)
    at = sentence.of(page.text).find(record["answer"])
    if at < 0:
        raise ReadError(f"{where}: the sentence does not hold {record['answer']!r}; expected words of it")
    start = sentence.start + at
    answer = Span(start, start + len(record["answer"]))
    tempting = _tempting(where, record["tempts"], pages, numbers) if "tempts" in record else None
    return Example(record["question"], number, answer, False, "asked", tempting=tempting)


def _tempting(where: str, named: list[Any], pages: list[Page], numbers: dict[str, int]) -> tuple[int, Span]:
    key, sentence = named
    number = numbers.get(key)
    if number is None or not 0 <= sentence < len(pages[number].sentences):
        raise ReadError(f"{where}: {key} has no sentence {sentence} that could tempt; expected one of pages.jsonl")
    return number, pages[number].sentences[sentence]
