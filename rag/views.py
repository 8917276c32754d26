"""What the reader makes of each sentence: in which of them it finds an answer, and how surely."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.records import Span
from index.sentences import split_sentences
from rag.features import Candidate
from rag.kinds import type_fits
from rag.question import Question
from rag.reader import Reading

LIMIT = 6.0  # of the reader's and the judge's logits


class PassageReader(Protocol):
    """A model that finds answers in passages; see ``rag.reader.Reader``."""

    def read(self, question: str, passages: Sequence[str], titles: Sequence[str] | None = None) -> Sequence[Reading]:
        """One reading for each passage, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Views:
    """What the reader makes of a sentence: ``near``, the relevance of the likeliest passage of three sentences whose
    answer stands in it; ``alone``, that of the sentence by itself; both logits within [-6, 6]. ``short`` is the answer,
    ``others`` what else it might be, in offsets of the article."""

    near: float = -LIMIT
    alone: float = -LIMIT
    short: Span | None = None
    others: tuple[Span, ...] = ()


def views_of(
    question: Question, candidates: Sequence[Candidate], reader: PassageReader
) -> dict[tuple[str, int], Views]:
    """The reader's views of the question; of a follow-up behind the turn before it and by itself, the better of both:
    the turn before says what it is about, and may be answered in its place."""
    by_itself, whole = question.timeless
    views = read_all(whole, candidates, reader)
    if by_itself == whole:
        return views
    alone = read_all(by_itself, candidates, reader)
    for c in candidates:
        key = (c.article.id, c.span.start)
        one, other = sorted((views[key], alone[key]), key=lambda v: -(v.near + v.alone))
        shorts = [v.short for v in (one, other) if v.short is not None]
        fitting = [span for span in shorts if type_fits(question, c.article, span, c.text)]
        short = next(iter(fitting or shorts), None)
        views[key] = Views(max(one.near, other.near), max(one.alone, other.alone), short, one.others + other.others)
    return views


def read_all(asked: str, candidates: Sequence[Candidate], reader: PassageReader) -> dict[tuple[str, int], Views]:
    """The reader's views of each candidate: within its neighbours, which may explain it, and alone, since a neighbour
    may answer for it. By article and start of the sentence."""
    titles = [c.article.title for c in candidates]
    alone = [c.told for c in candidates]
    readings = reader.read(asked, [*(c.passage for c in candidates), *alone], titles * 2)
    views: dict[tuple[str, int], Views] = {}
    for c, told, reading in zip(candidates, alone, readings[len(candidates) :], strict=True):
        by = c.span.end - len(told)
        short = next(iter(inside(c.span, [reading.span] if reading.span else [], by)), None)
        views[c.article.id, c.span.start] = Views(
            -LIMIT, limited(reading.relevance), short, inside(c.span, reading.others, by)
        )
    sentences = {c.article.id: split_sentences(c.article.text) for c in candidates}
    for c, reading in zip(candidates, readings[: len(candidates)], strict=True):
        span = _moved(reading.span, c.around.start)
        holder = next((s for s in sentences[c.article.id] if span is not None and s.covers(span)), None)
        if holder is None:
            continue
        key = (c.article.id, holder.start)
        view, near = views.get(key, Views()), limited(reading.relevance)
        if near >= view.near:
            views[key] = Views(near, view.alone, span, inside(holder, reading.others, c.around.start) + view.others)
    return views


def inside(sentence: Span, spans: Sequence[Span], by: int) -> tuple[Span, ...]:
    """Those of the spans, moved by so many code points, that the sentence covers."""
    moved = (_moved(span, by) for span in spans)
    return tuple(span for span in moved if span is not None and sentence.covers(span))


def _moved(span: Span | None, by: int) -> Span | None:
    return Span(span.start + by, span.end + by) if span is not None and span.start + by >= 0 else None


def limited(relevance: float) -> float:
    """A logit within [-6, 6]."""
    return max(-LIMIT, min(LIMIT, relevance))
