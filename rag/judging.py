"""What the judge thinks of the best sentences."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from rag.features import Candidate
from rag.judge import Judgement
from rag.question import Question
from rag.views import inside, limited

JUDGED = 6  # sentences that the judge sees, best first: each costs some 25 ms on two cores


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
    """Its answer in offsets of the article, where it lies in the sentence and not in the speaker before it."""
    spans = [judgement.span] if judgement.span else []
    span = next(iter(inside(c.span, spans, c.span.end - len(c.told))), None)
    return replace(judgement, logit=limited(judgement.logit), span=span)
