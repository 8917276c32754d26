"""Citation precision and recall of ALCE (Gao et al. 2023, "Enabling Large Language Models to Generate Text with
Citations"), with annotated supporting sentences as the judge in place of an entailment model.

A set of cited passages supports a sentence of the answer if it covers an annotated supporting sentence of the question.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_BLANKS = re.compile(r"\s+")
# A citation that holds this share of an annotated sentence covers it: a clause can carry the answer of a sentence.
COVERED = 0.5


@dataclass(frozen=True, slots=True)
class CitationScore:
    """Shares in [0, 1]; None where the answer has no citation (``precision``) or no sentence (``recall``)."""

    precision: float | None
    recall: float | None


def citation_score(answer: Mapping[str, Any], quotes: Sequence[str]) -> CitationScore:
    """ALCE's measures of one answer in its JSON form against the annotated supporting sentences.

    Recall: share of the answer's sentences that all their citations together support. Precision: share of the
    citations that are not irrelevant; one is irrelevant if it does not support its sentence by itself, while the others
    without it do, and none counts as relevant under a sentence that is not supported at all.
    """
    cited = {c["number"]: c["quote"] for c in answer.get("citations") or []}
    supported: list[bool] = []
    relevant: list[bool] = []
    for sentence in answer.get("sentences") or []:
        texts = [cited[n] for n in sentence["citations"]]
        whole = covers(" ".join(texts), quotes)
        supported.append(whole)
        for i, text in enumerate(texts):
            others = covers(" ".join(other for j, other in enumerate(texts) if j != i), quotes)
            relevant.append(whole and (covers(text, quotes) or not others))
    return CitationScore(
        sum(relevant) / len(relevant) if relevant else None, sum(supported) / len(supported) if supported else None
    )


def covers(cited: str, quotes: Sequence[str]) -> bool:
    """Whether the cited words hold one of the annotated sentences, or are at least half of one."""
    bare = _bare(cited)
    for quote in map(_bare, quotes):
        if quote and (quote in bare or (bare in quote and len(bare) >= COVERED * len(quote))):
            return True
    return False


def _bare(text: str) -> str:
    return _BLANKS.sub("", text).lower()
