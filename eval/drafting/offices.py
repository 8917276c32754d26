"""Who holds an office, and which office somebody holds."""

import re
from collections.abc import Iterator

from eval.drafting.asked import Asked, asked_for_person
from eval.drafting.names import NAME_WORD, OFFICE, PERSON, Background
from eval.drafting.wording import CALENDAR, vague

# "Sartaj Aziz, the adviser on ...,"
_APPOSITION = re.compile(rf"(?<![\w’'-])(?P<person>{PERSON}),\s+(?P<office>[^,“”\"]{{6,110}})(?:,|\.$)")
_BRANCH = "deputy|foreign|finance|defen[cs]e|interior|health|justice|prime|vice"
# "U.S. Secretary of State John Kerry", "Apple CEO Tim Cook"
_TITLED = re.compile(
    rf"(?:^|(?:^|\s)[a-z]+(?:[’'-][a-z]+)*\s+)(?:[Tt]he\s+)?"
    rf"(?P<office>(?:{NAME_WORD}(?:[’']s)?\s+|(?:[A-Z]\.)+\s+){{1,5}}?(?:(?i:{_BRANCH})\s+)?(?i:{OFFICE})"
    rf"(?:\s+(?:of|for)\s+(?:the\s+)?{NAME_WORD}(?:\s+(?:and\s+)?{NAME_WORD})*)?)"
    rf"\s+(?P<person>{NAME_WORD}(?:\s+(?:[A-Z]\.|al|bin|de|van|von|del))?\s+{NAME_WORD})(?=[\s,.])(?!\s+{NAME_WORD})"
)
# "the Additional Secretary for ...", "Apple's chief executive": the office, and what of.
_PREPOSITION = r"(?:to|of|for|by|with|in|on|at|from|as)\b"
_OFFICE_PHRASE = re.compile(
    rf"(?:[Tt]he\s+)?(?:(?!{_PREPOSITION})[\w’'.&-]+\s+|{NAME_WORD}\s+of\s+(?={NAME_WORD})){{0,8}}?(?i:{OFFICE})"
    rf"(?:\s+(?:and|&)\s+(?:[\w-]+\s+){{0,4}}?(?i:{OFFICE}))?(?:\s+(?:of|for|to|at|in|on|responsible)\s.+)?"
)
_NO_OFFICE = re.compile(
    r"^(?:amid|with|as|for|after|but|when|while|if|although|in|on|at|by|from|under|like|before|since|yet|so|still|"
    r"even|once|now|today|here|there|also|an?|his|her|their|its|one|some|and|son|daughter|\d)\b|^(?!acting)\S*ing\b|"
    r"\b(?:who|which|is|was|were|has|had|said|former|ex|then|late|spokes\w+|member|assistant to|friend|native|"
    r"husband|wife|brother|sister|father|mother|soon-to-be|recently|another|new|next|this|that|these|in an?)\b",
    re.I,
)
# "Prime Minister": of which country? "Pakistan's adviser": one of many.
_BARE = frozenset(
    "deputy foreign finance defence defense interior health justice prime vice general senior crown chief home "
    "police acting state music house environment technical creative managing artistic democratic republican "
    "conservative liberal executive majority minority opposition party city county trade energy education labor "
    "labour transport culture sport sports media press head lead regional national".split()
)
_ONE_OF_MANY = re.compile(
    r"(?!.*\b(?:of|for)\b).*\b(?:adviser|advisor|representative|executive|coordinator|prosecutor|envoy|coach|captain|"
    r"editor|manager|head|secretary)",
    re.I,
)
# "former Mayor ..." is none, and of "Right to Work President ..." only the end would be taken.
_BEFORE_NO_OFFICE = re.compile(
    r"\b(?:former|ex|late|then|onetime|retired|longtime)[\s-]*$|[A-Z]\w*\s+(?:to|of|for|and|on|in)\s+(?:the\s+)?$"
)
_NO_POSITION = re.compile(r"\b(?:founder|owner|captain|conductor|king|queen|pope)\b", re.I)
_OWNED = re.compile(rf"(?:{NAME_WORD}\s+)*?{NAME_WORD}[’']s?\s")
_OFFICE_WORD = re.compile(OFFICE)
LONGEST_POSITION = 12  # words; a longer one is hardly repeated by an answer


def who_holds(text: str, background: Background) -> Iterator[Asked]:
    """Questions such as "Who was the U.S. Secretary of State?"."""
    for match in _APPOSITION.finditer(text):
        person, office = background.person_in(match["person"]), match["office"].strip()
        if person and _is_office(office) and not background.names_person(office):
            article = "" if office.startswith("the ") or _OWNED.match(office) else "the "
            yield asked_for_person("office", f"Who was {article}{office}?", person)
    for match in _TITLED.finditer(text):
        office, person = match["office"].strip().removeprefix("The "), re.sub(r"[’']s?$", "", match["person"])
        if _BEFORE_NO_OFFICE.search(text[: match.start("office")]) or _NO_OFFICE.search(office):
            continue
        if match.start("office") == 0 and not background.knows_name(office.split()[0]):
            continue  # "Even President ...", "Visit President ..."
        if background.names_person(office):
            continue
        if background.is_person(person) and not _is_bare(office):
            article = "" if _OWNED.match(office) else "the "
            yield asked_for_person("office", f"Who was {article}{office}?", person)


def which_position(text: str, background: Background) -> Iterator[Asked]:
    """Questions such as "Which position does Elizabeth Richard hold?"."""
    for match in _APPOSITION.finditer(text):
        person, office = background.person_in(match["person"]), match["office"].strip()
        if " " in person and _is_office(office) and not _NO_POSITION.search(office):
            # "director of the museum and Jon Abel": the next in a list.
            office = _without_next_person(re.sub(r"^the\s+", "", office), background)
            if len(office.split()) <= LONGEST_POSITION:
                yield Asked("position", f"Which position does {person} hold?", (office,))


def _is_office(phrase: str) -> bool:
    """Whether an apposition names one office and says of what."""
    if _NO_OFFICE.search(phrase) or not _OFFICE_PHRASE.fullmatch(phrase) or _is_bare(phrase):
        return False
    if vague(phrase) or CALENDAR.search(phrase):
        return False
    return bool(re.search(r"\b(?:of|for|to|at|in|on)\s", phrase) or re.search(NAME_WORD, phrase))


def _is_bare(office: str) -> bool:
    """Whether the office could be anybody's: nothing but words of offices, or one of many in the same place."""
    words = re.split(r"[\s-]+", office.lower())
    return all(word in _BARE or _OFFICE_WORD.fullmatch(word) for word in words) or bool(_ONE_OF_MANY.fullmatch(office))


def _without_next_person(office: str, background: Background) -> str:
    """ "director of the museum and Jon Abel": the next in a list is no part of the office."""
    found = re.search(rf"\s+and\s+(?P<person>{PERSON})$", office)
    return office[: found.start()] if found and background.is_person(found["person"]) else office
