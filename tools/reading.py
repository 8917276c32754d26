"""The table on reading and grounding: what was asked for, what is reached, and the same without the trained parts."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from eval.command import dataset_of
from eval.figures import Figure
from eval.libraries import articles_of
from eval.run import RUN, read_run
from eval.soundness import Soundness, soundness
from eval.summary import summarise
from index.read import find_files, read_articles
from index.records import Article

COUNTED = ("real-held", "no-answer", "qed", "squad2", "realtimeqa")


@dataclass(frozen=True)
class Row:
    """A measure: the run and figure that give it, and what was asked for."""

    measure: str
    run: str
    figure: str
    asked: str


ROWS = (
    Row("SQuAD 2.0 half, paragraph given, with no-answers: F1", "squad2", "F1 with no-answers", "0.68"),
    Row("the same, answerable only, forced to answer: F1", "squad2-forced", "F1", "0.70"),
    Row("QED dev, passage among 4 others: answer F1", "qed", "F1", "0.60"),
    Row("the same: cited sentence, precision", "qed", "citation precision", "0.80"),
    Row("the same: cited sentence, recall", "qed", "citation recall", "0.80"),
    Row("RealTime QA, all articles together: hits at 5", "realtimeqa", "hits at 5", "0.85"),
    Row("the same: F1 of the short answer, else the answer", "realtimeqa", "F1", "0.42"),
    Row("the same: contains", "realtimeqa", "contains", "0.52"),
    Row("own set over the five pages: right and cited", "real-held", "right and cited", "0.88"),
    Row("own no-answer set: declined", "no-answer", "declined where unanswerable", "0.95"),
    Row("own set: wrongly declined (lower is better)", "real-held", "wrongly declined", "0.05"),
)


def table(runs: Path, data: Path) -> str:
    """The section, from the runs that are there; a run that is missing leaves its cells empty."""
    lines = ["| measure | asked | Colloquy | without trained parts |", "| --- | ---: | ---: | ---: |"]
    for row in ROWS:
        cells = [cell(runs / row.run, row.figure), cell(runs / row.run / "plain", row.figure)]
        lines.append(f"| {row.measure} | {row.asked} | {' | '.join(cells)} |")
    lines.append(f"| support check, WiCE held-out half: F1 of unsupported | 0.60 | {wice(data)} | the same check |")
    sound = [[counted(runs / name / part) for name in COUNTED] for part in ("", "plain")]
    for measure, asked, show in SOUND:
        cells = [show([s for s in found if s]) for found in sound]
        lines.append(f"| {measure} | {asked} | {' | '.join(cells)} |")
    seconds = [cell(runs / "real-held" / part, "last word, p50") for part in ("", "plain")]
    lines.append(f"| seconds an answer, median, own set (lower is better) | 4 | {' | '.join(seconds)} |")
    return "\n".join(lines) + "\n"


def own_words(found: list[Soundness]) -> str:
    answered = sum(s.answered for s in found)
    return f"{sum(s.own for s in found) / answered:.3f} ({answered} answers)" if answered else "–"


SOUND: tuple[tuple[str, str, Callable[[list[Soundness]], str]], ...] = (
    (
        "quotes not found at their offsets",
        "0",
        lambda found: f"{sum(s.misplaced for s in found)} of {sum(s.citations for s in found)}",
    ),
    ("sentences that the check would not pass", "0", lambda found: str(sum(s.unsupported for s in found))),
    ("answers in which the model's own words survive", "0.60", own_words),
)


def cell(folder: Path, name: str) -> str:
    """A figure with its interval, "–" where it was not measured."""
    figure = figures(folder).get(name)
    if figure is None:
        return "–"
    unit = " s" if figure.unit == "s" else ""
    digits = 1 if figure.unit == "s" else 3
    return f"{figure.value:.{digits}f}{unit} ({figure.low:.{digits}f}–{figure.high:.{digits}f}; n {figure.n})"


@cache
def figures(folder: Path) -> dict[str, Figure]:
    """The figures of a run by name, none where there is no run; several rows are of one run."""
    if not (folder / RUN).exists():
        return {}
    return {f.name: f for f in summarise(folder, dataset_of(folder, None, None)).figures}


def counted(folder: Path) -> Soundness | None:
    if not (folder / RUN).exists():
        return None
    _, records = read_run(folder)
    dataset = dataset_of(folder, None, None)
    # Read, not indexed: a change of the code that indexes would have thousands of articles embedded anew.
    with tempfile.TemporaryDirectory() as passages:
        found = [a for file in find_files(articles_of(dataset, Path(passages))) for a in read_articles(file)]
    return soundness(records.values(), {a.id: a.text for a in found if isinstance(a, Article)})


def wice(data: Path) -> str:
    """F1 of the check on the claims that WiCE calls not supported; see ``rag.training.evaluate_support``."""
    if not data.exists():
        return "–"
    command = [sys.executable, "-m", "rag.training.evaluate_support", "--data", str(data), "--count", "20"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"the check as it is \|(?:[^|]*\|){3} ([\d.]+)", done.stdout)
    return found[1] if found else "–"
