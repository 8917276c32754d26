"""The project's own form of a question set: JSON Lines, its fields described in sets/README.md."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from eval.examples import Example
from eval.read_lines import read_records
from rag.periods_words import window_of_days
from rag.records import DataError, QuestionError, Window

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Alternatives = Annotated[list[_Text], Field(min_length=1)]
_Strict = ConfigDict(strict=True, extra="ignore")


class SetWindow(BaseModel):
    """after <= day < before, ISO days; both null for any time."""

    model_config = ConfigDict(strict=True, extra="forbid")

    after: str | None = None
    before: str | None = None

    def window(self) -> Window:
        """Raises QuestionError for days that make no period."""
        return window_of_days(self.after, self.before) or Window()


class SetLine(BaseModel):
    """A line of a set. ``answers`` or ``all``, or else ``unanswerable``; both for a question with a false premise; or
    ``quotes`` with ``relevant`` alone. A question that is not accepted may be without any of them yet."""

    model_config = _Strict

    question: _Text
    id: str | int | None = None
    kind: _Text = "all"
    answers: list[_Text] | None = Field(None, min_length=1)
    all: list[_Alternatives] | None = Field(None, min_length=1)
    wrong: list[_Text] = []
    relevant: list[_Text] = []
    relevant_all: list[_Text] = []
    events: list[_Alternatives] = []
    allowed: list[_Text] | None = None
    lines: list[Annotated[list[_Alternatives], Field(min_length=1)]] = []
    quotes: list[_Text] = []
    history: list[str] = []
    asked: str | None = None
    window: SetWindow | None = None
    unanswerable: bool = False
    state: Literal["open", "accepted", "dropped"] = "accepted"

    @model_validator(mode="before")
    @classmethod
    def _one_answer(cls, value: Any) -> Any:
        # A lone string where a list is expected is what people write; it means one answer.
        if isinstance(value, dict):
            value = {k: v for k, v in value.items() if v is not None}
            for name in ("answers", "relevant", "allowed", "quotes"):
                if isinstance(value.get(name), str):
                    value[name] = [value[name]]
        return value

    @model_validator(mode="after")
    def _answered(self) -> "SetLine":
        told = self.unanswerable or self.answers is not None or self.all is not None or (self.quotes and self.relevant)
        if not told and self.state == "accepted":
            raise ValueError(
                "'answers' is missing; give a list of accepted answers, 'quotes' with 'relevant', or "
                '"unanswerable": true'
            )
        if self.answers is not None and self.all is not None:
            raise ValueError("both 'answers' and 'all' are there; give one of them")
        if self.asked is not None:
            try:
                date.fromisoformat(self.asked)
            except ValueError:
                raise ValueError(f"'asked' is {self.asked!r}; expected a day such as 2023-03-08") from None
        if self.window is not None:
            try:
                self.window.window()
            except QuestionError as error:
                raise ValueError(f"'window': {error}") from None
        return self

    def example(self, id: str) -> Example:
        groups = self.all if self.all is not None else [self.answers] if self.answers else []
        return Example(
            id=id,
            question=self.question,
            kind=self.kind,
            groups=tuple(tuple(group) for group in groups),
            wrong=tuple(self.wrong),
            relevant=frozenset(self.relevant),
            relevant_all=frozenset(self.relevant_all),
            events=tuple(frozenset(event) for event in self.events),
            allowed=None if self.allowed is None else frozenset(self.allowed),
            lines=tuple(tuple(tuple(group) for group in line) for line in self.lines),
            quotes=tuple(self.quotes),
            history=tuple(self.history),
            asked=date.fromisoformat(self.asked) if self.asked else None,
            answerable=not self.unanswerable,
            window=self.window.window() if self.window else None,
        )


def read_json_lines(path: Path) -> tuple[Example, ...]:
    """The questions of a JSON Lines file; of drafted ones those that were accepted. One without an id gets the number
    of its line. Raises DataError."""
    states: dict[str, str] = {}
    found: dict[str, tuple[int, Example]] = {}
    for number, line in read_records(path, SetLine):
        example = line.example(str(line.id) if line.id is not None else f"line-{number}")
        add_once(found, example, number, path)
        states[example.id] = line.state
    kept = tuple(example for _, example in found.values() if states[example.id] == "accepted")
    if not kept:
        raise DataError(
            f'none of the {len(found)} questions in {path} is accepted; set "state" to "accepted" in the lines to ask, '
            "or accept them in the chat's Evaluation tab"
        )
    return kept


def add_once(found: dict[str, tuple[int, Example]], example: Example, number: int, path: Path) -> None:
    """Adds the example under its id. Raises DataError where the id is taken."""
    if example.id in found:
        raise DataError(
            f"{path}, line {number}: the id {example.id!r} stands in line {found[example.id][0]} too; "
            "each question needs an id of its own"
        )
    found[example.id] = (number, example)
