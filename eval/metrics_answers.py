"""Exact match and F1 of short answers, as the evaluation script of SQuAD 2.0 defines them, and containment."""

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence

from eval.words import holds_all

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = frozenset(string.punctuation)


def normalised(text: str) -> str:
    """Lower case, ASCII punctuation taken out, the words a, an and the taken out, blanks folded, in this order.

    Source: Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text", and the official
    evaluation script of SQuAD 2.0.
    """
    bare = "".join(c for c in text.lower() if c not in _PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def exact_match(prediction: str, answers: Sequence[str]) -> float:
    """1.0 where the normalised prediction equals a normalised accepted answer. No answers: 1.0 for "" alone."""
    return _best(lambda answer: float(normalised(prediction) == normalised(answer)), answers)


def f1(prediction: str, answers: Sequence[str]) -> float:
    """The highest token F1 against the accepted answers: 2PR / (P + R) over the bags of normalised tokens.

    Where prediction or answer has no token, 1.0 if neither has, else 0.0 (SQuAD 2.0). No answers: 1.0 for "" alone.
    """
    return _best(lambda answer: _token_f1(normalised(prediction).split(), normalised(answer).split()), answers)


def contains(text: str, groups: Sequence[Sequence[str]]) -> float:
    """1.0 where the text contains an alternative of every group, compared without case, blanks and kinds of quotes."""
    return float(holds_all(text, groups))


def _best(score: Callable[[str], float], answers: Sequence[str]) -> float:
    # As the official script: an answer that normalises to nothing ("the") does not count, unless none is left.
    kept = [answer for answer in answers if normalised(answer)]
    return max(score(answer) for answer in kept or [""])


def _token_f1(predicted: list[str], wanted: list[str]) -> float:
    if not predicted or not wanted:
        return float(predicted == wanted)
    shared = sum((Counter(predicted) & Counter(wanted)).values())
    if not shared:
        return 0.0
    precision, recall = shared / len(predicted), shared / len(wanted)
    return 2 * precision * recall / (precision + recall)
