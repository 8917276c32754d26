"""A plain statement cut into subject, verb and rest, so that it can be turned into a question. Patterns only: what does
not fit them is no statement."""

import re
from dataclasses import dataclass
from functools import lru_cache

from eval.drafting.verb_forms import base_form, finite_past, is_past

AUXILIARIES = frozenset("is are was were has have had will would can could may might must should".split())
DETERMINERS = frozenset("the a an its their his her our your my this that these those each every no any some".split())
PREPOSITIONS = frozenset(
    "of in on at by for with from to into onto over under about against between among through during before after "
    "since until toward towards near behind beyond inside outside without within across along around per via as than "
    "like despite amid upon off out up down".split()
)
_SUBORDINATORS = frozenset(
    "that who which whose whom where when while as after before because since if although though whether how what why "
    "than until unless once so".split()
)
# In a subject: what stands for something named in an earlier sentence, or shows that the subject is no plain one.
_NO_SUBJECT = _SUBORDINATORS | frozenset(
    "he she it they we i you him her them us his its their our my your this these those such there here then not both "
    "neither either another others other same former latter one ones all most many few several but or nor to "
    "say says show shows suggest suggests".split()
)
_NO_OPENING = PREPOSITIONS | frozenset(
    "and but or so yet however meanwhile also still now later earlier then instead only even just more less "
    "most".split()
)
_HAVE = frozenset({"has", "have", "had"})
_SMALL_NUMBERS = frozenset(
    "two three four five six seven eight nine ten eleven twelve more about around nearly over almost approximately "
    "some at only just up".split()
)
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_IN_MONTH = re.compile(rf"\s+(?:in|on)\s+(?:{WEEKDAY}|{MONTHS})$")
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}|(?:Mr|Mrs|Ms|Dr|St|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Capt|Prof|Jr|Sr)\.|[A-Z]\.(?=\s)"
    r"|[$£€]?\d[\d.,:]*\d%?|[$£€]?\d%?|[^\W\d_][\w’'-]*\w|[^\W\d_]|[^\w\s]"
)
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]{1,60}[)\]]")
# "LORNE: ", "DUNMORE, March 8 (Agency) - ", "Lorne, Marsk News — "
_DATELINE_WORD = r"(?:[A-Z\d][\w.,/&’'-]*|of|and|the|de),?"
_DATELINE = re.compile(
    rf"^(?=[A-Z])(?:{_DATELINE_WORD}\s+){{0,7}}?{_DATELINE_WORD}(?:\s+(?:–|—|--|-)|:)\s+(?=[\"“A-Z])"
)
_MONTH = rf"(?:{MONTHS}|(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.)"
# "on Monday" says nothing once the sentence has left its article; "on Monday, 6 March 2023" does.
_RELATIVE_DAY = (
    rf"(?:(?:late|early|earlier|later)\s+)?(?:(?:on\s+|last\s+|this\s+|next\s+)?{WEEKDAY}(?:\s+(?:morning|afternoon|"
    rf"evening|night))?"
    r"|yesterday(?:\s+(?:morning|afternoon|evening))?|today|tonight|(?:this|last)\s+(?:morning|evening|week|weekend|"
    r"month|year)|recently|currently)"
)
_ON_WEEKDAY = re.compile(
    r"(?<!\bas)(?<!until)(?<!since)(?<!\bby)(?<!before)(?<!after)(?<!from)(?<!\bfor)(?<!\bof)(?<!\bthe)(?<!\bto)(?<!than)"
    rf"(?<!\band)(?<!\bor),?\s+{_RELATIVE_DAY}(?!,?\s+(?:\d|{_MONTH})|['’]|\s+[A-Z])"
    r"(?=\s+(?:in|at|that|to|by|for|with|after|before|following|during|on|from|against|over|as|and)\b|[,.?]|$)"
    r"(?:,(?=\s+(?:in|at|that|to|by|for|with)\b))?",
)
_RELATIVE_OPENING = re.compile(
    rf"^(?:(?i:{_RELATIVE_DAY}|in\s+an?\s+(?:\w+\s+)?(?:statement|interview|speech|report|letter|tweet|post|"
    rf"email)(?:\s+to\s+[^,]+)?|"
    r"meanwhile|however|in\s+addition|additionally|also)),?\s+(?!that\b|to\b|of\b|['’])"
)
# A phrase of place or occasion at the head: what is said holds without it. One with a number may be the date asked for.
_FRONTED = re.compile(
    r"^(?:As part of|During|At|In|On|After|Following|Before|For|Alongside|Together with)\s(?!all\b|most\b|"
    r"some\b)[^,\d“”\"]{3,60},\s+(?=(?:the|an?|[A-Z][\w’'.-]+)\s)"
)
_AFTER_COMMA = re.compile(
    r",\s+(?:(?:which|who|whom|whose|where|while|whilst|as|but|although|though|amid|according|with|since|when|even|"
    r"also|whereas|because|so|despite|following|until|prior|not|including)\b|\w+ing\b|and\s+(?:these|those|this|that|"
    r"the|it|he|she|they|we)\b|and\s+(?:\w+\s+){1,4}?(?:is|are|was|were|has|have|had|will|would|said|says)\b).*$"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement in its parts, as written, without the final stop.

    ``auxiliary`` is "was", "has", "will" ..., or "" where ``verb`` is a past form. ``apposition`` stood between commas
    after the subject. ``compound`` marks a second verb that shares the subject ("met the king and left").
    """

    subject: str
    auxiliary: str
    verb: str
    rest: str
    apposition: str = ""
    compound: bool = False

    @property
    def predicate(self) -> str:
        """All but the subject."""
        return " ".join(part for part in (self.auxiliary, self.verb, self.rest) if part)

    def turned(self, without: str = "") -> str:
        """As after a question word: "was the treaty signed in Rome", "did the king visit Rome"; ``without`` is left out
        of the rest."""
        rest = self.rest.replace(without, " ", 1) if without else self.rest
        first = self.auxiliary or {"has": "does", "have": "do"}.get(self.verb, "did")
        verb = self.verb if self.auxiliary else base_form(self.verb)
        return " ".join(f"{first} {self.subject} {verb} {rest}".split()).replace(" ,", ",").strip(" ,")


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[tuple[int, str], ...]:
    """Offsets and texts of the words and marks of a sentence; an abbreviation keeps its stops."""
    return tuple((m.start(), m.group()) for m in _TOKEN.finditer(text))


def plain_sentence(sentence: str) -> str:
    """The sentence on one line, without dateline and parentheses; "" for one that is no plain sentence."""
    if re.search(r"\n\s*(?![a-z])|https?:|www\.|[|»©@#_{}<>\\\ud800-\udfff]|\.{3}|…", sentence):
        return ""
    text = _ASIDE.sub("", " ".join(sentence.split()))
    text = _RELATIVE_OPENING.sub("", _DATELINE.sub("", text, count=1), count=1)
    text = _FRONTED.sub("", text, count=1)
    text = text[:1].upper() + text[1:]
    if not re.fullmatch(r"[“\"A-Z0-9$£€][^?!;]{25,320}[.][”\"]?", text) or re.search(r"[:–—−]|\s-\s|--", text):
        return ""
    if re.search(r"\w\s(?:An?|The|This|It|In)\s[a-z]", text):  # two sentences without a stop between them
        return ""
    if re.search(
        r"\b(?:Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Capt|Prof|St|No|vs|v|Govs|Sens|Reps|Dept|(?!U\.S|U\.K|U\.N|D\.C|"
        r"E\.U)[A-Z]\.[A-Z])\.$",
        text,
    ):
        return ""
    return text if text.count("“") == text.count("”") and text.count('"') % 2 == 0 else ""


def without_stop(text: str) -> str:
    """The sentence without its final stop, which belongs to an abbreviation at its end."""
    text = text.strip()
    return text if re.search(r"(?:[^\W\d_]\.){2,}$", text) else text.rstrip(".")


def without_weekdays(text: str) -> str:
    """The text without "on Monday" and the like, where no date follows."""
    return _ON_WEEKDAY.sub("", text)


def shortened(text: str) -> str:
    """The text up to a clause or phrase that only adds something, after a comma; whole where more may follow it."""
    text = re.sub(r",\s+according\s+to\s.*$", "", text)
    found = _AFTER_COMMA.search(text)
    if not found or re.match(r",\s+(?:which|who|whom|whose|where|\w+ing)\b[^,]*,\s", found.group()):
        return text
    return text[: found.start()]


def parse(text: str) -> Statement | None:
    """The parts of a statement that opens with its subject; None where that cannot be told for sure."""
    text = without_stop(text)
    found = tokens(text)
    if not found or found[0][1].lower() in _NO_OPENING or found[0][1].lower().endswith("ing"):
        return None
    place, apposition, subject_end = 0, "", 0
    while place < min(len(found), 40):
        start, token = found[place]
        if token == "," and not apposition:
            closing = next((n for n in range(place + 1, len(found)) if found[n][1] == ","), None)
            if closing is None or closing + 1 >= len(found) or not _is_verb(found, closing + 1):
                return None
            apposition = text[start + 1 : found[closing][0]].strip()
            subject_end, place = start, closing + 1
            continue
        if _is_verb(found, place):
            break
        if not re.match(r"[\w$£€]", token) or token.lower() in _NO_SUBJECT:
            return None
        place += 1
    else:
        return None
    subject = _IN_MONTH.sub("", text[: subject_end or found[place][0]].strip())
    if place >= len(found) or not _good_subject(subject):
        return None
    return _with_predicate(text, found, place, subject, apposition)


def _with_predicate(
    text: str, found: tuple[tuple[int, str], ...], place: int, subject: str, apposition: str
) -> Statement | None:
    first = found[place][1]
    at = place + 1
    if first in AUXILIARIES and not (first in _HAVE and _owns(found, at)):
        auxiliary, verb_from = first, at
        while at < len(found) and (
            found[at][1] in {"not", "been", "be", "being", "have"}
            or found[at][1].endswith("ly")
            or is_past(found[at][1])
        ):
            at += 1
        if at < len(found) and found[at][1] in AUXILIARIES:
            return None
        verb, rest = "", text[found[verb_from][0] :] if verb_from < len(found) else ""
    else:
        auxiliary, verb = "", first
        rest = text[found[at][0] :] if at < len(found) else ""
    compound = _second_verb(found, at)
    if compound is None or not rest:
        return None
    return Statement(subject, auxiliary, verb, rest, apposition, compound)


def _owns(found: tuple[tuple[int, str], ...], at: int) -> bool:
    """Whether a form of "have" is followed by what is had, and not by a participle."""
    follows = found[at][1] if at < len(found) else ""
    return follows in DETERMINERS or follows[:1].isdigit() or follows in _SMALL_NUMBERS


def _second_verb(found: tuple[tuple[int, str], ...], start: int) -> bool | None:
    """Whether a second verb shares the subject; None where one shows that the first was none or cannot be placed."""
    compound = False
    for n in range(start, len(found)):
        token, before = found[n][1], found[n - 1][1].lower()
        if token in _SUBORDINATORS and token not in {"as", "after", "before", "since", "so", "than", "until"}:
            return compound
        if token in AUXILIARIES and before != "to":
            return None
        follows = found[n + 1][1] if n + 1 < len(found) else "."
        if before == "and" and token.islower() and token.endswith("s") and follows in DETERMINERS | {"many", "several"}:
            compound = True  # "and shares many parts"
        if not (token.islower() and is_past(token)):
            continue
        if before in {"and", "or", "but", ","}:
            compound = True
        elif before in DETERMINERS or before in PREPOSITIONS or before.endswith(("ly", "’s", "'s")):
            continue  # "the armed men", "by elected officials"
        elif finite_past(token) or not (follows in PREPOSITIONS or follows in {".", ",", "and"}):
            return None if not _attributive(found, n) else compound
    return compound


def _attributive(found: tuple[tuple[int, str], ...], n: int) -> bool:
    """Whether the word on -ed stands between an adjective or number and its noun: "two armed men"."""
    follows = found[n + 1][1] if n + 1 < len(found) else ""
    return found[n][1].endswith("ed") and follows.islower() and follows.isalpha() and follows not in DETERMINERS


def _is_verb(found: tuple[tuple[int, str], ...], n: int) -> bool:
    """Whether the word is a finite verb, as far as its neighbours tell."""
    token = found[n][1]
    if not token.islower() or n == 0:
        return False
    if token in AUXILIARIES:
        return True
    if not is_past(token):
        return False
    before = found[n - 1][1].lower()
    if before.endswith("ly") and n > 1:
        before = found[n - 2][1].lower()
    if before in DETERMINERS or before in PREPOSITIONS or before in {"and", "most", "more"} or before[0].isdigit():
        return False
    if found[n - 1][1][:1].isupper() and n > 1:
        return True
    follows = found[n + 1][1] if n + 1 < len(found) else "."
    # "Two armed men": a word on -ed before a bare noun describes it; "killed people" is rarer, and is passed over.
    return not (token.endswith("ed") and follows.islower() and follows.isalpha() and not _may_follow(follows))


def _may_follow(word: str) -> bool:
    """Whether a word in small letters may follow a finite verb: no bare noun or adjective."""
    return word in DETERMINERS or word in PREPOSITIONS or word in _SUBORDINATORS or word.endswith("ly")


def _good_subject(subject: str) -> bool:
    """Whether the words before the verb end as a subject does."""
    found = [token for _, token in tokens(subject)]
    if not found or len(found) > 12:
        return False
    last = found[-1]
    return last.lower() not in DETERMINERS | PREPOSITIONS | {"and"} and not last.endswith("ly")
