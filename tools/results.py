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

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "eval" / "RESULTS.md"
SECTIONS = ("Figures", "By kind of question", "Where answers were lost")
INTRODUCTION = """\
# Results

Made by `make results`, which runs the commands below and copies their tables; figures with 95 % bootstrap intervals.
The second column is the system that anyone would write in an afternoon from LangChain's tutorial, with the same two
models (`eval/baseline.py`). Seconds depend on the machine and on what else it does: compare them within a table only.
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
        "RealTime QA, first quarter of 2024",
        "All 2,410 articles indexed together, each question asked on its own day. Weak labels: an article is "
        "relevant, and a question has an answer, where an accepted answer stands in an article as a string.",
        "realtimeqa",
        ("--data", "../shared/data/realtimeqa-2024q1", "--limit", "60"),
        "../shared/data/realtimeqa-2024q1",
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=ROOT / "build" / "results", help="where the runs are kept")
    options = parser.parse_args()
    parts = [INTRODUCTION, *(section(measured, options.runs) for measured in SETS)]
    # All at the end: what is broken off leaves the results as they were, and the runs are kept anyway.
    RESULTS.write_text("\n".join(parts), encoding="utf-8")


def section(measured: Measured, runs: Path) -> str:
    """The section of one set, measured now as far as that was not done."""
    command = ["colloquy", "eval", "run", *measured.arguments, "--out", f"runs/{measured.name}", "--baseline"]
    head = f"## {measured.title}\n\n{measured.about}\n\n```sh\n{shlex.join(command)}\n```\n"
    if measured.needs and not (ROOT / measured.needs).exists():
        return f"{head}\nNot measured: `{measured.needs}` is not there.\n"
    out = runs / measured.name
    print(f"{measured.title}: {out}", file=sys.stderr)
    subprocess.run(
        [sys.executable, "-m", "rag.cli", "eval", "run", *measured.arguments, "--out", str(out), "--baseline"],
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
