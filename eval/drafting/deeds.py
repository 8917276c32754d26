"""Who or what body did something, by whom it was done, and what something is."""

import re
from collections.abc import Iterator

from eval.drafting.asked import Asked, asked_for_person, named_subject
from eval.drafting.names import NAME_WORD, Background
from eval.drafting.speech import without_speaker
from eval.drafting.statements import Statement, parse, shortened, without_weekdays
from rag.records import date_mentions

# Speech is asked for in its own form; thoughts and states tell one person from another too little.
_NO_DEEDS = frozenset(
    "said says told added noted announced warned stated argued claimed insisted stressed admitted predicted declared "
    "explained confirmed suggested complained concluded acknowledged denied expressed wondered asked called thought "
    "felt believed hoped had has".split()
)
_PARTICIPLE = re.compile(r"(?:been|\w+ed|\w+en)\b")
SHORTEST_DEED = 4  # words
_HEADS = (
    "Party|Court|Agency|Department|University|Bank|Committee|Commission|Council|Institute|Association|Ministry|"
    "Company|Corporation|Foundation|Union|Federation|Organization|Organisation|Government|Senate|Parliament|Museum|"
    "Hospital|Club|Authority|Board|Embassy|Society|College|School|Group|Army|Navy|Church|Office|Bureau|Fund|League|"
    "Newspaper"
)
_BODY = re.compile(
    rf"(?:[Tt]he\s+)?(?P<name>(?=[A-Z])(?:{NAME_WORD}\s+|(?:[A-Z]\.)+\s+|(?:of|the|and|for)\s+)+?(?P<head>{_HEADS})"
    rf"(?:\s+(?:of|for|on)\s+(?:the\s+)?{NAME_WORD}(?:\s+(?:and\s+)?{NAME_WORD})*)?)"
)
_BY = re.compile(
    r"(?P<done>(?:(?:been|be|being|also)\s+)*\w+(?:ed|en|led|held|won|made|built))\s+by\s+(?P<who>[^,]+?)"
    r"(?P<after>$|,.*|\s+(?:in|on|at|after|during|for)\s.*)"
)
_THINGS = (
    "agency|airline|alliance|association|bank|body|broadcaster|charity|city|club|coalition|committee|company|"
    "conference|corporation|council|disease|drug|enterprise|exchange|federation|festival|firm|foundation|fund|group|"
    "hospital|initiative|institute|institution|island|journal|laboratory|league|magazine|manufacturer|militia|"
    "movement|museum|network|newspaper|nonprofit|organi[sz]ation|partnership|party|platform|port|program|programme|"
    "project|province|publisher|region|retailer|river|school|service|startup|start-up|store|subsidiary|system|team|"
    "think tank|town|union|university|village|virus|website"
)
_DEFINED = re.compile(
    rf"an?\s+(?P<what>(?!member\b|part\b|key\b|vital\b|major\b|big\b|"
    rf"new\b)(?:[\w’'-]+,?\s+){{1,5}}?(?:and\s+[\w-]+\s+)?(?:{_THINGS}))(?=$|,|\s+(?:that|which|who|whose|where|"
    rf"working|based|dedicated|designed|aimed|founded|established|"
    r"created|run|owned|used|made|located|with|in|for|of)\b)"
)
_NAME_ONLY = re.compile(rf"(?:the\s+)?{NAME_WORD}(?:\s+(?:{NAME_WORD}|of|the|for|and|on))*")


def who_did(text: str, background: Background) -> Iterator[Asked]:
    """Questions such as "Who chaired the Islamabad dialogue for Pakistan?"."""
    for statement, deed in _deeds(text):
        if person := background.person_in(statement.subject):
            yield asked_for_person("deed", f"Who {deed}?", person)


def which_body_did(text: str, background: Background) -> Iterator[Asked]:
    """Questions such as "Which court struck down ...?": the kind of body is in its name."""
    for statement, deed in _deeds(text):
        if body := _BODY.fullmatch(statement.subject):
            yield Asked("body", f"Which {body['head'].lower()} {deed}?", (body["name"],))


def by_whom(text: str, background: Background) -> Iterator[Asked]:
    """Questions such as "Who was the Pakistani delegation led by?"."""
    statement = parse(without_speaker(text))
    if statement is None or not statement.auxiliary or statement.compound:
        return
    if found := _BY.fullmatch(statement.rest):
        subject, person = named_subject(statement, background), background.person_in(found["who"])
        after = "" if found["after"].startswith(",") else without_weekdays(shortened(found["after"]))
        if subject and person:
            yield asked_for_person("by", f"Who {statement.auxiliary} {subject} {found['done']} by{after}?", person)


def what_is(text: str, background: Background) -> Iterator[Asked]:
    """Questions such as "What is the Nuclear Threat Initiative?"."""
    statement = parse(text)
    if statement is None or statement.auxiliary not in ("is", "was") or statement.apposition:
        return
    subject, found = background.opened(statement.subject), _DEFINED.match(statement.rest)
    if found and _NAME_ONLY.fullmatch(subject) and not background.person_in(subject):
        yield Asked("what", f"What {statement.auxiliary} {subject}?", (found["what"],))


def _deeds(text: str) -> Iterator[tuple[Statement, str]]:
    """What somebody did, as after "who", with the statement it is from; a date that opens the sentence comes last."""
    for base, date in _heads_cut(without_speaker(text)):
        statement = parse(base)
        if statement is None or statement.verb in _NO_DEEDS:
            continue
        if statement.auxiliary and not _PARTICIPLE.match(statement.rest):
            continue
        deed = without_weekdays(shortened(statement.predicate))
        if len(deed.split()) >= SHORTEST_DEED:
            yield statement, deed if date_mentions(deed) else deed + date


def _heads_cut(text: str) -> Iterator[tuple[str, str]]:
    """The sentence as it is, and without a date at its head, with that date."""
    yield text, ""
    for mention in date_mentions(text)[:1]:
        head = re.fullmatch(r"(?P<preposition>In|On)\s+(?:\w+day,\s+)?", text[: mention.span.start])
        rest = text[mention.span.end :].lstrip(" ,")
        if head and rest[:1].isupper():
            yield rest, f" {head['preposition'].lower()} {mention.span.of(text)}"
