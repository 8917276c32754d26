"""All that somebody says, where a list of it is asked for: "everything that Ida Kell is quoted as saying"."""

import re

from index.records import Article, Span
from rag.countries import countries
from rag.question import Question
from rag.speakers import named_speaker, speakers
from rag.words import has_name, words

_SAYINGS = re.compile(
    r"\b(?:quot(?:e|es|ed|ations?)|remark(?:s|ed)?|comment(?:s|ed)?|statements?|words|say(?:s|ing|ings)?|said|told)\b",
    re.IGNORECASE,
)


def asks_sayings(question: Question) -> frozenset[str]:
    """Keys of the names of whoever's words a list is wanted of; empty where none is."""
    if not question.several or not _SAYINGS.search(question.resolved):
        return frozenset()
    return frozenset(w.key for w in question.words if w.name and not has_name(w.key, countries()))


def says(names: frozenset[str], article: Article, sentence: Span) -> bool:
    """Whether one of these names says the sentence, as it or one before it tells."""
    other = speakers(article.text).get(sentence.start)
    speaker = other.name if other else named_speaker(sentence.of(article.text))
    return any(has_name(w.key, names) for w in words(speaker) if w.content)
