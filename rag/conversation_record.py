"""A kept conversation, its turns and their one stored form."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal, cast, get_args

from index.errors import SettingsError
from index.records import Window
from rag.answer import Answer
from rag.answer_record import answer_record, read_answer, read_window, window_record
from rag.options import Options
from rag.preferences import Preferences, preferences_fields, preferences_of
from rag.scope import Scope, read_scope, scope_record

Ended = Literal["done", "stopped", "failed"]
Vote = Literal[-1, 0, 1]
# Characters of a title that is made from a question: two lines of the list.
LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class KeptOptions:
    """The options of a question as they are kept; ``model`` is the name of the one that wrote."""

    threshold: float
    passages: int
    max_tokens: int
    sentences: int
    model: str

    @classmethod
    def of(cls, options: Options, first: str) -> "KeptOptions":
        """``first`` is the name of the model that writes where the options name none."""
        model = options.model.name if options.model else first
        return cls(options.threshold, options.passages, options.max_tokens, options.sentences, model)


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """One question with how its answer ended. ``number`` is its own in the conversation, growing.

    ``question`` is as it was typed; that of ``answer`` may be spelled otherwise. ``asked`` is the day on which it was
    asked, ``history`` the earlier questions that it could refer to, ``window`` the period that the user set, None where
    none was, ``scope`` the part of the library that it was limited to, ``preferences`` what the user had set for it and
    ``options`` what that came to, None where the defaults were. ``answer`` of a stopped or failed turn holds what had
    been verified; ``error`` says what failed. ``vote``
    is 1 for up, -1 for down, 0 for none; ``remark`` goes with it.
    """

    number: int
    question: str
    answer: Answer
    phase: Ended = "done"
    asked: date | None = None
    history: tuple[str, ...] = ()
    window: Window | None = None
    error: str = ""
    vote: Vote = 0
    remark: str = ""
    scope: Scope = field(default_factory=Scope)
    preferences: Preferences = field(default_factory=Preferences)
    options: KeptOptions | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation as a list shows it. ``updated``, with its time zone, is when it was last gone on with."""

    id: int
    title: str
    updated: datetime


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation with its turns, oldest first. ``revision`` grows with every change of its turns."""

    id: int
    title: str
    created: datetime
    updated: datetime
    revision: int
    turns: tuple[KeptTurn, ...]


def title_of(question: str) -> str:
    """The question as a title: one line, shortened at a word."""
    words = " ".join(question.split())
    if len(words) <= LONGEST_TITLE:
        return words
    cut = words[:LONGEST_TITLE]
    if not words[LONGEST_TITLE].isspace():
        # A beginning without a blank is one long word, and is cut inside.
        cut = cut.rpartition(" ")[0] or cut[: LONGEST_TITLE - 1]
    return cut.rstrip(" ,;:-–—") + "…"


def turn_record(turn: KeptTurn) -> str:
    """JSON of all but number, phase, vote and remark, which have columns of their own. ASCII, so that lone surrogates
    can be stored too."""
    fields: dict[str, Any] = {
        "question": turn.question,
        "asked": turn.asked.isoformat() if turn.asked else None,
        "history": list(turn.history),
        "window": window_record(turn.window),
        "error": turn.error,
        "scope": scope_record(turn.scope),
        "preferences": preferences_fields(turn.preferences),
        "options": asdict(turn.options) if turn.options else None,
        "answer": answer_record(turn.answer),
    }
    return json.dumps(fields)


def read_turn(number: int, phase: str, vote: int, remark: str, record: str) -> KeptTurn:
    """Raises ValueError for what ``turn_record`` did not write."""
    fields = json.loads(record)
    if phase not in get_args(Ended) or vote not in get_args(Vote):
        raise ValueError(f"the phase is {phase!r} and the vote {vote!r}")
    try:
        return KeptTurn(
            number=number,
            question=fields["question"],
            answer=read_answer(fields["answer"]),
            phase=cast(Ended, phase),
            asked=date.fromisoformat(fields["asked"]) if fields["asked"] else None,
            history=tuple(fields["history"]),
            window=read_window(fields["window"]),
            error=fields["error"],
            vote=cast(Vote, vote),
            remark=remark,
            # Of later fields: the first records have none of them.
            scope=read_scope(fields.get("scope")),
            preferences=preferences_of(fields.get("preferences") or {}),
            options=KeptOptions(**fields["options"]) if fields.get("options") else None,
        )
    except (KeyError, TypeError, SettingsError) as error:
        raise ValueError(f"no turn can be read from the record ({type(error).__name__}: {error})") from error
