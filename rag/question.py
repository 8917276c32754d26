"""What a question asks: its kind, its parts, its period, and what earlier turns add to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index.errors import QuestionError
from index.mentions import date_mentions, without_dates
from index.periods import year_around
from index.records import Query, Span, Window
from rag.cues import (
    ASKED_INSIDE,
    BACK,
    COMPARES,
    EVENT_NOUN,
    FIRST,
    FOLLOW,
    KIND_CUES,
    LATEST,
    LIST,
    OFFICES,
    ORDERED,
    PERSON,
    QUESTION_WORD,
    SHE,
    SPLIT,
    STEP,
    YES_NO,
)
from rag.distances import at_distance
from rag.earlier import asks_earlier
from rag.followup import completed, person_named
from rag.order import beside_end
from rag.persons import may_be_person
from rag.roles import led_by_whom
from rag.speakers import named_speaker
from rag.windows import Asked, beyond, named_dates, window_of, without_event
from rag.words import Word, word_key, words

_ASKED = r"who|which(?: one)?|where|when|what|how (?:many|much|long)"
MAX_QUESTION = 2000  # characters; the longest sensible question with a quotation in it is a few hundred

# "And in Washington?": another place is another event, perhaps of another year.
_PLACE = re.compile(r"^(?:and|but|what about|how about)\s+(?:in|at)\s+(?-i:[A-Z])", re.I)
_TWO_MATTERS = re.compile(
    r"^((?:what|how|who|did|does)\b[^?]*?)\s+(about|on|regarding|concerning)\s+([^?,]+?),?\s+and\s+\2\s+([^?]+?)\s*\?*$",
    re.I,
)

# "In 2020 and '21".
_SHORT_YEAR = re.compile(r"(?<!\w)['’](\d\d)(?!\w)")
# "Who led it in 2014 and who in 2023?": the same again, of another time or place.
ELLIPSIS = re.compile(rf"^(?:and\s+)?(?:{_ASKED})(?:\s+(?:in|at|on|for|during|after|before|of)\b|\s*$)", re.I)

# "When was the dialogue before that?": it asks something of its own, of a neighbour of the last event.
_ASKS_ITSELF = re.compile(rf"^(?:and\s+)?(?:{_ASKED})\b[^?]*\b(?:{EVENT_NOUN})s?\b", re.I)
_ASKS_OWN = re.compile(rf"^(?:and\s+)?(?:{_ASKED}|why|did|does|was|were|is|are)\b", re.I)
_STEP_PHRASE = re.compile(
    r",?\s*(?:\b(?:in|at|during|on)\s+)?(?:\bthe\s+(?:day|week|month|year|time)s?\s+)?\b(?:right\s+|soon\s+|just\s+)?"
    r"(?:after|following|before)\s+(?:that|it|this|them)\b",
    re.I,
)
_THEN = re.compile(r"^(?:in\s+)?(?=\S)|,?\s+then(?=\s*\?*$)", re.I)
_FOLLOWS = frozenset(word_key(word)[0] for word in "come follow succeed replace go start begin".split())
_NEIGHBOUR = re.compile(
    r"\b(?:before|after|following)(?:\s+(?:that|it|this|them))?\b|\b(?:previous|preceding|prior|next|that followed)\b",
    re.I,
)

# "And at the one after that, who signed?": what it asks stands behind what names the event.
_AT_NEIGHBOUR = re.compile(
    r"^(?:and\s+|but\s+|so\s+|ok\s+|then\s+)*(?:(?:at|in|during|for|on)\s+)?(?:the\s+)?"
    rf"(?:[\w-]+\s+){{0,2}}?(?:one|time|{EVENT_NOUN})\b(?:\s+(?:before|after|that\s+(?:came\s+)?followed)(?:\s+(?:that|it|this))?)?"
    rf"\s*[,:-]?\s+(?={_ASKED})",
    re.I,
)
# "When was the previous one?"
_NEIGHBOUR_ONE = re.compile(
    rf"^(?:and\s+)?(?P<asks>(?:{_ASKED})\s+(?:was|were|is)(?:\s+held)?)\s+(?:the\s+)?"
    r"(?:(?:previous|preceding|prior|next|following)\s+(?:one|time)|one\s+(?:before|after|that\s+followed)(?:\s+(?:that|it|this))?)\b",
    re.I,
)
_SAME = re.compile(r"\b(?:it|they|them|he|she|him|her)\b", re.I)

# "When the talks were over, what did they announce?" asks what.
_CLAUSE_FIRST = re.compile(
    r"^(?:and\s+|but\s+|so\s+)?(?:when|where)\s+"
    r"(?!(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should|and|or)\b)[^?,]*,\s*"
    r"(?=(?:who|whom|whose|what|which|where|when|why|how|is|are|was|were|did|does|do|has|have|had|will)\b)",
    re.I,
)

KINDS = ("who", "when", "where", "how many", "which", "why", "how", "yes or no", "what")


_APART = re.compile(r"\b((?!the\b)\w+\s+(?:year|month|week|day)s?)\s+(earlier|before|later|after(?:wards)?)\b", re.I)
_ASKS = re.compile(
    r"\b(?:who(?:m|se|'s)?|what|wat|which|wich|when|wen|where|how|di[ds]|does|do|was|were|is|are|has|have|had|will|would|"
    r"can|could|name)\b",
    re.I,
)
TOPIC = 3  # content words at most, none of which asks


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the user, with the answer that was shown, where it is known."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question, understood. ``words`` are those of ``text``; ``borrowed`` are words of earlier turns, for retrieval
    and for telling events apart; ``resolved`` is ``text`` with "he" or "her" replaced by the name of the turn before.
    ``beyond`` marks a period that only begins or ends with the date named ("after March 2023"); ``latest`` and
    ``first`` ask for an order by date, ``beside`` for the neighbour of that one. ``period`` is what its words, or those
    of an earlier turn, say of the time; the query may be given another. ``step``: the event after that of the turn
    before is asked about, or the one before."""

    text: str
    kind: str
    words: tuple[Word, ...]
    query: Query
    several: bool = False
    latest: bool = False
    first: bool = False
    beside: bool = False
    beyond: bool = False
    borrowed: str = ""
    resolved: str = ""
    period: Asked = field(default_factory=Asked)
    step: Literal["later", "earlier", ""] = ""

    @property
    def whole(self) -> str:
        """The question behind what it borrows; by itself where it could be made whole."""
        return self.resolved if self.resolved != self.text else f"{self.borrowed} {self.resolved}".strip()

    @property
    def leans(self) -> bool:
        """Whether it points back to the turn before in a way that could not be told: "How many were hurt?"."""
        return bool(self.borrowed) and self.resolved == self.text and not self.step

    @property
    def is_topic(self) -> bool:
        """Whether a few words only name what to tell about: "drone strikes", "TTP?"."""
        return self.kind == "what" and not _ASKS.search(self.resolved) and sum(w.content for w in self.words) <= TOPIC

    @property
    def timeless(self) -> tuple[str, str]:
        """``resolved`` and ``whole`` without the dates that they name: those are compared as dates, not as words."""
        if not self.dated:
            return self.resolved, self.whole
        resolved, whole = (without_dates(text, named_dates(text)) for text in (self.resolved, self.whole))
        return resolved, whole

    @property
    def windows(self) -> tuple[Window, ...]:
        """The single periods asked about: several for "in 2014 and in 2023", none where no date is named."""
        asked = Window(self.query.after, self.query.before)
        if asked == self.period.window and self.period.periods:
            return self.period.periods
        return (asked,) if asked else ()

    @property
    def dated(self) -> bool:
        return self.query.after is not None or self.query.before is not None


def check_question(text: str, longest: int = MAX_QUESTION) -> str:
    """The question with blanks folded. Raises QuestionError where it is empty, without a letter, or has more than
    ``longest`` characters."""
    folded = " ".join(text.split())
    if not any(c.isalnum() for c in folded):
        raise QuestionError(
            "the question is empty; ask something about the articles, for example who met whom, and when"
        )
    if len(folded) > longest:
        raise QuestionError(
            f"the question has {len(folded):,} characters, at most {longest:,} are read; ask a shorter one, "
            "and index long texts with `colloquy index`"
        )
    return folded


def understand(
    text: str, history: Sequence[Turn] = (), asked: date | None = None, limit: int = 12
) -> tuple[Question, ...]:
    """The questions in a message, one or several ("who led each side, and where did they meet?"), at most three.

    ``asked`` is "today" for words such as "last year"; the day of the call unless given. Raises QuestionError.
    """
    folded = check_question(text)
    day = asked or date.today()
    earlier = [t for t in history if t.question.strip()]
    parts = _parts(_SHORT_YEAR.sub(lambda m: _year(int(m[1]), day), folded))
    found: list[Question] = []
    for part in map(led_by_whom, parts):
        before = earlier if not found else [*earlier, Turn(found[0].text)]
        found.append(_one(part, before, day, limit))
    return tuple(found)


def _taken_up(text: str) -> str:
    """A bare time behind an earlier question as what it stands for: "And in 2014?" for "2014 then?"."""
    bare = _THEN.sub("", text)
    if len(bare.split()) > 4 or _ASKS.search(bare) or FOLLOW.search(bare):
        return text
    if _APART.match(bare):
        return f"And {bare[0].lower()}{bare[1:]}"
    dates = date_mentions(bare)
    return (
        f"And in {bare}" if dates and dates[0].span.start == 0 and dates[0].span.end >= len(bare.rstrip(" ?")) else text
    )


def _one(text: str, history: Sequence[Turn], day: date, limit: int) -> Question:
    text = _taken_up(text) if history else text
    text, end = beside_end(text)
    own = words(text)
    borrowed, resolved = "", text
    step: Literal["later", "earlier", ""] = ""
    period = window_of(text, day)
    if history and refers_back(text, own):
        last = history[-1]
        resolved = _whole_question(text, history)
        # The question before alone may itself have leant on the one before it ("And in 2023?").
        chain = [last.question]
        if len(history) > 1 and refers_back(last.question, words(last.question)):
            chain.insert(0, history[-2].question)
        borrowed = " ".join(chain)
        if LATEST.search(text) or FIRST.search(text):
            # "And at the latest?" is of another date than the turn before.
            borrowed = without_dates(borrowed)
        else:
            for question in (resolved, *(reversed(chain) if not _PLACE.search(text) else ())):
                period = period if period else window_of(question, day)
        if (apart := _APART.search(text)) and not window_of(text, day) and period.window.after and period.window.before:
            # "And nine years earlier?"
            side = "before" if apart[2].lower() in ("earlier", "before") else "after"
            if moved := at_distance(f"{apart[1]} {side} ", period.window):
                period = Asked(_years_of(moved) if "year" in apart[1].lower() else moved)
                resolved = without_dates(last.question)
        elif (found := STEP.search(text)) and not window_of(text, day):
            step = "later" if found["later"] else "earlier"
            period = beyond(period, later=step == "later")
            # What set the event of the turn before apart is not that of its neighbour.
            before_it = ORDERED.sub("", without_event(last.question))
            resolved = ORDERED.sub("", _of_neighbour(text, last.question)) or before_it
            borrowed = before_it if _AT_NEIGHBOUR.match(text) else resolved
        if last.answer and not step:
            borrowed = f"{borrowed} {' '.join(w.text for w in words(last.answer) if w.name)}"
    after, before = period.window.after, period.window.before
    return Question(
        text=text,
        kind=_kind(resolved),
        words=words(resolved),
        query=Query(resolved, after, before, limit, borrowed),
        period=period,
        step=step,
        several=bool(LIST.search(text)),
        latest=end == "latest" or (bool(LATEST.search(resolved)) and not asks_earlier(resolved)),
        first=end == "first" or bool(FIRST.search(resolved)),
        beside=bool(end),
        borrowed=borrowed,
        resolved=resolved,
        beyond=period.anchor is not None,
    )


def _years_of(window: Window) -> Window:
    """The period with all of the year in its middle: "two years earlier" is said of a year as well."""
    assert window.after and window.before
    begins, ends = year_around(window.after + (window.before - window.after) / 2)
    return Window(min(window.after, begins), max(window.before, ends))


def _of_neighbour(text: str, last: str) -> str:
    """What is asked of the event before or after: "when was the dialogue?" of "when was the dialogue before that?"; ""
    where it is what the turn before asked."""
    if opening := _AT_NEIGHBOUR.match(text):
        rest = text[opening.end() :]
        own = sum(w.content for w in words(rest))
        return rest if own and not (_SAME.search(rest) and _kind(rest) == _kind(last)) else ""
    if _kind(text) != _kind(last) and (one := _NEIGHBOUR_ONE.match(text)):
        found = re.search(rf"\b(?:{EVENT_NOUN})s?\b", last, re.I)
        event = found[0] if found else "meeting"
        asks = re.sub(r"\b(?:was|is)\b", "were", one["asks"]) if event.endswith("s") else one["asks"]
        return f"{asks} the {event}{text[one.end() :]}"
    plain = " ".join(_STEP_PHRASE.sub(" ", text).split()).replace(" ?", "?")
    if plain != text and _ASKS_OWN.match(plain) and not BACK.search(plain):
        # "What did the Danes say in the month after that?"
        new = {w.key for w in words(plain) if w.content} - {w.key for w in words(last)} - _FOLLOWS
        if new:
            return plain
    if not _ASKS_ITSELF.match(text) or _kind(text) == _kind(last):
        return ""
    return " ".join(_NEIGHBOUR.sub(" ", text).split()).replace(" ?", "?")


def _whole_question(text: str, history: Sequence[Turn]) -> str:
    """The question with what it leaves out or points back to put in its place, as far as that can be told."""
    last = history[-1].question
    if len(history) > 1 and refers_back(last, words(last)):
        last = completed(last, history[-2].question)
    return _resolved(completed(text, last), history)


def _resolved(text: str, history: Sequence[Turn]) -> str:
    """The question with "he", "his" and the like replaced by the person of the last answer or of an earlier turn."""
    person = _meant(text, history)
    if not person:
        return text

    def named(match: re.Match[str]) -> str:
        word, rest = match.group().lower(), match.string[match.end() :]
        # "Her title", but "who met her?" and "what did he tell her in May?".
        owns = word in ("his", "hers") or (word == "her" and re.match(r"\s+(?!in\b|on\b|at\b|to\b|about\b)[a-z]", rest))
        return f"{person}'s" if owns else person

    return PERSON.sub(named, text, count=1)


def _meant(text: str, history: Sequence[Turn]) -> str:
    """The person whom a pronoun of the question stands for; "" where nobody is named."""
    if not history:
        return ""
    last = history[-1]
    # "Whom did she marry?", "Who were her children?": she is still the same. "Who succeeded him?", "Where is he from?":
    # he may be the other one.
    goes_on = SHE.search(text) if last.question.lower().startswith("who") else PERSON.search(text)
    if goes_on and _pronouns(text) & _pronouns(last.question) and (same := _meant(last.question, history[:-1])):
        return same
    return person_answered(last) or next((p for t in reversed(history) if (p := person_named(t.question))), "")


def _pronouns(text: str) -> set[str]:
    """Of which sex the persons are whom its pronouns stand for."""
    return {"she" if SHE.fullmatch(m[0]) else "he" for m in PERSON.finditer(text)}


def person_answered(turn: Turn) -> str:
    """The first person in an answer whom its question does not name, by the last two names; "" for none.

    Offices before a name are not part of it, nor are peoples and countries; one name counts only where nobody has two.
    """
    asked = {w.key for w in words(turn.question)}
    runs: list[list[Word]] = []
    previous: Word | None = None
    for word in words(turn.answer):
        beside = previous is not None and turn.answer[previous.span.end : word.span.start] == " "
        capital = word.name or (word.content and word.text[0].isupper())
        if not capital or word.text in OFFICES:
            previous = None
            continue
        if previous is None or not beside:
            runs.append([])
        runs[-1].append(word)
        previous = word
    for size in (2, 1):
        for run in runs:
            span = Span(run[0].span.start, run[-1].span.end)
            fits = len(run) >= size and (size > 1 or run[0].name) and not any(w.key in asked for w in run)
            if fits and may_be_person(turn.answer, span):
                return " ".join(w.text for w in run[-2:])
    # Behind a quotation a name looks like the opening of a sentence.
    speaker = named_speaker(turn.answer)
    start = turn.answer.find(speaker) if speaker else -1
    if start < 0 or any(w.key in asked for w in words(speaker)):
        return ""
    return speaker if may_be_person(turn.answer, Span(start, start + len(speaker))) else ""


def refers_back(text: str, own: Sequence[Word]) -> bool:
    """Whether a question leans on an earlier one: it opens with "and", says "he" or "there" without a name of its own
    that "he" could be, or is a bare remainder ("the US side?")."""
    content = [w for w in own if w.content]
    if FOLLOW.search(text) or STEP.search(text) or len(content) <= 1:
        return True
    back = BACK.search(text)
    # "When did Kerry say that it ...": a pronoun after two names or more has its antecedent in the same sentence.
    return bool(back) and sum(1 for w in own if w.name) < 2 and len(content) <= 7


def _year(short: int, day: date) -> str:
    """The year of two digits: the last one that ends so, or one of the next five."""
    return str(day.year - (day.year + 5 - short) % 100 + 5)


def _kind(text: str) -> str:
    text = _CLAUSE_FIRST.sub("", text)
    if YES_NO.match(text) and not ASKED_INSIDE.match(text):
        return "yes or no"
    hits = [(m.start(), n, kind) for n, (kind, pattern) in enumerate(KIND_CUES) if (m := pattern.search(text))]
    return min(hits)[2] if hits else "what"


def _parts(text: str) -> list[str]:
    """The message cut at its question marks and before "and who", "and where"; pieces too bare to ask stay joined."""
    pieces = [p.strip(" ,") for p in SPLIT.split(text) if p and p.strip(" ,?")]
    if twice := _TWO_MATTERS.match(text):
        # "What did she say about the war and about the harbour?"
        ask, preposition, one, other = twice.groups()
        return [f"{ask} {preposition} {one}?", f"{ask} {preposition} {other}?"]
    if not 2 <= len(pieces) <= 3 or COMPARES.match(text):
        return [text]
    if ELLIPSIS.match(pieces[1]) and window_of(text, date.today()):
        return [text]
    for piece in pieces:
        if not QUESTION_WORD.search(piece) or sum(w.content for w in words(piece)) < 1:
            return [text]
    # "I wonder who and where": a first piece that asks nothing by itself is no question of its own.
    return [p if p.endswith("?") else f"{p}?" for p in pieces]
