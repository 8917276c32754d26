"""One article given as a text with its fields, as programs do, into a library."""

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from index.errors import DateError, ReadError, StoreError
from index.library import Library
from index.periods import only_day, parse_period
from index.records import Article, Window
from rag.kept_files import kept

# What the file is called in which an article is kept: JSON Lines, read as any other.
NAME = "article.jsonl"
# Characters. The longest real ones are about half as long.
LONGEST = {"title": 500, "publisher": 200, "url": 2000}


@dataclass(frozen=True, slots=True)
class Added:
    """The article as stored; ``known`` where the library held it already. ``notes`` say what was passed over."""

    article: Article
    known: bool
    notes: tuple[str, ...] = ()


def add_text(
    library: Library, text: str, title: str = "", published: str = "", publisher: str = "", url: str = ""
) -> Added:
    """Stores one article; only the text must be given. ``published`` is a day, a month, a year or a range of these.

    The same text and fields again change nothing. Raises ReadError, naming the field, for what cannot be an article's;
    then nothing was stored. Raises StoreError.
    """
    fields = {"title": title, "published": published, "publisher": publisher, "url": url}
    for name, value in (("text", text), *fields.items()):
        if not isinstance(value, str):
            raise ReadError(f"{name} is a {type(value).__name__}; expected a text")
    fields = {name: " ".join(value.split()) for name, value in fields.items()}
    for name, longest in LONGEST.items():
        if len(fields[name]) > longest:
            raise ReadError(f"{name} has {len(fields[name]):,} characters, at most {longest:,} are taken; shorten it")
    if not any(c.isalnum() for c in text):
        raise ReadError("text is empty; send the words of the article")
    if fields["url"] and not _is_web(fields["url"]):
        raise ReadError(f"url is {fields['url'][:80]!r}; expected an address such as https://paper.example/story")
    period = None
    if fields["published"]:
        try:
            period = parse_period(fields["published"])
        except DateError as error:
            raise ReadError(f"published: {error}") from None
    day = only_day(period) if period else None
    record = {**fields, "text": text, "published": day.isoformat() if day else ""}
    try:
        # A month or a year is not a day that the source states: it is set as on the command line.
        return _stored(library, record, period if period and not day else None)
    except OSError as error:
        told = error.strerror or type(error).__name__
        raise StoreError(f"the article cannot be kept ({told}); is the disk full?") from error


def _stored(library: Library, record: dict[str, str], published: Window | None) -> Added:
    """Keeps the record and reads it as any file. Raises ReadError, StoreError, OSError."""
    with tempfile.TemporaryDirectory(prefix="colloquy-") as folder:
        given = Path(folder) / NAME
        # In ASCII: half a surrogate pair, too, is a text that JSON can carry.
        given.write_text(json.dumps(record) + "\n", encoding="ascii", newline="\n")
        with kept(library, [given]) as (file,):
            report = library.add([file], published=published)
            stored = library.articles_of(file)
    if not stored:
        reason = report.skipped[0][1] if report.skipped else "nothing in it could be read"
        raise ReadError(f"text: {_without_place(reason, file)}")
    return Added(stored[0], report.added == 0, tuple(_without_place(note, file) for _, note in report.notes))


def _without_place(told: str, file: Path) -> str:
    """The words without the file and line, which are not those of whoever gave the text."""
    return told.removeprefix(f"{file}: ").removeprefix("line 1: ")


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\x00-\x20\x7f\\]", url)
