"""What one page looks at in the Articles tab: its filter, its place in the list, the articles chosen."""

from collections.abc import Sequence
from typing import Any, cast, get_args

from rag.periods_words import window_of_fields
from rag.records import Article, Filter, Listed, Order
from rag.uploads import Adding

PAGE = 50
# Far above any library; a page that sends more is not one of ours.
MOST_CHOSEN = 1_000_000
_ID = 16


class Shelf:
    """Of one browser tab. What comes from the page is not trusted.

    Not a dataclass: Gradio would copy one field by field into the page's configuration.
    """

    def __init__(self) -> None:
        self.filter = Filter()
        self.fields: dict[str, str] = {}
        self.order: Order = "newest"
        self.start = 0
        self.chosen: dict[str, None] = {}
        self.adding: list[Adding] = []

    def take_filter(self, asked: Any) -> None:
        """Filters as the fields say. Raises QuestionError for days that make no period; then nothing has changed."""
        asked = asked if isinstance(asked, dict) else {}
        field = {name: str(asked.get(name) or "")[:300] for name in ("words", "publisher", "first", "last", "order")}
        when = bool(field["first"] or field["last"])
        publisher = field["publisher"]
        self.filter = Filter(
            words=field["words"],
            # "=" before a name, so that the unknown one, "", can be told from none chosen.
            publishers=(publisher[1:],) if publisher.startswith("=") else (),
            window=window_of_fields(field["first"], field["last"]) if when else None,
            undated=asked.get("undated") is True,
        )
        self.order = cast(Order, field["order"]) if field["order"] in get_args(Order) else "newest"
        self.fields = field | {"undated": "on" if self.filter.undated else ""}
        self.start = 0

    @property
    def filtered(self) -> bool:
        return self.filter != Filter()

    def turn_to(self, start: Any) -> None:
        """To the page that begins with this article, counted from 0."""
        if isinstance(start, int) and not isinstance(start, bool):
            self.start = max(0, min(start, 10_000_000)) // PAGE * PAGE

    def choose(self, ids: Any, chosen: bool = True) -> None:
        listed = ids if isinstance(ids, list | tuple) else [ids]
        for id in listed:
            if isinstance(id, str) and len(id) <= _ID:
                if chosen and len(self.chosen) < MOST_CHOSEN:
                    self.chosen[id] = None
                elif not chosen:
                    self.chosen.pop(id, None)

    def page(self, library: Any) -> tuple[tuple[Listed, ...], int]:
        """The articles of this page and the number of all that fit; the last page where there are fewer by now."""
        found, total = library.listing.page(self.filter, self.order, self.start, PAGE)
        if not found and self.start:
            self.start = max(0, total - 1) // PAGE * PAGE
            found, total = library.listing.page(self.filter, self.order, self.start, PAGE)
        return found, total

    def forget_gone(self, library: Any) -> int:
        """Drops from the choice what has left the library. Returns how many did."""
        if not self.chosen:
            return 0
        known = set(library.listing.ids_about(among=list(self.chosen)))
        gone = [id for id in self.chosen if id not in known]
        self.choose(gone, False)
        return len(gone)


def removed_words(gone: Sequence[Article]) -> str:
    """What was taken out, in one line."""
    if not gone:
        return "Nothing was removed: these articles had left the library already."
    first = gone[0].title.strip() or "Untitled article"
    if len(gone) == 1:
        return f"Removed “{first}”."
    return f"Removed {len(gone):,} articles: “{first}” and {len(gone) - 1:,} more."
