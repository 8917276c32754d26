"""One file, many articles: JSON Lines and CSV exports, one record at a time."""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from index.draft import Draft, sized
from index.errors import ReadError
from index.read_bytes import MAX_LINE_BYTES, decode, lines
from index.read_documents import cleaned_draft
from index.read_text import normalise

_TEXT = ("text", "body", "content", "article", "articlebody")
_TITLE = ("title", "headline")
_PUBLISHED = ("published", "date", "published_at", "publication_date", "pubdate", "datepublished")
_PUBLISHER = ("publisher", "source", "sitename")
_URL = ("url", "link")
_COLUMNS = "expected title, text (or body, content), published, publisher, url"


def read_json_lines(path: Path) -> Iterator[Draft | ReadError]:
    """A draft for each line; a bad line is a ReadError that names its number, and the lines after it follow."""
    for number, line in enumerate(lines(path), start=1):
        if isinstance(line, ReadError):
            yield ReadError(f"line {number}: {line}")
            continue
        if not line.strip():
            continue
        try:
            record = json.loads(decode(line))
        except ReadError as error:
            yield ReadError(f"line {number}: {error}")
        except (ValueError, RecursionError):
            yield ReadError(f"line {number}: no JSON, expected one object a line; correct or remove the line")
        else:
            if isinstance(record, dict):
                yield _draft(record, f"line {number}")
            else:
                yield ReadError(f"line {number}: JSON but no object, {_COLUMNS}; correct or remove the line")


def read_csv(path: Path) -> Iterator[Draft | ReadError]:
    """A draft for each row under the header row; a bad row is a ReadError that names its last line."""
    # The default of 131,072 characters refuses long articles; the limit of a line bounds what a stray quote can take.
    csv.field_size_limit(MAX_LINE_BYTES)
    bad: list[ReadError] = []
    physical = _text_lines(path, bad)
    header = next(physical, "")
    delimiter = max(",;\t|", key=header.count)
    columns = [name.strip().strip("\ufeff").lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
    if not set(columns) & set(_TEXT):
        yield ReadError(f"no text column among {', '.join(columns)[:200] or 'none'}; {_COLUMNS} in the first row")
        return
    reader = csv.reader(physical, delimiter=delimiter)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield ReadError(f"line {reader.line_num + 1}: {error}; correct the row, or quote its fields")
            continue
        yield from bad
        bad.clear()
        if row is None:
            return
        if any(row):
            yield _draft(dict(zip(columns, row, strict=False)), f"line {reader.line_num + 1}")


def _text_lines(path: Path, bad: list[ReadError]) -> Iterator[str]:
    for number, line in enumerate(lines(path), start=1):
        if isinstance(line, ReadError):
            bad.append(ReadError(f"line {number}: {line}"))
            yield "\n"
            continue
        try:
            yield decode(line) if line.strip() else line.decode("ascii", "ignore")
        except ReadError as error:
            bad.append(ReadError(f"line {number}: {error}"))
            yield "\n"


def _draft(record: Mapping[Any, Any], place: str) -> Draft | ReadError:
    values = {str(key).strip().lower(): value for key, value in record.items()}
    try:
        text = normalise(sized(_first(values, _TEXT)))
    except ReadError as error:
        return ReadError(f"{place}: {error}")
    if not text:
        return ReadError(f"{place}: no text, {_COLUMNS}; fill or remove it")
    draft = cleaned_draft(text, extracted=True)
    draft.title = " ".join(normalise(_first(values, _TITLE)).split()) or draft.title
    draft.json = _first(values, _PUBLISHED)
    draft.publisher = " ".join(normalise(_first(values, _PUBLISHER)).split()) or draft.publisher
    draft.url = _first(values, _URL).strip()
    draft.place = place
    draft.event = " ".join(normalise(_first(values, ("event",))).split())
    return draft


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """The first value that is there, as a string; a source may be an object with a name, as news services have it."""
    for name in names:
        value = values.get(name)
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, (str, int, float)) and str(value).strip():
            return str(value)
    return ""
