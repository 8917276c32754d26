"""JSON Lines with every error naming its line; nothing is used of a file in which one line is wrong."""

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TypeVar

from pydantic import BaseModel, ValidationError

from rag.records import DataError

MAX_LINE = 2_000_000  # characters; the longest QED line has 30,000

Line = TypeVar("Line", bound=BaseModel)


def opened(path: Path) -> IO[str]:
    """The file as text, unpacked where its name ends in .xz. Raises DataError."""
    try:
        if path.suffix == ".xz":
            return lzma.open(path, "rt", encoding="utf-8", errors="replace")
        return path.open(encoding="utf-8", errors="replace")
    except OSError as error:
        raise DataError(f"{path} cannot be opened ({error.strerror}); expected a file of questions") from error


def read_records(path: Path, form: type[Line]) -> Iterator[tuple[int, Line]]:
    """Line numbers from 1 and the records, validated. Raises DataError for the first line that is wrong."""
    seen = False
    with opened(path) as handle:
        for number, line in enumerate(_lines(handle, path), 1):
            if line.strip():
                seen = True
                yield number, _record(line, form, f"{path}, line {number}")
    if not seen:
        raise DataError(f"{path} holds no question; expected one JSON object a line")


def _lines(handle: IO[str], path: Path) -> Iterator[str]:
    number = 0
    try:
        while line := handle.readline(MAX_LINE):
            number += 1
            if len(line) == MAX_LINE and not line.endswith("\n"):
                raise DataError(
                    f"{path}, line {number}: longer than {MAX_LINE:,} characters; expected one question a line"
                )
            yield line.removeprefix("\ufeff")
    except (lzma.LZMAError, EOFError) as error:
        raise DataError(f"{path} is damaged after line {number} ({error}); fetch it again") from error


def _record(line: str, form: type[Line], place: str) -> Line:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{place}: no JSON ({error}); expected an object with 'question'") from error
    if not isinstance(value, dict):
        raise DataError(f"{place}: JSON but a {type(value).__name__}; expected an object with 'question'")
    try:
        return form.model_validate(value)
    except ValidationError as error:
        raise DataError(f"{place}: {reason(error)}") from error


def reason(error: ValidationError) -> str:
    """The first complaint of pydantic as one line: the field, what was expected, what was found."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    if not field:  # a complaint about the record as a whole says all itself
        return message + more
    if first["type"] == "missing":
        return f"{field!r} is missing{more}"
    return f"{field!r}: {message}, found {str(first.get('input'))[:80]!r}{more}"
