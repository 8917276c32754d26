"""What the judge thinks of the best sentences."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from index.records import Span
from rag.features import Candidate
from rag.judge import Judgement
from rag.question import Question

JUDGED = 6  # sentences that the judge sees, best first: each costs some 30 ms on two cores
LIMIT = 6.0  # of its logits


class PassageJudge(Protocol):
    """A model that says whether passages answer; see ``rag.judge.Judge``."""

    def judge(self, question: str, passages: Sequence[str], titles: Sequence[str]) -> Sequence[Judgement]:
        """One judgement for each passage, in their order."""
        ...


def judged(question: Question, candidates: Sequence[Candidate], judge: PassageJudge) -> list[Judgement]:
    """How surely each candidate answers, logits within [-6, 6], and with which words, in offsets of the article; of a
    follow-up as it stands and behind the turn before it, the better of both."""
    titles = [c.article.title for c in candidates]
    # A quotation is told with its speaker, who may stand three sentences up.
    told = [f"{c.speaker}: {c.text}" if c.speaker else c.text for c in candidates]
    asked = dict.fromkeys(question.timeless)
    views = zip(*(judge.judge(text, told, titles) for text in asked), strict=True)
    best = (max(each, key=lambda j: j.logit) for each in views)
    return [_placed(j, c, len(text) - len(c.text)) for j, c, text in zip(best, candidates, told, strict=True)]


def _placed(judgement: Judgement, c: Candidate, lead: int) -> Judgement:
    """Behind ``lead`` code points of its speaker the candidate's sentence begins; what lies in these is no answer."""
    span, by = judgement.span, c.span.start - lead
    moved = Span(span.start + by, span.end + by) if span is not None and span.start >= lead else None
    return replace(judgement, logit=max(-LIMIT, min(LIMIT, judgement.logit)), span=moved)
