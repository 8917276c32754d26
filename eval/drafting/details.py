"""When and where something happened, how many there were, and why."""

import re
from collections.abc import Iterator

from eval.drafting.asked import Asked, named_subject, turned_briefly
from eval.drafting.names import NAME_WORD, Background
from eval.drafting.speech import without_speaker
from eval.drafting.statements import AUXILIARIES, MONTHS, PREPOSITIONS, Statement, parse, shortened, without_weekdays
from eval.drafting.wording import timeless
from rag.records import date_mentions

# What happens at one time: with other verbs ("remained", "supported") a date bounds more than it places.
_HAPPENS = re.compile(
    r"(?:held|opened|signed|born|founded|established|killed|arrested|elected|appointed|launched|released|published|"
    r"met|died|began|started|ended|concluded|announced|formed|won|joined|adopted|approved|resigned|visited|arrived|"
    r"invaded|closed|sentenced|charged|convicted|received|hosted|became|moved|left|retired|took place|completed|"
    r"built|created|introduced|passed|issued|bought|acquired|married|defeated|beat|banned|attacked|shot|crashed|"
    r"landed|performed|premiered|inaugurated|sworn|named|awarded|executed|assassinated|discovered|recorded|filmed|"
    r"merged|dissolved|abolished|destroyed|hit|struck|made|took|bombed|seized|captured|declared|set up|broke)\b"
)
_PLACED = re.compile(
    r"(?:held|signed|born|killed|arrested|found|shot|buried|founded|based|built|filmed|launched|formed|detained|"
    r"executed|assassinated|married|sentenced|met|died|gathered|began|opened|landed|crashed|took place|lived|grew up|"
    r"studied|collapsed|exploded|sank|arrived)\b"
)
_ADVERB = re.compile(r"^(?:been|also|first|\w+ly)\s+")
# Between the verb and a date or place: then it may belong to something else.
_DETACHED = re.compile(r"\bto\s+[a-z]|\b(?!during|including)\w+ing\b|\b(?:that|who|which|than|between)\b|,|\bof$")
_DATE_LEAD = re.compile(
    r"(?:^|\s)(?:[Ii]n|[Oo]n)\s+(?:(?:early|late|mid)\s+)?(?:\w+day,?\s+)?$|(?:^|\s)(?:[Ee]arly|[Ll]ate)\s+(?:in\s+)?$"
)
_DATE_ENDS = re.compile(r"\s*(?:\.$|,|(?:in|at|by|with|for|after)\b)")
_IN_PLACE = re.compile(
    rf"\s+(?:in|at|near)\s+(?P<place>(?:the\s+)?{NAME_WORD}(?:(?:\s+(?:of|the|de|"
    rf"del))?\s+{NAME_WORD})*(?:\s+and\s+{NAME_WORD})?(?:,\s+(?:{NAME_WORD}(?:\s+{NAME_WORD})*|"
    rf"(?:[A-Z]\.)+))?)(?=[\s,.]|$)(?!\s+[A-Z])"
)
_NO_PLACE = re.compile(
    rf"\b(?:{MONTHS}|\w+day|Congress|"
    r"Parliament|English|French|Spanish|German|Chinese|Arabic|Division|League|Cup|Series|Championships?|Olympics|"
    r"Games|Group|Round|War|Awards?|Party|Army|Christmas|Easter|Internet|Act)\b|[’']s$|^the\s+\S+$"
)
_NUMBER = (
    r"(?:(?:[1-9]\d{0,2}(?:,\d{3})+|\d{1,4}|\d+\.\d+)(?:\s+(?:million|billion|thousand|hundred))?|two|three|four|"
    r"five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    r"twenty|thirty|forty|fifty)"
)
_ABOUT = (
    "at least|more than|about|nearly|over|up to|fewer than|less than|almost|approximately|some|a total of|"
    "as many as|only|just"
)
_NO_THING = (
    rf"(?!(?:{_NUMBER}|and|or|of|in|to|he|she|it|they|is|was|were|are|has|had|have|more|less|fewer|other|further|"
    rf"additional|as|"
    r"that|who|which|for|by|at|on|from|with|this|its|whose)\b)"
)
_AFTER_THINGS = "|".join(
    sorted(AUXILIARIES | PREPOSITIONS | {"and", "or", "who", "that", "which", "worldwide", "each"})
)
_COUNTED = re.compile(
    rf"(?<![\w$£€.,’'-])(?:(?i:{_ABOUT})\s+)?\b(?P<number>(?i:{_NUMBER}))\s+(?P<things>(?:{_NO_THING}[a-z][\w-]*\s+){{0,3}}?{_NO_THING}(?:[a-z]+s|"
    rf"people|men|women|children|police|personnel|troops|"
    rf"staff)\b(?:\s+and\s+(?:[a-z]+\s+)?{_NO_THING}[a-z]+s\b)?)(?=[,.]|$|\s+(?:{_AFTER_THINGS}|\w+ed)\b)"
)
# Measures are asked for in other words ("how long", "how far"), and "two others" says nothing.
_NOT_COUNTED = re.compile(
    r"\b(?:years?|days?|weeks?|months?|hours?|minutes?|seconds?|decades?|times|percent|kilomet\w+|miles|met(?:re|"
    r"er)s|feet|inches|kilogram\w*|degrees|dollars|pounds|euros|points|cents|yards|acres|hectares|tons|tonnes|knots|"
    r"seeds|others|sides|parties|goals|[a-z]+ous|[a-z]+ss|always|perhaps|this|plus|minus|thus)\b"
)
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
# Between an auxiliary and the number: nothing but the participle.
_PARTICIPLE_ONLY = re.compile(
    r"(?:(?:been|also|\w+ly)\s+)?(?:\w+(?:ed|en)|held|made|sent|built|won|lost|sold|bought|led|met|paid|had|kept|"
    r"found|put|set|cut)\s+"
)
_OF_THINGS = re.compile(r"\s+of\s+(?:the\s+)?(?:[\w’'-]+\s*){1,4}(?=$|,|\.)")
_REASON = re.compile(r",?\s+(?:because\s+of|due\s+to|because|owing\s+to)\s+(?P<reason>[^,;“”\"]+?)\.$")
_NO_REASON = re.compile(r"(?:he|she|it|they|his|her|its|their|this|that|although|even|if|when|while|as|of)\b")
LONGEST_REASON = 14  # words


def when(text: str, background: Background) -> Iterator[Asked]:
    """Questions such as "When did President Barack Obama receive Prime Minister Nawaz Sharif at the White House?"."""
    text = without_speaker(text)
    mentions = date_mentions(text)
    if len(mentions) != 1 or mentions[0].bound:
        return
    span = mentions[0].span
    lead = _DATE_LEAD.search(text[: span.start])
    if not lead:
        return
    before, after = text[: lead.start()].rstrip(" ,"), text[span.end :]
    if before and not _DATE_ENDS.match(after):
        return
    statement = parse(before if before and after.startswith(",") else f"{before} {after.lstrip(' ,')}".strip())
    if statement is None or statement.compound or not _HAPPENS.match(_verb(statement)):
        return
    if before and _DETACHED.search(before[before.find(statement.rest[:12]) :]):
        return
    if subject := named_subject(statement, background):
        asked = Statement(subject, statement.auxiliary, statement.verb, statement.rest)
        yield Asked("when", f"When {turned_briefly(asked)}?", (span.of(text),))


def where(text: str, background: Background) -> Iterator[Asked]:
    """Questions such as "Where was the 1986 harbour fair held?"."""
    statement = parse(without_speaker(text))
    if statement is None or statement.compound or not _PLACED.match(_verb(statement)):
        return
    rest = f" {statement.rest}"
    places = list(_IN_PLACE.finditer(rest))
    subject = named_subject(statement, background)
    if len(places) != 1 or not subject:
        return
    place, before, after = places[0]["place"], rest[: places[0].start()], rest[places[0].end() :]
    if (
        _NO_PLACE.search(place)
        or date_mentions(place)
        or _DETACHED.search(before)
        or re.match(r"\s+(?:and|or)\b", after)
    ):
        return
    # What follows after a comma describes the place: "in Riga, the capital of Latvia".
    left = before if after.startswith(",") else f"{before} {after}"
    asked = Statement(subject, statement.auxiliary, statement.verb, " ".join(left.split()))
    yield Asked("where", f"Where {turned_briefly(asked)}?", (place.removeprefix("the "),))


def how_many(text: str, background: Background) -> Iterator[Asked]:
    """Questions such as "How many police officers has the United States trained since March 2023?"."""
    text = without_speaker(text)
    counted = [
        m for m in _COUNTED.finditer(text) if not _NOT_COUNTED.search(m["things"]) and not _YEAR.fullmatch(m["number"])
    ]
    statement = parse(text)
    if len(counted) != 1 or statement is None or re.search(rf"\band\s+(?i:{_NUMBER})\b", text):
        return
    match = counted[0]
    if match.start() == 0:
        if len(statement.subject) >= match.end():
            deed = without_weekdays(shortened(statement.predicate)).partition(", ")[0]
            things = f"{match['things']}{statement.subject[match.end() :]}"
            yield Asked("how many", f"How many {things} {deed}?", (match["number"],))
        return
    subject = named_subject(statement, background)
    before, found, after = statement.rest.partition(match.group())
    direct = _PARTICIPLE_ONLY.fullmatch(before) if statement.auxiliary else not before
    if not subject or statement.compound or not found or not direct or re.match(r"\s+and\b", after):
        return
    things = match["things"]
    if re.match(r"\s+(?:of|who|that|which|whose|where)\b", after):
        # "Presented 500 episodes of the programme": what they are of belongs to the things counted.
        if not (of := _OF_THINGS.match(after)):
            return
        things, after = f"{things}{of.group().rstrip()}", after[of.end() :]
    asked = Statement(subject, statement.auxiliary, statement.verb, f"{before} {after}")
    yield Asked("how many", f"How many {things} {turned_briefly(asked)}?", (match["number"],))


def why(text: str, background: Background) -> Iterator[Asked]:
    """Questions such as "Why did relations break down in 2012?"."""
    text = f"{shortened(without_speaker(text).rstrip('.'))}."
    found = _REASON.search(text)
    if not found or len(found["reason"].split()) > LONGEST_REASON or _NO_REASON.match(found["reason"]):
        return
    if not timeless(found["reason"]):
        return
    statement = parse(text[: found.start()])
    if statement is None or statement.compound or re.search(r"\b(?:that|who|which|to|not)\b|ly$", statement.rest):
        return
    if subject := named_subject(statement, background):
        asked = Statement(subject, statement.auxiliary, statement.verb, without_weekdays(statement.rest))
        yield Asked("why", f"Why {asked.turned()}?", (found["reason"],))


def _verb(statement: Statement) -> str:
    """The verb that tells what happened, with what follows it."""
    return _ADVERB.sub("", f"{statement.verb} {statement.rest}".strip())
