"""A body as OpenAI's clients send it to the question in it. Pure; nothing of it is trusted."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from rag.periods_words import given_day, window_of_days
from rag.preferences import Preferences, asked_preferences
from rag.question import Turn, check_question
from rag.records import QuestionError, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a list of sources at the end of an answer begins with; it is no part of what a follow-up refers to.
LIST = "\n\nSources:\n[1] "


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its earlier turns. ``day`` is "today" for it, ``window`` the period given in place of its own,
    ``preferences`` how it is to be answered."""

    question: str
    history: tuple[Turn, ...] = ()
    day: date | None = None
    window: Window | None = None
    preferences: Preferences = field(default_factory=Preferences)
    stream: bool = False


def asked_of(body: bytes) -> Asked:
    """The question that the last message of a user asks; those before it and their answers become the history.

    Messages of other roles and fields that are not known are passed over; ``asked``, ``after``, ``before``, ``length``,
    ``caution`` and ``passages`` are those of ``api_name="chat"``. Raises QuestionError, naming the field, for anything
    that cannot be asked.
    """
    try:
        record = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"the body is not JSON ({error}); send an object with 'messages'") from None
    if not isinstance(record, dict):
        raise QuestionError(f"the body is a {type(record).__name__}; expected an object with 'messages'")
    turns, question = _turns(record.get("messages"))
    return Asked(
        question=check_question(question),
        history=turns,
        day=given_day(record.get("asked"), "asked"),
        window=window_of_days(record.get("after"), record.get("before")),
        preferences=asked_preferences(record.get("length"), record.get("caution"), record.get("passages")),
        stream=record.get("stream") is True,
    )


def _turns(messages: Any) -> "tuple[tuple[Turn, ...], str]":
    """The earlier turns, and the question that ends them."""
    if not isinstance(messages, list) or not messages:
        raise QuestionError("'messages' is not a list with a message in it; send [{'role': 'user', 'content': '...'}]")
    said: Sequence[tuple[str, str]] = [told for n, m in enumerate(messages) if (told := _message(m, n))]
    if not said or said[-1][0] != "user":
        raise QuestionError("the last of 'messages' is not of the user; end with the question, role 'user'")
    turns: list[Turn] = []
    for role, text in said[:-1]:
        if role == "user":
            turns.append(Turn(text))
        elif turns:
            turns[-1] = Turn(turns[-1].question, f"{turns[-1].answer} {text.partition(LIST)[0]}".strip())
    return tuple(turns), said[-1][1]


def _message(message: Any, number: int) -> tuple[str, str] | None:
    """Role and text of a message of the user or of the assistant; None for other roles."""
    where = f"messages[{number}]"
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        raise QuestionError(f"{where} is not an object with a 'role'; expected role and content")
    role, content = message["role"], message.get("content")
    if role not in ("user", "assistant"):
        return None
    if isinstance(content, list):
        parts = [part.get("text") if isinstance(part, dict) else None for part in content]
        if role == "user" and not all(isinstance(part, str) for part in parts):
            raise QuestionError(f"{where} has a part that is not text; only texts can be asked about")
        content = " ".join(part for part in parts if isinstance(part, str))
    if content is None and role == "assistant":
        return None  # a call of a tool
    if not isinstance(content, str):
        raise QuestionError(f"the content of {where} is a {type(content).__name__}; expected a text")
    return role, content
