"""Questions as JSON Lines in, answers as JSON Lines out."""

import json
from collections.abc import Iterator
from datetime import date
from typing import IO, Any

from index.errors import ColloquyError, QuestionError
from index.records import Window
from rag.answer import answer_json
from rag.periods_words import given_day, window_of_days
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
            question, history, asked, window = parse(record)
            yield answer_json(colloquy.ask(question, history, asked, window=window), id)
        except ColloquyError as error:
            yield {"id": id, "line": number, "error": str(error)}
        except Exception as error:  # one question must never end a run of thousands; the line says what happened
            yield {"id": id, "line": number, "error": f"{type(error).__name__}: {error}"}


def parse(record: dict[str, Any]) -> tuple[str, tuple[Turn, ...], date | None, Window | None]:
    """Question, history, the day that counts as today, the period given in place of the one in the question.

    Raises QuestionError naming the field that is wrong.
    """
    question = record.get("question")
    if not isinstance(question, str):
        raise QuestionError(f"'question' is {_kind(question)}; expected a string")
    history = record.get("history") or []
    if not isinstance(history, list) or not all(isinstance(q, str) for q in history):
        raise QuestionError("'history' is not a list of strings; expected the user's earlier questions, oldest first")
    asked = given_day(record.get("asked"), "'asked'")
    return question, tuple(Turn(q) for q in history), asked, _window(record.get("window"))


def _window(window: Any) -> Window | None:
    """None where none is given; an object without a day is the open period."""
    if window is None:
        return None
    days = [window.get(side) for side in ("after", "before")] if isinstance(window, dict) else [0]
    if any(not isinstance(day, str | None) for day in days) or set(window) - {"after", "before"}:
        raise QuestionError(
            f"'window' is {json.dumps(window)[:80]}; expected an object with 'after' and 'before', each a day such as "
            "2023-03-08 or null"
        )
    try:
        return window_of_days(*days) or Window()
    except QuestionError as error:
        raise QuestionError(f"'window': {error}") from None


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
