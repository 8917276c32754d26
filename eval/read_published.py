"""Published question sets in the form in which they are published: SQuAD 2.0, QED, RealTime QA."""

import hashlib
import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from random import Random
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from eval.examples import Example, Passage
from eval.read_lines import opened, read_records, reason
from eval.read_sets import add_once
from rag.records import DataError

DISTRACTORS = 4


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _SquadAnswer(_Form):
    text: str


class _SquadQuestion(_Form):
    id: str
    question: str = Field(min_length=1)
    answers: list[_SquadAnswer] = []
    is_impossible: bool = False


class _SquadParagraph(_Form):
    context: str = Field(min_length=1)
    qas: list[_SquadQuestion]


class _SquadPage(_Form):
    title: str = ""
    paragraphs: list[_SquadParagraph]


class _Squad(_Form):
    data: list[_SquadPage] = Field(min_length=1)


class _QedSpan(_Form):
    start: int
    end: int
    string: str


class _QedAnnotation(_Form):
    selected_sentence: _QedSpan | None = None


class _QedLine(_Form):
    example_id: int | str
    title_text: str = ""
    question_text: str = Field(min_length=1)
    paragraph_text: str = Field(min_length=1)
    original_nq_answers: list[list[_QedSpan]] = []
    annotation: _QedAnnotation | None = None


class _RealTimeLine(_Form):
    id: str | int
    question: str = Field(min_length=1)
    asked: str | None = None
    answers: Annotated[list[str], Field(min_length=1)]
    relevant: list[str] = []
    relevant_urls: list[str] = []
    answerable: bool = True

    @field_validator("asked")
    @classmethod
    def _day(cls, value: str | None) -> str | None:
        try:
            return value and date.fromisoformat(value).isoformat()
        except ValueError:
            raise ValueError("expected a day such as 2024-01-05") from None


def read_squad(path: Path) -> tuple[tuple[Example, ...], tuple[Passage, ...]]:
    """SQuAD 2.0 (Rajpurkar, Jia and Liang 2018), each question asked over its own paragraph alone. Raises DataError."""
    try:
        with opened(path) as handle:
            squad = _Squad.model_validate(json.load(handle))
    except ValidationError as error:
        raise DataError(f"{path}: {reason(error)}; expected the form of SQuAD 2.0") from error
    except (ValueError, EOFError, RecursionError) as error:
        raise DataError(f"{path}: no JSON ({error}); expected the form of SQuAD 2.0") from error
    found: dict[str, tuple[int, Example]] = {}
    passages: dict[str, Passage] = {}
    for page in squad.data:
        for paragraph in page.paragraphs:
            passage = _passage(page.title.replace("_", " "), paragraph.context)
            passages[passage.name] = passage
            for number, question in enumerate(paragraph.qas, 1):
                answers = tuple(dict.fromkeys(a.text for a in question.answers if a.text.strip()))
                if not answers and not question.is_impossible:
                    raise DataError(f"{path}: question {question.id} has no answer and is not marked is_impossible")
                example = Example(
                    id=question.id,
                    question=question.question.strip(),
                    kind="answerable" if answers else "unanswerable",
                    groups=(answers,) if answers else (),
                    relevant=frozenset({passage.name} if answers else ()),
                    answerable=bool(answers),
                    given=frozenset({passage.name}),
                )
                add_once(found, example, number, path)
    return tuple(e for _, e in found.values()), tuple(passages.values())


def read_qed(path: Path) -> tuple[tuple[Example, ...], tuple[Passage, ...]]:
    """QED (Lamm et al. 2021): each question over its own paragraph among four others.

    Half of the distractors are the paragraphs that share most words with the question, rare words before common ones,
    half are drawn at random, the same at every reading. The annotated supporting sentence is kept for citations.
    Raises DataError.
    """
    lines = list(read_records(path, _QedLine))
    passages = {number: _passage(line.title_text, line.paragraph_text) for number, line in lines}
    by_word: dict[str, set[int]] = defaultdict(set)
    for number, passage in passages.items():
        for word in _words(f"{passage.title} {passage.text}"):
            by_word[word].add(number)
    found: dict[str, tuple[int, Example]] = {}
    for number, line in lines:
        answers = tuple(
            dict.fromkeys(s.string for spans in line.original_nq_answers for s in spans if s.string.strip())
        )
        quotes = (
            (line.annotation.selected_sentence.string,) if line.annotation and line.annotation.selected_sentence else ()
        )
        own = passages[number]
        others = [n for n in passages if passages[n].title != own.title]
        shared = dict.fromkeys(others, 0.0)
        for word in _words(line.question_text):
            for n in by_word[word] & shared.keys():
                shared[n] += 1 / len(by_word[word])
        near = sorted(others, key=lambda n: (-shared[n], n))[: DISTRACTORS // 2]
        rest = Random(f"{line.example_id}").sample([n for n in others if n not in near], DISTRACTORS - len(near))
        example = Example(
            id=str(line.example_id),
            question=line.question_text,
            kind="answerable" if answers else "unanswerable",
            groups=(answers,) if answers else (),
            relevant=frozenset({own.name} if answers else ()),
            quotes=quotes,
            answerable=bool(answers),
            given=frozenset({own.name, *(passages[n].name for n in [*near, *rest])}),
        )
        add_once(found, example, number, path)
    return tuple(e for _, e in found.values()), tuple({p.name: p for p in passages.values()}.values())


def read_realtimeqa(path: Path) -> tuple[Example, ...]:
    """RealTime QA (Kasai et al. 2023), with the articles of the same weeks beside it. Raises DataError.

    ``relevant`` are the articles that contain an accepted answer as a string: weak labels, and so is that a question
    has no answer.
    """
    found: dict[str, tuple[int, Example]] = {}
    for number, line in read_records(path, _RealTimeLine):
        example = Example(
            id=str(line.id),
            question=line.question,
            kind="answerable" if line.answerable else "unanswerable",
            groups=(tuple(line.answers),) if line.answerable else (),
            relevant=frozenset(line.relevant_urls or line.relevant),
            asked=date.fromisoformat(line.asked) if line.asked else None,
            answerable=line.answerable,
        )
        add_once(found, example, number, path)
    return tuple(e for _, e in found.values())


def _passage(title: str, text: str) -> Passage:
    digest = hashlib.sha256(f"{title}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()
    return Passage(f"passage:{digest[:20]}", title, text)


def _words(text: str) -> set[str]:
    return {word for word in text.lower().split() if len(word) > 3}
