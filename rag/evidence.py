"""Hits to ranked evidence sentences: where in the retrieved passages the answer stands, and how surely."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from index.embed import Matrix
from index.mentions import date_mentions
from index.records import Article, Hit, Span
from index.sentences import split_sentences
from rag.question import Question
from rag.reader import Reading
from rag.words import Word, has_name, words

# Sentences that the reader looks at, best first by the cheap score: about half a second on two cores.
READ = 24
_WHEN = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|week|month|year|day|today|yesterday|tomorrow|decade)s?\b",
    re.I,
)
_PLACE = re.compile(
    r"\b(?:in|at|to|from|near|inside|outside|across)\s+(?:the\s+)?[A-Z]|^[A-Z]{3,}[A-Z ,.]*(?::|\s[–—-])"
)
_REASON = re.compile(
    r"\b(?:because|since|due|as a result|in order|so that|to \w+|amid|after|following|reason|aim\w*|why)\b", re.I
)


class PassageReader(Protocol):
    """A model that finds answers in passages; see ``rag.reader.Reader``."""

    def read(self, question: str, passages: Sequence[str], titles: Sequence[str] | None = None) -> Sequence[Reading]:
        """One reading for each passage, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer. ``span`` is the sentence, ``short`` the bare answer inside it where one was found;
    both are offsets into ``article.text``. ``score`` orders, ``answerable`` in [0, 1] decides whether to answer."""

    article: Article
    span: Span
    short: Span | None
    score: float
    answerable: float
    coverage: float
    similarity: float
    missing: tuple[str, ...]
    in_window: float

    @property
    def text(self) -> str:
        return self.span.of(self.article.text)


@dataclass(slots=True)
class _Candidate:
    article: Article
    span: Span
    around: Span
    rank: int
    cheap: float = 0.0
    coverage: float = 0.0
    similarity: float = 0.0
    missing: tuple[str, ...] = ()
    in_window: float = 0.0


def find_evidence(
    question: Question, hits: Sequence[Hit], embed: Callable[[Sequence[str]], Matrix], reader: PassageReader | None
) -> tuple[Evidence, ...]:
    """The sentences of the hits, best evidence first; an empty tuple for no hits."""
    candidates = _candidates(hits)
    if not candidates:
        return ()
    _score(question, candidates, embed)
    candidates.sort(key=lambda c: -c.cheap)
    candidates = candidates[: 2 * READ]
    readings = _read(question, candidates[:READ], reader) if reader else {}
    found = []
    for candidate in candidates:
        reading = readings.get((candidate.article.id, candidate.span.start))
        if reader and reading is None:
            continue
        found.append(_judge(question, candidate, reading))
    return tuple(sorted(found, key=lambda e: -e.score))


def _candidates(hits: Sequence[Hit]) -> list[_Candidate]:
    """Each sentence of the hits once, with its neighbours as context and the best rank of its chunks."""
    seen: set[tuple[str, int]] = set()
    sentences = {h.article.id: split_sentences(h.article.text) for h in hits}
    found = []
    for rank, hit in enumerate(hits):
        spans = sentences[hit.article.id]
        for n, span in enumerate(spans):
            if hit.chunk.span.covers(span) and (hit.article.id, span.start) not in seen:
                seen.add((hit.article.id, span.start))
                around = Span(spans[max(n - 1, 0)].start, spans[min(n + 1, len(spans) - 1)].end)
                found.append(_Candidate(hit.article, span, around, rank))
    return found


def _score(question: Question, candidates: list[_Candidate], embed: Callable[[Sequence[str]], Matrix]) -> None:
    asked = {w.key: w for w in question.words if w.content}
    texts = [c.span.of(c.article.text) for c in candidates]
    own = [words(t) for t in texts]
    keys = [{w.key for w in ws if w.content} for ws in own]
    wide = [
        {w.key for w in words(f"{c.article.title}. {c.article.event}. {c.around.of(c.article.text)}") if w.content}
        for c in candidates
    ]
    articles = {
        c.article.id: {w.key for w in words(f"{c.article.title}. {c.article.text}") if w.content} for c in candidates
    }
    weights = _weights(asked, keys)
    vectors = embed(
        [
            f"{question.borrowed} {question.text}".strip(),
            *(f"{c.article.title}. {t}" for c, t in zip(candidates, texts, strict=True)),
        ]
    )
    similarities = vectors[1:] @ vectors[0]
    windows = _in_window(question, candidates)
    total = sum(weights.values()) or 1.0
    for n, candidate in enumerate(candidates):
        covered = sum(
            weight * (1.0 if has_name(key, keys[n]) else 0.6 if has_name(key, wide[n]) else 0.0)
            for key, weight in weights.items()
        )
        candidate.coverage = covered / total
        candidate.similarity = float(similarities[n])
        candidate.missing = tuple(
            w.text
            for key, w in asked.items()
            if (w.name or w.number)
            and not has_name(
                key, articles[candidate.article.id] if w.name else wide[n] | articles[candidate.article.id]
            )
        )
        candidate.in_window = windows[n]
        kind = _kind_fits(question, own[n], texts[n], asked)
        candidate.cheap = (
            0.45 * candidate.similarity
            + 0.35 * candidate.coverage
            + 0.12 * kind
            + 0.05 / (1 + candidate.rank)
            + 0.15 * candidate.in_window
        )


def _weights(asked: dict[str, Word], keys: Sequence[set[str]]) -> dict[str, float]:
    """Weight of each content word asked: ln(1 + n / (1 + sentences that hold it)), so common words count less."""
    n = len(keys)
    return {key: float(np.log(1 + n / (1 + sum(has_name(key, k) for k in keys)))) for key in asked}


def _kind_fits(question: Question, own: Sequence[Word], text: str, asked: dict[str, Word]) -> float:
    """1 where the sentence holds what the kind of question wants (a name, a date, a number) beyond its own words."""
    new_names = [w for w in own if w.name and not has_name(w.key, asked)]
    if question.kind == "who":
        return 1.0 if new_names else 0.0
    if question.kind == "when":
        return 1.0 if _WHEN.search(text) else 0.0
    if question.kind == "where":
        return 1.0 if new_names and _PLACE.search(text) else 0.0
    if question.kind == "how many":
        return 1.0 if any(w.number and w.key not in asked for w in own) else 0.0
    if question.kind == "why":
        return 1.0 if _REASON.search(text) else 0.3
    return 0.5


def _in_window(question: Question, candidates: Sequence[_Candidate]) -> list[float]:
    """How well the dates of each candidate fit the period asked for, or the order ("the latest"), in [-1, 1]."""
    articles = {c.article.id: c.article for c in candidates}
    if question.latest or question.first:
        order = sorted(articles, key=lambda id: _latest_date(articles[id]))
        place = {id: n / max(len(order) - 1, 1) for n, id in enumerate(order)}
        return [place[c.article.id] if question.latest else 1 - place[c.article.id] for c in candidates]
    if not question.dated:
        return [0.0] * len(candidates)
    fits = {id: _fit(question, article) for id, article in articles.items()}
    return [fits[c.article.id] for c in candidates]


def _fit(question: Question, article: Article) -> float:
    """1 for an article published in the window or telling of it; -0.5 where the window only bounds its story ("since
    the last round in March 2023"); 0 where its dates are unknown; -1 where they lie elsewhere."""
    after = question.query.after
    before = question.query.before
    if article.published and (not after or article.published >= after) and (not before or article.published < before):
        return 1.0
    mentions = date_mentions(f"{article.event}\n{article.title}\n{article.text}")
    inside = [m for m in mentions if (not after or m.before > after) and (not before or m.after < before)]
    if any(not m.bound for m in inside):
        return 1.0
    if inside:
        return -0.5 if any(not m.bound for m in mentions) or "since" in article.text else 0.2
    return -1.0 if article.published else -0.3 if mentions else 0.0


def _latest_date(article: Article) -> tuple[str, str]:
    """Sort key for "the latest": the last date that the article is known to be at or after; a story told "since" a
    date is later than one told at it."""
    mentions = date_mentions(f"{article.event}\n{article.text}")
    days = [(m.before.isoformat() if m.bound else m.after.isoformat()) for m in mentions]
    if article.published:
        days.append(article.published.isoformat())
    return (max(days, default="0000"), article.id)


def _read(
    question: Question, candidates: Sequence[_Candidate], reader: PassageReader
) -> dict[tuple[str, int], tuple[Reading, Span | None]]:
    """The reader's view of each candidate within its neighbours, credited to the sentence that holds the span."""
    passages = [c.around.of(c.article.text) for c in candidates]
    results = reader.read(question.text, passages, [c.article.title for c in candidates])
    best: dict[tuple[str, int], tuple[Reading, Span | None]] = {}
    sentences = {c.article.id: split_sentences(c.article.text) for c in candidates}
    for candidate, reading in zip(candidates, results, strict=True):
        key = (candidate.article.id, candidate.span.start)
        span = None
        if reading.span is not None:
            span = Span(candidate.around.start + reading.span.start, candidate.around.start + reading.span.end)
            holder = next((s for s in sentences[candidate.article.id] if s.covers(span)), None)
            if holder is None:
                span = None
            else:
                key = (candidate.article.id, holder.start)
        if key not in best or best[key][0].answerable < reading.answerable:
            best[key] = (reading, span)
    return best


def _judge(question: Question, c: _Candidate, read: tuple[Reading, Span | None] | None) -> Evidence:
    reading, short = read if read else (None, None)
    penalty = 0.5 if c.missing else 0.0
    if reading is not None:
        answerable = reading.answerable
        score = 0.6 * answerable + c.cheap - penalty
    else:
        answerable = max(0.0, min(1.0, 0.6 * c.similarity + 0.7 * c.coverage - 0.1)) * (0.3 if c.missing else 1.0)
        score = c.cheap - penalty
    return Evidence(c.article, c.span, short, score, answerable, c.coverage, c.similarity, c.missing, c.in_window)
