"""Part of the library that a question is limited to."""

from dataclasses import dataclass
from typing import Any

from index.records import Window
from rag.answer_record import read_window, window_record
from rag.periods_words import window_words

# Publishers named one by one; of more their number is told.
NAMED = 2


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is limited to; all that is set must hold. False where nothing is.

    ``chosen`` are article ids. ``window``: articles that may speak of this period, as a search asks for it.
    """

    publishers: tuple[str, ...] = ()
    window: Window | None = None
    chosen: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.publishers or self.window or self.chosen)

    @property
    def words(self) -> str:
        """ "3 articles", "Dawn Herald, 2023"; "All articles" where nothing is set."""
        n = len(self.chosen)
        parts = ["1 article" if n == 1 else f"{n:,} articles"] if n else []
        parts += [self.by] if self.publishers else []
        parts += [window_words(self.window)] if self.window else []
        return ", ".join(parts) or "All articles"

    @property
    def by(self) -> str:
        """ "Dawn Herald and Coast Post", "3 publishers"."""
        if len(self.publishers) > NAMED:
            return f"{len(self.publishers)} publishers"
        return " and ".join(name or "publisher unknown" for name in self.publishers)


def scope_record(scope: Scope) -> dict[str, Any] | None:
    """Plain values that JSON can hold; None where nothing is limited."""
    if not scope:
        return None
    return {
        "publishers": list(scope.publishers),
        "window": window_record(scope.window),
        "chosen": list(scope.chosen),
    }


def read_scope(record: dict[str, Any] | None) -> Scope:
    """Raises KeyError, TypeError or ValueError for what ``scope_record`` did not make."""
    if record is None:
        return Scope()
    publishers, chosen = ([str(name) for name in record[field]] for field in ("publishers", "chosen"))
    return Scope(tuple(publishers), read_window(record["window"]), tuple(chosen))
