"""What is measured of each candidate sentence before the judge looks at it."""

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from index.embed import Matrix
from index.records import Article, Span
from rag.countries import country_of, names_country
from rag.held_words import compounds, held_weight, keys_of, keys_of_article, rarity, share
from rag.kinds import kind_fits
from rag.periods import Periods
from rag.question import Question
from rag.speakers import speakers
from rag.stories import Stories
from rag.windows import named_dates
from rag.words import Word, has_name, words

_CLAUSE = re.compile(
    r"[,;:–—]\s|"
    r"\s(?=(?:and|but|which|who|that|after|while|where|because|amid|when|including|as well as|over|with|to)\s)"
)
_ABBREVIATIONS = re.compile(r"[A-Z]{2,5}s")  # "NGOs" name nobody
_FORM = re.compile(r"[A-Z]{2,4}|Inc|Ltd|Corp|Co")
_MARKS = ' "“”'


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
        found = speakers(self.article.text).get(self.span.start)
        return found.name if found else ""

    @property
    def told(self) -> str:
        """The sentence behind its speaker: a quotation names whom it is of, who may stand three sentences up."""
        speaker = self.speaker
        return f"{speaker}: {self.text}" if speaker else self.text

    @property
    def passage(self) -> str:
        return self.around.of(self.article.text)


@dataclass(frozen=True, slots=True)
class Features:
    """All in [0, 1] but ``similarity`` and ``clause``, cosines, and ``period`` in [-1, 1].

    ``clause``: that of the nearest of its clauses, since a sentence of forty words is about several things;
    ``coverage``: share of the question's content words in the sentence (60 % counted where only a neighbour or the
    headline has the word), rare words weighing more; ``story``: the same in the whole article; ``kind``: the sentence
    holds a name, number, date or place as asked; ``far``: share of the question's names that stand neither in it nor
    beside it; ``missing``: its names and numbers that the article lacks; ``unknown``: how many of its other words the
    article lacks, and any that may stand for them.
    """

    similarity: float
    clause: float
    coverage: float
    story: float
    kind: float
    rank: float
    period: float
    far: float
    missing: tuple[str, ...]
    unknown: int


def measure(
    question: Question, candidates: Sequence[Candidate], embed: Callable[[Sequence[str]], Matrix], stories: Stories
) -> list[Features]:
    """The features of each candidate, in their order."""
    asked = _asked(question)
    told = [c.told for c in candidates]
    parted = compounds(question.resolved)
    near = [keys_of(text, parted) for text in told]
    beside = [keys_of(f"{c.article.title}. {c.article.event}. {c.passage}", parted) for c in candidates]
    articles = {c.article.id: c.article for c in candidates}
    whole = {id: keys_of_article(a, parted) for id, a in articles.items()}
    weights = {key: weight * rarity(key, near) for key, (_, weight) in asked.items()}
    rare = {key: weight * rarity(key, list(whole.values())) for key, (_, weight) in asked.items()}
    parts = [clauses(c.text) for c in candidates]
    vectors = embed([*question.timeless, *told, *chain.from_iterable(parts)])
    # Half for the question as it stands: what it borrows must not drown what it asks.
    nearness = (vectors[2:] @ (vectors[0] + vectors[1]) / 2).tolist()
    similarities, rest = nearness[: len(told)], iter(nearness[len(told) :])
    nearest = [max(islice(rest, len(part))) for part in parts]
    periods = Periods(question, list(articles.values()), stories)
    # Its date may be said in other words ("last week"): where it fits, the question's words for it are not missed.
    dated = {a.id: periods.of_article(a) > 0 or question.beyond for a in articles.values()}
    own = {w.key: w for w in question.words if w.content}
    dates = named_dates(question.resolved)
    named = [w for w, _ in asked.values() if w.name]
    shares = {id: share(rare, keys) for id, keys in whole.items()}
    found = []
    for n, c in enumerate(candidates):
        everything = whole[c.article.id]
        found.append(
            Features(
                similarity=similarities[n],
                clause=max(similarities[n], nearest[n]),
                coverage=share(weights, near[n], beside[n]),
                story=shares[c.article.id],
                kind=kind_fits(question, words(c.text), c.text, own),
                rank=1 / (1 + c.rank),
                period=periods.of(c.article, c.span),
                far=sum(not _named(question, w, near[n] | beside[n]) for w in named) / len(named) if named else 0.0,
                unknown=sum(
                    1 for w in own.values() if not w.name and not w.number and not held_weight(w.key, everything)
                ),
                missing=tuple(
                    w.text
                    for w in own.values()
                    if (w.name or w.text[0].isdigit())
                    and not _ABBREVIATIONS.fullmatch(w.text)
                    and not _abbreviated(question.resolved, w)
                    and not _belongs(question, w, everything)
                    and not _named(question, w, everything)
                    and not (dated[c.article.id] and any(d.covers(w.span) for d in dates))
                ),
            )
        )
    return found


def _named(question: Question, word: Word, keys: Set[str]) -> bool:
    return has_name(word.key, keys) or names_country(question.resolved, word, keys)


def _abbreviated(text: str, word: Word) -> bool:
    """Whether a letter is the short form of a name behind a hyphen ("IS-K"), which an article may write out."""
    return len(word.text) == 1 and text[: word.span.start].endswith(("-", "–", "‑"))


def _belongs(question: Question, word: Word, keys: Set[str]) -> bool:
    """Whether it is the short form behind a name that the article has, as of a club or company: "Lorne FK"."""
    if not _FORM.fullmatch(word.text) or country_of(word.key):
        return False
    before = question.resolved[: word.span.start]
    return any(w.name and before.endswith(f"{w.text} ") and has_name(w.key, keys) for w in question.words)


@lru_cache(maxsize=8192)
def clauses(sentence: str) -> tuple[str, ...]:
    """The parts of a sentence, each of at least five words: cut at commas and before words that open a clause."""
    found: list[str] = []
    open_part = ""
    for piece in _CLAUSE.split(sentence):
        open_part = f"{open_part} {piece.strip(_MARKS)}".strip()
        if len(open_part.split()) >= 5:
            found.append(open_part)
            open_part = ""
    if open_part:
        found.append(f"{found.pop()} {open_part}" if found else open_part)
    return tuple(found) or (sentence,)


def _asked(question: Question) -> Mapping[str, tuple[Word, float]]:
    """The content words of the question, weight 1, in its dates 0.4, and those borrowed from earlier turns, 0.25."""
    borrowed = {w.key: (w, 0.25) for w in words(question.borrowed) if w.content}
    dates = named_dates(question.resolved)
    weights = {w.key: (w, 0.4 if any(d.covers(w.span) for d in dates) else 1.0) for w in question.words if w.content}
    return borrowed | weights
