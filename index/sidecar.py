"""What a small file beside ``story.txt`` says of it: ``story.txt.yaml``, ``story.yaml`` or one in JSON."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from index.errors import ReadError
from index.read_bytes import decode

SUFFIXES = (".yaml", ".yml", ".json")
# Each field with the names that it may have, as in front matter.
FIELDS = {
    "title": ("title",),
    "published": ("published", "date"),
    "publisher": ("publisher", "source"),
    "url": ("url", "link"),
    "event": ("event",),
}
# A handful of lines; YAML is read by slow pure Python.
MAX_SIDECAR_BYTES = 50_000


def sidecar_of(path: Path, suffix: str) -> Path | None:
    """The sidecar of the article in ``path``, whose name ends with ``suffix``; None where there is none.

    The whole name with a suffix added comes before the name with its suffix replaced.
    """
    stem = path.name[: len(path.name) - len(suffix)]
    names = [f"{name}{end}" for name in (path.name, stem) for end in SUFFIXES if name]
    return next((path.with_name(name) for name in names if path.with_name(name).is_file()), None)


def is_sidecar(path: Path, suffixes: Iterable[str]) -> bool:
    """Whether ``path`` is the sidecar of a file beside it that ends with one of ``suffixes``."""
    if path.suffix.lower() not in SUFFIXES:
        return False
    whole = path.with_suffix("")
    beside = [path.with_name(f"{whole.name}{suffix}") for suffix in suffixes]
    beside += [whole] if whole.name.lower().endswith(tuple(suffixes)) else []
    return any(file.is_file() for file in beside)


def read_sidecar(path: Path) -> dict[str, str]:
    """The fields that a sidecar gives, by the keys of ``FIELDS``, as written. Raises ReadError for a broken one."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path.name}: cannot be opened ({error.strerror or error}); check its permissions") from error
    if len(content) > MAX_SIDECAR_BYTES:
        raise ReadError(f"{path.name}: over {MAX_SIDECAR_BYTES:,} bytes, expected a few lines; shorten it")
    if not content.strip():
        raise ReadError(f"{path.name}: empty, expected lines such as `published: 2014-01-27`; fill or remove it")
    found = _parsed(path, content)
    names = ", ".join(FIELDS)
    if not isinstance(found, dict):
        raise ReadError(f"{path.name}: no fields in it, expected some of {names}, such as `published: 2014-01-27`")
    values = {str(key).strip().lower(): value for key, value in found.items()}
    fields = {}
    for field, aliases in FIELDS.items():
        value = next((values[name] for name in aliases if values.get(name) not in (None, "")), "")
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ReadError(f"{path.name}: {field} holds a {type(value).__name__}, expected text; correct it")
        if text := " ".join(str(value).split()):
            fields[field] = text
    if not fields:
        raise ReadError(f"{path.name}: no known field in it, expected some of {names}; correct or remove it")
    return fields


def _parsed(path: Path, content: bytes) -> Any:
    import yaml

    kind = "JSON" if path.suffix.lower() == ".json" else "YAML"
    try:
        text = decode(content)
        # Every value as written: an impossible date is then a date not found, no error.
        return json.loads(text) if kind == "JSON" else yaml.load(text, Loader=yaml.BaseLoader)
    except (ReadError, ValueError, RecursionError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise ReadError(
            f"{path.name}: no {kind}, expected lines such as `published: 2014-01-27`; correct it"
        ) from error
