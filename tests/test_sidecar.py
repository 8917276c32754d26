"""Sidecars: what they say takes precedence, and a broken one costs nothing."""

from datetime import date
from pathlib import Path

import pytest

from index.errors import ReadError, ReadNote
from index.library import Library
from index.read import find_files, read_articles
from index.records import Article, Window
from index.sidecar import MAX_SIDECAR_BYTES
from tests.fakes import BagEmbedder

TEXT = "Pier returns to Velmora\n\nBy Lena Marsh, 8 March 2023\n\n" + (
    "The harbour council of Velmora voted to rebuild the pier. It costs 4.2 million crowns, said Ines Okafor."
)
FULL = "title: The pier is back\npublished: 2023-03-07\npublisher: Coastal Courier\nurl: https://news.example/p\n"


def write(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content)
    return folder / name


def article(path: Path) -> Article:
    (found,) = read_articles(path)
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize("name", ["story.txt.yaml", "story.txt.yml", "story.yaml"])
def test_yaml_beside_the_file(tmp_path: Path, name: str) -> None:
    story = write(tmp_path, "story.txt", TEXT)
    assert article(story).published_from == "text"
    write(tmp_path, name, f"{FULL}event: Pier vote\n")
    found = article(story)
    assert (found.title, found.published, found.published_from) == (
        "The pier is back",
        date(2023, 3, 7),
        "sidecar",
    )
    assert (found.publisher, found.url, found.event) == ("Coastal Courier", "https://news.example/p", "Pier vote")


def test_json_a_period_and_the_order_of_two(tmp_path: Path) -> None:
    story = write(tmp_path, "story.txt", TEXT.replace("8 March 2023", ""))
    write(tmp_path, "story.json", '{"published": 2014, "publisher": "Courier"}')
    found = article(story)
    assert (found.published, found.published_from) == (None, "sidecar")
    assert found.published_within == Window(date(2014, 1, 1), date(2015, 1, 1))
    write(tmp_path, "story.txt.json", '{"published": "2014-03-02"}')
    assert article(story).published == date(2014, 3, 2)


def test_a_sidecar_is_no_article(tmp_path: Path) -> None:
    story = write(tmp_path, "story.txt", TEXT)
    page = write(tmp_path, "page.html.gz", "")
    for name in ("story.txt.yaml", "story.yml", "story.json", "page.html.gz.yaml", "page.yaml"):
        write(tmp_path, name, FULL)
    assert find_files([tmp_path]) == find_files(sorted(tmp_path.iterdir())) == sorted([story, page])
    alone = write(tmp_path, "alone.yaml", FULL)
    assert find_files([alone]) == [alone]
    (refused,) = read_articles(alone)
    assert "unknown kind of file" in str(refused)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("story.yaml", "", "empty"),
        ("story.yaml", "title: [", "no YAML"),
        ("story.yaml", "only words", "no fields"),
        ("story.yaml", "colour: red", "no known field"),
        ("story.yaml", "published: [2014, 2015]", "published holds a list"),
        ("story.yaml", "a: " + "x" * MAX_SIDECAR_BYTES, "over"),
        ("story.json", "{", "no JSON"),
        ("story.json", "[" * 20_000, "no JSON"),
        ("story.json", '{"published": true}', "published holds a bool"),
    ],
)
def test_a_broken_one_is_told_and_the_article_read_without_it(
    tmp_path: Path, name: str, content: str, says: str
) -> None:
    story = write(tmp_path, "story.txt", TEXT)
    write(tmp_path, name, content)
    error, found = read_articles(story)
    assert isinstance(error, ReadError) and says in str(error) and name in str(error) and "\n" not in str(error)
    assert isinstance(found, Article) and found.published == date(2023, 3, 8)


def test_an_impossible_date_is_told_and_the_other_fields_hold(tmp_path: Path) -> None:
    story = write(tmp_path, "story.txt", TEXT)
    write(tmp_path, "story.yaml", FULL.replace("2023-03-07", "2023-02-30"))
    note, found = read_articles(story)
    assert isinstance(note, ReadNote) and "28 days" in str(note)
    assert isinstance(found, Article) and (found.published_from, found.publisher) == ("text", "Coastal Courier")


def test_a_change_of_the_sidecar_alone_is_seen_and_a_broken_one_takes_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path / "in", "story.txt", TEXT)
    lib = Library(tmp_path / "library", BagEmbedder(), create=True)
    lib.add([tmp_path / "in"])
    write(tmp_path / "in", "story.yaml", FULL)
    lib.add([tmp_path / "in"])
    assert [(a.title, a.published) for a in lib.articles()] == [("The pier is back", date(2023, 3, 7))]
    write(tmp_path / "in", "story.yaml", FULL.replace("03-07", "03-06"))
    lib.add([tmp_path / "in"])
    assert [a.published for a in lib.articles()] == [date(2023, 3, 6)]
    write(tmp_path / "in", "story.yaml", "title: [")
    report = lib.add([tmp_path / "in"])
    assert len(report.skipped) == 1 and "story.yaml" in report.skipped[0][1]
    assert [(a.title, a.published) for a in lib.articles()] == [("The pier is back", date(2023, 3, 6))]
    (tmp_path / "in" / "story.yaml").unlink()
    lib.add([tmp_path / "in"])
    assert [(a.published, a.published_from) for a in lib.articles()] == [(date(2023, 3, 8), "text")]
