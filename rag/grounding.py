"""Whether cited words support a sentence of a draft: a sentence that they do not carry is not shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.changes import (
    asked_inside,
    changed_mood,
    cut_name,
    lost_subject,
    other_deed,
    other_form,
    out_of_order,
    repeated,
    torn_subject,
    turned,
)
from rag.evidence import Evidence
from rag.words import Word, has_name, negated, words

# Share of the sentence's content words that the cited words must hold. Drafts copy; what is less covered is new.
MIN_COVERAGE = 0.75
# Words that a short answer may add around what it copies.
_GLUE = frozenset(
    "lead head chair hold place call meet talk discuss includ state answer passag sourc name person date year caus "
    "happen took take".split()
)
_QUOTED = re.compile(r"[\"“]([^\"“”]{3,})[\"”]")
_PASSIVE = re.compile(
    r"\b(?:was|were|is|are|been|being|be)\s+(?:\w+ly\s+)?\w+(?:ed|en|wn|ld|t|d)\b[^.]{0,60}\bby\b", re.I
)

_DETERMINER = r"(?:(?:the|a|an|his|her|its|their)\s+)?"
# Looked ahead for, so that in "led by the adviser to the mayor" both are found.
_COMPLEMENT = re.compile(rf"\b(?=(\w+)\s+(to|of|for|on|in|at|with|from|about|against|by)\s+{_DETERMINER}(\w+))", re.I)


@dataclass(frozen=True, slots=True)
class Support:
    """Which evidence carries a sentence (indices into the evidence given), how strongly in [0, 1], and why not."""

    evidence: tuple[int, ...]
    score: float
    reason: str = ""


def support(sentence: str, evidence: Sequence[Evidence]) -> Support:
    """The one evidence sentence, or else the two, that best carry ``sentence``.

    Carried means: each number, date and name in the sentence occurs in the cited words; so does each quotation,
    literally; so do its other content words, by stem, but for a few that any answer may use, and at least MIN_COVERAGE
    of all; it denies exactly when they deny; two names keep their order around the verb unless one of the two texts is
    in the passive; nothing is left out on which kept words depend; and the changes in ``rag.changes`` are not made.
    The score is the share of content words covered.
    """
    own = [w for w in words(sentence) if w.content]
    if not own:
        return Support((), 0.0, "it says nothing that could be checked")
    best = Support((), 0.0, "no evidence was given")
    single = [(n,) for n in range(len(evidence))]
    pairs = [
        (i, j)
        for i in range(len(evidence))
        for j in range(i + 1, len(evidence))
        if _same_story(evidence[i], evidence[j])
    ]
    for choice in [*single, *pairs]:
        found = _check(sentence, own, [evidence[n] for n in choice])
        candidate = Support(choice, found[0], found[1])
        if (not candidate.reason, candidate.score) > (
            not best.reason,
            best.score,
        ) or best.reason == "no evidence was given":
            best = candidate
        if not best.reason and len(best.evidence) == 1 and choice == single[-1]:
            break  # one sentence carries it: two are not needed
    return best


def _same_story(a: Evidence, b: Evidence) -> bool:
    return a.article.id == b.article.id and a.span != b.span


def _check(sentence: str, own: Sequence[Word], cited: Sequence[Evidence]) -> tuple[float, str]:
    """Share of content words covered, and "" or the reason why the cited words do not carry the sentence."""
    texts = [c.text for c in cited]
    joined = " ".join(texts)
    # A name that opens the sentence is known for one by its other places in the article.
    known = {w.key for c in cited for w in words(c.article.text) if w.name} | {w.key for w in own if w.name}
    own, theirs = _named(own, known), _named(words(joined), known)
    keys = {w.key for w in theirs}
    if len(cited) > 1 and not _both_needed(own, texts):
        return 0.0, "one of the two sentences adds nothing"
    for w in own:
        if w.number and w.key not in keys:
            return 0.0, f"the number {w.text} does not occur in the cited words"
        if w.name and not has_name(w.key, keys):
            return 0.0, f"{w.text} does not occur in the cited words"
    for quotation in _QUOTED.findall(sentence):
        if _plain(quotation) not in _plain(joined):
            return 0.0, "its quotation does not stand in the cited words"
    covered = sum(has_name(w.key, keys) for w in own) / len(own)
    counted = [w for w in own if w.key not in _GLUE or has_name(w.key, keys)]
    score = sum(has_name(w.key, keys) for w in counted) / len(counted) if counted else 0.0
    if score < MIN_COVERAGE:
        return covered, f"only {covered:.0%} of its words occur in the cited words"
    # Not even a word of the question: "what is harder to do" would make "harder" of the "easier" that is cited.
    if new := [w.text for w in counted if not has_name(w.key, keys)]:
        return covered, f"{new[0]} does not stand in the cited words"
    denied = any(negated(t) for t in texts)
    if negated(sentence) and not denied:
        return covered, "it denies what the cited words do not deny"
    if denied and not negated(sentence) and _spans_negation(own, theirs):
        return covered, "it leaves out that the cited words deny it"
    if _swapped(own, theirs, sentence, joined):
        return covered, "it swaps who did what to whom"
    if name := _skipped_name(own, theirs, joined):
        return covered, f"it joins what the cited words say of {name} to something else"
    if head := _lost_head(own, sentence, joined):
        return covered, f"it leaves out {head}, on which the words after it depend"
    if _voice(sentence) == _voice(joined) and out_of_order(own, theirs):
        return covered, "it puts the cited words together in another order"
    if word := torn_subject(own, theirs, sentence, joined):
        return covered, f"it takes {word}, which hangs on words left out, for the subject"
    if word := lost_subject(own, theirs, joined):
        return covered, f"it takes {word} out of an aside for the subject"
    if word := cut_name(own, theirs, joined):
        return covered, f"it breaks off the name that begins with {word}"
    if word := asked_inside(own, sentence, joined, theirs):
        return covered, f"it states what the cited words leave open with {word}"
    if word := turned(sentence, theirs):
        return covered, f"{word} does not stand in the cited words"
    if word := other_form(own, theirs):
        return covered, f"the cited words do not have the form {word}"
    if word := repeated(own, theirs):
        return covered, f"it says {word} again where the cited words do not"
    if word := changed_mood(sentence, joined):
        return covered, f"it makes a fact of what may be, or the other way round: {word}"
    if speaker := other_deed(sentence, joined, {w.key for w in own}):
        return covered, f"it makes {speaker} do what {speaker} speaks of"
    return covered, ""


def _lost_head(own: Sequence[Word], sentence: str, cited: str) -> str:
    """A word left out whose complement stands in its place, "" for none: "led by the adviser to the mayor" shortened to
    "led by the mayor" says that the mayor led."""
    kept = {w.key for w in own}
    at = {w.span.start: w for w in words(cited)}
    for match in _COMPLEMENT.finditer(cited):
        head, complement = at.get(match.start(1)), at.get(match.start(3))
        if head is None or complement is None or not head.content or not complement.content:
            continue
        if head.key in kept or complement.key not in kept:
            continue
        elsewhere = any(w.key == complement.key and w.span != complement.span for w in at.values())
        linked = re.search(rf"\b{match[2]}\s+{_DETERMINER}{re.escape(complement.text)}\b", sentence, re.I)
        if not elsewhere and not linked:
            return head.text
    return ""


def _named(found: Sequence[Word], known: set[str]) -> list[Word]:
    return [
        replace(w, name=True) if w.content and not w.number and w.text[0].isupper() and w.key in known else w
        for w in found
    ]


def _both_needed(own: Sequence[Word], texts: Sequence[str]) -> bool:
    """Whether each of two cited sentences holds at least two words of the sentence that the other lacks."""
    first, second = ({w.key for w in words(t)} for t in texts)
    asked = {w.key for w in own}
    return len(asked & (first - second)) >= 2 and len(asked & (second - first)) >= 2


def _spans_negation(own: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """Whether a negation belongs to words that the sentence copies: they stand on both sides of it, or the next content
    word behind it is among them."""
    kept = {w.key for w in own}
    copied = [n for n, w in enumerate(theirs) if w.content and w.key in kept]
    denials = [n for n, w in enumerate(theirs) if negated(w.text)]
    behind = [next((w.key for w in theirs[n + 1 : n + 5] if w.content), "") for n in denials]
    return bool(copied) and (any(copied[0] < n < copied[-1] for n in denials) or any(key in kept for key in behind))


def _swapped(own: Sequence[Word], theirs: Sequence[Word], sentence: str, cited: str) -> bool:
    """Whether two names that frame a verb in the sentence frame it the other way round in the cited words."""
    if _voice(sentence) != _voice(cited):
        return False
    frames = _frames(own)
    there = {(a, v, b) for a, v, b in _frames([w for w in theirs if w.content])}
    return any((b, v, a) in there and (a, v, b) not in there for a, v, b in frames)


def _voice(text: str) -> bool:
    """Whether something is done by somebody in the text; the other voice turns the order of the words around."""
    return bool(_PASSIVE.search(text))


def _skipped_name(own: Sequence[Word], theirs: Sequence[Word], cited: str) -> str:
    """A name that the cited words have between two words which the sentence puts side by side, "" for none.

    "led by A, who advises B" shortened to "led by B" copies every word and says another thing. A name after "and", a
    comma or a preposition other than "by" may be left out: "A and B met C in D" does say that A met C.
    """
    content = [w for w in theirs if w.content]
    kept = {w.key for w in own}
    for first, second in pairwise(own):
        gaps = []
        for i, word in enumerate(content):
            if word.key != first.key:
                continue
            for j in range(i + 1, min(i + 9, len(content))):
                if content[j].key == second.key:
                    gaps.append(content[i + 1 : j])
                    break
        if not gaps:
            continue
        names = [[w for w in gap if w.name and not has_name(w.key, kept) and not _listed(w, cited)] for gap in gaps]
        if all(names):
            return names[0][0].text
    return ""


def _listed(word: Word, cited: str) -> bool:
    """Whether a name stands in an enumeration or behind a preposition: "and A", ", A", "of A", "in the A"."""
    return bool(
        re.search(
            r"(?:\b(?:and|of|in|at|for|on|near|from|to|with|between)|&|,)\s+(?:the\s+)?(?:[A-Z][\w.]*\s+){0,4}$",
            cited[: word.span.start],
        )
    )


def _frames(content: Sequence[Word]) -> list[tuple[str, str, str]]:
    """Triples of name, word between, name, for names at most six content words apart."""
    names = [n for n, w in enumerate(content) if w.name]
    frames: list[tuple[str, str, str]] = []
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            if 1 < second - first <= 6:
                frames.extend(
                    (content[first].key, w.key, content[second].key)
                    for w in content[first + 1 : second]
                    if not w.name and not w.number
                )
    return frames


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("‘", "'").lower().split()).strip(" .,;")
