"""The date in the byline or dateline of a story, and where it ends. No date of the story itself."""

import re
from collections.abc import Iterator

from index.written_dates import first_date

_UPDATED = re.compile(
    r"\b(?:updated|modified|last[ -](?:edited|changed|modified|updated)|aktualisiert|mis à jour|actualizado)\b", re.I
)
_LABEL = re.compile(
    r"\b(?:published|posted|publication date|released|issued|date|dated|filed|created)\b"
    r"|\b(?:veröffentlicht|publié|publicado)\b"
    r"|^(?:by|von|par|por)\b",
    re.I,
)
_DATELINE = re.compile(r"^[^\W\d_][^\d(]{1,60}?[,:(–—-]+\s*(?P<rest>.{6,45}?)\s*(?:\)|[–—:]|--| - |\([A-Z])")


def date_in_byline(line: str) -> str:
    """The publication date of a byline or date line, as written; "" where the line is none or only says "updated".

    Such a line is short and holds little beside names, labels and the date, so that no sentence passes for one.
    """
    if len(line) > 160 or not re.search(r"\d", line):
        return ""
    updated = _UPDATED.search(line)
    written = first_date(line)
    if not written:
        return ""
    at = line.index(written)
    if updated and updated.start() < at:
        rest = line[at + len(written) :]
        published = _LABEL.search(rest)
        return date_in_byline(rest[published.start() :]) if published else ""
    before = line[:at].split()
    after = re.sub(r"\d{1,2}[:.]\d{2}(?::\d{2})?", " ", line[at + len(written) :]).split()
    small = [w for w in before + after if w.islower() and w.isalpha() and not _LABEL.fullmatch(w)]
    labelled = bool(_LABEL.search(line[:at]))
    # A bare date, or a label or name with it; a sentence has verbs and other small words.
    if len(before) > 14 or len(small) > (5 if updated else 2) or line.rstrip().endswith(("?", "!")):
        return ""
    if line.rstrip().endswith(".") and not labelled and before:
        return ""
    return written if labelled or len(before) <= 6 else ""


def date_in_dateline(line: str) -> str:
    """The date of a dateline that opens a story ("LAHORE, March 8, 2023 (Agency) - ..."), as written, else ""."""
    match = _DATELINE.match(line)
    if not match:
        return ""
    written = first_date(match["rest"])
    place = line[: match.start("rest")]
    letters = [c for c in place if c.isalpha()]
    is_place = len(letters) > 1 and sum(c.isupper() for c in letters) > 0.6 * len(letters)
    return written if written and is_place and len(match["rest"]) <= len(written) + 12 else ""


def date_at_head(text: str) -> str:
    """The date in the byline or dateline that opens a text, as written, "" where its first lines are neither."""
    return next((written for written, _ in _head_dates(text)), "")


def dateline_end(text: str) -> int:
    """The offset behind the date of the dateline or byline in one of the first lines of a text; 0 where there is none:
    what stands before it is the day of the report, not of what it tells."""
    return next((end for _, end in _head_dates(text)), 0)


def _head_dates(text: str) -> Iterator[tuple[str, int]]:
    """The dates of the bylines and datelines in the first lines of a text, as written, with the offset behind each.

    A heading may name the day of what is told; only what says that it is a byline, or is nothing but a date, counts.
    """
    at = seen = 0
    for line in text[:2_000].split("\n"):
        written = date_in_dateline(line)
        if not written and (found := date_in_byline(line)):
            written = found if _LABEL.search(line) or line.strip(" .–—-") == found else ""
        if written:
            yield written, at + line.index(written) + len(written)
        at += len(line) + 1
        seen += bool(line.strip())
        if seen == 3:
            return
