"""Questions that compare events: "who led each delegation, year by year?", "how did the venue change?"."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.mentions import without_dates
from index.records import Article
from rag.cues import STEP
from rag.question import Question
from rag.words import COUNTRIES, words

_MEETING = r"(?:dialogues?|meetings?|rounds?|talks|summits?|sessions?|events?|times?|years?|occasions?)"
_CUE = re.compile(
    r"\b(?:year by year|by year|over (?:the years|time)|through the years|across (?:the )?(?:years|meetings|dialogues)"
    rf"|from (?:year|meeting|round) to (?:year|meeting|round)|(?:at|in|for) (?:each|every|all|both) (?:of the )?{_MEETING}"
    rf"|(?:each|every) (?:year|time|round|meeting|dialogue)|all {_MEETING}|one after the other|respectively"
    r"|compar(?:e|ed|ing|ison)|versus|vs\.?)(?!\w)",
    re.I,
)
_CHANGED = re.compile(
    r"\bhow\s+(?:did|has|have|does|do)\s+(?:the\s+)?(?P<noun>[\w' -]+?)\s+(?:chang|differ|var(?:y|ied)|develop|evolv|shift)",
    re.I,
)
_PLACE_NOUN = re.compile(r"\b(?:venue|place|location|city|site|town)s?\b", re.I)
_HEAD_NOUN = re.compile(r"\b(?:head|leader|chair|host)s?\b|\bleadership\b", re.I)
_SIDES = re.compile(
    r"\b(?:each|both|every|either|the two)\s+(?:of the\s+)?(?P<noun>delegation|side|team|country|countrie|party|partie|"
    r"government)s?\b|\b(?:heads|leaders|chiefs|chairs) of (?:the )?delegations?\b",
    re.I,
)
_HALVES = re.compile(
    r"^(?:please\s+)?(?:compar\w+)\s+(?P<first>.+?)\s+(?:with|and|to)\s+(?:those|that|the one|what|who|where)\b", re.I
)
_VERSUS = re.compile(r"[:,]?\s*(?P<first>\S+)\s+(?:vs\.?|versus)\s+(?P<second>[^?]+)", re.I)
_LATER = re.compile(
    r",?\s*(?:\b(?:and|or)\s+)?(?:\b(?:the\s+)?later(?:\s+(?:one|dialogue|meeting|round|talks))?\b)", re.I
)
_TOWN = re.compile(rf"\s+(?:in|at)\s+(?-i:[A-Z])[\w.-]+|(?-i:\b[A-Z])[\w.-]+\s+(?={_MEETING}\b)", re.I)
_EDGES = re.compile(r"^[\s,:;.–-]+|[\s,:;.–?-]+$|\s*,?\s*\b(?:and|in|at|of|for|the|with|to)\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a comparison: its heading and the question that fills it for each event."""

    heading: str
    question: str


def columns_of(question: Question, articles: Sequence[Article]) -> tuple[Column, ...]:
    """The columns that a question compares events by; empty where it compares none.

    ``articles`` are those found: the countries that most of them name are the sides of "each delegation".
    """
    text = question.resolved
    several = len(question.windows) > 1 or bool(question.period.window and _LATER.search(text))
    if not (_CUE.search(text) or _CHANGED.search(text) or several):
        return ()
    asked = _single(text)
    if not any(w.content for w in words(asked)):
        return ()
    if sides := _SIDES.search(asked):
        noun = {"countrie": "country", "partie": "party"}.get(sides["noun"] or "", sides["noun"] or "delegation")
        return tuple(
            Column(f"{side}", _EDGES.sub("", f"{asked[: sides.start()]}the {side} {noun}{asked[sides.end() :]}") + "?")
            if sides["noun"]
            else Column(side, f"Who led the {side} delegation?")
            for side in countries(articles)
        )
    return (Column(asked.rstrip("?"), asked),)


def _single(text: str) -> str:
    """What is asked of each event, without the words that say to compare and which."""
    if changed := _CHANGED.search(text):
        noun = changed["noun"]
        if _PLACE_NOUN.search(noun):
            return "Where was the meeting held?"
        return "Who led the delegation?" if _HEAD_NOUN.search(noun) else f"What was the {noun}?"
    if halves := _HALVES.match(text):
        text = _TOWN.sub(" ", halves["first"])
    elif versus := _VERSUS.search(text):
        text = text[: versus.start()] + text[versus.end() :]
    text = without_dates(STEP.sub(" ", _LATER.sub(" ", _CUE.sub(" ", text))))
    for _ in range(4):
        text = _EDGES.sub("", " ".join(text.split()))
    return f"{text[:1].upper()}{text[1:]}?" if text else ""


def countries(articles: Sequence[Article], most: int = 2) -> tuple[str, ...]:
    """The countries that most of the articles name, as they are mostly written, at most so many."""
    in_articles: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for article in articles:
        named = [w for w in words(f"{article.title}. {article.text}") if w.key in COUNTRIES]
        in_articles.update({w.key for w in named})
        for w in named:
            forms.setdefault(w.key, Counter())[w.text] += 1
    return tuple(forms[key].most_common(1)[0][0] for key, _ in in_articles.most_common(most))
