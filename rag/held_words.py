"""Which words of a question a text has, or words that may stand for them."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from math import log
from types import MappingProxyType

from index.records import Article
from rag.cues import ASKS_DATE, WANTS_PERSON
from rag.offices import person_defined
from rag.question import Question
from rag.synonyms import synonyms
from rag.windows import named_dates
from rag.words import Word, content_keys, has_name, word_key

_COMPOUND = re.compile(r"\b([^\W\d_]{3,})[-‐‑]([^\W\d_]{3,})\b")
MOST, FEW = 0.7, 3
SYNONYM = 0.5  # of a word's weight for another word that may stand for it
NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def keys_of(text: str, parted: Mapping[str, tuple[str, ...]] = NONE) -> set[str]:
    """Keys of the content words; "cease-fire" counts as "ceasefire" too, and the other way round where the question
    has it in parts."""
    keys = content_keys(text)
    return keys | compounds(text).keys() | {part for whole in keys & parted.keys() for part in parted[whole]}


@lru_cache(maxsize=8192)
def compounds(text: str) -> Mapping[str, tuple[str, ...]]:
    """Key of each hyphenated compound written as one word, to the keys of its parts."""
    found = [(word_key(m[1] + m[2])[0], (word_key(m[1])[0], word_key(m[2])[0])) for m in _COMPOUND.finditer(text)]
    return dict(found)


def rarity(key: str, texts: Sequence[set[str]]) -> float:
    """ln(1 + n / (1 + texts that hold the word)): words that stand everywhere tell little."""
    return log(1 + len(texts) / (1 + sum(has_name(key, keys) for keys in texts)))


def share(weights: Mapping[str, float], near: Set[str], beside: Set[str] = frozenset()) -> float:
    total = sum(weights.values())
    there = sum(weight * max(held_weight(key, near), 0.6 * held_weight(key, beside)) for key, weight in weights.items())
    return there / total if total else 0.0


def keys_of_article(article: Article, parted: Mapping[str, tuple[str, ...]] = NONE) -> set[str]:
    """Those of its headline, the event that it tells, and its text."""
    return keys_of(f"{article.title}. {article.event}. {article.text}", parted)


def held(question: Question, article: Article) -> set[str]:
    """Keys of those content words of the question, dates aside, that the article has, or such as may stand for them."""
    return _held_among((w.key for w in _undated(question)), keys_of_article(article))


def held_by(asked: Iterable[str], text: str) -> set[str]:
    """Those of the keys that the text has, or words that may stand for them."""
    return _held_among(asked, keys_of(text))


def holds_most(question: Question, article: Article) -> bool:
    """Whether the article has each name of the question and most of its other words, or such as may stand for them.

    "Who was in charge of the talks" and "what is her position" may be told in many words: where they say little else,
    only the names count.
    """
    asked = _undated(question)
    if question.kind == "when":
        asked = [w for w in asked if w.key not in ASKS_DATE]
    names = {w.key for w in asked if w.name}
    rest = [w.key for w in asked if not w.name]
    if len(rest) <= FEW and (WANTS_PERSON.search(question.resolved) or person_defined(question)):
        rest = []
    found = _held_among({*names, *rest}, keys_of_article(article, compounds(question.resolved)))
    return names <= found and sum(key in found for key in rest) >= MOST * len(rest)


def _undated(question: Question) -> list[Word]:
    """The content words of the question, its dates aside."""
    dates = named_dates(question.resolved)
    return [w for w in question.words if w.content and not any(d.covers(w.span) for d in dates)]


def _held_among(asked: Iterable[str], keys: Set[str]) -> set[str]:
    return {key for key in asked if held_weight(key, keys)}


def held_weight(key: str, keys: Set[str]) -> float:
    """1 for the word itself, SYNONYM for another that may stand for it, 0 for neither."""
    return 1.0 if has_name(key, keys) else SYNONYM if not keys.isdisjoint(synonyms().get(key, ())) else 0.0
