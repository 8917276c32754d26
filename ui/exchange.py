"""A conversation as the page holds it: questions, and how far each one has come."""

import threading
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from rag.answer import Answer, Citation, Sentence
from rag.conversation_record import KeptOptions, Vote
from rag.events import Drafted, Event, Finished, Recalling, Retrieved, Selected, Verified
from rag.options import Options
from rag.preferences import Preferences
from rag.records import Article, Hit, Window
from ui.scope import Scope
from ui.steps import Steps

Phase = Literal["waiting", "searching", "reading", "writing", "done", "stopped", "failed"]


@dataclass(slots=True)
class Exchange:
    """One question and what has arrived for it. ``number`` is never used twice in a conversation.

    ``window`` is the period that the user set in place of the one the question names, open for any time; None for none.
    ``asked`` is the day of the question. ``vote`` and ``remark`` are what the user thinks of the answer.
    ``scope`` is the part of the library that it is limited to, of whose articles ``missing`` have left the library;
    ``gone`` are the ids of articles shown here that have.
    ``place`` is that in the line while it waits, from 1; before it has one, ``behind`` says that others are before it.
    ``steps`` are those that were taken on this page, none of a kept one. ``preferences`` are what the user had set,
    ``options`` and ``used`` what that came to, None where the defaults were.
    """

    number: int
    question: str
    phase: Phase = "searching"
    hits: tuple[Hit, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    answer: Answer | None = None
    error: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    window: Window | None = None
    asked: date | None = field(default_factory=date.today)
    vote: Vote = 0
    remark: str = ""
    scope: Scope = field(default_factory=Scope)
    missing: int = 0
    gone: frozenset[str] = frozenset()
    place: int = 0
    behind: bool = False
    steps: Steps = field(default_factory=Steps)
    preferences: Preferences = field(default_factory=Preferences)
    options: Options | None = None
    used: KeptOptions | None = None

    @property
    def asked_with(self) -> str:
        """What it was asked with where that is other than the defaults: "long answers, strict"; else ""."""
        return with_words(self.preferences, self.used)

    @property
    def running(self) -> bool:
        return self.phase in ("waiting", "searching", "reading", "writing")

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations of the verified sentences, of a table too once it is there, each number once, in order."""
        if self.answer:
            return self.answer.citations
        by_number = {c.number: c for s in self.sentences for c in s.citations}
        return tuple(by_number[n] for n in sorted(by_number))

    @property
    def nearest(self) -> tuple[Article, ...]:
        return self.answer.nearest if self.answer else ()

    @property
    def text(self) -> str:
        """Plain text of what stands so far, for the history of a follow-up."""
        if self.answer:
            return self.answer.text
        return " ".join(s.text for s in self.sentences)

    def come(self, behind: bool) -> None:
        """Note whether others are before it, unless it has come further already."""
        if self.phase == "searching" and self.steps.began is None:
            self.behind = behind

    def wait(self, place: int) -> None:
        """Note the place in the line; 0 for the turn, with what was found until then."""
        self.place, self.behind = place, False
        if place:
            self.phase = "waiting"
            return
        self.phase = "searching" if self.steps.searched is None else "reading"
        self.steps.go_on()

    def take(self, event: Event) -> bool:
        """Take in one event of the pipeline. Returns whether there is something new to show."""
        match event:
            case Recalling():
                if self.phase == "waiting":
                    self.steps.hold()
                return False
            case Retrieved(hits):
                self.hits = hits
                self.steps.end_search()
                if self.phase == "waiting":
                    self.steps.hold()
                else:
                    self.phase = "reading"
            case Selected(_, shown):
                return bool(shown) and self._write()
            case Drafted():
                # The draft itself is not shown: it is not verified. Only that writing has begun is news.
                return self._write()
            case Verified(sentence):
                self._write()
                self.sentences = (*self.sentences, sentence)
            case Finished(answer):
                self.steps.end()
                self.answer, self.sentences, self.phase = answer, answer.sentences, "done"
                self.hits = answer.hits or self.hits
        return True

    def _write(self) -> bool:
        """Writing has begun. Returns whether that is news."""
        begins = self.phase != "writing"
        self.phase = "writing"
        self.steps.end_reading()
        return begins

    def halt(self) -> None:
        """Stop the pipeline; what has been verified stays."""
        self.stop.set()
        if self.running:
            self.phase = "stopped"
            self.steps.end()

    def fail(self, message: str) -> None:
        self.stop.set()
        self.error, self.phase = message, "failed"


def with_words(preferences: Preferences, used: KeptOptions | None) -> str:
    """What a question was asked with where that is other than the defaults; else ""."""
    if not preferences.model or used is None:
        return preferences.words
    model = used.model if used.model == preferences.model else f"{used.model}, since {preferences.model} was not open"
    return ", ".join(part for part in (preferences.words, model) if part)


class Conversation:
    """The exchanges of one browser tab, oldest first, and how far they are kept: ``id`` is that of the kept
    conversation, 0 where none is yet, with its ``revision`` and the numbers of the exchanges that it holds.
    ``fault`` says why the last answer could not be kept, "" where it was; ``told`` is what of that was told already.
    ``scope`` is what the next question is limited to.

    Not a dataclass: Gradio would copy one field by field into the page's configuration.
    """

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.asked = 0
        self.id = self.revision = 0
        self.kept: tuple[int, ...] = ()
        self.fault = self.told = ""
        self.scope = Scope()

    @property
    def last(self) -> Exchange | None:
        return self.exchanges[-1] if self.exchanges else None

    def ask(self, question: str, window: Window | None = None, scope: Scope | None = None) -> Exchange:
        """Add a question; one that is still being answered is stopped first. ``scope``: None for that of the page."""
        self.halt()
        self.asked += 1
        scope = self.scope if scope is None else scope
        self.exchanges.append(Exchange(self.asked, question, window=window, scope=scope))
        return self.exchanges[-1]

    def ask_again(self, index: int, question: str = "") -> Exchange | None:
        """Ask exchange ``index`` (from 0) again, reworded if ``question`` is given; later exchanges are dropped.

        A period that the user set stays with the same words; other words name their own. What it was limited to stays.
        Returns None, and changes nothing, where there is no such exchange.
        """
        if not 0 <= index < len(self.exchanges):
            return None
        self.halt()
        again = self.exchanges[index]
        del self.exchanges[index:]
        return self.ask(question or again.question, None if question else again.window, again.scope)

    def ask_within(self, window: Window | None) -> Exchange | None:
        """Ask the last question again in another period; None for the one that it names itself."""
        if not self.exchanges:
            return None
        self.exchanges[-1].window = window
        return self.ask_again(len(self.exchanges) - 1)

    def before(self, exchange: Exchange) -> list[Exchange]:
        """The exchanges before ``exchange`` that a follow-up can refer to."""
        return [e for e in self.exchanges if e.number < exchange.number and e.phase in ("done", "stopped")]

    def halt(self) -> None:
        for exchange in self.exchanges:
            exchange.halt()

    def with_number(self, number: object) -> Exchange | None:
        """The exchange of this number, which comes from the page; None where there is none."""
        return next((e for e in self.exchanges if str(e.number) == str(number)), None)

    def clear(self) -> None:
        self.halt()
        self.exchanges.clear()
        self.id, self.revision, self.kept, self.fault = 0, 0, (), ""
