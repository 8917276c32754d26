"""What is measured of each candidate sentence before the reader looks at it."""

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from math import log

from index.embed import Matrix
from index.mentions import date_mentions
from index.records import Article, Span
from rag.periods import contradicts, period_fits
from rag.question import Question
from rag.speakers import speakers
from rag.words import Word, has_name, words

_WHEN = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|week|month|year|day|today|yesterday|tomorrow|decade)s?\b",
    re.I,
)
_AMOUNT = re.compile(
    r"\d|\b(?:one|first|half|twice|dozens?|hundreds?|thousands?|millions?|billions?|trillions?)\b", re.I
)
_PLACE = re.compile(
    r"\b(?:in|at|to|from|near|inside|outside|across)\s+(?:the\s+)?[A-Z]|^[A-Z]{3,}[A-Z ,.]*(?::|\s[–—-])"
)
_REASON = re.compile(
    r"\b(?:because|since|due|as a result|in order|so that|to \w+|amid|after|following|reason|aim\w*|why)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit, ``around``: it and its neighbours, and the best rank of its chunk, from 0."""

    article: Article
    span: Span
    around: Span
    rank: int

    @property
    def text(self) -> str:
        return self.span.of(self.article.text)

    @property
    def speaker(self) -> str:
        """Who says the sentence, where it does not name its speaker itself; "" for nobody known."""
        return speakers(self.article.text).get(self.span.start, "")

    @property
    def passage(self) -> str:
        return self.around.of(self.article.text)


@dataclass(frozen=True, slots=True)
class Features:
    """All in [0, 1] but ``similarity``, a cosine, and ``period`` in [-1, 1].

    ``coverage``: share of the question's content words in the sentence (60 % counted where only a neighbour or the
    headline has the word), rare words weighing more; ``story``: the same in the whole article; ``kind``: the sentence
    holds a name, number, date or place as asked; ``far``: share of the question's names that stand neither in it nor
    beside it; ``missing``: its names and numbers that the article lacks.
    """

    similarity: float
    coverage: float
    story: float
    kind: float
    rank: float
    period: float
    far: float
    missing: tuple[str, ...]


def measure(
    question: Question, candidates: Sequence[Candidate], embed: Callable[[Sequence[str]], Matrix]
) -> list[Features]:
    """The features of each candidate, in their order."""
    asked = _asked(question)
    # A quotation counts as naming its speaker, who may stand three sentences up.
    told = [f"{c.speaker}: {c.text}" if c.speaker else c.text for c in candidates]
    near = [_keys(text) for text in told]
    beside = [_keys(f"{c.article.title}. {c.article.event}. {c.passage}") for c in candidates]
    articles = {c.article.id: c.article for c in candidates}
    whole = {id: _keys(f"{a.title}. {a.event}. {a.text}") for id, a in articles.items()}
    weights = {key: weight * _rarity(key, near) for key, (_, weight) in asked.items()}
    rare = {key: weight * _rarity(key, list(whole.values())) for key, (_, weight) in asked.items()}
    # Half for the question as it stands: what it borrows must not drown what it asks.
    asking = list(question.timeless)
    vectors = embed([*asking, *told])
    similarities = vectors[2:] @ (vectors[0] + vectors[1]) / 2
    periods = period_fits(question, articles)
    own = {w.key: w for w in question.words if w.content}
    dates = [m.span for m in date_mentions(question.text)]
    named = [w for w, _ in asked.values() if w.name]
    stories = {id: _share(rare, keys) for id, keys in whole.items()}
    found = []
    for n, c in enumerate(candidates):
        everything = whole[c.article.id]
        found.append(
            Features(
                similarity=float(similarities[n]),
                coverage=_share(weights, near[n], beside[n]),
                story=stories[c.article.id],
                kind=_kind_fits(question, words(c.text), c.text, own),
                rank=1 / (1 + c.rank),
                period=-1.0 if contradicts(question, c.text) else periods[c.article.id],
                far=sum(not has_name(w.key, near[n] | beside[n]) for w in named) / len(named) if named else 0.0,
                missing=tuple(
                    w.text
                    for w in own.values()
                    if (w.name or w.text[0].isdigit())
                    and not has_name(w.key, everything)
                    and not ((periods[c.article.id] > 0 or question.beyond) and any(d.covers(w.span) for d in dates))
                ),
            )
        )
    return found


def type_fits(question: Question, short: str) -> bool:
    """Whether a bare answer can be one to the kind of question: a name for who and where, a date, a number."""
    match question.kind:
        case "who" | "where":
            return any(c.isupper() for c in short)
        case "when":
            return bool(_WHEN.search(short)) or any(c.isdigit() for c in short)
        case "how many":
            return bool(_AMOUNT.search(short)) or any(w.number for w in words(short))
        case _:
            return True


def _asked(question: Question) -> Mapping[str, tuple[Word, float]]:
    """The content words of the question, weight 1, and those borrowed from earlier turns, weight 0.25."""
    borrowed = {w.key: (w, 0.25) for w in words(question.borrowed) if w.content}
    dates = [m.span for m in date_mentions(question.text)]
    DW = 0.4
    weights = {w.key: (w, DW if any(d.covers(w.span) for d in dates) else 1.0) for w in question.words if w.content}
    return borrowed | weights


def _keys(text: str) -> set[str]:
    return {w.key for w in words(text) if w.content}


def _rarity(key: str, texts: Sequence[set[str]]) -> float:
    """ln(1 + n / (1 + texts that hold the word)): words that stand everywhere tell little."""
    return log(1 + len(texts) / (1 + sum(has_name(key, keys) for keys in texts)))


def _share(weights: Mapping[str, float], near: Set[str], beside: Set[str] = frozenset()) -> float:
    total = sum(weights.values())
    held = sum(
        weight * (1.0 if has_name(key, near) else 0.6 if has_name(key, beside) else 0.0)
        for key, weight in weights.items()
    )
    return held / total if total else 0.0


def _kind_fits(question: Question, own: Sequence[Word], text: str, asked: Mapping[str, Word]) -> float:
    """1 where the sentence holds what the kind of question wants (a name, a date, a number) beyond its own words."""
    new_names = [w for w in own if w.name and not has_name(w.key, asked)]
    match question.kind:
        case "who":
            return 1.0 if new_names else 0.0
        case "when":
            return 1.0 if _WHEN.search(text) else 0.0
        case "where":
            return 1.0 if new_names and _PLACE.search(text) else 0.0
        case "how many":
            return 1.0 if any(w.number and w.key not in asked for w in own) else 0.0
        case "why":
            return 1.0 if _REASON.search(text) else 0.3
        case _:
            return 0.5
