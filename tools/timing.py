"""The table on time: the sets about several similar events, and the same questions with dates playing no part."""

from pathlib import Path

from eval.verdict import DECLINED, MIXED, PASSED, RIGHT_EVENT
from tools.reading import cell

# Name of the run, and what the set is.
SETS = (
    ("time-dev", "briefs, development"),
    ("time-held", "briefs, held out"),
    ("time-real-dev", "five pages, development"),
    ("time-real-held", "five pages, held out"),
    ("series-dev", "a second collection, development"),
    ("series-held", "a second collection, held out"),
)
MEASURES = (RIGHT_EVENT, f"{MIXED} (lower is better)", PASSED, DECLINED, "wrongly declined (lower is better)")


def table(runs: Path) -> str:
    """The section, from the runs that are there; a run that is missing leaves its cells empty.

    A run lies in the folder of its set's name, the one without dates in ``timeless`` inside it.
    """
    lines = ["| set | measure | Colloquy | without time |", "| --- | --- | ---: | ---: |"]
    for name, about in SETS:
        for number, measure in enumerate(MEASURES):
            figure = measure.partition(" (")[0]
            cells = [cell(runs / name / part, figure) for part in ("", "timeless")]
            lines.append(f"| {'' if number else f'`{name}`: {about}'} | {measure} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
