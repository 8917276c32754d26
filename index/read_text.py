"""One normalisation of all text, and its paragraphs."""

import itertools
import re
import unicodedata

from index.read_bytes import CONTROL

# Fewer breaks than this tell nothing about a wrap column.
MIN_WRAPPED_LINES = 3
_BLANKS = re.compile(r"[^\S\n]+")
_PARAGRAPH_BREAK = re.compile(r"\n{2,}")
# Format characters without width: zero-width space, word joiner, BOM, soft hyphen, directional marks and isolates.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
_JOINERS = re.compile("[\u200c\u200d]")
_LIST_MARK = re.compile(r"^(?:[-*•·‣◦–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+\S")


def normalise(text: str) -> str:
    """Mojibake repaired, NFC, no control or zero-width characters, blanks single, lines and blank lines kept.

    Quotes, dashes, ligatures and widths stay as they are: each quote shown later must be found in the original file.
    """
    import ftfy

    config = ftfy.TextFixerConfig(
        unescape_html=False,
        fix_encoding=True,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        normalization="NFC",
        explain=False,
    )
    text = ftfy.fix_text(text, config)
    text = text.replace("\r\n", "\n")
    text = re.sub("[\r\v\f\x85\u2028\u2029]", "\n", text)
    text = CONTROL.sub("", _INVISIBLE.sub("", text))
    if "\u200c" in text or "\u200d" in text:
        text = _JOINERS.sub(_keep_joiner, text)
    text = unicodedata.normalize("NFC", text)
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n")).strip("\n")


def _keep_joiner(match: re.Match[str]) -> str:
    """Joiners spell words in Persian, Urdu and Indic scripts and stay there; elsewhere they are page debris."""
    text, at = match.string, match.start()
    inside = 0 < at < len(text) - 1 and ord(text[at - 1]) > 0x58F and ord(text[at + 1]) > 0x58F
    return match.group() if inside else ""


def paragraphs(text: str) -> list[str]:
    """The paragraphs of normalised text: each block between blank lines, or each line where lines are paragraphs.

    Hard-wrapped text (mail, plain-text books, PDF) is told by its breaks: the next word would not have fitted.
    """
    blocks = [block.split("\n") for block in _PARAGRAPH_BREAK.split(text) if block.strip()]
    width = wrap_width(blocks)
    found: list[str] = []
    for block in blocks:
        current = last = ""
        for line in (line for line in block if line):
            if current and width and _wrapped(last, line, width):
                current += " " + line
            else:
                if current:
                    found.append(current)
                current = line
            last = line
        if current:
            found.append(current)
    return found


def wrap_width(blocks: list[list[str]]) -> int:
    """The column at which a text was hard-wrapped, in characters; 0 where it was not."""
    pairs = [(a, b) for block in blocks for a, b in itertools.pairwise(block) if a and b]
    if len(pairs) < MIN_WRAPPED_LINES:
        return 0
    width = max(len(a) for a, _ in pairs)
    full = sum(len(a) + 1 + len(b.split(" ", 1)[0]) > width for a, b in pairs)
    # A break inside a sentence is mostly followed by a small letter; after a headline or a label it is not.
    inside = sum(not b[0].isupper() and not _LIST_MARK.match(b) for _, b in pairs)
    # 40 to 120 columns covers mail, terminals and PDF; in verse and lists the breaks come before the line is full.
    return width if 40 <= width <= 120 and full >= 0.6 * len(pairs) and inside >= 0.4 * len(pairs) else 0


def _wrapped(line: str, following: str, width: int) -> bool:
    if _LIST_MARK.match(following):
        return False
    return len(line) + 1 + len(following.split(" ", 1)[0]) > width or following[0].islower()
