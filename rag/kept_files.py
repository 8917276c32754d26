"""The files that people and programs give to a library, kept in its folder, so that they can be indexed again.

Each lies in a folder named by its name and content: the same file given twice is one, two files of one name are two. A
file that holds no article, or no longer any, is not kept.
"""

import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from index.library import Library
from index.read import sidecar_beside
from index.records import Article
from index.source_files import digest_of, source_key

FOLDER = "uploads"
# Where earlier versions kept the articles that programs gave, named by their content, without a folder for each.
EARLIER = "added"


@contextmanager
def kept(library: Library, files: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """Copies the files, each with its sidecar, to where the library keeps them, and gives those paths, in their order.

    They stay while the context is open, whoever removes their articles meanwhile; at its end those that hold no article
    are deleted. Raises OSError where they cannot be copied.
    """
    places = tuple(_place(library.home, file) for file in files)
    try:
        with library.in_use.reading([unit for place in places if (unit := _unit(library.home, place))]):
            for file, place in zip(files, places, strict=True):
                _copy(file, place)
            yield places
    finally:
        for place in dict.fromkeys(places):
            _forget(library, place)


def remove(library: Library, ids: Sequence[str]) -> tuple[Article, ...]:
    """Takes articles out, with the files that were kept for them alone. Returns those removed, without their text."""
    sources = {source for id in ids for source in library.listing.sources(id)}
    gone = library.remove_all(ids)
    for source in sources:
        _forget(library, Path(source))
    return gone


def _place(home: Path, file: Path) -> Path:
    """Where the library keeps the file; one that it has in the earlier form stays there."""
    content = digest_of(file, sidecar_beside(file))
    earlier = (home / EARLIER).resolve() / f"{content[:16]}{file.suffix}"
    if earlier.is_file():
        return earlier
    return (home / FOLDER).resolve() / sha256(f"{file.name}\0{content}".encode()).hexdigest()[:16] / file.name


def _unit(home: Path, place: Path) -> Path | None:
    """What is deleted with a kept file: its folder, in the earlier form itself; None for a file that lies elsewhere."""
    if place.parent.parent == (home / FOLDER).resolve():
        return place.parent
    return place if place.parent == (home / EARLIER).resolve() else None


def _copy(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    copies = [(file, place)]
    if sidecar := sidecar_beside(file):
        copies.insert(0, (sidecar, place.with_name(sidecar.name)))
    for source, target in copies:
        if not target.exists():
            # Under its name only once it is whole: what is there is taken for complete. Two may be at it at once.
            shutil.copyfile(source, part := target.with_name(f".{uuid.uuid4().hex}.part"))
            part.replace(target)


def _forget(library: Library, place: Path) -> None:
    """Deletes a kept file, its sidecar and folder, where it holds no article; no file that lies elsewhere."""
    source = place.resolve()
    if unit := _unit(library.home, source):
        library.in_use.delete(unit, unless=lambda: library.listing.held(source_key(source)) > 0)
