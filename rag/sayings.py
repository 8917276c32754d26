"""What somebody says: all of it, where a list is asked for ("everything that Ida Kell is quoted as saying"), or of one
matter ("what did she say about the harbour?")."""

import re
from functools import lru_cache

from index.records import Article, Span
from rag.agenda import names_matter
from rag.countries import countries
from rag.question import Question
from rag.speakers import named_speaker, speakers
from rag.words import content_keys, has_name, words

_SAYINGS = re.compile(
    r"\b(?:quot(?:e|es|ed|ations?)|remark(?:s|ed)?|comment(?:s|ed)?|statements?|words|say(?:s|ing|ings)?|said|told)\b",
    re.IGNORECASE,
)
_SAYS_OF = re.compile(
    r"\b(?:what|how)\s+(?:did|does|do|has|have|had)\s+(?P<who>(?:[\w.'’-]+\s+){1,6}?)"
    r"(?:say|said|think|thought|tell|told|believe|argue|claim|warn|state|comment|remark|feel|felt|see|describe|call)\b"
    r"(?P<matter>[^?]*)"
    r"|\b(?P<whose>(?:[\w.-]+\s+){0,3}[\w.-]+)(?:['’]s?)\s+(?:view|opinion|stance|position|comment|thought)s?\s+"
    r"(?:on|of|about|regarding)\b(?P<regarding>[^?]*)",
    re.IGNORECASE,
)


def matter_said(question: Question) -> tuple[frozenset[str], frozenset[str]]:
    """Keys of the words for whoever it is asked what they say, and of what; both empty for other questions."""
    return _matter_said(question.resolved)


# It is asked for with every sentence.
@lru_cache(maxsize=256)
def _matter_said(text: str) -> tuple[frozenset[str], frozenset[str]]:
    found = _SAYS_OF.search(text)
    if not found:
        return frozenset(), frozenset()
    who = frozenset(content_keys(found["who"] or found["whose"] or ""))
    matter = frozenset(content_keys(found["matter"] or found["regarding"] or ""))
    return (who, matter) if who and matter else (frozenset(), frozenset())


def says_of(who: frozenset[str], matter: frozenset[str], article: Article, sentence: Span) -> bool:
    """Whether one of them says the sentence and it has all words for the matter, or such as may stand for them."""
    return bool(who) and says(who, article, sentence) and names_matter(matter, sentence.of(article.text))


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
