"""Ways in which a draft that copies every word still says another thing than the words it copies."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence, Set
from itertools import pairwise

from rag.speakers import SAYS, named_speaker
from rag.words import Word, words

# Share of the words of a draft that stand in the order of the cited words; one phrase may be moved to the front.
ORDERED = 0.6
SHORTEST_ORDER = 5  # words; of fewer the order tells nothing
_MODAL = re.compile(
    r"\b(?:will|would|shall|should|may|might|could|can|must)\s+(?:(?:not|also|soon|then|\w+ly|be|have|been|being)\s+)*(\w+)",
    re.I,
)
_INFINITIVE = re.compile(r"\bto\s+(?:\w+ly\s+)?(?:be\s+)?(\w+)", re.I)
_SAYS = re.compile(rf"\b{SAYS}\b")
_SAID = re.compile(rf"{_SAYS.pattern}|\baccording\s+to\b", re.I)
# Small words that turn a meaning round, and words of telling: neither counts as content, both have to be there.
_TURNING = frozenset(
    "before after until since during without against despite under over above below more less most few only than again "
    "once same own give gives gave say says said mention mentions mentioned happen happened know knows known report "
    "reports reported".split()
)
# Without a comma before it, which would begin an aside: "the mayor, who led the team".
_ASKING = re.compile(r"(?<![,;])\s(which|whether|if|what|whose|how many|how much)\s+(?:the\s+|an?\s+)?$", re.I)
_GAP = re.compile(r" ?(?:\([^()]*\) )?")
_INFLECTED = re.compile(r"(?:ed|ing)$")
# Behind these a phrase belongs to the word before them.
_BINDS = re.compile(
    r"\b(?:of|by|for|to|with|in|from|on|at|between|against|than|as|over|into|about|under|through)\s+"
    r"(?:(?:the|an?|his|her|its|their|both|all|other|some)\s+)*$",
    re.I,
)


def repeated(own: Sequence[Word], theirs: Sequence[Word]) -> str:
    """A word that the sentence has more often than the cited words, "" for none: a small model that has lost its way
    goes in a circle ("The dialogue was not issued after the dialogue")."""
    there = Counter(w.key for w in theirs)
    for key, count in Counter(w.key for w in own).items():
        if count > max(1, there[key]):
            return next(w.text for w in own if w.key == key)
    return ""


def changed_mood(sentence: str, cited: str) -> str:
    """A verb that the cited words have only under "will", "may" and the like while the sentence states it as a fact, or
    the other way round; "" for none."""
    theirs = _moods(cited)
    for key, (here, word) in _moods(sentence).items():
        there = theirs[key][0] if key in theirs else None
        if here is not None and there is not None and here != there:
            return word
    return ""


def out_of_order(own: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """Whether less than ORDERED of the words that both have can be read in one order: then parts of the cited words
    were put together anew. The longest run in order is the longest increasing subsequence of their places."""
    places: dict[str, list[int]] = {}
    for n, w in enumerate(theirs):
        places.setdefault(w.key, []).append(n)
    known = [places[w.key] for w in own if w.key in places]
    ends: list[int] = []  # the smallest place at which a run of each length can end
    for options in known:
        # From the last place down, so that one word does not lengthen a run twice.
        for place in reversed(options):
            at = bisect_left(ends, place)
            ends[at : at + 1] = [place]
    return len(known) >= SHORTEST_ORDER and len(ends) < ORDERED * len(known)


def other_deed(sentence: str, cited: str, said: Set[str]) -> str:
    """The speaker of the cited words, where the sentence makes him do what he only speaks of; "" where it does not.

    "The dialogue dealt with trade, the embassy said" must not become "The embassy dealt with trade". ``said`` are the
    keys of all words of the sentence.
    """
    name = named_speaker(cited)
    last = next((w for w in reversed(words(name)) if w.content), None) if name else None
    if last is None or last.key not in said:
        return ""
    there, here = words(cited), words(sentence)
    if sum(w.key == last.key for w in there) > 1 or _SAID.search(sentence):
        return ""
    at = next(n for n, w in enumerate(here) if w.key == last.key)
    deed = next((w for w in here[at + 1 :] if w.content), None)
    if deed is None:
        return name
    # What stands between the name and "said" is told of the speaker: "Kell, who led the team, said".
    start = next(w.span.end for w in there if w.key == last.key)
    verb = _SAYS.search(cited, start)
    between = {w.key for w in words(cited[start : verb.start() if verb else start])}
    before = {w.key for w in words(cited[: start - len(last.text)]) if w.content}
    return "" if deed.key in between or (deed.key in before and deed.name) else name


def turned(sentence: str, theirs: Sequence[Word]) -> str:
    """A small word that may turn the meaning and does not stand in the cited words: "before", "only", "said"; or ""."""
    there = {w.key for w in theirs} | {w.text.lower() for w in theirs}
    for w in words(sentence):
        if w.text.lower() in _TURNING and w.text.lower() not in there and w.key not in there:
            return w.text
    return ""


def other_form(own: Sequence[Word], theirs: Sequence[Word]) -> str:
    """A word whose form the cited words do not have, one of the two forms being in -ed or -ing: "decided to end" does
    not say "ended", nor "spans" "spanned"; or ""."""
    forms: dict[str, set[str]] = {}
    for w in theirs:
        forms.setdefault(w.key, set()).add(w.text.lower())
    for w in own:
        known = forms.get(w.key)
        if known is None or w.name or w.number or w.text.lower() in known:
            continue
        if _INFLECTED.search(w.text.lower()) or any(_INFLECTED.search(form) for form in known):
            return w.text
    return ""


def torn_subject(own: Sequence[Word], theirs: Sequence[Word], sentence: str, cited: str) -> str:
    """The first word of the sentence where it is no subject in the cited words but hangs on a word left out: "ending
    attacks by the Taliban tops the talks" must not become "the Taliban tops the talks"; or "".

    Left out means: what it hangs on, behind "of", "by" and the like, does not come in the sentence at all.
    """
    if not own or sentence[: own[0].span.start].strip().lower() not in ("", "the", "a", "an"):
        return ""  # "In May the ..." brings its own preposition along
    first = own[0]
    kept = {w.key for w in own}
    places = [n for n, w in enumerate(theirs) if w.key == first.key]
    hanging = 0
    for n in places:
        before = cited[: theirs[n].span.start]
        bound = _BINDS.search(before)
        head = next((w for w in reversed(theirs[:n]) if bound and w.span.end <= bound.start() and w.content), None)
        hanging += head is not None and head.key not in kept
    return first.text if places and hanging == len(places) else ""


def lost_subject(own: Sequence[Word], theirs: Sequence[Word], cited: str) -> str:
    """A word of an aside that the sentence takes for the subject, the words before the aside being left out: "Kell,
    adviser to the Union, led the talks" must not become "the Union led the talks"; or ""."""
    content = [w for w in theirs if w.content]
    kept = {w.key for w in own}
    for first, second in pairwise(own):
        for before, after in pairwise(content):
            if (before.key, after.key) != (first.key, second.key) or after.name:
                continue
            if not re.fullmatch(r"\W*\)?,\s+(?:\w+\s+)?", cited[before.span.end : after.span.start]):
                continue
            opening = cited.rfind(",", 0, before.span.start)
            if opening > 0 and not any(w.key in kept for w in content if w.span.end <= opening):
                return first.text
    return ""


def cut_name(own: Sequence[Word], theirs: Sequence[Word], cited: str) -> str:
    """A name of the sentence that goes on in the cited words, wherever it stands there, or "": of "the Trade Council in
    Oslo and the Energy Dialogue" nothing follows for "the Trade"."""
    kept = {w.key for w in own}
    at = {w.span.start: w for w in theirs}
    for w in own:
        places = [here for here in theirs if here.key == w.key] if w.name else []
        # "the Trade Framework (TF) Council": what stands in brackets is no end of the name.
        ends = [_GAP.match(cited, here.span.end) for here in places]
        behind = [at.get(end.end()) for end in ends if end is not None]
        if behind and all(next_ is not None and next_.name and next_.key not in kept for next_ in behind):
            return w.text
    return ""


def asked_inside(own: Sequence[Word], sentence: str, cited: str, theirs: Sequence[Word]) -> str:
    """The word that makes a question of what the sentence states, "" for none: "told which towns had salt" does not say
    that towns had salt."""
    if not own:
        return ""
    places = [w for w in theirs if w.key == own[0].key]
    leads = [_ASKING.search(cited[: w.span.start]) for w in places]
    if not places or not all(leads):
        return ""
    word = next(lead[1] for lead in leads if lead)
    return "" if re.search(rf"\b{word}\b", sentence, re.I) else word


def _moods(text: str) -> dict[str, tuple[bool | None, str]]:
    """For each verb after a modal, and each other word: True under a modal everywhere, False nowhere, None where both
    or after "to", which may be either."""
    found: dict[str, tuple[bool | None, str]] = {}
    modal = {m.start(1) for m in _MODAL.finditer(text)}
    either = {m.start(1) for m in _INFINITIVE.finditer(text)}
    for w in words(text):
        if not w.content or w.name or w.number:
            continue
        mood = None if w.span.start in either and w.span.start not in modal else w.span.start in modal
        known = found.get(w.key)
        found[w.key] = (mood if known is None or known[0] == mood else None, w.text)
    return found
