"""The lines of a page of plain text, each with its kind, and the words in them that carry a topic."""

import re
from dataclasses import dataclass

from index.read_furniture import FUNCTION_WORDS, WIDGET_WORDS, Kind, ends_sentence, kind_of, length
from index.read_text import paragraphs

_CONTENT = re.compile(r"[^\W\d_]{4,}|\d{2,}")


@dataclass(slots=True)
class Line:
    """A paragraph of the text. ``doubled``: it stood there twice, as pages print a headline and its link."""

    text: str
    kind: Kind
    doubled: bool = False


def lines_of(text: str) -> list[Line]:
    """The paragraphs of a text, in their order."""
    found = []
    for paragraph in paragraphs(text):
        half = _half(paragraph)
        found.append(Line(half or paragraph, kind_of(half or paragraph), doubled=bool(half)))
    return found


def _half(line: str) -> str:
    """X where the line is "X X" and X no sentence, as pages print a headline and its link; else ""."""
    half = line[: len(line) // 2]
    # Verse repeats itself too; a headline has four words and a capital letter.
    is_double = line == f"{half} {half}" and len(line) <= 600 and length(half) >= 4 and not half[0].islower()
    return half if is_double and not ends_sentence(half) else ""


def content(text: str) -> set[str]:
    """Words that carry a topic, in lower case: four letters or more, numbers; pairs of characters where blanks lack."""
    return long_words(text) - WIDGET_WORDS


def long_words(text: str) -> set[str]:
    """The same with the words that widgets have too."""
    found = {w.lower() for w in _CONTENT.findall(text)} - FUNCTION_WORDS
    unspaced = re.findall("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff]+", text)
    return found | {run[i : i + 2] for run in unspaced for i in range(len(run) - 1)}
