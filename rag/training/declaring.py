"""Questions with their answers turned into statements, by rule: "When did the talks begin?", "in May" to "The talks
began in May". Only the plain patterns; anything else gives "".

The answer sentence settles what rules cannot: which word of the question is its verb, and how it is inflected.
"""

import re

from index.records import Span
from rag.words import stem, word_key

_SUBJECT = re.compile(
    r"^(?:who|what|which(?:\s+[a-z]+){1,2}|what(?:\s+[a-z]+){1,2}?|how\s+many(?:\s+[a-z]+){1,2}?)\s+(?=\w)", re.I
)
_INVERTED = re.compile(
    r"^(?P<wh>who|whom|what|when|where|why|how|which|(?:what|which|how\s+(?:many|much|long|old|far|often))"
    r"(?:\s+[a-z]+){0,3}?|(?:in|on|at|for|from|to|with|by|of|during)\s+(?:what|which|whom|where)(?:\s+[a-z]+){0,2}?)\s+"
    r"(?P<aux>did|does|do|was|were|is|are|has|have|had|will|would|could|can|should|may|might)\s+(?P<rest>.+)$",
    re.I,
)
_BE = frozenset("was were is are".split())
_AUXILIARIES = frozenset(
    "was were is are has have had will would could can should may might did does do be been".split()
)
_PREPOSITION = re.compile(
    r"\b((?:in|on|at|by|for|from|to|of|with|during|after|before|since|until|near|over|under|as|into|between|about|"
    r"against|through|within|around|across|toward|towards)(?:\s+(?:the|a|an|its|his|her|their|early|late|about))?)\s+$",
    re.I,
)
_OPEN = "in|on|at|by|for|from|to|of|with|as|into|between|about|against|after|over|during|before"
_ENDS_OPEN = re.compile(rf"\b(?:{_OPEN}|alongside|like)$", re.I)
# "What kind of tea": the answer is no noun phrase by itself. "Is there", "was he": nothing to state by itself.
_LOOSE = re.compile(
    r"^(?:what|which)\s+(?:kind|type|sort|nationality|colou?r|tier)\b"
    r"|^.{2,40}?\b(?:did|does|do|was|were|is|are|has|have|had|will|would)\s+(?:there|it|he|she|they|one|this|that|we|you)\b",
    re.I,
)
_ARTICLE = re.compile(r"\b(?:the|an?|his|her|its|their|some|several|many|this|these|our)\s+$", re.I)
_TIME = re.compile(
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|"
    r"wednesday|thursday|friday|saturday|sunday|yesterday|today|tomorrow|week|month|year|night|morning|evening|decade|"
    r"century)s?\b",
    re.I,
)
_PARTICLE = re.compile(r"^(?:up|out|off|down|away|back|together)$")
_NAME = re.compile(
    r"^[A-Z\d$£€]|^(?:the|an?|two|three|four|five|six|seven|eight|nine|ten|some|many|several|more|all)\b", re.I
)
_PARTICIPLE = re.compile(
    r"^(?:\w{2,}(?:ed|ing)|held|led|met|made|taken|given|told|written|sung|built|left|lost|found|sent|spoken|brought|paid|"
    r"sold|shot|hit|cut|set|put|fought|drawn|fallen|known|shown|born|chosen|seen|said|caught|taught|begun|won|kept|bought|"
    r"spent|done|gone|come|become|grown|thrown|stolen|broken|struck|hurt|beaten|driven|elected|able|likely|due)$"
)


def declared(question: str, sentence: str, answer: Span) -> str:
    """The question as a statement with its answer, a span of ``sentence``; "" where no pattern fits."""
    asked = " ".join(question.split()).rstrip("?").rstrip()
    answer = _with_article(sentence, answer)
    text = answer.of(sentence)
    if not text or len(text.split()) > 14 or text.endswith((",", ";", "(")) or _LOOSE.match(asked):
        return ""
    if answer.start == 0 and not _capital_elsewhere(sentence, text):
        sentence = sentence[:1].lower() + sentence[1:]
    if match := _INVERTED.match(asked):
        return _inverted(match["wh"].lower(), match["aux"].lower(), match["rest"], sentence, answer)
    if match := _SUBJECT.match(asked):
        return _subject(asked[match.end() :], sentence, text, len(match[0].split()) == 1)
    return ""


def _subject(rest: str, sentence: str, answer: str, single: bool) -> str:
    """ "Who led the talks": the answer stands where the question word stood."""
    first, *others = rest.split()
    if first.lower() in _AUXILIARIES or not others or not _NAME.match(answer) or len(answer.split()) > 9:
        return ""
    if not single and first.lower().endswith("s") and first.lower() not in ("was", "has"):
        return ""  # "how many partners": as likely a noun
    forms = {w.lower() for w in re.findall(r"\w+", sentence)}
    # As a verb the word stands in the sentence in lower case; a noun there, as in "which team play", is rare.
    if first.lower() not in forms or not re.search(
        r"(?:ed|s|led|held|met|won|ran|made|took|gave|told|said|wrote|sang|"
        r"built|became|began|left|lost|found|sent|spoke|brought|paid|sold|came|went|shot|hit|cut|set|put|fought|drew|"
        r"rose|fell|died|saw)$",
        first.lower(),
    ):
        return ""
    return f"{answer} {rest}"


def _inverted(wh: str, aux: str, rest: str, sentence: str, answer: Span) -> str:
    tokens = rest.split()
    if aux in ("did", "does", "do"):
        found = _main_verb(tokens, aux, sentence)
        if found is None:
            return ""
        at, form = found
        subject, verb, behind = tokens[:at], form, tokens[at + 1 :]
    else:
        if wh.split()[0] in ("who", "what", "which") and not re.match(
            r"(?:the|his|her|its|their|my|our)\s|[A-Z\d]", rest
        ):
            # "Who was charged", "who was a pastor", "what is at stake": the question word is the subject.
            text = answer.of(sentence)
            many = bool(re.search(r"[a-z]s$|\band\b|^(?:two|three|four|five|many|several|some)\b|people$", text))
            own = many == (aux in ("were", "are", "have"))
            fits = _PARTICIPLE.match(tokens[0]) or tokens[0] in ("a", "an", "at", "in", "on", "behind")
            return f"{text} {aux} {rest}" if fits and own and _NAME.match(text) and len(tokens) > 1 else ""
        at = next((n for n, t in enumerate(tokens) if n and _PARTICIPLE.match(t) and _stands(t, sentence)), -1)
        if at >= 0 and tokens[at].endswith("ing") and (wh == "who" or tokens[at] == "doing"):
            return ""
        if at < 0:
            text = answer.of(sentence)
            if rest.endswith("ing"):
                return ""
            if aux not in _BE or wh not in ("who", "what", "where", "when") or not rest.startswith("the "):
                return ""
            if wh == "what" and len(text.split()) < 2 or wh == "who" and not re.match(r"[A-Z]", text):
                return ""
            subject, verb, behind = tokens, aux, []
            if len(tokens) > 8 or re.search(r"\b(?:that|who|which|called|named)\b", rest):
                return ""
        else:
            subject, verb, behind = tokens[:at], f"{aux} {tokens[at]}", tokens[at + 1 :]
    if behind and _PARTICLE.match(behind[0]):
        verb, behind = f"{verb} {behind[0]}", behind[1:]
    if not _is_phrase(subject):
        return ""
    filled = _filled(wh, " ".join(behind), sentence, answer)
    return f"{' '.join(subject)} {verb} {filled}" if filled else ""


def _filled(wh: str, behind: str, sentence: str, answer: Span) -> str:
    """What follows the verb, with the answer at its place: behind an open preposition, as the object, or at the end."""
    text = answer.of(sentence)
    before = _PREPOSITION.search(sentence[: answer.start])
    led = f"{before[1]} {text}" if before else ""
    opened = re.match(r"(in|on|at|for|from|to|with|by|of|during)\s", wh)
    if opened:
        return f"{behind} {opened[1]} {text}".strip()
    if behind and _ENDS_OPEN.search(behind):
        return f"{behind} {text}" if not re.match(rf"{behind.split()[-1]}\b", text) else ""
    if wh.startswith(("when", "where")) or re.match(
        r"(?:what|which) (?:year|day|date|month|time|city|country|place)", wh
    ):
        if re.match(
            r"(?:in|on|at|near|by|from|to|during|after|before|since|yesterday|today|tomorrow|last|early|late)\b",
            text,
            re.I,
        ):
            led = text
        fits = (
            _TIME.search(text)
            if re.match(r"when|(?:what|which) (?:year|day|date|month|time)", wh)
            else re.search(r"[A-Z]", text)
        )
        return f"{behind} {led}".strip() if led and fits else ""
    if wh.startswith("why"):
        if re.match(r"(?:because|to|for|due|so|in order|as|since|over|after|following)\b", text, re.I):
            return f"{behind} {text}".strip()
        return f"{behind} {led}".strip() if before and before[1].lower() in ("for", "after", "over") else ""
    if wh.startswith("how"):
        if re.match(r"(?:by|with|through|via|using)\b", text, re.I) and wh == "how":
            return f"{behind} {text}".strip()
        return f"{behind} {led}".strip() if wh.startswith("how long") and led.startswith("for") else ""
    if not _NAME.match(text) and wh.startswith("who"):
        return ""
    if behind and not re.match(rf"(?:{_OPEN})\b", behind):
        return ""  # "lead him to classify": where the object goes is not sure
    return f"{text} {behind}".strip()


def _main_verb(tokens: list[str], aux: str, sentence: str) -> tuple[int, str] | None:
    """Where the verb stands behind "did", and its form in the sentence: that of the same stem, not a name."""
    for n, token in enumerate(tokens):
        if n == 0 or not token.isalpha() or not token.islower():
            continue
        key = word_key(token)[0]
        for word in re.findall(r"[a-z]+", sentence):
            if word == token and aux in ("did", "does"):
                continue
            if word_key(word)[0] == key and _inflected(token, word, aux):
                return n, word
    return None


def _inflected(base: str, form: str, aux: str) -> bool:
    if aux == "does":
        return form.endswith("s") and form.startswith(base[:2])
    if aux == "do":
        return form == base
    return form.endswith("ed") or (stem(form) != stem(base) and not form.endswith(("s", "ing", "er", "ion")))


def _stands(word: str, sentence: str) -> bool:
    key = word_key(word)[0]
    return any(word_key(w)[0] == key for w in re.findall(r"[a-z]+", sentence))


def _is_phrase(subject: list[str]) -> bool:
    """Whether the words may be a subject: not open at either end, and no verb among them."""
    text = " ".join(subject)
    if not subject or len(subject) > 10 or _ENDS_OPEN.search(text) or subject[-1].lower() in ("the", "a", "an", "and"):
        return False
    return not any(t.lower() in _AUXILIARIES for t in subject)


def _with_article(sentence: str, answer: Span) -> Span:
    """The answer with the article or the like in front of it, which annotators leave out."""
    before = _ARTICLE.search(sentence[: answer.start])
    return Span(before.start(), answer.end) if before else answer


def _capital_elsewhere(sentence: str, text: str) -> bool:
    """Whether the first word of the sentence is a name: written so elsewhere, or followed by another capital."""
    first, *others = text.split()
    return first in sentence[len(first) :] or (bool(others) and others[0][:1].isupper())
