"""Page furniture out of plain text: navigation, notices, widgets, other stories; every sentence of the story stays.

Lines are judged by form (``read_furniture``), then by place relative to the densest run of prose. Where a text shows
no sure sign of a page, nothing is dropped.
"""

from dataclasses import dataclass

from index.page_facts import PUBLISHED_IN, date_lines, first_sentence, headline_of, publisher_of
from index.page_lines import Line, content, lines_of, long_words
from index.read_furniture import (
    WIDGET_WORDS,
    Kind,
    ends_sentence,
    is_ellipsis,
    length,
    soft_notice,
    words_of,
)

# Two points are one sure sign, or two doubtful ones; see _evidence.
ENOUGH_EVIDENCE = 2
# What a line adds to the run of prose; a sentence adds its words, at most 40. Set by hand: a block of
# other stories (-20) ends a run unless more story than teaser follows, what readers wrote (-60) nearly always does.
_RUN_SCORE = {
    Kind.SHORT: 4,
    Kind.LIST: 2,
    Kind.RULE: -1,
    Kind.LABEL: -3,
    Kind.WEAK: -4,
    Kind.WIDGET: -6,
    Kind.NOTICE: -6,
    Kind.TEASER: -8,
    Kind.TITLED: -10,
    Kind.SECTION: -20,
    Kind.COMMENTS: -60,
}
_HEADLINES = (Kind.WEAK, Kind.TITLED, Kind.TEASER)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A story without its page. ``text`` has its paragraphs separated by one blank line.

    ``published`` is a byline or leading date as written ("Published March 8, 2023"), ``ticker`` a date in a line of
    furniture before the story (weaker: often the day of the visit); "" where there is none.
    """

    title: str
    text: str
    published: str = ""
    publisher: str = ""
    ticker: str = ""


def clean(text: str, *, extracted: bool = False) -> Cleaned:
    """The story in normalised plain text (see ``read_text.normalise``), with its title and what its byline says.

    ``extracted`` says that the text is an article already, as exports hold it: only sure furniture goes then.
    """
    lines = lines_of(text)
    if not lines:
        return Cleaned("", "")
    if _evidence(lines) < ENOUGH_EVIDENCE:
        kept = [True] * len(lines)
        start = next((i for i, line in enumerate(lines) if line.kind is Kind.PROSE), 0)
    elif extracted or not any(line.kind is Kind.PROSE for line in lines):
        # In verse, notes or a list under a widget no run of prose tells the place: again only sure furniture goes.
        kept = [line.kind not in (Kind.WIDGET, Kind.NOTICE, Kind.COMMENTS, Kind.SECTION) for line in lines]
        start = next((i for i, keep in enumerate(kept) if keep and lines[i].kind is not Kind.WEAK), 0)
    else:
        _mark_headlines(lines)
        start, end = _run(lines)
        kept = _kept(lines, start, end)
    body = [line.text for line, keep in zip(lines, kept, strict=True) if keep]
    headline = headline_of(lines, start)
    published, ticker = date_lines(lines, start)
    return Cleaned(
        title=headline or first_sentence(" ".join(body[:3])),
        text="\n\n".join(body),
        published=published,
        publisher=publisher_of(lines),
        ticker=ticker,
    )


def _evidence(lines: list[Line]) -> int:
    """Points for signs of a page: 2 for a sure one, 1 for a doubtful one (a label, a heading, a repeated headline)."""
    points = 0
    labels = set()
    menu = 0
    for i, line in enumerate(lines):
        if line.kind in (Kind.WIDGET, Kind.NOTICE) or line.doubled or _is_cut_copy(lines, i):
            points += 2
        elif line.kind in (Kind.SECTION, Kind.COMMENTS):
            # "Related articles" heads no part of a story; "Topics" or "More on the vote" may.
            points += 2 if length(line.text) > 1 and not line.text.lower().startswith("more") else 1
        elif line.kind is Kind.LABEL:
            labels.add(line.text.lower())
        entry = line.kind in (Kind.LABEL, Kind.WEAK) and length(line.text) <= 3 and line.text[0].isupper()
        menu = menu + 1 if entry else 0
        points += menu == 6 and bool(labels)
        if i and line.kind is Kind.WEAK and line.text == lines[i - 1].text and length(line.text) >= 4:
            points += 1
    return points + min(2, len(labels) // 2)


def _fold(text: str) -> str:
    return " ".join(w.lower() for w in words_of(text.replace("’", "'")))


def _is_cut_copy(lines: list[Line], i: int) -> bool:
    """True where line ``i`` ends in an ellipsis and is the start of one of the two lines before it."""
    if not is_ellipsis(lines[i].text):
        return False
    stem = _fold(lines[i].text)
    whole = [_fold(line.text) for line in lines[max(0, i - 2) : i]]
    return len(stem.split()) >= 3 and any(w and (w.startswith(stem) or stem.startswith(w)) for w in whole)


def _mark_headlines(lines: list[Line]) -> None:
    """A sentence-like line whose cut copy follows is the headline of another story."""
    for i in range(len(lines)):
        if not _is_cut_copy(lines, i):
            continue
        stem = _fold(lines[i].text)
        lines[i].kind = Kind.TEASER
        for line in lines[max(0, i - 2) : i]:
            folded = _fold(line.text)
            if folded and (folded.startswith(stem) or stem.startswith(folded)) and length(line.text) <= 25:
                line.kind = Kind.TITLED if ends_sentence(line.text) else Kind.WEAK


def _run(lines: list[Line]) -> tuple[int, int]:
    """Start and end (inclusive) of the densest run of prose: the contiguous lines of the greatest summed score."""
    summaries = _summaries(lines)
    best, best_span = 0, (0, len(lines) - 1)
    total, start = 0, 0
    for i, line in enumerate(lines):
        if line.kind is Kind.PROSE:
            score = -2 if i in summaries or soft_notice(line.text) else min(length(line.text), 40)
        else:
            score = _RUN_SCORE[line.kind]
        if total <= 0:
            total, start = 0, i
        total += score
        if total > best:
            best, best_span = total, (start, i)
    return best_span


def _summaries(lines: list[Line]) -> set[int]:
    """Lone sentences under the headlines of other stories, by index.

    They are told from a story with sub-headings by the heading of their block, or, where at least two such pairs
    follow an unbroken story, by sharing no words with it.
    """
    story = [i for i, line in enumerate(lines) if line.kind.is_sentence and _neighbour_is_sentence(lines, i)]
    topic = content(" ".join(lines[i].text for i in story))
    found: set[int] = set()
    pairs: list[int] = []
    in_block = False
    for i, line in enumerate(lines):
        if line.kind is Kind.SECTION:
            in_block = True
        if line.kind is not Kind.PROSE:
            continue
        if _neighbour_is_sentence(lines, i) or not i or lines[i - 1].kind not in _HEADLINES:
            in_block = False
        elif in_block and story and i > story[0]:
            found.add(i)
        elif length(lines[i - 1].text) >= 4:  # shorter ones are sub-headings and names
            pairs.append(i)
    strange = [i for i in pairs if story and i > story[-1] and len(content(lines[i].text) & topic) < 2]
    return found | set(strange if 2 <= len(strange) <= len(story) else [])


def _neighbour_is_sentence(lines: list[Line], i: int) -> bool:
    around = lines[max(0, i - 1) : i] + lines[i + 1 : i + 2]
    return any(line.kind.is_sentence for line in around)


def _kept(lines: list[Line], start: int, end: int) -> list[bool]:
    """For each line, whether it belongs to the story that runs from ``start`` to ``end``."""
    summaries = _summaries(lines)
    core = [i for i in range(start, end + 1) if lines[i].kind.is_sentence and i not in summaries]
    story = long_words(" ".join(lines[i].text for i in core))
    while start and lines[start - 1].kind.is_sentence:
        # A first sentence that speaks to the reader, but of the story's matter.
        opening = lines[start - 1].text
        if len(long_words(opening) & story) < (1 if length(opening) >= 12 else 2):
            break
        story |= long_words(opening)
        start -= 1
    topic = story - WIDGET_WORDS
    kept = [False] * len(lines)
    listing = below_comments = below_section = False
    for i, line in enumerate(lines):
        sentence = line.kind in (Kind.PROSE, Kind.SHORT, Kind.LIST)
        if i in summaries:
            above = content(lines[i - 1].text)
            own = content(line.text)
            kept[i] = i > start and len(own & above) < 2 and len(own & topic) >= 2 and not below_comments
        elif start <= i <= end:
            item = listing and line.kind is Kind.WEAK and length(line.text) <= 15
            kept[i] = sentence or item or line.kind is Kind.TEASER and not _is_headline_like(lines, i)
            listing = kept[i] and (item or line.text.endswith((":", "：")))
        elif i < start:
            kept[i] = sentence and not _to_visitor(line.text) and len(content(line.text) & topic) >= 2
        elif line.kind is Kind.COMMENTS:
            below_comments = True
        elif line.kind is Kind.SECTION:
            below_section = True
        elif line.kind in (Kind.PROSE, Kind.SHORT) and not below_comments and not _to_visitor(line.text):
            kept[i] = line.text[-1] not in ":," and (not below_section or len(content(line.text) & topic) >= 2)
    return kept


def _to_visitor(line: str) -> bool:
    """True for a sentence outside the story that speaks to the visitor; a note on where it was published does not."""
    return soft_notice(line) and not PUBLISHED_IN.search(line)


def _is_headline_like(lines: list[Line], i: int) -> bool:
    """True for a cut-off line next to a headline; a story's own sentence may also trail off."""
    around = lines[max(0, i - 1) : i] + lines[i + 1 : i + 2]
    return any(line.kind in (*_HEADLINES, Kind.SECTION) for line in around)
