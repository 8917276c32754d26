"""Asks a system every question of a set and keeps what came of it, so that an interrupted run goes on where it was."""

import json
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.examples import Dataset, Example
from eval.stages import Reach, Texts
from eval.systems import System, Trace
from rag.records import ColloquyError, DataError

RUN = "run.json"
ANSWERS = "answers.jsonl"
EVIDENCE_KEPT = 5
# What may differ between a run and its continuation: where the files lie, and how many questions are drawn.
_MAY_CHANGE = ("source", "articles", "machine", "questions", "limit")


@dataclass(frozen=True, slots=True)
class Run:
    """What a run was made of; kept beside its answers. Only an equal one goes on with it, wherever its files lie.

    ``digest`` is the SHA-256 of the set, ``limit`` and ``seed`` say which of its questions were drawn, ``source`` and
    ``articles`` where it was found.
    """

    system: str
    data: str
    form: str
    digest: str
    questions: int
    limit: int
    seed: int
    settings: dict[str, Any]
    source: str = ""
    articles: str = ""
    machine: str = platform.machine()


def run(
    system: System,
    dataset: Dataset,
    out: Path,
    limit: int = 0,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Asks what is not yet answered in ``out``; one line each, written whole. Raises DataError where ``out`` holds
    another run."""
    description = Run(
        system.name,
        dataset.name,
        dataset.form,
        dataset.digest,
        len(dataset.examples),
        limit,
        seed,
        system.settings,
        dataset.source,
        dataset.asked_over,
    )
    done = _begin(out, description, {example.id for example in dataset.examples})
    texts = Texts(system.articles)
    total = len(dataset.examples)
    progress(len(done), total)
    with (out / ANSWERS).open("a", encoding="utf-8") as file:
        for example in dataset.examples:
            if example.id in done:
                continue
            record = _asked(system, example, texts)
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
            file.flush()
            done.add(example.id)
            progress(len(done), total)


def read_run(folder: Path) -> tuple[Run, dict[str, dict[str, Any]]]:
    """The description of a run and its records by id of the question. Raises DataError where the folder holds none."""
    try:
        description = Run(**json.loads((folder / RUN).read_text(encoding="utf-8")))
        return description, {record["id"]: record for record in _records(folder / ANSWERS)}
    except FileNotFoundError as error:
        raise DataError(
            f"{folder} holds no run; make one with `colloquy eval run --data ... --out {folder}`"
        ) from error
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"the run in {folder} is damaged ({error}); run it again into an empty folder") from error


def _begin(out: Path, description: Run, asked: set[str]) -> set[str]:
    """Ids that are answered already; the folder and its description are made where it is new. A run may be enlarged."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"--out {out} cannot be made ({error.strerror}); choose another folder") from error
    if not (out / RUN).exists():
        if any(out.glob(ANSWERS)):
            raise DataError(f"{out} holds answers but no {RUN}; choose an empty folder")
        _write(out, description)
        return set()
    before, records = read_run(out)
    for name, value in asdict(description).items():
        if name not in _MAY_CHANGE and (was := getattr(before, name)) != value:
            raise DataError(
                f"{out} holds a run with {name} {was!r}, not {value!r}; choose another folder, or remove that one"
            )
    _drop_half_line(out / ANSWERS)
    done = set(records)
    if done - asked:
        raise DataError(
            f"{out} holds answers to {len(done - asked)} questions that are not asked now; ask for {before.limit} or "
            "more, or choose another folder"
        )
    _write(out, description)
    return done


def _write(out: Path, description: Run) -> None:
    (out / RUN).write_text(json.dumps(asdict(description), indent=1) + "\n", encoding="utf-8")


def _drop_half_line(file: Path) -> None:
    """A run that was killed while it wrote leaves half a line; that question is asked again."""
    if not file.exists():
        return
    content = file.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        file.write_bytes(whole)


def _records(file: Path) -> Iterator[dict[str, Any]]:
    """The records that are whole; a run that is being written, or was killed, may end in half a line."""
    if file.exists():
        # Not splitlines(): the answers may hold other characters that it takes for the end of a line.
        for line in file.read_text(encoding="utf-8").split("\n")[:-1]:
            yield json.loads(line)


def _asked(system: System, example: Example, texts: Texts) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        trace = system.answer(example)
    except ColloquyError as error:
        return {"id": example.id, "error": str(error), "memory": memory()}
    seconds = time.perf_counter() - started
    trace.answer["seconds"]["total"] = round(max(seconds, trace.answer["seconds"]["total"]), 3)
    return {
        "id": example.id,
        "answer": trace.answer | {"id": example.id},
        "retrieved": _articles(trace),
        "evidence": list(trace.evidence[:EVIDENCE_KEPT]),
        "draft": trace.draft,
        "confidence": trace.confidence,
        "reach": asdict(Reach.of(example, trace, texts)),
        "memory": memory(),
        "error": None,
    }


def _articles(trace: Trace) -> list[list[str]]:
    """The names of the articles retrieved, each article once, best first."""
    return [sorted(names) for names in dict.fromkeys(found.article for found in trace.retrieved)]


def memory() -> int:
    """The most memory that this process has held so far, in MB."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))
