"""Tokenised corpora back to natural spacing, with every offset carried along."""

import bisect
from dataclasses import dataclass

from index.records import Span

_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
_CLOSING = frozenset(",.;:?!%)]}…")
_OPENING = frozenset("([{$£€¥₹#¿¡")
_CLITICS = frozenset({"'s", "'S", "'re", "'ve", "'ll", "'d", "'m", "n't", "N'T", "’s", "'"})
_DROPPED = str.maketrans("", "", "\ufeff\u200b\u200e\u200f\u202c\u202a♠")
_PUNCTUATION_TOKENS = frozenset({",", ".", ";", "?", "!", ":", "...", "…", "%"})


@dataclass(frozen=True, slots=True)
class Natural:
    """``text`` in natural spacing. Token ``i`` stood at ``sources[i]`` in the original and stands at ``tokens[i]`` now.

    Both are half-open ranges of code points.
    """

    text: str
    sources: tuple[tuple[int, int], ...]
    tokens: tuple[tuple[int, int], ...]

    def span(self, start: int, end: int) -> Span | None:
        """Where the tokens that touch ``[start, end)`` of the original stand now; None where none does."""
        first = bisect.bisect_right(self.sources, start, key=lambda source: source[1])
        last = bisect.bisect_left(self.sources, end, key=lambda source: source[0])
        kept = self.tokens[first:last]
        return Span(kept[0][0], kept[-1][1]) if kept else None


def _is_number(token: str) -> bool:
    return token[:1].isdigit()


def _joins(left: str, right: str, following: str) -> bool:
    """Whether two neighbouring tokens stood together, without a space, before they were tokenised."""
    if right in _CLITICS and right != "'":
        return True
    if right == "-" or left == "-":
        # A hyphen that the tokeniser cut out of a compound ("present - day"); a dash is "--" in these corpora.
        other = following if right == "-" else left
        return bool(other) and left[-1:].isalnum() | (left == "-") and right[:1].isalnum() | (right == "-")
    if right == "/" or left == "/":
        return True
    if right == ":" or left == ":":
        return right == ":" or (_is_number(right) and following == "clock")
    if right[:1] in _CLOSING and (right in _PUNCTUATION_TOKENS or right[:1] in ")]}"):
        return True
    return left[-1:] in _OPENING and (len(left) == 1 or left in ("US$", "A$", "C$"))


def detokenise(text: str, curly: bool = False) -> Natural:
    """Text of space-separated tokens in the manner of the Penn Treebank to natural spacing.

    Quotation marks become ``"`` or, with ``curly``, the typographic ones; "--" between numbers an en dash without
    spaces, elsewhere one with spaces; bracket codes become brackets. Never raises; the empty text gives the empty text.
    """
    sources: list[tuple[int, int]] = []
    words: list[str] = []
    at = 0
    for raw in text.split(" "):
        word = raw.translate(_DROPPED).strip()
        if word:
            sources.append((at, at + len(raw)))
            words.append(_BRACKETS.get(word, word))
        at += len(raw) + 1
    pieces: list[str] = []
    tokens: list[tuple[int, int]] = []
    length = 0
    open_quote = False
    glue = True  # nothing is put before the first token
    for i, word in enumerate(words):
        left = words[i - 1] if i else ""
        following = words[i + 1] if i + 1 < len(words) else ""
        join = glue or _joins(left, word, following)
        glue = False
        shown = word
        if word in ("``", "''", '"'):
            opening = word == "``" or (word == '"' and not open_quote)
            shown = ("“" if opening else "”") if curly else '"'
            join = glue or (not opening) or left[-1:] in _OPENING or i == 0
            glue = opening
            open_quote = opening
        elif word == "`":
            shown, glue = ("‘" if curly else "'"), True
        elif word == "'":
            join = True
            shown = "’" if curly else "'"
        elif word in ("--", "–"):
            between = _is_number(left) and _is_number(following)
            shown, join, glue = "–", between or i == 0, between
        elif word == ":" and _is_number(left) and _is_number(following) and len(following) <= 3:
            join = glue = True
        elif curly and word in _CLITICS:
            shown = word.replace("'", "’")
        if not join:
            pieces.append(" ")
            length += 1
        tokens.append((length, length + len(shown)))
        pieces.append(shown)
        length += len(shown)
    return Natural("".join(pieces), tuple(sources), tuple(tokens))
