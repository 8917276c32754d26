"""Questions that compare events: "who led each delegation, year by year?", "how did the venue change?"."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.mentions import date_mentions, without_dates
from index.records import Article
from rag.cues import COMPARES, EVENT_NOUN, QUESTION_WORD, STEP
from rag.persons import persons
from rag.question import Question
from rag.table_asked import asks_table, table_columns, where_held
from rag.windows import ONWARDS, without_event
from rag.words import words

_MEETING = r"(?:dialogues?|meetings?|rounds?|talks|summits?|sessions?|events?|times?|years?|occasions?)"
# "2014 against 2023", "the talks of March 2023 against the latest".
_AGAINST = r"against\s+(?=(?:in\s+|at\s+|the\s+)*(?:\w+\s+)?(?:\d{4}|latest|later|next|most\s+recent|following)\b)"
_CUE = re.compile(
    r"\b(?:year by year|by year|over (?:the years|time)|through the years|across (?:the )?(?:years|meetings|dialogues)"
    r"|from (?:year|meeting|round) to (?:year|meeting|round)"
    rf"|(?:at|in|for) (?:each|every|all|both) (?:of the )?{_MEETING}"
    rf"|(?:each|every) (?:year|time|round|meeting|dialogue)|all (?:(?:the|of the|two|three|four|five) )?{_MEETING}"
    r"|one after the other|respectively|side by side|next to (?:each other|one another)"
    rf"|compar(?:e|ed|ing|ison)|versus|vs\.?|{_AGAINST})(?!\w)",
    re.I,
)
_CHANGED = re.compile(
    r"\bhow\s+(?:did|has|have|does|do)\s+(?:the\s+)?(?P<noun>[\w' -]+?)\s+"
    r"(?:chang|differ|var(?:y|ied)|develop|evolv|shift)",
    re.I,
)
_PLACE_NOUN = re.compile(r"\b(?:venue|place|location|city|site|town)s?\b", re.I)
# "Venues of the ... and the ... dialogue", of which the dates are gone.
_PLACES = re.compile(
    rf"(?:the\s+)?(?:{_PLACE_NOUN.pattern})(?:\s+(?:of|the|and|for|one|ones|both|all|two|three|{_MEETING}))*", re.I
)
_HEAD_NOUN = re.compile(r"\b(?:head|leader|chair|host)s?\b|\bleadership\b", re.I)
_BIDS = re.compile(r"^(?:please\s+)?(?:give|show|tell|list|put|set)\s+(?:me\s+)?(?=\w)", re.I)
_SIDES = re.compile(
    r"\b(?:each|both|every|either|the two)\s+(?:of the\s+)?(?P<noun>delegation|side|team|country|countrie|party|partie|"
    r"government)s?\b|\b(?:heads|leaders|chiefs|chairs) of (?:the )?delegations?\b",
    re.I,
)
_HALVES = re.compile(
    r"^(?:please\s+)?(?:compar\w+)\s+(?P<first>.+?)\s+(?:with|and|to)\s+(?:those|that|the one|what|who|where)\b", re.I
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*"
_VERSUS = re.compile(rf"[:,]?\s*(?:\b{_MONTH}\s+)?\S+\s+(?:(?:vs\.?|versus)\s+|{_AGAINST})[^?]+", re.I)
_LATER = re.compile(
    r",?\s*(?:\b(?:and|or)\s+)?(?:\b(?:the\s+)?later(?:\s+(?:one|dialogue|meeting|round|talks))?\b)", re.I
)
# "And who in 2023": the same again, of another event.
_AGAIN = re.compile(
    r",?\s+(?:and|or)\s+(?:who|which(?: one)?|where|when|what|how (?:many|much|long))\s+"
    r"(?:in|at|on|for|during|after|before|of)\b[^?]*",
    re.I,
)
_GOES_ON = re.compile(r"\b(?:later|after|following|follow(?:s|ed)|next|since|onwards?)\b", re.I)
_REST = re.compile(r"^\s*(?:it|that|them|this|ones?)\b", re.I)
_GATHERING = rf"\b(?:{EVENT_NOUN})\b"
_BESIDE = re.compile(r"(?:,? and (?:the )?|-|–|, )")
_EDGES = re.compile(r"^[\s,:;.–-]+|[\s,:;.–?-]+$|\s*,?\s*\b(?:and|in|at|of|for|the|with|to)\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a comparison: its heading and the question that fills it for each event."""

    heading: str
    question: str


def columns_of(question: Question, articles: Sequence[Article]) -> tuple[Column, ...]:
    """The columns that a question compares events by; empty where it compares none.

    ``articles`` are those found: their parties are the sides of "each delegation".
    """
    text = question.resolved
    # The sides are looked for in all the articles: not for every question.
    if asks_table(text) and (table := table_columns(text, _meeting(articles), parties(articles))):
        return tuple(Column(*column) for column in table)
    several = len(question.windows) > 1 or question.period.onwards
    if not (_CUE.search(text) or _CHANGED.search(text) or several):
        return ()
    asked = _single(text, _meeting(articles))
    if not any(w.content for w in words(asked)):
        return ()
    if sides := _SIDES.search(asked):
        noun = {"countrie": "country", "partie": "party"}.get(sides["noun"] or "", sides["noun"] or "delegation")
        return tuple(
            Column(f"{side}", _EDGES.sub("", f"{asked[: sides.start()]}the {side} {noun}{asked[sides.end() :]}") + "?")
            if sides["noun"]
            else Column(side, f"Who led the {side} delegation?")
            for side in parties(articles)
        )
    return (Column(f"{asked[0].upper()}{asked[1:].rstrip('?')}", asked),)


def goes_on(question: Question) -> bool:
    """Whether it names an event beside those of its dates by what came before: "in 2014, 2023 and at the one after"."""
    return question.latest or question.period.onwards or _GOES_ON.search(question.resolved) is not None


def _single(text: str, meeting: str) -> str:
    """What is asked of each event, without the words that say to compare and which; ``meeting`` is what the articles
    call an event."""
    if changed := _CHANGED.search(text):
        noun = changed["noun"]
        if _PLACE_NOUN.search(noun):
            return where_held(meeting)
        return "Who led the delegation?" if _HEAD_NOUN.search(noun) else f"What was the {noun}?"
    if ":" in text and (asks := [p for p in text.split(":") if QUESTION_WORD.search(p) and not COMPARES.match(p)]):
        text = asks[0]
    if halves := _HALVES.match(text):
        text = without_event(halves["first"])
    elif versus := _VERSUS.search(text):
        text = text[: versus.start()] + text[versus.end() :]
    text = _AGAIN.sub("", text)
    text = without_dates(STEP.sub(" ", _LATER.sub(" ", _CUE.sub(" ", _without_onwards(text)))))
    for _ in range(4):
        text = _EDGES.sub("", " ".join(text.split()))
    text = _BIDS.sub("", text)
    if not QUESTION_WORD.search(text) and _PLACES.fullmatch(text):
        return where_held(meeting)
    if halves and not QUESTION_WORD.search(text):
        text = f"What were {text}" if re.match(r"(?:the\s+)?\w+s\b", text) else f"What was {text}"
    return f"{text}?" if text else ""


def _meeting(articles: Sequence[Article]) -> str:
    """The word for a meeting that the articles use most."""
    found = Counter(m[0].lower() for a in articles for m in re.finditer(_GATHERING, f"{a.title} {a.text}", re.I))
    return found.most_common(1)[0][0] if found else "meeting"


def _without_onwards(text: str) -> str:
    """Without "2023 and at the dialogue after it", which names events and asks nothing."""
    dates = date_mentions(text)
    onwards = ONWARDS.search(text, dates[-1].span.end) if dates else None
    return f"{text[: dates[0].span.start]} {_REST.sub('', text[onwards.end() :])}" if onwards else text


def parties(articles: Sequence[Article]) -> tuple[str, ...]:
    """The two names that most of the articles name side by side ("Norway and Sweden", "the U.S.-Pakistan talks"), as
    they are mostly written: the sides of what is told. Empty where no two stand so in at least half of the articles."""
    together: Counter[frozenset[str]] = Counter()
    forms: dict[str, Counter[str]] = {}
    for article in articles:
        text = f"{article.title}. {article.text}"
        people = persons(text)
        named = [w for w in words(text) if w.name and not any(p.covers(w.span) for p in people)]
        pairs = set()
        for one, other in pairwise(named):
            if one.key != other.key and _BESIDE.fullmatch(text[one.span.end : other.span.start]):
                pairs.add(frozenset((one.key, other.key)))
                for word in (one, other):
                    forms.setdefault(word.key, Counter())[word.span.of(text)] += 1
        together.update(pairs)
    if not together:
        return ()
    pair, count = max(together.items(), key=lambda item: (item[1], sorted(item[0])))
    if 2 * count < len(articles):
        return ()
    return tuple(sorted(forms[key].most_common(1)[0][0] for key in pair))
