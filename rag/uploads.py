"""Files that people give to the running program: kept with the library, read one by one, stopped at any time."""

import logging
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.errors import ColloquyError, ReadError
from index.library import Library, Report
from index.read import FORMATS, format_of, read_articles
from index.read_bytes import MEGABYTE as MEGABYTE
from index.sidecar import is_sidecar
from index.source_files import source_key
from rag.archives import Refused, Stage, Staged, copy_in, unpack
from rag.kept_files import kept

log = logging.getLogger(__name__)

# What an archive may unpack to, in times the largest upload: text is packed to a tenth at best.
UNPACKED = 10
# Files given to the library at once: the search index is built anew after each such group.
GROUP = 25
# Reasons kept for one file; a broken export has one for each line.
MOST_REASONS = 20

State = Literal["waiting", "reading", "added", "there", "refused", "left"]
Phase = Literal["waiting", "unpacking", "adding", "done", "stopped", "failed"]


@dataclass(slots=True)
class Upload:
    """One file of an upload. ``added``: articles that are new; ``reasons``: what was not read of it, in words, of
    ``refused`` parts in all; "left": it was not come to."""

    name: str
    state: State = "waiting"
    added: int = 0
    unchanged: int = 0
    replaced: int = 0
    read: int = 0
    refused: int = 0
    reasons: tuple[str, ...] = ()


class _StoppedError(Exception):
    pass


class Adding:
    """Adds files and the files of ZIP archives to a library. ``run`` is called once; the rest is safe from any thread.

    ``upload_mb``: the largest file, in MB. ``turn`` is held while files are read, so that of several only one does.
    """

    def __init__(self, library: Library, files: Sequence[Path], upload_mb: int, turn: threading.Lock) -> None:
        self.uploads: list[Upload] = []
        self.phase: Phase = "waiting"
        self.error = ""
        self._library = library
        self._files = tuple(files)
        self._limit = upload_mb * MEGABYTE
        self._turn = turn
        self._stop = threading.Event()

    @property
    def running(self) -> bool:
        return self.phase in ("waiting", "unpacking", "adding")

    @property
    def changed(self) -> bool:
        """Whether the library holds something that it did not hold before."""
        return any(u.added or u.replaced for u in self.uploads)

    def stop(self) -> None:
        """What has been added stays; the rest is left."""
        self._stop.set()

    def run(self) -> None:
        """Reads all files. Never raises: what went wrong is in ``error`` and in ``uploads``."""
        try:
            while not self._turn.acquire(timeout=0.1):
                if self._stop.is_set():
                    self.phase = "stopped"
                    return
            try:
                with tempfile.TemporaryDirectory(prefix="colloquy-") as folder:
                    self._run(Stage(Path(folder)))
            finally:
                self._turn.release()
            self.phase = "stopped" if self._stop.is_set() else "done"
        except ColloquyError as error:
            self._fail(self._told(str(error)))
        except OSError as error:
            self._fail(f"the files cannot be kept ({error.strerror or type(error).__name__}); is the disk full?")
        except Exception as error:
            log.exception("files could not be added")
            self._fail(f"something went wrong here ({type(error).__name__}); what had been added stays")
        finally:
            for upload in self.uploads:
                if upload.state in ("waiting", "reading"):
                    upload.state = "left"

    def _fail(self, words: str) -> None:
        self.error, self.phase = words, "failed"

    def _run(self, stage: Stage) -> None:
        self.phase = "unpacking"
        staged: list[tuple[Upload, Path]] = []
        for item in self._staged(stage):
            upload = Upload(item.name)
            self.uploads.append(upload)
            if isinstance(item, Refused):
                _refuse(upload, item.reason)
            else:
                staged.append((upload, item.path))
        self.phase = "adding"
        queue: deque[tuple[Upload, Path]] = deque()
        for upload, path in staged:
            if is_sidecar(path, FORMATS):
                self.uploads.remove(upload)  # told with the article that it belongs to
            elif not format_of(path):
                _refuse(upload, _first_reason(path))
            else:
                queue.append((upload, path))
        while queue and not self._stop.is_set():
            group = [queue.popleft() for _ in range(min(GROUP, len(queue)))]
            with kept(self._library, [path for _, path in group]) as places:
                again = self._add(group, places)
            queue.extendleft(reversed(again))

    def _staged(self, stage: Stage) -> Iterator[Staged | Refused]:
        for file in self._files:
            if self._stop.is_set():
                return
            try:
                size = file.stat().st_size
                if size > self._limit:
                    yield Refused(file.name, too_large(size, self._limit))
                elif file.suffix.lower() == ".zip":
                    yield from unpack(file, file.name, stage, self._limit * UNPACKED, self._stop.is_set)
                else:
                    yield copy_in(file, stage)
            except OSError as error:
                yield Refused(file.name, f"cannot be opened ({error.strerror or type(error).__name__}); add it again")

    def _add(self, group: Sequence[tuple[Upload, Path]], places: Sequence[Path]) -> list[tuple[Upload, Path]]:
        """Adds the files of a group, kept at these places. Returns those of the group that are to be tried again, since
        one before them broke off."""
        waiting: dict[Path, list[tuple[Upload, Path]]] = {}
        for item, place in zip(group, places, strict=True):
            waiting.setdefault(place.resolve(), []).append(item)
        before = 0  # articles of the files of the group that are done

        def progress(done: int, expected: int) -> None:
            if self._stop.is_set():
                raise _StoppedError
            current, _ = waiting[min(waiting)][0]
            current.state, current.read = "reading", done - before

        def told(file: Path, report: Report) -> None:
            nonlocal before
            first, *same = (upload for upload, _ in waiting.pop(file.resolve()))
            before += first.read
            self._note(first, file, report)
            for upload in same:
                upload.unchanged = first.added + first.unchanged
                upload.reasons, upload.refused = first.reasons, first.refused
                upload.state = "there" if first.state == "added" else first.state

        try:
            self._library.add(list(waiting), progress, told=told)
        except _StoppedError:
            waiting[min(waiting)][0][0].added = self._library.listing.held(source_key(min(waiting)))
        except ColloquyError:
            raise
        except Exception as error:
            log.exception("a file could not be added")
            broken = min(waiting)
            for upload, _ in waiting.pop(broken):
                _refuse(upload, f"something went wrong in reading it ({type(error).__name__}); add it again")
            return [item for items in waiting.values() for item in items]
        return []

    def _note(self, upload: Upload, file: Path, report: Report) -> None:
        upload.added, upload.unchanged, upload.replaced = report.added, report.unchanged, report.removed
        upload.refused = len(report.skipped)
        found = [*report.skipped, *report.notes]
        upload.reasons = tuple(self._told(reason, file) for _, reason in found[:MOST_REASONS])
        upload.state = "added" if report.added else "there" if report.unchanged else "refused"

    def _told(self, words: str, file: Path | None = None) -> str:
        """The words without any path of this machine."""
        if file:
            words = words.removeprefix(f"{file}: ").replace(str(file), file.name)
        return words.replace(str(self._library.home), "the library's folder")


class Adder:
    """All that is being added to a library by the people of one page."""

    def __init__(self, library: Library, upload_mb: int) -> None:
        self.upload_mb = upload_mb
        self._library = library
        self._turn = threading.Lock()
        self._running: list[Adding] = []

    def start(self, files: Sequence[Path]) -> Adding:
        """Begins to add in the background; it goes on when the page is closed."""
        adding = Adding(self._library, files, self.upload_mb, self._turn)
        self._running = [a for a in self._running if a.running] + [adding]
        threading.Thread(target=adding.run, daemon=True).start()
        return adding

    @property
    def running(self) -> tuple[Adding, ...]:
        return tuple(a for a in self._running if a.running)


def _refuse(upload: Upload, reason: str) -> None:
    upload.state, upload.reasons, upload.refused = "refused", (reason,), 1


def _first_reason(path: Path) -> str:
    """Why a file of an unknown kind cannot be read, in the words of the reader."""
    found = next(read_articles(path, path.name), None)
    return str(found).removeprefix(f"{path.name}: ") if isinstance(found, ReadError) else "not an article"


def too_large(size: int, limit: int) -> str:
    return (
        f"{size / MEGABYTE:,.1f} MB, {limit // MEGABYTE:,} MB are allowed; split it, run `colloquy index FILE`, "
        "or raise the setting upload_mb"
    )
