"""Files and folders to articles. Each format is one entry of ``FORMATS``."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from index.bylines import date_at_head
from index.dates import find_published
from index.draft import Draft, sized
from index.errors import ReadError, ReadNote
from index.inference import with_inference
from index.read_bytes import CONTROL, whole
from index.read_documents import read_docx, read_html, read_pdf, read_plain
from index.read_markdown import read_markdown
from index.read_tables import read_csv, read_json_lines
from index.read_text import normalise
from index.records import Article, article_id
from index.sidecar import is_sidecar, read_sidecar, sidecar_of
from index.source_files import storable

Format = Callable[[Path], Iterator[Draft | ReadError]]


def _one(read: Callable[[bytes], Draft]) -> Format:
    def drafts(path: Path) -> Iterator[Draft | ReadError]:
        yield read(whole(path))

    return drafts


_TABLES: tuple[Format, ...] = (read_json_lines, read_csv)
FORMATS: dict[str, Format] = {
    ".txt": _one(read_plain),
    ".md": _one(read_markdown),
    ".markdown": _one(read_markdown),
    ".html": _one(read_html),
    ".htm": _one(read_html),
    ".html.gz": _one(read_html),
    ".htm.gz": _one(read_html),
    ".pdf": _one(read_pdf),
    ".docx": _one(read_docx),
    ".jsonl": read_json_lines,
    ".jsonl.gz": read_json_lines,
    ".jsonl.xz": read_json_lines,
    ".ndjson": read_json_lines,
    ".ndjson.gz": read_json_lines,
    ".ndjson.xz": read_json_lines,
    ".csv": read_csv,
}


def format_of(path: Path) -> str:
    """The key of ``FORMATS`` that a file name ends with, "" for an unknown one."""
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    return next((s for s in ("".join(suffixes), suffixes[-1] if suffixes else "") if s in FORMATS), "")


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files to read, sorted, each once: named files as they are, folders with all their folders.

    In folders, hidden files and folders and unknown suffixes are left out; sidecars of articles always.
    Raises ReadError for a path that does not exist or a folder that cannot be listed.
    """
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(_in_folder(path))
        elif path.exists():
            if not is_sidecar(path, FORMATS):
                found.add(path)
        else:
            raise ReadError(f"{path}: no such file or folder; check the spelling")
    return sorted(found)


def _in_folder(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise ReadError(f"{error.filename}: cannot be listed ({error.strerror}); check its permissions") from error

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(place, name)
            if not name.startswith(".") and format_of(path) and path.is_file():
                yield path


def sidecar_beside(path: Path) -> Path | None:
    """The sidecar that holds for a file; None where there is none, and for files of many articles."""
    suffix = format_of(path)
    return sidecar_of(path, suffix) if suffix and FORMATS[suffix] not in _TABLES else None


def read_articles(path: Path, shown_path: str | None = None) -> Iterator[Article | ReadError]:
    """The articles of one file, in its order. ``shown_path`` goes into the articles and messages, by default ``path``.

    Nothing is raised for what a file holds: a file or a line that cannot be read comes as one ReadError in its place,
    so that the caller can report it and go on with the next. A sidecar that cannot be read comes so too, before its
    article. A ReadNote says what was passed over in an article that was read, such as an impossible date.
    """
    shown = storable(str(path) if shown_path is None else shown_path)
    try:
        suffix = format_of(path)
        if not suffix:
            kind = path.suffix or "without suffix"
            raise ReadError(f"unknown kind of file ({kind}), expected one of {', '.join(sorted(FORMATS))}")
        if not path.exists():
            raise ReadError("no such file; check the spelling")
        if not path.is_file():
            raise ReadError("not a regular file; name a file or a folder")
        if path.stat().st_size == 0:
            raise ReadError("empty file, expected an article; remove it or fill it")
        fields: dict[str, str] = {}
        if sidecar := sidecar_beside(path):
            try:
                fields = read_sidecar(sidecar)
            except ReadError as error:
                yield error
        for draft in FORMATS[suffix](path):
            if isinstance(draft, ReadError):
                yield ReadError(f"{shown}: {draft}")
                continue
            for found in _article(draft, fields, path, shown):
                yield type(found)(f"{shown}: {found}") if isinstance(found, ReadError) else found
    except ReadError as error:
        yield ReadError(f"{shown}: {error}")
    except OSError as error:
        yield ReadError(f"{shown}: cannot be opened ({error.strerror or error}); check its permissions")


def _article(draft: Draft, fields: Mapping[str, str], path: Path, shown: str) -> Iterator[Article | ReadError]:
    if not draft.text.strip():
        yield ReadError("no text left after cleaning, expected an article; remove it or fill it")
        return
    try:
        sized(draft.text)
    except ReadError as error:
        yield error
        return
    found = find_published(
        sidecar=fields.get("published", ""),
        front_matter=draft.front_matter,
        json=draft.json,
        meta=draft.meta,
        byline=draft.byline or date_at_head(draft.text),
        url=fields.get("url", draft.url),
        ticker=draft.ticker,
        file_name=path.name,
    )
    for doubt in found.doubts:
        yield ReadNote(f"{draft.place}: {doubt}" if draft.place else doubt)
    title = _in_line(fields.get("title", draft.title))
    article = Article(
        id=article_id(title, draft.text),
        title=title,
        text=draft.text,
        published=found.day,
        published_from=found.source,
        publisher=_in_line(fields.get("publisher", draft.publisher)),
        url=_address(fields.get("url", draft.url)),
        path=shown,
        event=_in_line(fields.get("event", draft.event)),
        published_within=found.within,
    )
    yield article if found.source else with_inference(article)


def _in_line(text: str) -> str:
    """The words of a field: as the text, without what no page, terminal or database can hold, on one line."""
    return " ".join(normalise(text).split())


def _address(url: str) -> str:
    """The address as written, but for controls and half surrogate pairs, which no address has."""
    return CONTROL.sub("", url).encode("utf-8", "replace").decode("utf-8").strip()
