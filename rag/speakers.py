"""Who says each sentence of an article: the name that a quotation of three sentences has only once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.records import Span
from index.sentences import split_sentences

SAYS = (
    r"(?:says?|said|tells?|told|adds?|added|notes?|noted|states|stated|warn(?:s|ed)|stress(?:es|ed)|express(?:es|ed)|"
    r"voic(?:es|ed)|describ(?:es|ed)|claim(?:s|ed)|argu(?:es|ed)|insist(?:s|ed)|believ(?:es|ed)|announc(?:es|ed)|"
    r"declar(?:es|ed)|remark(?:s|ed)|writes?|wrote|thinks?|thought|emphasi[sz](?:es|ed)|explain(?:s|ed)|repl(?:ies|ied)|"
    r"recall(?:s|ed)|urg(?:es|ed)|praised|acknowledg(?:es|ed)|continued)"
)
_NAME = r"[A-Z][\w.’'-]*(?:\s+(?:[A-Z][\w.’'-]*|of|the|and|for|de|al|bin|van|von)(?=[\s,]))*"
_NAMED_FIRST = re.compile(rf"({_NAME})(?:,[^,“”\"]{{1,80}},)?\s+(?:also\s+|then\s+|has\s+|had\s+)?{SAYS}\b")
# "The mayor, Ida Kell, told"
_NAMED_BESIDE = re.compile(rf",\s+({_NAME}),\s+(?:also\s+|then\s+|has\s+|had\s+)?{SAYS}\b")
# Verbs that stand before their speaker ("said the minister, Ida Kell"); "told" and "voiced" have an object there.
_SAYS_FIRST = r"(?:says?|said|adds?|added|notes?|noted|warns?|warned|explains?|explained|writes?|wrote|continued)"
_NAMED_LAST = re.compile(rf"\b{_SAYS_FIRST}\s+((?:(?!that\b|to\b|in\b|on\b|for\b|it\b|its\b)[a-z]+\s+){{0,3}}{_NAME})")
_SPEAKS_ON = re.compile(rf"^[\"“‘']|(?:^|[”\"]\s+)(?:he|she|they|it)\s+(?:also\s+)?{SAYS}\b|^(?:He|She|They)\b", re.I)
_PRONOUNS = frozenset({"He", "She", "They", "It", "We", "I"})
_MARKS = '“”"'
# Words that open a sentence before the name of its speaker: "As Ida Kell says".
_OPENS = re.compile(r"^(?:As|But|And|When|While|Although|Though|After|Before|If|Then|So|Yet|Still|In|On|At|For)\s+")
_NO_NAMES = frozenset({"This", "That", "The", "But", "And", "In", "A", "An"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """A name as it stands in the article, and the sentence that says who speaks."""

    name: str
    span: Span


@lru_cache(maxsize=2048)
def speakers(text: str) -> dict[int, Speaker]:
    """Start of each sentence that somebody named elsewhere says, and who that is.

    A sentence that names its own speaker is not listed, nor one that nobody is known to say.
    """
    spans = split_sentences(text)
    outside, opened = _outside_quotations([span.of(text) for span in spans])
    named = [Speaker(name, span) if (name := _named(part)) else None for part, span in zip(outside, spans, strict=True)]
    found: dict[int, Speaker] = {}
    speaker: Speaker | None = None
    for n, span in enumerate(spans):
        if named[n]:
            speaker = named[n]
            continue
        if (n and opened[n - 1]) or _SPEAKS_ON.search(span.of(text)):
            # A quotation that goes on into a sentence with its speaker belongs to that one.
            later = named[n + 1] if opened[n] and n + 1 < len(spans) else None
            if said_by := later or speaker:
                found[span.start] = said_by
    return found


def named_speaker(sentence: str) -> str:
    """Who says a sentence, by what it tells itself outside quotation marks; "" where it does not."""
    return _named(_outside_quotations([sentence])[0][0])


def _named(sentence: str) -> str:
    for pattern in (_NAMED_FIRST, _NAMED_BESIDE, _NAMED_LAST):
        for match in pattern.finditer(sentence):
            name = _OPENS.sub("", match[1].strip())
            if name not in _NO_NAMES and name.split()[0] not in _PRONOUNS:
                return name
    return ""


def _outside_quotations(sentences: Sequence[str]) -> tuple[list[str], list[bool]]:
    """The sentences with blanks in place of what is quoted, and whether a quotation is still open after each.

    Whom a quotation speaks of is not who says it.
    """
    outside, opened = [], []
    inside = False
    for sentence in sentences:
        kept = []
        for character in sentence:
            if character in _MARKS:
                inside = character == "“" or (character == '"' and not inside)
            kept.append(" " if inside else character)
        outside.append("".join(kept))
        opened.append(inside)
    return outside, opened
