"""What a question asks: its kind, its parts, its period, and what earlier turns add to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index.errors import QuestionError
from index.mentions import date_mentions
from index.records import Query
from rag.words import Word, words

MAX_QUESTION = 2000  # characters; the longest sensible question with a quotation in it is a few hundred

KINDS = ("who", "when", "where", "how many", "which", "why", "how", "yes or no", "what")
_KIND = (
    ("how many", re.compile(r"\bhow (?:many|much|long|often|old|far|large|big)\b|\bwhat (?:number|share|percentage|amount)\b", re.I)),
    ("when", re.compile(r"\bwhen\b|\b(?:what|which|in what|on what) (?:day|date|month|year|time)s?\b|\bhow long ago\b", re.I)),
    ("where", re.compile(r"\bwhere(?:abouts)?\b|\b(?:what|which|in which|in what) (?:city|cities|place|places|venue|capital|country|countries|town)\b", re.I)),
    ("who", re.compile(r"\bwho(?:m|se|'s)?\b|\b(?:what|which) (?:person|official|officials|minister|ambassador|people|diplomat|leader|president|secretary|adviser)s?\b|\bwhat(?:'s| is| was) the name\b", re.I)),
    ("why", re.compile(r"\bwhy\b|\bfor what reason\b|\bwhat (?:caused|made|led to)\b|\bhow come\b", re.I)),
    ("how", re.compile(r"\bhow\b", re.I)),
    ("which", re.compile(r"\bwhich\b", re.I)),
    ("what", re.compile(r"\bwhat\b", re.I)),
)  # fmt: skip
_YES_NO = re.compile(
    r"^(?:and |but |so |then )?(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should|may|might)(?:n't)?\b", re.I
)
_LIST = re.compile(
    r"\b(?:list|all|every|each|both|several|various|different)\b|\bname (?:the|all|some|two|three|four|five)\b|\bwho all\b"
    r"|\b(?:what|which)\s+(?:\w+\s+){0,2}?(?:topics|subjects|issues|areas|groups|cities|places|countries|officials|people|"
    r"dialogues|meetings|talks|events|articles|rounds|delegations|leaders|organi[sz]ations|threats|challenges|points|"
    r"agencies|departments|ministries|years|dates|reasons|ways|things|steps|measures|statements|offices|titles)\b"
    r"|\bwhat (?:are|were) the\b",
    re.I,
)
_LATEST = re.compile(r"\b(?:latest|most recent|newest|recently|recent|last (?:dialogue|meeting|round|talks|time))\b", re.I)
_FIRST = re.compile(r"\b(?:earliest|first (?:dialogue|meeting|round|talks))\b", re.I)
_BACK = re.compile(
    r"\b(?:he|she|him|her|his|hers|they|them|their|theirs|it|its|there|then|that|those|these|this|the same|"
    r"the other|the former|the latter|one)\b",
    re.I,
)
_FOLLOW = re.compile(r"^(?:and|but|so|or|also|what about|how about|what of|then|plus|as well)\b", re.I)
_SPLIT = re.compile(
    r"\?\s+(?=\S)|,?\s+and\s+(?:also\s+)?(?=(?:who|whom|whose|when|where|why|how|which|what|did|does|was|were|is|are|has|have)\b)", re.I
)
_QUESTION_WORD = re.compile(r"\b(?:who|whom|whose|when|where|why|how|which|what|did|does|was|were|is|are|has|have|name|list|tell)\b", re.I)
_RELATIVE = (
    (re.compile(r"\blast year\b", re.I), lambda d: (date(d.year - 1, 1, 1), date(d.year, 1, 1))),
    (re.compile(r"\bthis year\b", re.I), lambda d: (date(d.year, 1, 1), date(d.year + 1, 1, 1))),
    (re.compile(r"\blast month\b", re.I), lambda d: ((d.replace(day=1) - timedelta(days=1)).replace(day=1), d.replace(day=1))),
    (re.compile(r"\blast week\b", re.I), lambda d: (d - timedelta(days=d.weekday() + 7), d - timedelta(days=d.weekday()))),
    (re.compile(r"\byesterday\b", re.I), lambda d: (d - timedelta(days=1), d)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the user, with the answer that was shown, where it is known."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question, understood. ``words`` are those of ``text``; ``borrowed`` are words of earlier turns, for retrieval
    and for telling events apart. ``latest`` and ``first`` ask for an order by date."""

    text: str
    kind: str
    words: tuple[Word, ...]
    query: Query
    several: bool = False
    latest: bool = False
    first: bool = False
    borrowed: str = ""

    @property
    def dated(self) -> bool:
        return self.query.after is not None or self.query.before is not None


def check_question(text: str) -> str:
    """The question with blanks folded. Raises QuestionError where it is empty, too long or without a letter."""
    folded = " ".join(text.split())
    if not any(c.isalnum() for c in folded):
        raise QuestionError("the question is empty; ask something about the articles, for example who met whom, and when")
    if len(folded) > MAX_QUESTION:
        raise QuestionError(
            f"the question has {len(folded):,} characters, at most {MAX_QUESTION:,} are read; ask a shorter one, "
            "and index long texts with `colloquy index`"
        )
    return folded


def understand(text: str, history: Sequence[Turn] = (), asked: date | None = None, limit: int = 12) -> tuple[Question, ...]:
    """The questions in a message, one or several ("who led each side, and where did they meet?"), at most three.

    ``asked`` is "today" for words such as "last year"; the day of the call unless given. Raises QuestionError.
    """
    folded = check_question(text)
    day = asked or date.today()
    earlier = [t for t in history if t.question.strip()]
    parts = _parts(folded)
    found: list[Question] = []
    for part in parts:
        before = earlier if not found else [*earlier, Turn(found[0].text)]
        found.append(_one(part, before, day, limit))
    return tuple(found)


def _one(text: str, history: Sequence[Turn], day: date, limit: int) -> Question:
    own = words(text)
    borrowed = ""
    after, before = window_of(text, day)
    if history and refers_back(text, own):
        last = history[-1]
        # The question before alone may itself have leant on the one before it ("And in 2023?").
        chain = [last.question]
        if len(history) > 1 and refers_back(last.question, words(last.question)):
            chain.insert(0, history[-2].question)
        borrowed = " ".join(chain)
        if after is None and before is None:
            for question in reversed(chain):
                after, before = window_of(question, day)
                if after or before:
                    break
        if last.answer:
            borrowed = f"{borrowed} {' '.join(w.text for w in words(last.answer) if w.name)}"
    return Question(
        text=text,
        kind=_kind(text),
        words=own,
        query=Query(text, after, before, limit, borrowed),
        several=bool(_LIST.search(text)),
        latest=bool(_LATEST.search(text)),
        first=bool(_FIRST.search(text)),
        borrowed=borrowed,
    )


def refers_back(text: str, own: Sequence[Word]) -> bool:
    """Whether a question leans on an earlier one: it opens with "and", says "he" or "there" without a name of its own
    that "he" could be, or is a bare remainder ("the US side?")."""
    content = [w for w in own if w.content]
    if _FOLLOW.search(text) or len(content) <= 1:
        return True
    back = _BACK.search(text)
    # "When did Kerry say that it ...": a pronoun after two names or more has its antecedent in the same sentence.
    return bool(back) and sum(1 for w in own if w.name) < 2 and len(content) <= 7


def window_of(text: str, day: date) -> tuple[date | None, date | None]:
    """The period that a text asks about, as ``after <= date < before``; (None, None) where it names none.

    "after 2014" and "before March 2023" keep the year or month named: news told in it often looks past it.
    """
    for pattern, period in _RELATIVE:
        if pattern.search(text):
            start, end = period(day)
            return start, end
    mentions = date_mentions(text)
    if not mentions:
        return None, None
    start, end = min(m.after for m in mentions), max(m.before for m in mentions)
    if len(mentions) == 1:
        lead = text[: mentions[0].span.start].lower()
        if re.search(r"\b(?:after|since|from)\b[^.,;?]{0,40}$", lead):
            return start, None
        if re.search(r"\b(?:before|until|till|by|prior to)\b[^.,;?]{0,40}$", lead):
            return None, end
    return start, end


def _kind(text: str) -> str:
    if _YES_NO.match(text) and not re.match(r"^(?:\w+ ){1,3}(?:who|what|when|where|why|how|which)\b", text, re.I):
        return "yes or no"
    hits = [(m.start(), n, kind) for n, (kind, pattern) in enumerate(_KIND) if (m := pattern.search(text))]
    return min(hits)[2] if hits else "what"


def _parts(text: str) -> list[str]:
    """The message cut at its question marks and before "and who", "and where"; pieces too bare to ask stay joined."""
    pieces = [p.strip(" ,") for p in _SPLIT.split(text) if p and p.strip(" ,?")]
    if not 2 <= len(pieces) <= 3:
        return [text]
    for piece in pieces:
        if not _QUESTION_WORD.search(piece) or sum(w.content for w in words(piece)) < 1:
            return [text]
    # "I wonder who and where": a first piece that asks nothing by itself is no question of its own.
    return [p if p.endswith("?") else f"{p}?" for p in pieces]
