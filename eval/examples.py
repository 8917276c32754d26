"""What a question of an evaluation set is, and what is right for it."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rag.records import Window


@dataclass(frozen=True, slots=True)
class Example:
    """One question of a set.

    ``groups`` are the items that a right answer names, each as a tuple of alternatives; a single group for most
    questions, none where the question has no answer. ``wrong`` are strings of which a right answer has none: the value
    of the other, similar event. ``relevant`` are names of articles (id, file name or address) of which one must be
    cited, ``relevant_all`` names each of which must be. ``events`` are for a question about several events: the names
    of the articles on each, of which one must be cited for every event. ``allowed`` are further articles that a right
    answer may cite; None where nobody has said which those are, so that no mixture of events can be told. ``lines`` are
    what must stand together, each in the form of ``groups``: in one sentence of the answer or one row of its table.
    ``quotes`` are the annotated supporting sentences. ``given`` are the names of the only articles to answer from;
    empty for all. ``history`` holds the user's earlier questions. ``window`` is the period that the
    user set in place of the one that the question names, open for any time; None where none was set.
    """

    id: str
    question: str
    kind: str = "all"
    groups: tuple[tuple[str, ...], ...] = ()
    wrong: tuple[str, ...] = ()
    relevant: frozenset[str] = frozenset()
    relevant_all: frozenset[str] = frozenset()
    events: tuple[frozenset[str], ...] = ()
    allowed: frozenset[str] | None = None
    lines: tuple[tuple[tuple[str, ...], ...], ...] = ()
    quotes: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    asked: date | None = None
    answerable: bool = True
    given: frozenset[str] = frozenset()
    window: Window | None = None

    @property
    def answers(self) -> tuple[str, ...]:
        """The accepted answers of a question that asks for one item; of several, the alternatives of all."""
        return tuple(answer for group in self.groups for answer in group)

    @property
    def sources(self) -> frozenset[str]:
        """The names of all articles that hold something of the answer; empty where none are known."""
        return self.relevant.union(self.relevant_all, *self.events)


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that comes with a set, indexed as an article of its own; ``name`` becomes its address."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """A set of questions and what they are asked over: files to index as they stand, or passages of its own.

    ``digest`` is the SHA-256 of the files that were read. ``form`` says how it was read, in words. Both ``files`` and
    ``passages`` are empty for a set that is asked over a library of the user's choice. ``source`` is the name or path
    that it was read from, ``asked_over`` the path of articles that were named for it.
    """

    name: str
    form: str
    digest: str
    examples: tuple[Example, ...]
    files: tuple[Path, ...] = ()
    passages: tuple[Passage, ...] = field(default=(), repr=False)
    source: str = ""
    asked_over: str = ""
