"""The timeline: its entries and their order, the command, the drawing at its edges."""

import json
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DataError, QuestionError
from index.library import Library
from index.records import Article, Window
from rag.cli import main
from rag.timeline import Entry, entry_json, timeline, timeline_lines, within
from rag.timeline_axis import FIRST, LAST, bins, limits, middle_range, ticks
from rag.timeline_plot import MOST_ROWS, NARROW, WIDE, _binned, caption, described, draw_timeline, write_plot
from tests.fake_colloquy import FakeLibrary, article
from tests.fakes import BagEmbedder
from ui.timeline import LISTED, chosen_window, list_html, page_html

BRIDGE = article(
    "Bridge of Tarn opens",
    "The bridge of Tarn was opened on 4 May 2021. Work on it had begun in 2017.\n\nA fair follows in June 2021.",
    published=date(2021, 5, 5),
    published_from="url",
    publisher="Tarn Herald",
)
FAIR = article(
    "Fair planned",
    "A fair in June 2021 was announced. Since March 2020 there had been none.",
    event="Tarn fair, June 2021",
)
RANGE = article(
    "Ice on the Tarn", "Ice.", published_within=Window(date(2021, 1, 1), date(2021, 3, 1)), published_from="inferred"
)
LATER = article("Tolls", "Tolls.", published_within=Window(date(2021, 6, 1), None), published_from="inferred")


def entries(*held: Article, cited: tuple[Article, ...] = ()) -> tuple[Entry, ...]:
    return timeline(FakeLibrary(held), [a.id for a in cited])  # type: ignore[arg-type]


def many(n: int) -> tuple[Article, ...]:
    start = date(2019, 1, 1)
    return tuple(
        article(
            f"Note {k}", f"Note {k} was written on {1 + k % 28} July 2020.", published=start + timedelta(days=k % 900)
        )
        for k in range(n)
    )


def drawn(found: tuple[Entry, ...], width: float = WIDE) -> str:
    """The drawing as it goes into the page, checked to be well-formed."""
    from eval.inline_svg import drawing, inline_svg

    with drawing():
        svg = inline_svg(draw_timeline(found, width), "t", described(found))
    ElementTree.fromstring(svg)
    return svg


def test_articles_and_events_newest_first_with_unknown_dates_last() -> None:
    found = entries(BRIDGE, FAIR, RANGE, LATER, cited=(BRIDGE,))
    assert [(e.kind, e.when) for e in found] == [
        ("event", "June 2021"),
        ("article", "June 2021 or later (inferred)"),
        ("article", "5 May 2021"),
        ("event", "4 May 2021"),
        ("article", "between January and February 2021 (inferred)"),
        ("event", "2017"),
        ("article", "date unknown"),
    ]
    assert [e.label for e in found if e.cited] == ["Bridge of Tarn opens"]
    assert [e.vague for e in found if e.kind == "event"] == [False, False, True]


def test_one_event_told_by_several_articles_is_one_entry_with_the_words_that_tell_it() -> None:
    (fair,) = [e for e in entries(BRIDGE, FAIR) if e.when == "June 2021"]
    assert set(fair.article_ids) == {BRIDGE.id, FAIR.id}
    teller = {a.id: a for a in (BRIDGE, FAIR)}[fair.article_ids[0]]
    assert fair.span is not None and fair.span.of(teller.text) == fair.label
    assert "(2 articles)" in next(line for line in timeline_lines([fair]))


def test_a_date_that_only_bounds_a_story_is_no_event() -> None:
    assert not [e for e in entries(FAIR) if "2020" in e.when]


def test_an_event_that_no_sentence_tells_has_the_name_that_its_source_gives_it() -> None:
    named = replace(FAIR, text="It was announced.")
    (event,) = [e for e in entries(named) if e.kind == "event"]
    assert (event.label, event.span) == ("Tarn fair, June 2021", None)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(
    ("held", "said"),
    [
        ((), "No articles here."),
        ((article("Undated", "Nothing."),), "1 article of unknown date"),
        ((replace(BRIDGE, text="Nothing."),), "1 dated article"),
        ((LATER,), "from 1 June 2021 to 1 June 2021"),
        ((replace(LATER, published_within=Window(None, date(2021, 1, 1))),), "to 31 December 2020"),
        (
            (replace(BRIDGE, id="a", published=date(1623, 2, 1)), replace(BRIDGE, id="b", published=date(2024, 2, 1))),
            "from 1 February 1623 to 1 February 2024",
        ),
        (
            (replace(BRIDGE, id="a", published=date.min), replace(BRIDGE, id="b", published=date.max)),
            "2 dated articles",
        ),
        ((replace(BRIDGE, title="$x^2$ <b>&amp;</b> \U0001f600 \ud800 \x00\x0c"),), "1 dated article"),
    ],
    ids=["empty", "undated", "one", "half-open", "only before", "400 years", "all of time", "odd letters"],
)
def test_what_is_hard_to_draw_is_drawn(held: tuple[Article, ...], said: str, width: float) -> None:
    found = entries(*held)
    assert said in described(found)
    assert drawn(found, width).startswith("<svg")
    page_html(FakeLibrary(held))


def test_the_drawing_names_what_it_shows_and_marks_what_is_cited() -> None:
    plain, marked = drawn(entries(BRIDGE, FAIR)), drawn(entries(BRIDGE, FAIR, cited=(BRIDGE,)))
    for words in ("5 May 2021 · Bridge of Tarn opens", "event told", "1 article of unknown date."):
        assert words in plain
    assert ">cited<" in marked and ">cited<" not in plain and "1 cited" in marked


def test_many_articles_become_bars_by_month_that_count_them_all() -> None:
    held = many(MOST_ROWS + 40)
    found = entries(*held, cited=held[:1])
    assert "Per " in caption(found) and "not drawn" not in caption(found)
    assert "Note 7" not in drawn(found)
    assert ">articles<" in drawn(found) and ">events told<" in drawn(found)
    scale, counts, outside = _binned([e for e in found if e.period])
    assert outside == 0 and sum(c.total() for (kind, _), c in counts.items() if kind == "article") == len(held)
    assert counts["article", True].total() == 1
    # Each note tells one day of July 2020.
    assert counts["event", False] == {scale.place(*(date(2020, m, 1).toordinal() for m in (7, 8))): len(held)}


def test_an_outlier_does_not_press_all_others_into_one_bar() -> None:
    found = entries(*many(400), replace(BRIDGE, published=date(1620, 1, 1), text="Nothing."))
    assert "1 of wider or outlying periods are not drawn" in caption(found)


def test_a_year_named_alone_gives_way_where_there_are_too_many_rows() -> None:
    years = tuple(article(f"Chronicle {y}", f"The mill burned in {y}.") for y in range(1920, 2020))
    found = entries(BRIDGE, *years)
    assert "100 events dated only roughly are not drawn." in caption(found)
    assert "The mill burned" not in drawn(found)


def test_twenty_five_thousand_articles_stay_quick() -> None:
    held = many(25_000)
    library = FakeLibrary(held)
    library.article = {a.id: a for a in held}.get  # type: ignore[method-assign]
    dates = library.event_dates()
    library.event_dates = lambda article_ids=(): dates  # type: ignore[method-assign]
    # 200 of the numbers read as years.
    started = time.perf_counter()
    page = page_html(library)
    assert time.perf_counter() - started < 10  # 1.5 s on two cores
    assert page.count("<li>") == LISTED and len(page) < 600_000
    assert f"{25_228 - LISTED:,} more; choose a shorter period" in page
    short = page_html(library, window=Window(date(2021, 5, 3), date(2021, 5, 4)))
    assert "Shown: 3 May 2021." in short and 0 < short.count("<li>") < LISTED and "Date unknown" not in short


def test_the_list_opens_each_entry_and_stays_text() -> None:
    hostile = replace(BRIDGE, title="<script>x</script>")
    page = list_html(entries(hostile, FAIR, cited=(hostile,)))
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert page.index("Cited in the last answer") < page.index("Newest first") < page.index("Date unknown")
    start = BRIDGE.text.index("A fair follows")
    assert f'data-article="{BRIDGE.id}"' in page and "data-focus=" in page
    assert f'data-focus="{start}-{len(BRIDGE.text)}"' in page or 'data-focus="0-' in page


def test_the_other_articles_that_tell_an_event_can_be_opened() -> None:
    page = list_html([e for e in entries(BRIDGE, FAIR) if e.when == "June 2021"])
    assert "Also told in:" in page and f'data-article="{BRIDGE.id}"' in page and f'data-article="{FAIR.id}"' in page


def test_a_period_chosen_shows_what_has_a_day_in_it() -> None:
    found = entries(BRIDGE, FAIR, RANGE, LATER)
    assert within(found, Window()) == found
    assert [e.when for e in within(found, Window(date(2021, 2, 28), date(2021, 5, 5)))] == [
        "4 May 2021",
        "between January and February 2021 (inferred)",
    ]
    assert [e.when for e in within(found, Window(date(2030, 1, 1), None))] == ["June 2021 or later (inferred)"]
    empty = page_html(FakeLibrary((BRIDGE,)), window=Window(date(1990, 1, 1), date(1991, 1, 1)))
    assert "Shown: 1990. Nothing has a date in this period." in empty and "<svg" not in empty


@pytest.mark.parametrize(
    "chosen", [None, [], {}, {"first": "2024-02-31"}, {"first": "2024-02-02", "last": "2024-02-01"}]
)
def test_days_that_make_no_period_are_refused(chosen: object) -> None:
    with pytest.raises(QuestionError):
        chosen_window(chosen)
    assert chosen_window({"all": True}) == Window()


def test_a_fault_is_told_in_the_page() -> None:
    class Broken(FakeLibrary):
        def articles(self) -> list[Article]:
            raise ZeroDivisionError("a fault <b>")

    assert "a fault &lt;b&gt;" in page_html(Broken())


@pytest.fixture
def library(tmp_path: Path) -> Path:
    (tmp_path / "bridge.md").write_text(
        "---\ntitle: Bridge of Tarn opens\npublished: 2021-05-05\n---\nThe bridge of Tarn was opened on 4 May 2021.\n"
    )
    (tmp_path / "fair.md").write_text("---\ntitle: Fair planned\n---\nA fair was announced by the mayor of Tarn.\n")
    embedder = BagEmbedder()
    embedder.name = "all-MiniLM-L6-v2"
    opened = Library(tmp_path / "library", embedder, create=True)
    opened.add([tmp_path / "bridge.md", tmp_path / "fair.md"])
    opened.close()
    return tmp_path / "library"


def test_the_command_prints_lines_and_json_and_draws(library: Path, tmp_path: Path) -> None:
    printed = CliRunner().invoke(main, ["timeline", "--from", str(library)])
    assert printed.exit_code == 0
    assert printed.stdout.splitlines()[0] == "5 May 2021    article  Bridge of Tarn opens"
    assert printed.stdout.splitlines()[-1].startswith("date unknown  article  Fair planned")
    printed = CliRunner().invoke(main, ["timeline", "--from", str(library), "--before", "2021-05-05"])
    assert printed.stdout == "4 May 2021  event    The bridge of Tarn was opened on 4 May 2021.\n"
    printed = CliRunner().invoke(main, ["timeline", "--from", str(library), "--after", "2023-01-01"])
    assert printed.stdout == "" and "nothing has a date in this period: from 2023" in printed.stderr
    for name in ("t.svg", "t.PNG"):
        result = CliRunner().invoke(
            main, ["timeline", "--from", str(library), "--json", "--plot", str(tmp_path / name)]
        )
        assert result.exit_code == 0, result.output
        listed = json.loads(result.stdout)["entries"]
        assert [e["kind"] for e in listed] == ["article", "event", "article"]
        assert (listed[1]["after"], listed[1]["before"]) == ("2021-05-04", "2021-05-05")
        assert (listed[2]["after"], listed[2]["when"]) == (None, "date unknown")
    assert "Bridge of Tarn opens" in (tmp_path / "t.svg").read_text()
    assert (tmp_path / "t.PNG").read_bytes().startswith(b"\x89PNG")


def test_the_command_says_what_cannot_be_drawn_or_opened(library: Path, tmp_path: Path) -> None:
    for arguments, said in (
        (["--from", str(library), "--after", "soon"], "after is 'soon'"),
        (["--from", str(library), "--plot", "t.gif"], "ends in .svg or .png"),
        (["--from", str(library), "--plot", str(tmp_path / "no" / "t.svg")], "cannot be written"),
        (["--from", str(tmp_path / "nowhere")], "run `colloquy index"),
    ):
        result = CliRunner().invoke(main, ["timeline", *arguments])
        assert result.exit_code == 2 and said in result.stderr and "Traceback" not in result.output


def test_an_empty_library_is_said_to_be_empty(tmp_path: Path) -> None:
    embedder = BagEmbedder()
    embedder.name = "all-MiniLM-L6-v2"
    Library(tmp_path, embedder, create=True).close()
    result = CliRunner().invoke(main, ["timeline", "--from", str(tmp_path), "--plot", str(tmp_path / "t.svg")])
    assert result.exit_code == 0 and result.stdout == "" and "holds no articles" in result.stderr
    assert "No articles here." in (tmp_path / "t.svg").read_text()


def test_a_plot_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"\.svg or \.png"):
        write_plot((), tmp_path / "t")


def test_an_entry_for_scripts_has_half_open_days() -> None:
    (entry,) = entries(RANGE)
    assert entry_json(entry) == {
        "kind": "article",
        "after": "2021-01-01",
        "before": "2021-03-01",
        "when": "between January and February 2021 (inferred)",
        "label": "Ice on the Tarn",
        "articles": [RANGE.id],
    }


# -- the axis -------------------------------------------------------------------------------------------------------


@given(st.integers(FIRST, LAST), st.integers(0, LAST), st.sampled_from([4, 9]))
def test_an_axis_has_a_few_round_ticks_inside_it_whatever_it_spans(start: int, length: int, most: int) -> None:
    end = min(LAST + 1, start + max(1, length))
    low, high = limits(start, end)
    assert FIRST <= low <= start and end <= high <= LAST + 1
    at, labels = ticks(low, high, most)
    assert 1 <= len(at) <= most and len(set(labels)) == len(labels)
    assert all(low <= day <= high for day in at) and list(at) == sorted(at)


@given(st.integers(FIRST, LAST), st.integers(1, 400_000))
def test_bins_hold_every_day_of_their_range_once(start: int, length: int) -> None:
    end = min(LAST + 1, start + length)
    scale = bins(start, end)
    assert list(scale.edges) == sorted(set(scale.edges)) and 2 <= len(scale.edges) <= 120
    assert scale.edges[0] <= start and scale.edges[-1] >= end
    for day in {start, end - 1, (start + end) // 2}:
        place = scale.place(day, day + 1)
        assert place is not None and scale.edges[place] <= day < scale.edges[place + 1]
    assert scale.place(scale.edges[0], scale.edges[-1]) in (None, 0) and scale.place(start - 4000, start - 3999) is None


def test_the_middle_range_drops_only_what_stretches_it() -> None:
    days = list(range(10_000, 10_400))
    assert middle_range(days) == (10_000, 10_399)
    low, high = middle_range([*days, 1])
    assert 10_000 <= low < high < 10_400
