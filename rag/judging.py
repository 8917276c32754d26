"""What the judge thinks of the best sentences."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from index.records import Span
from rag.features import Candidate
from rag.judge import Judgement
from rag.question import Question

LIMIT = 6.0  # of the judge's logits


class PassageJudge(Protocol):
    """A model that says whether passages answer; see ``rag.judge.Judge``."""

    def judge(self, question: str, passages: Sequence[str], titles: Sequence[str]) -> Sequence[Judgement]:
        """One judgement for each passage, in their order."""
        ...


def judged(question: Question, candidates: Sequence[Candidate], judge: PassageJudge) -> list[Judgement]:
    """How surely each candidate answers, logits within [-6, 6], and with which words, in offsets of the article; of a
    follow-up as it stands and behind the turn before it, the better of both."""
    titles = [c.article.title for c in candidates]
    told = [c.told for c in candidates]
    asked = dict.fromkeys(question.timeless)
    views = zip(*(judge.judge(text, told, titles) for text in asked), strict=True)
    best = (max(each, key=lambda j: j.logit) for each in views)
    return [_placed(j, c) for j, c in zip(best, candidates, strict=True)]


def _placed(judgement: Judgement, c: Candidate) -> Judgement:
    """Its answers in offsets of the article, where they lie in the sentence and not in the speaker before it."""
    by = c.span.end - len(c.told)
    spans = [] if judgement.span is None else [judgement.span, *judgement.others]
    inside = [Span(s.start + by, s.end + by) for s in spans if s.start + by >= c.span.start]
    logit = max(-LIMIT, min(LIMIT, judgement.logit))
    return replace(judgement, logit=logit, span=next(iter(inside), None), others=tuple(inside[1:]))
