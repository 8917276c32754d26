"""A question limited to part of the library: which articles that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.periods_words import window_words
from rag.scope import Scope as Scope

LIFT = "Ask again in all articles"


@dataclass(frozen=True, slots=True)
class Reach:
    """The articles of a scope as the library is now. ``gone``: how many of those chosen have left it.

    ``nothing`` says, where no article is left, why, and what would lift it.
    """

    ids: tuple[str, ...] = ()
    gone: int = 0
    nothing: str = ""


def reach(scope: Scope, library: Any) -> Reach:
    """What a scope holds now; nothing at all is asked of the library where it is not limited."""
    if not scope:
        return Reach()
    listing = library.listing
    there = listing.ids_about(among=scope.chosen) if scope.chosen else ()
    gone = len(scope.chosen) - len(there)
    if scope.chosen and not there:
        left = "The article" if gone == 1 else f"All {gone:,} articles"
        verb = "has" if gone == 1 else "have"
        return Reach(
            (), gone, f"{left} that this question is limited to {verb} left the library. {LIFT}, or choose others."
        )
    ids = listing.ids_about(scope.publishers, scope.window, there)
    if ids:
        return Reach(ids, gone)
    return Reach((), gone, _nothing(scope, listing, there))


def _nothing(scope: Scope, listing: Any, there: Sequence[str]) -> str:
    """Why nothing is left: the smallest part of the scope that holds no article."""
    if scope.publishers and not listing.ids_about(scope.publishers, None, ()):
        return f"No article by {scope.by} is in the library any more. {LIFT}, or choose another publisher."
    what = "No article"
    if scope.chosen:
        what = "The article chosen is not" if len(there) == 1 else "None of the articles chosen is"
    by = f" by {scope.by}" if scope.publishers else ""
    if not scope.window:
        return f"{what}{by}. {LIFT}, or take out the publisher." if scope.chosen else f"{what}{by}. {LIFT}."
    period = window_words(scope.window)
    if scope.chosen:
        joined = f"{by} and" if by else ""
        return f"{what}{joined} of the period {period}. {LIFT}, or change the period."
    return f"{what}{by} is of the period {period}. {LIFT}, or change the period."
