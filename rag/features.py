"""What is measured of each candidate sentence before the reader looks at it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from math import log

from index.dates import dateline_end
from index.embed import Matrix
from index.mentions import date_mentions
from index.records import Article, Span
from rag.cues import ASKS_DATE, WANTS_PERSON
from rag.offices import person_defined
from rag.periods import Periods
from rag.persons import may_be_person
from rag.question import Question
from rag.speakers import speakers
from rag.stories import Stories
from rag.synonyms import synonyms
from rag.words import Word, content_keys, has_name, word_key, words

_WHEN = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|week|month|year|day|today|yesterday|tomorrow|decade)s?\b",
    re.I,
)
_COMPOUND = re.compile(r"\b([^\W\d_]{3,})[-‐‑]([^\W\d_]{3,})\b")
_CLAUSE = re.compile(
    r"[,;:–—]\s|"
    r"\s(?=(?:and|but|which|who|that|after|while|where|because|amid|when|including|as well as|over|with|to)\s)"
)
_MARKS = ' "“”'
_COUNTED = re.compile(r"\bhow many\s+([\w'’-]+(?:\s+[\w'’-]+)?)", re.I)
_ASKS_MONEY = re.compile(
    r"\bhow much (?:money|funding|cash|aid)\b|\bhow much\b.*\b(?:cost|costs|pay|paid|pledged?|spend|spent|earn|earned|"
    r"worth|fined?|donated?)\b",
    re.I,
)
_MONEY = re.compile(
    r"[$€£¥₹]|\b(?:USD|EUR|GBP|PKR|Rs|dollars?|euros?|pounds?|rupees?|yen|yuan|cents?|roubles?)\b", re.I
)
_AMOUNT = re.compile(
    r"\d|\b(?:one|first|half|twice|dozens?|hundreds?|thousands?|millions?|billions?|trillions?)\b", re.I
)
_PLACE = re.compile(
    r"\b(?:in|at|to|from|near|inside|outside|across)\s+(?:the\s+)?[A-Z]|^[A-Z]{3,}[A-Z ,.]*(?::|\s[–—-])"
)
# What may answer although it is no name, date or number.
_PRONOUN = re.compile(r"\b(?:I|He|She|It|We|They|You|His|Her|Their|This|That|These|Those|Who)\b")
SOMEBODY = re.compile(
    r"\b(?:[a-z]+[a-rt-z]s|people|police|wom[ae]n|m[ae]n|child(?:ren)?|guy|boy|girl|person|army|crew|team|crowd|family|couple|"
    r"[a-z]+(?:er|or|ist|ian|ee|ant|ent))\b"
)
_AT = re.compile(
    r"\b(?:in|at|on|to|into|onto|from|near|inside|outside|across|around|above|below|over|under|behind|along|towards?|"
    r"through|throughout|between|within)\s+(?:the\s+|an?\s+|his\s+|her\s+|their\s+|its\s+)?$"
    r"|^(?:in|at|on|into|near|inside|outside|across|around|above|below|under|behind|along|towards?|within)\s",
    re.I,
)
_THEN = re.compile(r"\b(?:after|before|while|when|since|during|following|until|once|earlier|later|soon|upon)\b", re.I)
_VAGUE = re.compile(
    r"\b(?:a few|several|some|none|no-?\s?one|(?:very|too) (?:little|few|many|much)|repeatedly|twice)\b", re.I
)
_REASON = re.compile(
    r"\b(?:because|since|due|as a result|in order|so that|to \w+|amid|after|following|reason|aim\w*|why)\b", re.I
)
MOST, FEW = 0.7, 3
SYNONYM = 0.5  # of a word's weight for another word that may stand for it


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
    # A quotation counts as naming its speaker, who may stand three sentences up.
    told = [f"{c.speaker}: {c.text}" if c.speaker else c.text for c in candidates]
    parted = _compounds(question.resolved)
    near = [_keys(text, parted) for text in told]
    beside = [_keys(f"{c.article.title}. {c.article.event}. {c.passage}", parted) for c in candidates]
    articles = {c.article.id: c.article for c in candidates}
    whole = {id: _keys(f"{a.title}. {a.event}. {a.text}", parted) for id, a in articles.items()}
    weights = {key: weight * _rarity(key, near) for key, (_, weight) in asked.items()}
    rare = {key: weight * _rarity(key, list(whole.values())) for key, (_, weight) in asked.items()}
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
    dates = [m.span for m in date_mentions(question.resolved)]
    named = [w for w, _ in asked.values() if w.name]
    shares = {id: _share(rare, keys) for id, keys in whole.items()}
    found = []
    for n, c in enumerate(candidates):
        everything = whole[c.article.id]
        found.append(
            Features(
                similarity=similarities[n],
                clause=max(similarities[n], nearest[n]),
                coverage=_share(weights, near[n], beside[n]),
                story=shares[c.article.id],
                kind=_kind_fits(question, words(c.text), c.text, own),
                rank=1 / (1 + c.rank),
                period=periods.of(c.article, c.span),
                far=sum(not has_name(w.key, near[n] | beside[n]) for w in named) / len(named) if named else 0.0,
                unknown=sum(1 for w in own.values() if not w.name and not w.number and not _held(w.key, everything)),
                missing=tuple(
                    w.text
                    for w in own.values()
                    if (w.name or w.text[0].isdigit())
                    and not has_name(w.key, everything)
                    and not (dated[c.article.id] and any(d.covers(w.span) for d in dates))
                ),
            )
        )
    return found


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


def type_fits(question: Question, article: Article, answer: Span, sentence: str) -> bool:
    """Whether a bare answer can be one to the kind of question: a name for who and where, that of a person for who
    leads, a date, a number.

    Where the sentence has the very thing that is to be counted, a number must stand before it there.
    """
    short = answer.of(article.text)
    match question.kind:
        case "who" if WANTS_PERSON.search(question.resolved):
            return may_be_person(article.text, answer)
        case "who":
            return any(c.isupper() for c in _PRONOUN.sub("", short)) or bool(SOMEBODY.search(short))
        case "where":
            return any(c.isupper() for c in short) or bool(_AT.search(article.text[: answer.start]) or _AT.match(short))
        case "when":
            told = bool(_WHEN.search(short) or _THEN.search(short)) or any(c.isdigit() for c in short)
            # The date of a dateline is that of the report.
            return told and answer.start >= dateline_end(article.text)
        case "how many":
            if _ASKS_MONEY.search(question.resolved):
                return bool(_MONEY.search(sentence))
            if _VAGUE.search(short):
                return True
            return (bool(_AMOUNT.search(short)) or any(w.number for w in words(short))) and _counts(question, sentence)
        case _:
            return True


def _counts(question: Question, sentence: str) -> bool:
    """Whether the thing counted in "how many drone strikes were there" has a number before it, or does not occur."""
    asked = _COUNTED.search(question.resolved)
    if not asked:
        return True
    things = {w.key for w in words(asked[1]) if w.content}
    there = words(sentence)
    places = [n for n, w in enumerate(there) if w.key in things]
    # "300 police officers", "three old ships": the number stands at most two words before what it counts.
    return not places or any(w.number or w.key == "1" for n in places for w in there[max(0, n - 2) : n])


def _asked(question: Question) -> Mapping[str, tuple[Word, float]]:
    """The content words of the question, weight 1, in its dates 0.4, and those borrowed from earlier turns, 0.25."""
    borrowed = {w.key: (w, 0.25) for w in words(question.borrowed) if w.content}
    dates = [m.span for m in date_mentions(question.resolved)]
    weights = {w.key: (w, 0.4 if any(d.covers(w.span) for d in dates) else 1.0) for w in question.words if w.content}
    return borrowed | weights


def _keys(text: str, parted: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Keys of the content words; "cease-fire" counts as "ceasefire" too, and the other way round where the question
    has it in parts."""
    keys = content_keys(text)
    return keys | _compounds(text).keys() | {part for whole in keys & parted.keys() for part in parted[whole]}


@lru_cache(maxsize=8192)
def _compounds(text: str) -> Mapping[str, tuple[str, ...]]:
    """Key of each hyphenated compound written as one word, to the keys of its parts."""
    found = [(word_key(m[1] + m[2])[0], (word_key(m[1])[0], word_key(m[2])[0])) for m in _COMPOUND.finditer(text)]
    return dict(found)


def _rarity(key: str, texts: Sequence[set[str]]) -> float:
    """ln(1 + n / (1 + texts that hold the word)): words that stand everywhere tell little."""
    return log(1 + len(texts) / (1 + sum(has_name(key, keys) for keys in texts)))


def _share(weights: Mapping[str, float], near: Set[str], beside: Set[str] = frozenset()) -> float:
    total = sum(weights.values())
    held = sum(weight * max(_held(key, near), 0.6 * _held(key, beside)) for key, weight in weights.items())
    return held / total if total else 0.0


def held(question: Question, article: Article) -> set[str]:
    """Keys of those content words of the question, dates aside, that the article has, or such as may stand for them."""
    dates = [m.span for m in date_mentions(question.resolved)]
    asked = (w.key for w in question.words if w.content and not any(d.covers(w.span) for d in dates))
    return held_by(asked, f"{article.title}. {article.event}. {article.text}")


def held_by(asked: Iterable[str], text: str) -> set[str]:
    """Those of the keys that the text has, or words that may stand for them."""
    keys = _keys(text, {})
    return {key for key in asked if _held(key, keys)}


def holds_most(question: Question, article: Article) -> bool:
    """Whether the article has each name of the question and most of its other words, or such as may stand for them.

    "Who was in charge of the talks" and "what is her position" may be told in many words: where they say little else,
    only the names count.
    """
    keys = _keys(f"{article.title}. {article.event}. {article.text}", _compounds(question.resolved))
    dates = [m.span for m in date_mentions(question.resolved)]
    asked = [w for w in question.words if w.content and not any(d.covers(w.span) for d in dates)]
    if question.kind == "when":
        asked = [w for w in asked if w.key not in ASKS_DATE]
    names = [w for w in asked if w.name]
    rest = [w for w in asked if not w.name]
    if len(rest) <= FEW and (WANTS_PERSON.search(question.resolved) or person_defined(question)):
        rest = []
    held = sum(bool(_held(w.key, keys)) for w in rest)
    return all(_held(w.key, keys) for w in names) and held >= MOST * len(rest)


def _held(key: str, keys: Set[str]) -> float:
    """1 for the word itself, SYNONYM for another that may stand for it, 0 for neither."""
    return 1.0 if has_name(key, keys) else SYNONYM if not keys.isdisjoint(synonyms().get(key, ())) else 0.0


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
