"""Words compared the way a reader compares them: by stem, with names, numbers and abbreviations made alike."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from index.records import Span

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|\b[A-Z]{1,3}&[A-Z]{1,3}\b|\d+(?:[.,]\d+)*|[^\W_]+(?:['’][^\W\d_]+)?")

STOPWORDS = frozenset(
    """a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each else
    ever few for from further get got had has have having he her here hers herself him himself his how however i if in
    into is isn't it its itself just let let's like many may me might more most much must my myself no nor not now of
    off on once one only or other our ours out over own per please same shall she should so some such tell than that
    that's the their theirs them themselves then there these they this those through to too under until up upon us very
    was we were what what's whatever when where whether which while who who's whom whose why will with within would yes
    you your according article articles exactly give say says said mention mentioned happen happened happening know
    report reported hi hello hey please thanks thank""".split()
)
# "us" in capitals is the country; the lower-case pronoun stays a stopword.
_COUNTRY = {"us": "usa", "u.s": "usa", "usa": "usa", "u.s.a": "usa", "america": "usa", "american": "usa",
            "americans": "usa", "uk": "uk", "u.k": "uk", "britain": "uk", "british": "uk", "un": "un", "u.n": "un",
            "eu": "eu", "e.u": "eu"}  # fmt: skip
COUNTRIES = frozenset(_COUNTRY.values())  # their keys
_PHRASES = ((re.compile(r"\bUnited\s+States(?:\s+of\s+America)?\b", re.I), "USA"),
            (re.compile(r"\bUnited\s+Kingdom\b", re.I), "UK"), (re.compile(r"\bUnited\s+Nations\b", re.I), "UN"),
            (re.compile(r"\bEuropean\s+Union\b", re.I), "EU"))  # fmt: skip
_NUMBERS = {word: str(n) for n, word in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty".split())} | {"thirty": "30", "forty": "40", "fifty": "50", "hundred": "100",
    "dozen": "12", "first": "1", "second": "2", "third": "3"}  # fmt: skip
# Past forms that no stemmer reaches; the commonest irregular verbs of news prose.
_IRREGULAR = dict(pair.split("/") for pair in (
    "led/lead met/meet held/hold said/say told/tell began/begin begun/begin came/come went/go gone/go made/make "
    "took/take taken/take gave/give given/give got/get found/find left/leave lost/lose won/win paid/pay sent/send "
    "spoke/speak spoken/speak wrote/write written/write sought/seek fought/fight brought/bring bought/buy caught/catch "
    "taught/teach thought/think built/build spent/spend rose/rise risen/rise fell/fall fallen/fall grew/grow "
    "grown/grow knew/know known/know saw/see seen/see ran/run sold/sell stood/stand understood/understand kept/keep "
    "felt/feel dealt/deal drew/draw drawn/draw broke/break broken/break chose/choose chosen/choose withdrew/withdraw "
    "withdrawn/withdraw became/become struck/strike shook/shake shaken/shake threw/throw thrown/throw bore/bear "
    "swore/swear stole/steal flew/fly flown/fly hid/hide hung/hang died/die children/child people/person men/man "
    "women/woman forces/force").split())  # fmt: skip
NEGATIONS = frozenset(
    "not no never none nobody nothing neither nor without cannot refuse refused deny denied reject rejected failed "
    "fail instead unlikely".split()
)  # and every word on n't


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: where it stands, its key for comparison, and what kind of word it is."""

    span: Span
    text: str
    key: str
    content: bool
    name: bool
    number: bool


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball stem (Porter 2001) of a lower-case English word."""
    import snowballstemmer

    return str(snowballstemmer.stemmer("english").stemWord(word))


# Sentences of the same articles come by again with every question.
@lru_cache(maxsize=8192)
def words(text: str) -> tuple[Word, ...]:
    """The words of ``text`` with exact spans. Names are capitalised words that do not open a sentence, and those that
    open one but are written so elsewhere; in a text all in capitals, or all in small letters, none is known for a name.
    """
    tokens: list[tuple[int, int, str]] = []
    phrases = [(m.start(), m.end(), key) for pattern, key in _PHRASES for m in pattern.finditer(text)]
    position = 0
    for start, end, key in sorted(phrases):
        tokens.extend((m.start(), m.end(), m.group()) for m in _TOKEN.finditer(text, position, start))
        tokens.append((start, end, key))
        position = end
    tokens.extend((m.start(), m.end(), m.group()) for m in _TOKEN.finditer(text, position))
    shouting = text.isupper()
    opening = _openings(text)
    capital_inside = {t for s, _, t in tokens if s not in opening and t[0].isupper()}
    found = []
    for start, end, token in tokens:
        key, number = word_key(token)
        content = number or not _is_stopword(token) or key in COUNTRIES
        capital = token[0].isupper() and not shouting
        name = (
            capital and content and not number and (start not in opening or token in capital_inside or key in COUNTRIES)
        )
        found.append(Word(Span(start, end), token, key, content, name, number))
    return tuple(found)


def _is_stopword(token: str) -> bool:
    """Also "I'd" and "she'll", which are made of nothing else."""
    plain = token.lower().replace("’", "'").rstrip(".")
    head, _, tail = plain.partition("'")
    return plain in STOPWORDS or (head in STOPWORDS and tail in ("d", "ll", "m", "re", "s", "ve"))


def word_key(token: str) -> tuple[str, bool]:
    """The key by which a word is compared, and whether it is a number."""
    lower = token.lower().replace("’", "'").rstrip(".")
    if lower.endswith("'s"):
        lower = lower[:-2]
    if lower in _COUNTRY and (lower != "us" or token.upper() == token):
        return _COUNTRY[lower], False
    if token[0].isdigit():
        return lower.replace(",", ""), True
    if lower in _NUMBERS:
        return _NUMBERS[lower], lower not in ("one", "first", "second", "third")
    lower = lower.replace(".", "")
    return stem(_IRREGULAR.get(lower, lower)), False


def content_keys(text: str) -> set[str]:
    """Keys of the content words of a text."""
    return {w.key for w in words(text) if w.content}


def same_name(a: str, b: str) -> bool:
    """Whether two keys may name the same thing: equal, or country and people (Afghan, Afghanistan).

    Takes a shared beginning of at least four letters that makes up 60 % of the longer key; Austria and Australia
    (five of nine), Islam and Islamabad (the same) stay apart.
    """
    if a == b or f"{a}istan" == b or f"{b}istan" == a:
        return True
    shared = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        shared += 1
    return shared >= 4 and shared >= 0.6 * max(len(a), len(b))


def has_name(key: str, keys: Iterable[str]) -> bool:
    return any(same_name(key, other) for other in keys)


def negated(text: str) -> bool:
    """Whether the text denies something, by its words of negation."""
    plain = (w.text.lower().replace("’", "'") for w in words(text))
    return any(word in NEGATIONS or word.endswith("n't") for word in plain)


def _openings(text: str) -> set[int]:
    """Offsets at which a sentence or quotation opens."""
    return {m.end() for m in re.finditer(r"(?:^|[.!?:;]\s+|\n\s*|[“\"‘(]\s*)", text)}
