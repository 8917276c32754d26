"""Hits to ranked evidence sentences: where in the retrieved passages the answer stands, and how surely."""

from collections.abc import Callable, Sequence, Set
from dataclasses import replace

from index.embed import Matrix
from index.records import Article, Hit, Span
from index.sentences import split_sentences
from rag.evidence import Evidence
from rag.features import Candidate, Features, measure
from rag.judging import PassageJudge, judged
from rag.question import Question
from rag.sayings import asks_sayings
from rag.stories import Stories
from rag.weighing import UNJUDGED, prior, sigmoid, unread, weighed

# Sentences that the judge looks at, best first by their features: at most so many, and beyond the first LEAST only
# those whose prior lies no more than GAP below the best. On the visible sets that loses one right sentence in a
# hundred, and spares a quarter of the judging.
READ, LEAST, GAP = 24, 8, 0.3
# Where none of them is so sure an answer, the judge looks further: at so many in all at most, and so far below.
DOUBT, MORE, MORE_GAP = 0.7, 36, 2.0
# Content words from which on a note may ask for something: "tunnel length Lorne", but not "drone strikes".
NOTE = 3
# Of a sentence in or next to that from which the turn before was answered, for a follow-up that leans on it.
BESIDE, BESIDE_LOGIT = 0.15, 1.6

_Pair = tuple[Candidate, Features]


def find_evidence(
    question: Question,
    hits: Sequence[Hit],
    embed: Callable[[Sequence[str]], Matrix],
    judge: PassageJudge | None,
    stories: Stories | None = None,
) -> tuple[Evidence, ...]:
    """The sentences of the hits, best evidence first; an empty tuple for no hits. Without a judge they are ranked by
    words and vectors alone. ``stories`` are those of the hits' articles, found anew where not given."""
    candidates = candidates_of(hits)
    if not candidates:
        return ()
    stories = stories or Stories([h.article for h in hits])
    features = measure(question, candidates, embed, stories)
    pairs = sorted(zip(candidates, features, strict=True), key=lambda pair: -prior(pair[1]))
    found = [unread(c, f) for c, f in _within(pairs[:READ], GAP)] if judge is None else _read(question, pairs, judge)
    return tuple(sorted(found, key=lambda e: -e.score))


def _read(question: Question, pairs: Sequence[_Pair], judge: PassageJudge) -> list[Evidence]:
    """The likeliest sentences as the judge sees them; in doubt it looks further."""
    sayings = asks_sayings(question)
    # A bare topic and a list of somebody's words ask nothing that it could judge.
    vague = bool(sayings) or (question.is_topic and sum(w.content for w in question.words) < NOTE)

    def read(some: Sequence[_Pair]) -> list[Evidence]:
        judgements = [UNJUDGED] * len(some) if vague else judged(question, [c for c, _ in some], judge)
        if question.is_topic:
            judgements = [max(j, UNJUDGED, key=lambda each: each.logit) for j in judgements]
        return [weighed(question, c, f, j, sayings) for (c, f), j in zip(some, judgements, strict=True)]

    found = read(likely := _within(pairs[:READ], GAP))
    if not vague and max(e.answerable for e in found) < DOUBT:
        found += read(_within(pairs[:MORE], MORE_GAP)[len(likely) :])
    return found


def _within(pairs: Sequence[_Pair], gap: float) -> list[_Pair]:
    """The first of these, and those whose prior lies no more than ``gap`` below that of the best."""
    least = prior(pairs[0][1]) - gap
    return [pair for n, pair in enumerate(pairs) if n < LEAST or prior(pair[1]) >= least]


def beside(found: Sequence[Evidence], last: Evidence) -> tuple[Evidence, ...]:
    """The evidence for a follow-up: what stands in or next to the sentence ``last``, from which the turn before was
    answered, comes before what is as good elsewhere."""
    spans = split_sentences(last.article.text)
    at = next((n for n, span in enumerate(spans) if span.start == last.span.start), None)
    if at is None:
        return tuple(found)
    near = {span.start for span in spans[max(0, at - 1) : at + 2]}
    return tuple(sorted((_raised(e) if _is(e, last.article, near) else e for e in found), key=lambda e: -e.score))


def _is(item: Evidence, article: Article, starts: Set[int]) -> bool:
    return item.article.id == article.id and item.span.start in starts


def _raised(item: Evidence) -> Evidence:
    return replace(item, score=item.score + BESIDE, answerable=sigmoid(item.logit + BESIDE_LOGIT))


def candidates_of(hits: Sequence[Hit]) -> list[Candidate]:
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
                found.append(Candidate(hit.article, span, around, rank))
    return found
