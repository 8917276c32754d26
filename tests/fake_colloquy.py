"""A pipeline without a model: it says what it was told to say, at the pace it was told to."""

import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np

from index.listing import Listing
from index.store import Store
from rag.answer import Answer, Cell, Citation, Row, Seconds, Sentence, Table
from rag.events import Drafted, Event, Finished, Retrieved, Verified
from rag.open_models import OpenModel, OpenModels
from rag.options import Options
from rag.question import Turn
from rag.records import (
    Article,
    Chunk,
    EventDate,
    Hit,
    QuestionError,
    Span,
    Window,
    article_id,
    date_mentions,
    split_sentences,
)
from tests.fakes import ScriptedModel

# Everything that must stay plain text, wherever in an article or a question it stands.
ATTACK = (
    "<script>window.harmed=1</script><img src=http://elsewhere.invalid/x.png onerror=window.harmed=2>"
    "![x](http://elsewhere.invalid/y.png) [z](javascript:window.harmed=3) {{value}} ${window.harmed=4} "
    "\"'><svg onload=window.harmed=5></button></dialog><style>*{display:none}</style>"
)


def article(title: str, text: str, **fields: object) -> Article:
    return Article(article_id(title, text), title, text, **fields)  # type: ignore[arg-type]


FERRY = article(
    "Island ferry returns after storm repairs",
    "The ferry between Marsk and the island of Olen sails again from Monday, the harbour office said.\n\n"
    "Repairs to the pier took eleven weeks and cost 2.4 million crowns. Engineer Tove Lind led the work, which was "
    "held up twice by high water.\n\nIslanders had been carried by fishing boats in the meantime. The mayor thanked "
    "the crews of all nine boats.\n\n"
    + "\n\n".join(
        f"Background note {n}: the line has run since 1931 and carries freight on weekdays." for n in range(1, 30)
    )
    + "\n\nTickets stay at the old price until the end of the year, the harbour office added.",
    published=date(2024, 3, 11),
    published_from="front matter",
    publisher="Marsk Courier",
    url="https://courier.example/ferry",
    event="Olen ferry repairs 2024",
)
CHOIR = article(
    "Choir of two valleys wins northern contest",
    "A choir of forty singers from two valleys won the northern contest on Saturday.\n\n"
    "Conductor Ilse Brandt said the singers had practised in a barn all winter.",
    publisher="Valley Post",
    path="articles/choir.md",
)
HOSTILE = article(
    f"Hostile {ATTACK}",
    f"The market opened on time. {ATTACK}\n\nNobody was hurt {ATTACK} and the stalls sold out by noon.",
    publisher=f"Publisher {ATTACK}",
    url="javascript:window.harmed=6",
    published=date(2024, 1, 2),
)
# Not in the library: it is only named, as a paper that prints the same words.
COPY = article(
    "Ferry line open again",
    FERRY.text,
    publisher="Olen Mail",
    published_within=Window(date(2024, 3, 11), date(2024, 3, 13)),
    published_from="inferred",
)
ARTICLES = (FERRY, CHOIR, HOSTILE)
MARCH = Window(date(2024, 3, 1), date(2024, 4, 1))


def cited(number: int, source: Article, quote: str, support: float = 1.0, copies: tuple[Article, ...] = ()) -> Citation:
    start = source.text.index(quote)
    return Citation(number, source, Span(start, start + len(quote)), quote, support, copies)


def hit(id: int, source: Article, words: str) -> Hit:
    start = source.text.index(words)
    span = Span(start, start + len(words))
    return Hit(Chunk(id, source.id, span, (span,)), source, 1.0 / id, id, None)


HITS = (
    hit(1, FERRY, "Repairs to the pier took eleven weeks and cost 2.4 million crowns."),
    hit(2, CHOIR, "A choir of forty singers from two valleys won the northern contest on Saturday."),
    hit(3, HOSTILE, f"Nobody was hurt {ATTACK} and the stalls sold out by noon."),
)
SCRIPT: Mapping[str, tuple[Sentence, ...]] = {
    "ferry": (
        Sentence("Engineer Tove Lind led the repairs.", (cited(1, FERRY, "Engineer Tove Lind led the work"),)),
        Sentence(
            "They took eleven weeks, and the ticket price stays.",
            (
                cited(2, FERRY, "Repairs to the pier took eleven weeks", 0.9, (COPY,)),
                cited(3, FERRY, "Tickets stay at the old price until the end of the year", 0.7),
            ),
        ),
    ),
    "choir": (
        Sentence("Ilse Brandt conducted the choir.", (cited(1, CHOIR, "Conductor Ilse Brandt said the singers"),)),
    ),
    "market": (Sentence(f"Nobody was hurt {ATTACK}.", (cited(1, HOSTILE, f"Nobody was hurt {ATTACK}"),)),),
}


TABLE = Table(
    ("led by", "cost of the repairs, with all that was paid for boats"),
    (
        Row(
            Cell("Ferry repairs", (cited(1, FERRY, "Repairs to the pier took eleven weeks"),)),
            (
                Cell("Tove Lind", (cited(2, FERRY, "Engineer Tove Lind led the work"),)),
                Cell("2.4 million crowns", (cited(3, FERRY, "cost 2.4 million crowns"),)),
            ),
        ),
        Row(
            Cell("Northern contest", (cited(4, CHOIR, "the northern contest"),)),
            (Cell(f"Ilse Brandt {ATTACK}", (cited(5, CHOIR, "Conductor Ilse Brandt"),)), Cell()),
        ),
    ),
)


@dataclass
class FakeLibrary:
    held: tuple[Article, ...] = ARTICLES
    home: Path = Path("no-library-here")

    @cached_property
    def listing(self) -> Listing:
        store = Store(Path(tempfile.mkdtemp(prefix="colloquy-test-")) / "library.db")
        for n, a in enumerate(self.held):
            sentences = (tuple(split_sentences(a.text)),)
            store.begin_source(f"source {n}")
            store.add(a, f"source {n}", sentences, np.ones((1, 1), dtype=np.float32))
        return store.listing

    def counts(self) -> tuple[int, int]:
        return len(self.held), len(self.held)

    def articles(self) -> list[Article]:
        return list(self.held)

    def article(self, id: str) -> Article | None:
        return next((a for a in self.held if a.id == id), None)

    def event_dates(self, article_ids: Sequence[str] = ()) -> tuple[EventDate, ...]:
        found = []
        for a in self.held:
            if article_ids and a.id not in article_ids:
                continue
            found += [EventDate(a.id, None, None, m.after, m.before, m.bound) for m in date_mentions(a.event)]
            for m in date_mentions(a.text):
                told = next(s for s in split_sentences(a.text) if s.start <= m.span.start < s.end)
                found.append(EventDate(a.id, told, m.span, m.after, m.before, m.bound))
        return tuple(found)


@dataclass
class FakeColloquy:
    """Answers by the first key of SCRIPT that stands in the question; declines all else.

    "March" in a question is a period, unless one is given. "compared" gives a table with a remark and no sentences.
    ``pause``: seconds before each event. ``gate``: where given, the answer waits for it after the evidence; a stop
    ends the wait. "boom" in a question raises, "endless" drafts until stopped.
    """

    library: FakeLibrary = field(default_factory=FakeLibrary)
    pause: float = 0.0
    gate: threading.Event | None = None
    asked: list[tuple[str, tuple[Turn, ...], date | None]] = field(default_factory=list)
    read: list[str] = field(default_factory=list)  # the questions that went beyond the passages found
    windows: list[Window | None] = field(default_factory=list)
    limits: list[tuple[str, ...]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    asked_with: list[Options | None] = field(default_factory=list)
    options: Options = field(default_factory=Options)
    open: int = 0  # answers that have begun and not ended
    models: OpenModels = field(default_factory=lambda: OpenModels(OpenModel(ScriptedModel("Yes."), "trained")))

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        asked: date | None = None,
        articles: Sequence[str] = (),
        window: Window | None = None,
        options: Options | None = None,
    ) -> Answer:
        *_, last = self.stream(question, history, asked, articles=articles, window=window, options=options)
        assert isinstance(last, Finished)
        return last.answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        asked: date | None = None,
        stop: threading.Event | None = None,
        articles: Sequence[str] = (),
        window: Window | None = None,
        options: Options | None = None,
    ) -> Iterator[Event]:
        self.asked_with.append(options)
        stop = stop or threading.Event()
        self.asked.append((question, tuple(history), asked))
        self.windows.append(window)
        self.limits.append(tuple(articles))
        if len(question) > 2000:
            raise QuestionError(f"the question has {len(question)} characters, 2000 are allowed; shorten it")
        period = window if window is not None else MARCH if "March" in question else Window()
        self.open += 1
        try:
            for event in self._events(question, stop, period):
                time.sleep(self.pause)
                if stop.is_set():
                    self.stopped.set()
                    return
                yield event
        finally:
            self.open -= 1

    def _events(self, question: str, stop: threading.Event, window: Window) -> Iterator[Event]:
        yield Retrieved(HITS)
        self.read.append(question)
        yield Drafted("Draft that")
        while self.gate and not self.gate.is_set() and not stop.is_set():
            time.sleep(0.01)
        if "boom" in question:
            raise ZeroDivisionError("a fault of the model")
        if "compared" in question:
            remark = f"The articles date the repairs differently. {ATTACK}"
            yield Finished(Answer(question, window=window, hits=HITS, table=TABLE, remark=remark))
            return
        key = next((k for k in SCRIPT if k in question), None)
        if key is None:
            reason = "The articles do not say who won the regatta."
            yield Finished(Answer(question, abstained=reason, window=window, hits=HITS, nearest=(FERRY, CHOIR)))
            return
        yield Drafted("Draft that is not verified")
        for sentence in SCRIPT[key]:
            yield Verified(sentence)
            while "endless" in question and not stop.is_set():
                time.sleep(0.01)
        seconds = Seconds(0.1, 0.4, 1.2)
        yield Finished(Answer(question, SCRIPT[key], window=window, hits=HITS, seconds=seconds))
