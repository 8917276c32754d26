"""How figures, runs and texts are written in reports and in the terminal."""

import json
import math
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from eval.figures import Figure, Summary

ABSENT = "–"


class Cell(NamedTuple):
    """What stands in a table for one run; ``interval`` is "" where there is none, else in round brackets."""

    value: str
    interval: str = ""

    def __str__(self) -> str:
        return f"{self.value} {self.interval}".rstrip()


def value_text(value: float, unit: str) -> str:
    """Shares with three decimals, seconds as "1.8 s" ("0.04 s" below one second), megabytes as integers."""
    if not math.isfinite(value):
        return ABSENT
    shown = f"{value:.{_digits(value, unit)}f}"
    return shown if unit == "share" else f"{shown} {unit}"


def figure_cell(figure: Figure | None) -> Cell:
    """ "0.689 (0.57–0.80)"; a dash where the run lacks the figure or no question counted for it."""
    if figure is None or not figure.n or not math.isfinite(figure.value):
        return Cell(ABSENT)
    value = value_text(figure.value, figure.unit)
    # Without width: one peak of memory, or questions that all came out alike. "(1.00–1.00)" would claim to be certain.
    if figure.low == figure.high or not (math.isfinite(figure.low) and math.isfinite(figure.high)):
        return Cell(value)
    digits = 2 if figure.unit == "share" else _digits(figure.value, figure.unit)
    return Cell(value, f"({figure.low:.{digits}f}–{figure.high:.{digits}f})")


def setting_text(value: Any) -> str:
    """A setting as it is written in JSON, strings without quotes; "none" for an empty one."""
    if value is None or value == "":
        return "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def run_names(summaries: Sequence[Summary]) -> tuple[str, ...]:
    """A heading for each run: the name of its system, numbered in order where several runs have the same one."""
    systems = [one_line(summary.run.system, 40) for summary in summaries]
    return tuple(
        f"{system} {systems[: place + 1].count(system)}" if systems.count(system) > 1 else system
        for place, system in enumerate(systems)
    )


def one_line(text: str, most: int) -> str:
    """At most ``most`` characters of ``text``, each run of blanks as one space, no control characters.

    Controls, half surrogate pairs and controls of direction, which would turn around the words beside them, are shown
    as U+FFFD.
    """
    shown = " ".join(text.split())
    shown = "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cs") or c in _DIRECTIONS else c for c in shown)
    return shown if len(shown) <= most else shown[: most - 1].rstrip() + "…"


def _digits(value: float, unit: str) -> int:
    """How many digits follow the point."""
    if unit == "s":
        return 1 if abs(value) >= 0.95 else 2
    return 0 if unit == "MB" else 3


_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
