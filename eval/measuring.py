"""Puts a set, a system and a folder together: what ``colloquy eval run`` does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.datasets import load_dataset
from eval.examples import Dataset
from eval.libraries import cache_folder, indexed
from eval.run import run
from eval.systems import PARTS, ColloquySystem, System, whole_articles
from rag.opening import open_colloquy, open_library
from rag.records import ColloquyError, DataError
from rag.settings import Settings, load_settings
from rag.terminal import progress_bar

# Is told, in a line, what is being done.
Note = Callable[[str], None]
_SETTINGS = ("model", "base_url", "trained", "time", "passages", "max_tokens", "threshold")


@dataclass(frozen=True, slots=True)
class Job:
    """A run to make: questions, articles, and where the answers go. ``flags`` are settings that are not the default."""

    data: str
    out: Path
    articles: Path | None = None
    library: Path | None = None
    limit: int = 0
    seed: int = 0
    flags: tuple[tuple[str, Any], ...] = ()

    def dataset(self) -> Dataset:
        """The questions. Raises DataError."""
        return load_dataset(self.data, self.articles, self.limit, self.seed)


Opening = Callable[[Job, Dataset, Note], System]


def measure(job: Job, dataset: Dataset, note: Note) -> None:
    """Runs Colloquy over the questions of the job. Raises ColloquyError."""
    _run(job, dataset, open_colloquy_system(job, dataset, note))


def measure_baseline(job: Job, note: Note) -> None:
    """Runs the LangChain tutorial. Raises DataError where it fails."""
    _apart(job, note, open_baseline, "the baseline")


def measure_without(job: Job, part: str, note: Note) -> None:
    """Runs Colloquy without one of ``PARTS``. Raises DataError where it fails."""
    without = replace(job, flags=(*job.flags, (part, False)))
    _apart(without, note, open_colloquy_system, f"the run {PARTS[part]}")


def _apart(job: Job, note: Note, open_system: Opening, name: str) -> None:
    """In a process of its own: the memory of one system must not count for the other.

    Raises DataError where that process fails; what it had to say stands on standard error.
    """
    from multiprocessing import get_context

    process = get_context("spawn").Process(target=_alone, args=(job, note, open_system))
    process.start()
    process.join()
    if process.exitcode:
        raise DataError(f"{name} stopped with status {process.exitcode}; run the same command again to go on")


def settings_used(settings: Settings) -> dict[str, Any]:
    """The settings that an answer depends on, as a run keeps them."""
    return {name: getattr(settings, name) for name in _SETTINGS}


def open_colloquy_system(job: Job, dataset: Dataset, note: Note) -> System:
    """Colloquy over the articles of the set, or over the user's own library."""
    settings = load_settings(**dict(job.flags))
    home, own = _library(job, dataset, settings, note)
    used = settings_used(settings) | ({"library": str(home.resolve())} if own else {})
    return ColloquySystem(open_colloquy(settings.model_copy(update={"library": home}), note=note), used)


def open_baseline(job: Job, dataset: Dataset, note: Note) -> System:
    """The LangChain tutorial over the same articles, as Colloquy read them."""
    from eval.baseline import LangChainBaseline

    settings = load_settings()
    home, own = _library(job, dataset, settings, note)
    library = open_library(settings.model_copy(update={"library": home}), note=note)
    articles = whole_articles(library)
    library.close()
    return LangChainBaseline(articles, None if own else cache_folder(dataset, "langchain"), note)


def _library(job: Job, dataset: Dataset, settings: Settings, note: Note) -> tuple[Path, bool]:
    """The library to ask, and whether it is the user's own: the one named, or the usual one for a set that brings no
    articles. Raises DataError where there is none."""
    if job.library:
        return job.library, True
    if dataset.files or dataset.passages:
        return indexed(dataset, note), False
    if not settings.library.exists():
        raise DataError(
            f"{dataset.name} names no articles and there is no library in {settings.library}; "
            "say which with --articles PATH, or --from DIR for a library"
        )
    return settings.library, True


def _run(job: Job, dataset: Dataset, system: System) -> None:
    with progress_bar(system.name, "questions") as progress:
        run(system, dataset, job.out, job.limit, job.seed, progress)


def _alone(job: Job, note: Note, open_system: Opening) -> None:
    try:
        dataset = job.dataset()
        _run(job, dataset, open_system(job, dataset, note))
    except ColloquyError as error:
        note(str(error))
        raise SystemExit(2) from error
