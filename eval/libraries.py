"""The library that a set is asked over: made once from what the set brings, kept in the user's cache folder."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from eval.datasets import digest_of
from eval.examples import Dataset
from rag.opening import open_library, shipped_articles
from rag.records import DataError
from rag.settings import load_settings
from rag.terminal import progress_bar


def cache_folder(dataset: Dataset, kind: str = "library") -> Path:
    """Where the set is kept indexed; its name changes with the articles of the set and with the code that indexes."""
    from platformdirs import user_cache_path

    code = hashlib.sha256()
    # How articles are read, cut and stored: a change there makes what was indexed stale.
    for file in sorted(shipped_articles().parent.glob("*.py")):
        code.update(file.read_bytes())
    content = hashlib.sha256(_content(dataset).encode()).hexdigest()
    name = f"{dataset.name.split('.')[0]}-{kind}-{content[:10]}-{code.hexdigest()[:10]}"
    return user_cache_path("colloquy") / "eval" / name


def drop_older(home: Path) -> None:
    """Removes what other versions of the code made of the same articles; it would never be used again."""
    for other in home.parent.glob(f"{home.name[:-10]}*"):
        if other != home:
            shutil.rmtree(other, ignore_errors=True)


def articles_of(dataset: Dataset, folder: Path) -> list[Path]:
    """The files to index: those of the set, or its passages written as JSON Lines into ``folder``."""
    if dataset.files:
        return list(dataset.files)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "passages.jsonl"
    lines = [json.dumps({"title": p.title, "text": p.text, "url": p.name}) for p in dataset.passages]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [file]


def indexed(dataset: Dataset, note: Callable[[str], None] = lambda text: None) -> Path:
    """Folder of the library over the articles of the set; indexed at the first call, gone on with after a break."""
    home = cache_folder(dataset)
    if (home / "complete").exists():
        return home
    drop_older(home)
    files = articles_of(dataset, home)
    note(f"indexing the articles of {dataset.name} into {home}")
    library = open_library(load_settings(library=home), create=True, note=note)
    with progress_bar("indexing", "articles") as progress:
        report = library.add(files, progress)
    library.close()
    for path, reason in report.skipped[:5]:
        note(f"skipped {path}: {reason}")
    if not report.added and not report.unchanged:
        raise DataError(f"no article of {dataset.name} could be read; expected articles in {files[0]}")
    (home / "complete").touch()
    return home


def _content(dataset: Dataset) -> str:
    """Digest of the articles, not of the questions: sets over the same articles share one library."""
    if dataset.files:
        return digest_of(list(dataset.files)) + " ".join(str(f.resolve()) for f in dataset.files)
    return hashlib.sha256("\0".join(p.name for p in dataset.passages).encode()).hexdigest()
