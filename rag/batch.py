"""Questions as JSON Lines in, answers as JSON Lines out."""

import json
from collections.abc import Iterator
from datetime import date
from typing import IO, Any

from index.errors import ColloquyError, QuestionError
from rag.answer import answer_json
from rag.pipeline import Colloquy
from rag.question import Turn

# A question is at most 2,000 characters and a history some of those; a longer line is no question.
MAX_LINE = 1_000_000


def answer_lines(colloquy: Colloquy, lines: IO[str]) -> Iterator[dict[str, Any]]:
    """One record for each line that is not blank, in order, as each is ready.

    A line that cannot be asked gives ``{"id": ..., "line": number, "error": "..."}`` and the run goes on.
    """
    for number, line in _lines(lines):
        id: Any = None
        try:
            if line is None:
                raise QuestionError(f"the line is longer than {MAX_LINE:,} characters; expected one question a line")
            record = _record(line)
            id = record.get("id")
            question, history, asked = parse(record)
            yield answer_json(colloquy.ask(question, history, asked), id)
        except ColloquyError as error:
            yield {"id": id, "line": number, "error": str(error)}
        except Exception as error:  # one question must never end a run of thousands; the line says what happened
            yield {"id": id, "line": number, "error": f"{type(error).__name__}: {error}"}


def parse(record: dict[str, Any]) -> tuple[str, tuple[Turn, ...], date | None]:
    """Question, history and the day that counts as today. Raises QuestionError naming the field that is wrong."""
    question = record.get("question")
    if not isinstance(question, str):
        raise QuestionError(f"'question' is {_kind(question)}; expected a string")
    history = record.get("history") or []
    if not isinstance(history, list) or not all(isinstance(q, str) for q in history):
        raise QuestionError("'history' is not a list of strings; expected the user's earlier questions, oldest first")
    asked = record.get("asked")
    if asked is None:
        return question, tuple(Turn(q) for q in history), None
    try:
        return question, tuple(Turn(q) for q in history), date.fromisoformat(asked)
    except (TypeError, ValueError) as error:
        raise QuestionError(f"'asked' is {asked!r}; expected a day such as 2023-03-08") from error


def _record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"the line is not JSON ({error}); expected an object with 'question'") from error
    if not isinstance(record, dict):
        raise QuestionError(f"the line is {_kind(record)}; expected an object with 'question'")
    return record


def _lines(lines: IO[str]) -> Iterator[tuple[int, str | None]]:
    """Line number from 1 and the line; None for one that is too long, which is never held in memory whole."""
    number = 0
    while line := lines.readline(MAX_LINE):
        number += 1
        if len(line) == MAX_LINE and not line.endswith("\n"):
            while rest := lines.readline(MAX_LINE):
                if rest.endswith("\n"):
                    break
            yield number, None
        elif line.strip():
            yield number, line.removeprefix("\ufeff")


def _kind(value: object) -> str:
    return "missing" if value is None else f"a {type(value).__name__}"
