"""Names in an article: which are persons, which words are no names, what an office is."""

import re
from functools import cached_property

from eval.drafting.statements import DETERMINERS, PREPOSITIONS, tokens
from eval.drafting.verb_forms import is_past
from rag.words import words

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽ"
NAME_WORD = rf"[{UPPER}][\w’'-]*\w"
_INITIAL = rf"(?:[{UPPER}]\.)+"
_PARTICLE = r"al|bin|ibn|da|de|del|della|der|di|do|dos|du|la|le|van|von|den|y"
# Two to five words, as persons are named in full.
PERSON = (
    rf"(?:(?:{NAME_WORD}|{_INITIAL})\s+)(?:(?:{NAME_WORD}|{_INITIAL}|{_PARTICLE})\s+){{0,3}}"
    rf"{NAME_WORD}(?:,?\s+(?:Jr|Sr)\.?)?"
)
# Offices that one person holds at a time.
_HEADS = (
    "president|prime minister|premier|chancellor|minister|secretary|ambassador|high commissioner|commissioner|governor|"
    "mayor|chairman|chairwoman|chairperson|chair|director|director general|director-general|executive|ceo|cfo|chief|"
    "head|leader|commander|coordinator|adviser|advisor|speaker|attorney general|general secretary|secretary general|"
    "secretary-general|treasurer|king|queen|pope|archbishop|bishop|founder|editor|editor-in-chief|owner|captain|"
    "head coach|coach|manager|conductor|envoy|representative|prosecutor|police chief|dean|principal|superintendent"
)
OFFICE = rf"(?:{_HEADS})"
_OFFICE_WORDS = frozenset(" ".join(_HEADS.split("|")).replace("-", " ").split()) | frozenset(
    "deputy vice acting former foreign finance interior defence defense health justice trade education energy "
    "additional assistant associate senior chief executive general prime high special national security police army "
    "opposition party state affairs spokesman spokeswoman spokesperson senator representative congressman "
    "congresswoman judge justice professor doctor dr mr mrs ms sir dame lord lady captain colonel lieutenant major "
    "sergeant admiral inspector detective officer sheriff reverend father pastor rabbi imam sheikh prince princess "
    "engineer analyst lawyer attorney economist historian researcher scientist author actor actress singer director "
    "coach gen sen rep gov lt col sgt capt prof st".split()
)
_IN_PLACES = frozenset(
    "new san santa los las el saint st hong sri costa puerto north south east west northern southern western city "
    "island islands beach hill valley bay lake river county province kingdom republic united states great america "
    "fort church island".split()
)
_NOT_BEFORE = PREPOSITIONS - {"of", "for", "to", "at"}
_OPENERS = frozenset("but and yet so when while although as if for after before with like both either even".split())
# With these a surname stands alone.
_TITLES = frozenset(
    "president minister premier chancellor secretary ambassador commissioner governor mayor chairman chairwoman king "
    "queen pope archbishop bishop senator representative congressman congresswoman judge justice professor doctor dr "
    "mr mrs ms sir dame lord lady captain colonel lieutenant major sergeant admiral general inspector detective "
    "officer sheriff reverend father pastor rabbi imam sheikh prince princess gen sen rep gov lt col sgt capt prof "
    "coach".split()
)
# Names with one of these are no persons: bodies, places, works, days.
_NO_PERSONS = frozenset(
    "academy act administration affairs agency airlines airport alliance america army arts assembly associates "
    "association authority avenue award awards bank battalion bay beach board bridge broadcasting bureau cabinet "
    "cathedral center centre church city club college commission committee community company conference congress "
    "convention corporation corps council county court cup day democrats department district division east embassy "
    "empire enterprise federation festival force forces forum foundation front fund game games general group guard "
    "gulf health hill hospital hotel house initiative inquiry institute institution international investigation "
    "island islands journal kingdom lake league ltd inc corp co llc magazine market marines medical memorial "
    "ministry mountain mountains movement museum nation nations navy network news newspaper north northern olympic "
    "olympics olympians office organisation organization palace park parliament party peninsula philharmonic plan "
    "planet police port post press prize programme program project prison province radio railway republic "
    "republicans research reserve resort review river road royal school sea senate series service services society "
    "south southern square squad stadium state states station street studio studios summit survey symphony system "
    "team television temple theatre theater times tour tower town trade treaty tribune trust tv union united "
    "university valley village war west western white world zoo county monday tuesday wednesday thursday friday "
    "saturday sunday january february march april june july august september october november december christian "
    "muslim islamic great new san santa los las el saint hong sri costa puerto capitol downing wall buckingham "
    "scotland charity fort camp base organizing film album book magazine".split()
)
# Words that open a sentence and are no names, whatever else the article holds.
_LOWER_ANYWAY = DETERMINERS | frozenset(
    "two three four five six seven eight nine ten eleven twelve hundreds thousands dozens millions many most some "
    "several all both more former officials police people members residents about nearly almost over fewer less "
    "another other few local at senior deputy acting talks relations scientists researchers authorities".split()
)
_SPEAKS = r"(?:said|says|told|added|warned|wrote|noted|stated|argued|announced|insisted|explained)"
_PLACE = re.compile(rf"\b(?:in|across|near|throughout)\s+(?:{NAME_WORD}\s+)?(?P<name>{NAME_WORD})")
_FULL = re.compile(PERSON)
_SPEAKING = re.compile(
    rf"(?<![{UPPER}\w]\s)(?<!\w[\w.]\s)\b(?P<name>{NAME_WORD})\s+(?:also\s+)?{_SPEAKS}\b|\b(?:Mr|Mrs|Ms|"
    rf"Dr)\.?\s+(?P<after>{NAME_WORD})"
)
_SHOWN = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?i:{OFFICE}|senator|judge|professor|dr|mr|mrs|ms|gen|sen|rep|gov|spokes\w+|engineer|officer|"
        rf"analyst)\.?,?\s+(?P<name>{PERSON})\b",
        rf"\b(?P<name>{PERSON}),\s+(?:aged\s+)?\d\d\b",
        rf"\b(?P<name>{PERSON}),\s+(?:(?:an?|the)\s[a-z]|who\s|[^,.]{{0,60}}\b(?i:{OFFICE}|spokes\w+|professor|"
        rf"analyst|author)\b)",
        rf"\b(?P<name>{PERSON})\s+(?:also\s+)?{_SPEAKS}\b",
        rf"\b{_SPEAKS}\s+(?P<name>{PERSON})\b",
        rf"\b(?P<name>{PERSON})\s+\((?:born|b\.)",
    )
)


class Background:
    """What an article as a whole tells about the words of its sentences."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _small(self) -> frozenset[str]:
        return frozenset(re.findall(r"(?<![\w’'.-])[a-z][a-z-]+", self._text))

    @cached_property
    def _capital_inside(self) -> frozenset[str]:
        return frozenset(re.findall(rf"(?<=[a-z,] )[{UPPER}][\w’'-]*\w", self._text))

    def opened(self, statement: str) -> str:
        """The statement as it would go on in the middle of a sentence; "" where it cannot be told whether its first
        word is a name."""
        (_, first), *others = tokens(statement) or ((0, ""),)
        small = first.lower()
        if small in _LOWER_ANYWAY:
            return small + statement[len(first) :]
        if not first[:1].isupper() or (first.isupper() and len(first) > 1):
            return statement
        if (
            first in self._capital_inside
            or re.search(r"[’']s?$", first)
            or any(w.name and w.text == first for w in words(statement))
        ):
            return statement
        if others and others[0][1][:1].isupper():
            return statement
        if not others and small not in self._small:
            return statement
        return small + statement[len(first) :] if small in self._small else ""

    def is_person(self, name: str) -> bool:
        """Whether the article shows that the name is that of a person: an office, an age, or speech of the surname."""
        parts = _parts(name)
        if len(parts) < 2 or any(_no_person(p) or re.search(r"^[A-Z]{2,}$|[’']s$", p) for p in parts):
            return False
        return tuple(parts[-2:]) in self._persons or parts[-1] in self._speaking

    @cached_property
    def _in_full(self) -> frozenset[str]:
        """The full names that the article shows to be persons', without offices."""
        names = {" ".join(m["name"].split()) for pattern in _SHOWN for m in pattern.finditer(self._text)}
        return frozenset(person for name in names if (person := self.person_in(name)) and " " in person)

    @cached_property
    def _persons(self) -> frozenset[tuple[str, ...]]:
        """The last two words of each full name that the article shows to be a person's."""
        found = [m["name"] for pattern in _SHOWN for m in pattern.finditer(self._text)]
        return frozenset(tuple(_parts(name)[-2:]) for name in found)

    @cached_property
    def _speaking(self) -> frozenset[str]:
        """Single words that speak and are no places: "Kerry said"."""
        found = {m["name"] or m["after"] for m in _SPEAKING.finditer(self._text)}
        return frozenset(found - {m["name"] for m in _PLACE.finditer(self._text)})

    @cached_property
    def _surnames(self) -> frozenset[str]:
        """Last names of the persons that the article names in full."""
        full = {tuple(_parts(m.group())[-2:]) for m in _FULL.finditer(self._text)}
        shown = {pair for pair in full if self.is_person(" ".join(pair))} | self._persons
        return frozenset(pair[-1] for pair in shown if len(pair) == 2 and not _no_person(pair[-1]))

    @property
    def persons(self) -> tuple[str, ...]:
        """The persons that the article names in full, in the order in which it first names them."""
        named = (name for name in self._in_full if self.uncommon(name) and name in self._text)
        return tuple(sorted(named, key=lambda name: (self._text.index(name), name)))

    def names_person(self, text: str) -> bool:
        """Whether the text names somebody in full."""
        return any(self.is_person(m.group()) for m in _FULL.finditer(text))

    def knows_name(self, word: str) -> bool:
        """Whether a word that opens a sentence is a name for sure: written so inside another, or as of a people."""
        if word.isupper() or re.search(r"[’']s$|(?:ian|ish|ese|can|eli|aqi|ani)$", word):
            return True
        return word in self._capital_inside and self.uncommon(word)

    def uncommon(self, name: str) -> bool:
        """Whether no word of the name is written small anywhere in the article: "Firefighter Stein" is no name."""
        return not any(part.lower() in self._small for part in name.split())

    def person_in(self, subject: str) -> str:
        """The one person that a subject names, without office and title; "" where it names none, or more than one."""
        subject = re.sub(r"^(?:But|And|Yet|So)\s+", "", subject.strip())
        if re.fullmatch(NAME_WORD, subject):
            return subject if subject in self._surnames else ""
        titled = re.fullmatch(rf"(?:[\w’'.&-]+\s+){{0,5}}(?P<title>[A-Z][\w.]+)\s+(?P<name>{NAME_WORD})", subject)
        if titled and titled["title"].lower().strip(".") in _TITLES and not _no_person(titled["name"]):
            return titled["name"]
        found = re.fullmatch(rf"(?:(?:[Tt]he\s+)?(?P<office>(?:[\w’'.&-]+\s+){{1,9}}?))??(?P<person>{PERSON})", subject)
        if not found or " and " in subject:
            return ""
        office, person = found["office"] or "", found["person"]
        # The first words of the capitalised run may be the office ("Pakistani Prime Minister Nawaz Sharif").
        parts = person.split()
        last = max((n for n, part in enumerate(parts) if _is_title(part)), default=-1)
        office, person = f"{office} {' '.join(parts[: last + 1])}", " ".join(parts[last + 1 :])
        while len(person.split()) > 2 and person.split()[0].lower() in self._small | _OPENERS:
            person = person.partition(" ")[2]  # "But Jon Abel", "Firefighter Rolf Stein"
        before = office.split()
        if len(person.split()) < 2 or (before and not _is_title(before[-1])):
            return ""
        if any(word in _NOT_BEFORE or (word.islower() and is_past(word)) for word in before):
            return ""  # "a committee led by Senator ..."
        titled_so = bool(before) and not any(map(_no_person, person.split()))
        return person if titled_so or self.is_person(person) else ""


def _parts(name: str) -> list[str]:
    return re.sub(r",?\s+(?:Jr|Sr)\.?$|[’']s?$", "", name).split()


def _is_title(word: str) -> bool:
    return word.lower().strip(".") in _OFFICE_WORDS


def _no_person(word: str) -> bool:
    return word.lower().strip(".") in _NO_PERSONS | _OFFICE_WORDS


def no_place(word: str) -> bool:
    """Whether a place is hardly named with this word: "Council", "XII", "NATO"."""
    return word.isupper() or bool(re.search(r"\d", word)) or (_no_person(word) and word.lower() not in _IN_PLACES)
