"""Writes eval/RESULTS.md: runs each set, the LangChain baseline beside it, and takes over the tables. ``make results``.

A run that is there already, or was broken off, goes on where it was. Sets whose data are not there are left out, and
the file says so.
"""

import argparse
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools import reading, timing

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "eval" / "RESULTS.md"
BESIDE = ("--plain", "--baseline")
TIMELESS = ("--timeless",)
SECTIONS = ("Figures", "By kind of question", "Where answers were lost")
READING = """\
## Reading and grounding

What was asked of reading and grounding, what is reached, and the same pipeline without its trained parts (neither the
judge nor the adapter, `--plain`). From the runs of the sections below, of `no-answer` (100 questions that the five
pages do not answer), and of the SQuAD half once more at `--threshold 0`, where nothing is declined.
"""
TIME = """\
## Time

Questions for which it matters when something was, or which of several similar events is meant, and the same pipeline
with dates playing no part (`--timeless`). What the figures mean: [sets/README.md](sets/README.md).
"""
EARLIER = "The sections below are of an earlier run of `make results`, with older weights and rules.\n"
INTRODUCTION = """\
# Results

Made by `make results`, which runs the commands below and copies their tables; figures with 95 % bootstrap intervals.
The last column is the system that anyone would write in an afternoon from LangChain's tutorial, with the same two
models (`eval/baseline.py`); between the two stands the pipeline without its trained parts, where that was run. Seconds
depend on the machine and on what else it does: compare them within a table only.
What each figure means stands in the docstrings of `eval/metrics_*.py`.
"""


@dataclass(frozen=True)
class Measured:
    """A section of the results: what was measured, over which data, with which arguments of ``colloquy eval run``."""

    title: str
    about: str
    name: str
    arguments: tuple[str, ...]
    needs: str = ""
    shown: bool = True  # with a section of its own
    beside: tuple[str, ...] = BESIDE  # the flags for what is run beside it


def timed(name: str, about: str) -> Measured:
    """A set about time: in the table of that name, with no section of its own."""
    if "real" not in name:
        return Measured(about, "", name, ("--data", name), shown=False, beside=TIMELESS)
    pages = "../shared/articles"
    return Measured(about, "", name, ("--data", name, "--articles", pages), pages, shown=False, beside=TIMELESS)


SETS = (
    Measured(
        "The project's own set over the shipped briefs",
        "All 49 questions. `eval/floors.json` holds what this set may not fall under.",
        "briefs",
        ("--data", "briefs"),
    ),
    Measured(
        "The held-out set over the five scraped pages",
        "All 77 questions of `real-held`, written by a person who had seen neither the code nor the other sets.",
        "real-held",
        ("--data", "real-held", "--articles", "../shared/articles"),
        "../shared/articles",
    ),
    Measured(
        "QED, development half",
        "Each question over its own paragraph among four others, two that share most words and two drawn at random; "
        "the annotated supporting sentence judges the citations.",
        "qed",
        ("--data", "../shared/data/qed", "--limit", "100"),
        "../shared/data/qed",
    ),
    Measured(
        "SQuAD 2.0, half of the development set",
        "The paragraph is given, as published systems have it. They answer with the bare words; here the bare answer, "
        "or else the whole cited sentence, is scored.",
        "squad2",
        ("--data", "../shared/data/squad2", "--limit", "120"),
        "../shared/data/squad2",
    ),
    Measured(
        "SQuAD 2.0, forced to answer",
        "",
        "squad2-forced",
        ("--data", "../shared/data/squad2", "--limit", "120", "--threshold", "0"),
        "../shared/data/squad2",
        shown=False,
    ),
    Measured(
        "Questions that the five pages do not answer",
        "",
        "no-answer",
        ("--data", "no-answer", "--articles", "../shared/articles"),
        "../shared/articles",
        shown=False,
    ),
    Measured(
        "RealTime QA, first quarter of 2024",
        "All 2,410 articles indexed together, each question asked on its own day. Weak labels: an article is "
        "relevant, and a question has an answer, where an accepted answer stands in an article as a string.",
        "realtimeqa",
        ("--data", "../shared/data/realtimeqa-2024q1", "--limit", "60"),
        "../shared/data/realtimeqa-2024q1",
    ),
    *(timed(*names) for names in timing.SETS),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=ROOT / "build" / "results", help="where the runs are kept")
    parser.add_argument(
        "--table", action="store_true", help="only the tables on reading and on time, from the runs that are there"
    )
    options = parser.parse_args()
    runs = options.runs.resolve()
    if options.table:
        parts = [INTRODUCTION, *tables_of_measures(runs), EARLIER, later_sections()]
    else:
        sections = [section(measured, runs) for measured in SETS]
        parts = [INTRODUCTION, *tables_of_measures(runs), *(s for m, s in zip(SETS, sections, strict=True) if m.shown)]
    # All at the end: what is broken off leaves the results as they were, and the runs are kept anyway.
    RESULTS.write_text("\n".join(parts), encoding="utf-8")


def tables_of_measures(runs: Path) -> tuple[str, str]:
    """The sections on reading and grounding, and on time."""
    return f"{READING}\n{reading.table(runs, ROOT / '../shared/data')}", f"{TIME}\n{timing.table(runs)}"


def later_sections() -> str:
    """The sections of the sets as they stand in the file now."""
    text = RESULTS.read_text(encoding="utf-8")
    return text[text.index(f"## {SETS[0].title}") :]


def section(measured: Measured, runs: Path) -> str:
    """The section of one set, measured now as far as that was not done."""
    command = ["colloquy", "eval", "run", *measured.arguments, "--out", f"runs/{measured.name}", *measured.beside]
    head = f"## {measured.title}\n\n{measured.about}\n\n```sh\n{shlex.join(command)}\n```\n"
    if measured.needs and not (ROOT / measured.needs).exists():
        return f"{head}\nNot measured: `{measured.needs}` is not there.\n"
    out = runs / measured.name
    print(f"{measured.title}: {out}", file=sys.stderr)
    subprocess.run(
        [sys.executable, "-m", "rag.cli", "eval", "run", *measured.arguments, "--out", str(out), *measured.beside],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return f"{head}\n{tables((out / 'report.md').read_text(encoding='utf-8'))}"


def tables(report: str) -> str:
    """The sections of a report that the results take over, their headings one level down."""
    found = dict(re.findall(r"^## ([^\n]+)\n+(.*?)(?=^## |\Z)", report, re.M | re.S))
    kept = [f"### {name}\n\n{cut_after_table(found[name])}" for name in SECTIONS if name in found]
    return "\n\n".join(kept) + "\n"


def cut_after_table(text: str) -> str:
    """The text up to the end of its last table."""
    lines = text.rstrip().split("\n")
    last = max((n for n, line in enumerate(lines) if line.startswith("|")), default=len(lines) - 1)
    return "\n".join(lines[: last + 1])


if __name__ == "__main__":
    main()
