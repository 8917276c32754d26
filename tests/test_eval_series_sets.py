"""The second collection, four series of invented events, and the two sets over it: form, and that they agree."""

import re
from collections import Counter
from datetime import date

import frontmatter
import pytest

from eval.datasets import SETS, load_dataset
from tests.test_briefs import normal, runs, wanted
from tests.test_eval_time_sets import rows, sources

ARTICLES = sorted((SETS / "series").glob("*.md"))
OVER_SERIES = ("series-dev", "series-held")
KINDS = {"year", "relative", "several", "compare", "when", "disagreement", "premise", "unanswerable"} | {
    "close", "paraphrase",
}  # fmt: skip
TEXTS = {file.name: normal(file.read_text(encoding="utf-8")) for file in ARTICLES}
RESOLVED = re.compile(r"\d{4}-\d\d(-\d\d)?")


def stands(group: list[str], text: str) -> bool:
    """Whether the text holds one of the alternatives or, of a day or month that it tells in relation to its own date,
    the name: "on Sunday" for a day, "in January" for a month."""
    names = set()
    for answer in filter(RESOLVED.fullmatch, group):
        told = date.fromisoformat(answer if answer.count("-") == 2 else f"{answer}-01")
        names.add(f"{told:%A}" if answer.count("-") == 2 else f"{told:%B}")
    return any(normal(a) in text for a in [*group, *names])


def test_the_collection_has_its_articles() -> None:
    assert len(ARTICLES) == 14
    dated = 0
    for file in ARTICLES:
        article = frontmatter.loads(file.read_text(encoding="utf-8"))
        assert {"title"} <= set(article.metadata) <= {"title", "published", "publisher"}, file.name
        assert 150 <= len(article.content.split()) <= 350, file.name
        assert not re.search(r"\d{4}", file.name), "a year in a file's name would give the event away"
        dated += type(article.metadata.get("published")) is date
    assert dated == 7


def test_one_article_is_nearly_a_copy_and_no_other_is() -> None:
    held = {file.name: runs(frontmatter.loads(file.read_text(encoding="utf-8")).content) for file in ARTICLES}
    pairs = [(a, b) for a in held for b in held if a < b and len(held[a] & held[b]) > 5]
    assert pairs == [("orva-thunderstorms-post.md", "orva-thunderstorms.md")]
    assert held["orva-thunderstorms.md"] != held["orva-thunderstorms-post.md"]


@pytest.mark.parametrize("name", OVER_SERIES)
def test_a_set_over_the_series_is_well_formed(name: str) -> None:
    asked = rows(name)
    assert {row["kind"] for row in asked} == KINDS
    assert len(load_dataset(name, articles=SETS / "series").examples) == len(asked) >= 70
    for row in asked:
        which = row["id"]
        assert which.startswith(f"{name}-{row['kind']}-")
        assert bool(wanted(row)) == (row["kind"] != "unanswerable"), which
        assert row.get("unanswerable", False) == (row["kind"] in {"unanswerable", "premise"}), which
        assert bool(row.get("lines")) == (row["kind"] in {"several", "compare"}), which
        assert ("allowed" in row) == bool(sources(row)) == bool(wanted(row)), which
        assert not set(row.get("allowed", [])) & set(sources(row)), which
        assert (len(row.get("events", [])) > 1) == (row["kind"] in {"several", "compare", "disagreement"}), which
        assert all(len(answer.split()) <= 6 for group in wanted(row) for answer in group), which
        assert not any(normal(w) in normal(a) for w in row.get("wrong", []) for g in wanted(row) for a in g), which
        if "asked" in row:
            date.fromisoformat(row["asked"])


def test_both_sets_are_distributed_alike() -> None:
    first, second = (Counter(row["kind"] for row in rows(name)) for name in OVER_SERIES)
    assert first == second and min(first.values()) >= 8


@pytest.mark.parametrize("name", OVER_SERIES)
def test_answers_stand_in_the_series(name: str) -> None:
    found = []
    for row in rows(name):
        found += [f"{row['id']}: no file {f}" for f in [*sources(row), *row.get("allowed", [])] if f not in TEXTS]
        for group in wanted(row):
            if not any(stands(group, TEXTS[f]) for f in sources(row)):
                found.append(f"{row['id']}: none of {group} stands in {sources(row)}")
        # The year of an event that an undated article tells may stand only in one that looks back at it.
        for group in (group for line in row.get("lines", []) for group in line):
            if not any(stands(group, TEXTS[f]) for f in [*sources(row), *row["allowed"]]):
                found.append(f"{row['id']}: none of {group} stands in its articles")
        for file in sources(row):
            if not any(stands(group, TEXTS[file]) for group in wanted(row)):
                found.append(f"{row['id']}: nothing accepted stands in {file}")
        for quote in row.get("quotes", []):
            if not any(normal(quote) in TEXTS[f] for f in sources(row)):
                found.append(f"{row['id']}: no article says {quote!r}")
        for value in row.get("wrong", []):
            if any(normal(value) in normal(quote) for quote in row.get("quotes", [])):
                found.append(f"{row['id']}: {value!r} is wrong and stands in the sentence that is right")
    assert found == []


def test_every_article_is_asked_about() -> None:
    for name in OVER_SERIES:
        assert {f for row in rows(name) for f in sources(row)} == set(TEXTS)
