"""A comparison of two runs as plain text for the terminal."""

import textwrap
from collections.abc import Sequence

from eval.differences import FEWEST_MOVED, UNTOLD, Comparison, Difference
from eval.notation import one_line

_HEAD = ("", "A", "B", "B - A", "95 % interval", "pairs", "better", "worse", "verdict")
_WORDS = (0, 8)  # columns that are words, set to the left; all others are numbers
_IDS = 40
_WIDTH = 100


def comparison_text(c: Comparison) -> str:
    """What was compared, a line for each measure, the verdict, and the questions that passed in one run alone."""
    blocks = [_runs(c), _table([_HEAD, *(_row(d) for d in c.differences)]), "\n".join(_notes(c.differences))]
    blocks.append(textwrap.fill(c.verdict, _WIDTH))
    if c.passed_by:
        blocks.append(
            _ids(f"passed only in A, by {c.passed_by}", c.passed_only_a)
            + "\n"
            + _ids(f"passed only in B, by {c.passed_by}", c.passed_only_b)
        )
    return "\n\n".join(block for block in blocks if block) + "\n"


def _runs(c: Comparison) -> str:
    lines = [f"A  {c.a}", f"B  {c.b}"]
    lines += [f"   {name}: {was} in A, {now} in B" for name, was, now in c.settings]
    if c.only_a or c.only_b:
        lines.append(f"   compared over the {c.common} that both have; {c.only_a} are only in A, {c.only_b} only in B")
    return "\n".join(lines)


def _row(d: Difference) -> tuple[str, ...]:
    digits = {"share": 3, "MB": 0}.get(d.unit, 2)
    name = one_line(d.name, 40) + ("" if d.unit == "share" else f" ({d.unit})")
    width = f"{_signed(d.low, digits)} to {_signed(d.high, digits)}"
    verdict = d.verdict
    if verdict == UNTOLD and not d.low <= 0 <= d.high:
        verdict += " *"
    numbers = (f"{d.a:.{digits}f}", f"{d.b:.{digits}f}", _signed(d.change, digits), width)
    return name, *numbers, str(d.pairs), str(d.improved), str(d.worsened), verdict


def _notes(differences: Sequence[Difference]) -> list[str]:
    """How the table is read; what "*" means only where it occurs."""
    notes = [
        "A and B are means over the pairs; better and worse count questions.",
        "By chance alone, about one in twenty of such intervals leaves 0 out.",
    ]
    if any(d.verdict == UNTOLD and not d.low <= 0 <= d.high for d in differences):
        notes.append(f"* fewer than {FEWEST_MOVED} questions moved, too few for the interval to be trusted")
    return notes


def _signed(value: float, digits: int) -> str:
    shown = f"{value:+.{digits}f}"
    return shown if float(shown) else f"{0:.{digits}f}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if at in _WORDS else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def _ids(title: str, ids: Sequence[str]) -> str:
    shown = ", ".join(one_line(id, 60) for id in ids[:_IDS]) or "none"
    more = f" and {len(ids) - _IDS} more" if len(ids) > _IDS else ""
    told = f"{title} ({len(ids)}): {shown}{more}"
    return textwrap.fill(told, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
