"""Events compared in a table: each event a row, each column filled from that event's articles alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from index.records import Article
from rag.answer import Cell, Row, Table
from rag.bare import bare_answer
from rag.compare import Column
from rag.compose import Citations, quote
from rag.event_lines import date_citation
from rag.evidence import Evidence, articles_of
from rag.happenings import BARE_KINDS, Happening, enough, newest_first
from rag.question import Question

# Evidence for a question over these articles alone, best first.
Look = Callable[[Question, Sequence[Article]], Sequence[Evidence]]


def table_of(
    columns: Sequence[tuple[Column, Question]],
    events: Sequence[Happening],
    look: Look,
    threshold: float,
    citations: Citations,
) -> Table | None:
    """The table over these events, newest first; None where fewer than two of them say anything."""
    told: list[tuple[Happening, list[Evidence | None]]] = []
    for event in newest_first(events):
        articles = articles_of(event.evidence)
        best = [_best(asked, look(asked, articles), threshold, len(columns) > 1) for _, asked in columns]
        if any(best):
            told.append((event, best))
    # Before anything is cited: what is not shown takes no number.
    if len(told) < 2:
        return None
    rows = []
    for event, best in told:
        cells = tuple(
            _cell(asked, item, citations) if item else Cell() for (_, asked), item in zip(columns, best, strict=True)
        )
        filled = next(c for c in cells if c.text)
        rows.append(Row(_heading(event, filled, citations), cells))
    return Table(tuple(c.heading for c, _ in columns), tuple(rows))


def _best(asked: Question, evidence: Sequence[Evidence], threshold: float, sides: bool) -> Evidence | None:
    """The best evidence that is sure enough; where a name, date or place is asked, one that has it, and of two sides
    one that surely is of the side asked about."""
    if sides and asked.kind == "who":
        evidence = [e for e in evidence if e.sure]
    elif asked.kind in BARE_KINDS:
        evidence = [e for e in evidence if e.told] or [e for e in evidence if e.short is not None]
    if asked.kind == "where":
        evidence = [e for e in evidence if e.answerable >= threshold] or evidence
        evidence = sorted(evidence, key=lambda e: (not e.told, e.span.start if e.told else 0))
    return next((e for e in evidence[:3] if e.answerable >= enough(threshold, e.told)), None)


def _cell(asked: Question, item: Evidence, citations: Citations) -> Cell:
    said = quote(item, citations)
    short = bare_answer(asked, item) if asked.kind in BARE_KINDS else ""
    return Cell(short or said.text, said.citations)


def _heading(event: Happening, filled: Cell, citations: Citations) -> Cell:
    """The event's date, with the words that tell it; where no words do, those of a cell, whose article shows it."""
    # What is not shown takes no number.
    said = quote(event.evidence[0], Citations())
    cited = date_citation(event, replace(said, citations=filled.citations), citations) or filled.citations[:1]
    return Cell(event.label or event.article.title or "date unknown", cited)
