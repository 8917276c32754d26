"""The records that travel through the project. All are frozen; offsets are code points into ``Article.text``."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range ``[start, end)`` of code points.

    Raises ValueError where ``0 <= start < end`` does not hold: an empty span can cite nothing.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span [{self.start}, {self.end}) is empty or negative; expected 0 <= start < end")

    def of(self, text: str) -> str:
        """The words of ``text`` that the span covers."""
        return text[self.start : self.end]

    def covers(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Window:
    """A period of days, ``after <= day < before``; None is open. Raises ValueError for a period without a day."""

    after: date | None = None
    before: date | None = None

    def __post_init__(self) -> None:
        if self.after is not None and self.before is not None and self.after >= self.before:
            raise ValueError(f"the period from {self.after} to before {self.before} holds no day; swap the two")

    def __bool__(self) -> bool:
        """Whether it bounds anything."""
        return self.after is not None or self.before is not None

    def holds(self, day: date) -> bool:
        return (self.after is None or self.after <= day) and (self.before is None or day < self.before)

    def meets(self, after: date, before: date) -> bool:
        """Whether a day of ``after <= day < before`` is in it."""
        return (self.after is None or self.after < before) and (self.before is None or after < self.before)


@dataclass(frozen=True, slots=True)
class Article:
    """One article, its text cleaned once. Paragraphs are separated by a blank line.

    ``published`` is the day, None where unknown, never the day of indexing; ``published_within`` is the period in
    which it must lie where no day is known but the text tells that much. ``published_from`` says where either was
    found: a key of ``index.dates.SOURCES``, or "" where unknown.
    ``event`` names the event told, where the source says so. ``path`` is the path as it was given to ``index``.
    """

    id: str
    title: str
    text: str
    published: date | None = None
    published_from: str = ""
    publisher: str = ""
    url: str = ""
    path: str = ""
    event: str = ""
    published_within: Window | None = None


@dataclass(frozen=True, slots=True)
class EventDate:
    """A date that an article speaks of: ``after <= day < before``, told in ``sentence`` by ``words``.

    Both are offsets into its text, None for a date in its ``event``. ``bound``: it only bounds what is told ("since
    March 2023"). ``resolved``: the words alone give no year, the day of publication or a date nearby does ("Tuesday").
    """

    article_id: str
    sentence: Span | None
    words: Span | None
    after: date
    before: date
    bound: bool = False
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences. ``id`` is the SQLite rowid and the FAISS id; ``sentences`` lie inside ``span``."""

    id: int
    article_id: str
    span: Span
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for. ``after <= date < before``; ``context`` holds words of earlier turns, for retrieval only.

    ``strict``: only what may be of that period is ranked; else it is favoured, and the rest stays behind it.

    ``articles`` are the ids of the only articles to look in; empty for all.
    """

    text: str
    after: date | None = None
    before: date | None = None
    limit: int = 8
    context: str = ""
    articles: tuple[str, ...] = ()
    strict: bool = False

    def of_period(self, window: Window, strict: bool = True) -> "Query":
        """The same query of this period instead: of what may be of it alone, or not ``strict`` of that first."""
        return replace(self, after=window.after, before=window.before, strict=strict)


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved chunk. Ranks count from 1 and are None where that ranking did not return the chunk."""

    chunk: Chunk
    article: Article
    score: float
    dense_rank: int | None
    bm25_rank: int | None


def article_id(title: str, text: str) -> str:
    """First 16 hex digits of the SHA-256 of title and text: the same content has the same id."""
    return hashlib.sha256(f"{title}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
