"""How well publication dates are found: ``python -m tools.dating --data ../shared/data``.

Web pages are compared with labels read off the pages by hand (``dating_truth.json``), news articles with the date in
their file, hidden from the reader. Ranges are inferred from the text alone, all that states a date hidden.
"""

import argparse
import json
import lzma
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from index.inference import inferred
from index.read import read_articles
from index.records import Article

TRUTH = Path(__file__).with_name("dating_truth.json")


@dataclass(frozen=True, slots=True)
class Dated:
    """An article as read, with the true day, None where the page shows none."""

    article: Article
    day: date | None


def pages(folder: Path) -> list[Dated]:
    """The labelled web pages."""
    found = []
    for name, day in json.loads(TRUTH.read_text()).items():
        for article in read_articles(folder / "html" / f"{name}.html.gz"):
            if isinstance(article, Article):
                found.append(Dated(article, date.fromisoformat(day) if day else None))
    return found


def news(folder: Path) -> list[Dated]:
    """The articles of RealTime QA in the order of their file, read with ``published`` taken out."""
    with lzma.open(folder / "articles.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as scratch:
        hidden = Path(scratch) / "articles.jsonl"
        hidden.write_text("".join(json.dumps({**row, "published": None}) + "\n" for row in rows), encoding="utf-8")
        articles = [article for article in read_articles(hidden) if isinstance(article, Article)]
    if len(articles) != len(rows):
        raise SystemExit(f"{len(rows) - len(articles)} of {len(rows)} articles were not read; the days would not fit")
    return [Dated(a, date.fromisoformat(row["published"])) for a, row in zip(articles, rows, strict=True)]


def days(name: str, found: Sequence[Dated]) -> str:
    given = [d for d in found if d.article.published]
    right = sum(d.article.published == d.day for d in given)
    missing = sum(d.day is not None and d.article.published is None for d in found)
    cells = (len(given), right, len(given) - right, missing)
    return f"| {name} | {len(found)} | " + " | ".join(f"{n} ({n / len(found):.2%})" for n in cells) + " |"


def ranges(name: str, found: Sequence[Dated]) -> str:
    periods = [(i.within, d.day) for d in found if d.day and (i := inferred(d.article.text))]
    holding = sum(within.holds(day) for within, day in periods)
    widths = [(w.before - w.after).days for w, _ in periods if w.after and w.before]
    width = f"{statistics.median(widths):.0f}" if widths else "–"
    share = f"{holding} ({holding / len(periods):.2%})" if periods else "–"
    closed = f"{len(widths)} ({len(widths) / len(found):.2%})"
    return (
        f"| {name} | {len(found)} | {len(periods)} ({len(periods) / len(found):.2%}) | {share} | {closed} | {width} |"
    )


def report(data: Path) -> Iterator[str]:
    """The two tables, in Markdown."""
    articles = news(data / "realtimeqa-2024q1")
    halves = (("even lines, looked at", articles[::2]), ("odd lines, held out", articles[1::2]))
    yield "| date to the day | n | found | right | wrong | missing |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    yield days("web pages, labelled by hand", pages(data / "article-extraction"))
    for name, half in halves:
        yield days(f"news articles, {name}", half)
    yield ""
    yield "| range from the text alone | n | with a range | of these right | closed | median days of the closed |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for name, half in halves:
        yield ranges(f"news articles, {name}", half)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args().data
    if not data.is_dir():
        raise SystemExit(f"{data} is not there; name the folder of article-extraction and realtimeqa-2024q1")
    for line in report(data):
        print(line)


if __name__ == "__main__":
    main()
