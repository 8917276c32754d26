"""Strings compared as a reader would: without regard to case, blanks, and the kind of quotation mark or dash."""

from collections.abc import Iterable, Sequence

_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"})


def plain(text: str) -> str:
    """Lower case, runs of blanks as one, curly quotes straight, dashes as hyphens."""
    return " ".join(text.translate(_PLAIN).lower().split())


def holds_all(text: str, groups: Iterable[Sequence[str]]) -> bool:
    """Whether the text contains at least one alternative of every group; False where there is no group."""
    groups, folded = list(groups), plain(text)
    return bool(groups) and all(any(plain(answer) in folded for answer in group) for group in groups)
