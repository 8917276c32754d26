"""One article given as a text with its fields, as programs do, into a library."""

import hashlib
import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.errors import DateError, ReadError
from index.periods import only_day, parse_period
from index.records import Article

if TYPE_CHECKING:
    from index.library import Library

# Folder inside the library's that holds what was given, so that it can be indexed again as other files can.
FOLDER = "added"
# Characters. The longest real ones are about half as long.
LONGEST = {"title": 500, "publisher": 200, "url": 2000}


@dataclass(frozen=True, slots=True)
class Added:
    """The article as stored; ``known`` where the library held it already. ``notes`` say what was passed over."""

    article: Article
    known: bool
    notes: tuple[str, ...] = ()


def add_text(
    library: "Library", text: str, title: str = "", published: str = "", publisher: str = "", url: str = ""
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
    file = _written(library.home / FOLDER, record)
    # A month or a year is not a day that the source states: it is set as on the command line.
    report = library.add([file], published=period if period and not day else None)
    stored = library.articles_of(file)
    if not stored:
        file.unlink(missing_ok=True)
        reason = report.skipped[0][1] if report.skipped else "nothing in it could be read"
        raise ReadError(f"text: {_without_place(reason, file)}")
    return Added(stored[0], report.added == 0, tuple(_without_place(note, file) for _, note in report.notes))


def _without_place(told: str, file: Path) -> str:
    """The words without the file and line, which are not those of whoever gave the text."""
    return told.removeprefix(f"{file}: ").removeprefix("line 1: ")


def _written(folder: Path, record: dict[str, str]) -> Path:
    """A file of JSON Lines that holds the record, named after its content: the same record is the same file."""
    line = json.dumps(record) + "\n"  # in ASCII: half a surrogate pair, too, is a text that JSON can carry
    file = folder / f"{hashlib.sha256(line.encode()).hexdigest()[:16]}.jsonl"
    if file.exists():
        return file
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    with os.fdopen(handle, "w", encoding="ascii") as part:
        part.write(line)
    os.replace(name, file)
    return file


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\x00-\x20\x7f\\]", url)
