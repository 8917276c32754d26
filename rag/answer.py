"""The answer and its one JSON form."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from index.records import Article, Hit, Span


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words that a sentence rests on: ``article.text[span.start:span.end] == quote``.

    ``support`` in [0, 1] says how strongly they carry the sentence; 1 for a literal quotation.
    """

    number: int
    article: Article
    span: Span
    quote: str
    support: float

    def __post_init__(self) -> None:
        if self.span.of(self.article.text) != self.quote:
            raise ValueError(f"citation {self.number}: the quote does not stand at {self.span} of {self.article.id}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with the citations that carry it, at least one. ``item``: it is an item of a list and
    stands on a line of its own."""

    text: str
    citations: tuple[Citation, ...]
    item: bool = False


@dataclass(frozen=True, slots=True)
class Seconds:
    """Wall-clock seconds from the question to the evidence, to the first verified words, and to the end."""

    retrieve: float = 0.0
    first: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Window:
    """The period that the question asks about: ``after <= date < before``; None is open."""

    after: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown. ``abstained`` is "" for an answer, else the reason in words; then ``sentences`` is empty.

    ``unanswered`` are the parts of the question that the articles do not answer while others are answered.
    ``short`` is the bare name, number or date where there is one, else "". ``hits`` are what retrieval found, best
    first; ``nearest`` are the articles to name when declining.
    """

    question: str
    sentences: tuple[Sentence, ...] = ()
    abstained: str = ""
    unanswered: tuple[str, ...] = ()
    short: str = ""
    window: Window = Window()
    hits: tuple[Hit, ...] = ()
    nearest: tuple[Article, ...] = ()
    seconds: Seconds = field(default_factory=Seconds)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations, each number once, in order of number."""
        by_number = {c.number: c for s in self.sentences for c in s.citations}
        return tuple(by_number[n] for n in sorted(by_number))

    @property
    def text(self) -> str:
        """Plain text with ``[1]`` marks after each sentence, the items of a list on lines of their own; when declining,
        the reason and the nearest articles."""
        if self.abstained:
            nearest = "; ".join(f"“{a.title}”" for a in self.nearest)
            return f"{self.abstained} The nearest articles: {nearest}." if nearest else self.abstained
        parts = [f"\n- {_marked(s)}" if s.item else f" {_marked(s)}" for s in self.sentences]
        refused = [f"The articles do not say: {part}" for part in self.unanswered]
        gap = "\n" if self.sentences and self.sentences[-1].item else " "
        return "".join([*parts, *(gap + line for line in refused)]).strip()


def _marked(sentence: Sentence) -> str:
    return sentence.text + "".join(f" [{c.number}]" for c in sentence.citations)


def article_json(article: Article) -> dict[str, Any]:
    """The article without its text, as scripts see it; unknown values are null."""
    return {
        "id": article.id,
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "publisher": article.publisher or None,
        "url": article.url or None,
        "path": article.path or None,
    }


def answer_json(answer: Answer, id: Any = None) -> dict[str, Any]:
    """The one JSON form for scripts; documented in the README and kept stable."""
    return {
        "id": id,
        "answer": answer.text,
        "short": answer.short or None,
        "abstained": answer.abstained or None,
        "sentences": [{"text": s.text, "citations": [c.number for c in s.citations]} for s in answer.sentences],
        "citations": [
            {
                "number": c.number,
                "article": article_json(c.article),
                "start": c.span.start,
                "end": c.span.end,
                "quote": c.quote,
                "support": round(c.support, 4),
            }
            for c in answer.citations
        ],
        "window": {
            "after": answer.window.after.isoformat() if answer.window.after else None,
            "before": answer.window.before.isoformat() if answer.window.before else None,
        },
        "seconds": {
            "retrieve": round(answer.seconds.retrieve, 3),
            "first": round(answer.seconds.first, 3),
            "total": round(answer.seconds.total, 3),
        },
    }
