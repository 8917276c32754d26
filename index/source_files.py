"""The files that articles come from: how to tell that one has changed, and how much is in it."""

import hashlib
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import ReadError
from index.read_bytes import MEGABYTE, chunks

# Decompressed bytes in which lines are counted: a number for the progress bar is not worth more.
COUNTED_BYTES = 256 * MEGABYTE


class InUse:
    """Folders and files that are being read: what is in use is not deleted. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: Counter[Path] = Counter()

    @contextmanager
    def reading(self, places: Iterable[Path]) -> Iterator[None]:
        places = list(places)
        with self._lock:
            self._readers.update(places)
        try:
            yield
        finally:
            with self._lock:
                self._readers.subtract(places)
                self._readers += Counter()  # drops the zeros

    def delete(self, place: Path, unless: Callable[[], bool]) -> None:
        """Deletes the folder or file, but not while it is read, nor where ``unless`` says that it is needed."""
        with self._lock:
            if self._readers[place] or unless():
                return
            if place.is_dir():
                shutil.rmtree(place, ignore_errors=True)
            else:
                with suppress(OSError):
                    place.unlink()


def source_key(file: Path) -> str:
    """Under what the library knows a file: its whole path, in which bytes that are no UTF-8 are written out."""
    return storable(str(file.resolve()))


def storable(path: str) -> str:
    """A path as a database and JSON can hold it; a name on disk may be any bytes."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def digest_of(file: Path, sidecar: Path | None) -> str:
    """SHA-256 of the file and, where there is one, of its sidecar."""
    with file.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256")
    if sidecar:
        digest.update(f"\0{sidecar.name}\0".encode("utf-8", "surrogatepass") + sidecar.read_bytes())
    return digest.hexdigest()


def expected_articles(file: Path) -> int:
    """Articles to expect in a file: its lines for JSON Lines and CSV, else one. Only for the progress bar."""
    if not {".jsonl", ".ndjson", ".csv"} & {s.lower() for s in file.suffixes[-2:]}:
        return 1
    counted = lines = 0
    piece = b"\n"
    try:
        for piece in chunks(file):
            lines += piece.count(b"\n")
            counted += len(piece)
            if counted > COUNTED_BYTES:
                break
    except ReadError:
        pass
    return (lines + (not piece.endswith(b"\n"))) or 1
