"""Whether a question reads well by itself: without its article, without its answer in it."""

import re

from eval.drafting.statements import AUXILIARIES, MONTHS, PREPOSITIONS, WEEKDAY, tokens
from eval.drafting.verb_forms import is_past
from rag.words import content_keys, words

MAX_WORDS = 30
# What points to an earlier sentence, or to the day of the article.
_POINTS_BACK = re.compile(
    r"\b(?:he|she|him|they|them|we|us|our|ours|my|mine|me|I|you|your|it|itself|themselves|this|these|those|such|here|"
    r"there(?!\s+(?:is|are|was|were|has|have|had|will|would)\b)|latter|former\s+two|aforementioned|respectively|"
    r"another|same|others?|else|instead|too|however|also|therefore|meanwhile|moreover|one|ones|then)\b"
)
_UNRESOLVED = re.compile(
    r"\b(?:he|she|him|her|they|them|their|it|its|this|that|these|those|there|here|then|such|today|yesterday|"
    r"tomorrow)(?:['’]\w+)?\b",
    re.I,
)
_US = re.compile(r"\bUS\b")
_RELATIVE_TIME = re.compile(
    r"\b(?:today|tonight|yesterday|tomorrow|now|ago|currently|recently|lately|as\s+well|previously|earlier|later|"
    r"so\s+far|(?:this|last|next|past|previous|following|coming|same)\s+(?:\w+\s+)?(?:second|minute|hour|day|night|"
    r"morning|evening|week|weekend|month|year|season|summer|winter|spring|autumn|fall|decade|century|spring)s?|"
    rf"{WEEKDAY}s?)\b",
    re.I,
)
_DATED = re.compile(rf"\b{WEEKDAY},?\s+(?:\d{{1,2}}\s+)?(?:{MONTHS})\b")
CALENDAR = re.compile(rf"\b(?:{MONTHS}|{WEEKDAY}|Christmas|Easter|Earth|Internet|God)\b(?:['’]s)?")
# "The company", "the two sides": which one, only the article says; "the company of ...", "the company that ..." do not
# need it.
_KNOWN_TO_ALL = re.compile(
    r"(?:world|public|economy|media|internet|press|(?:\w+\s+)?markets?|police|military|environment|climate|sun|moon|"
    r"earth|ocean|sea|universe|weather|pandemic|poor|rich|elderly|homeless|unemployed|west|east|north|south|left|"
    r"right|top|bottom|end|beginning|past|future|law|truth|death\s+penalty|first|second|third|last|best|most|only|"
    r"arts|coronavirus|web|way|rest|age|need|use|lives?|wake|hope|idea|fact)\b"
)
_COUNTS = frozenset("two three four five six seven eight nine ten".split())
# "The company flexibility": what follows is no part of the noun.
_SPOKEN_OF = frozenset(
    "company firm group agency bill law team club party city state country government president minister report plan "
    "man woman couple suspect victim child children people students workers officers".split()
)
_BASED = re.compile(r"-(?:based|led|backed|run|owned|born)$")
_LINKS = frozenset("the a an and or but that who which whose where when while because if so not".split())
_COMPLETED = re.compile(
    r"^(?:of|for|in|on|at|to|from|between|that|who|with|against|by|where|which|about|into|near|over|under|among|"
    r"during|behind|after|before|[A-Z0-9].*)\b"
)
_CUT_OFF = re.compile(
    r"(?:^|\s|[’'])(?:when|where|who|which|whose|that|of|in|on|at|to|from|by|with|for|as|and|or|but|the|an?|than|was|"
    r"were|is|are|has|had|have|be|been|each|titled|entitled|called|named|back|s|Mr|Ms|Mrs|Dr)$"
)


def clear(question: str) -> bool:
    """Whether the question can be asked without its article at hand: it names something, points to nothing before."""
    inner = question.split(" ", 1)[1] if " " in question else ""
    if not 3 <= len(question.split()) <= MAX_WORDS or re.search(r"[“”\"‘:;()/]|\s[.,]", inner):
        return False
    if re.search(r"\bboth\b(?!.*\band\b)", inner):
        return False
    if _POINTS_BACK.search(_US.sub("USA", inner)) or _RELATIVE_TIME.search(_DATED.sub("", inner)) or vague(inner):
        return False
    if _CUT_OFF.search(question.rstrip("?")) and not re.search(
        r"^Who (?:was|were|is|are|has|have|had|will|would) .* by\?$", question
    ):
        return False
    if re.search(r"\b(?:their|its)\b", inner) and not _owner_before(inner):
        return False
    return any(w.name and not CALENDAR.fullmatch(w.text) for w in words(question))


def quotable(question: str) -> bool:
    """Whether the words quoted in the question can be understood, and told apart, without what was said before."""
    quote = question.partition("“")[2].rstrip("”?")
    if not 7 <= len(quote.split()) <= 36 or re.match(
        r"(?:and|but|so|yes|no|well|because|that|when|if|as)\b", quote, re.I
    ):
        return False
    return (
        not _UNRESOLVED.search(quote)
        and not vague(quote)
        and any(w.name and not re.match(r"I\b", w.text) for w in words(quote))
    )


def vague(text: str) -> bool:
    """Whether the text speaks of "the dialogue" or "the man" without saying which."""
    found = [token for _, token in tokens(text)]
    for n, token in enumerate(found):
        if token.lower() != "the":
            continue
        end = n + 1
        while (
            end < len(found)
            and (found[end].islower() or _BASED.search(found[end]))
            and not (
                found[end] in PREPOSITIONS or found[end] in AUXILIARIES or found[end] in _LINKS or is_past(found[end])
            )
        ):
            end += 1
        noun, follows = " ".join(found[n + 1 : end]), found[end] if end < len(found) else ""
        first = noun.split(" ")[0]
        if first in _COUNTS and " " in noun:
            return True
        if not noun or _KNOWN_TO_ALL.match(noun):
            continue
        owned = re.search(r"[’']s?(?:\s|$)", noun)
        if owned or (first in _SPOKEN_OF and " " in noun) or not _COMPLETED.match(follows):
            return True
    return False


def _owner_before(text: str) -> bool:
    """Whether a name stands before the first "its" or "their"."""
    at = re.search(r"\b(?:their|its)\b", text)
    return at is not None and bool(re.search(r"\b[A-Z]\w+", text[: at.start()]))


def timeless(text: str) -> bool:
    """Whether the text speaks of no day that only the day of its article makes known ("last week")."""
    return not _RELATIVE_TIME.search(_DATED.sub("", text))


def leaks(question: str, answer: str) -> bool:
    """Whether the question holds words of its answer."""
    return bool(content_keys(question) & content_keys(answer)) or answer.lower() in question.lower()
