"""The report of evaluation runs: complete, the same every time, and nothing in it acts."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from matplotlib.figure import Figure as Drawing

from eval.figures import Figure, Slice, Summary
from eval.inline_svg import drawing, inline_svg
from eval.notation import figure_cell, one_line, run_names, setting_text
from eval.plots import plots
from eval.report import FAILURES_SHOWN, html_report, write_report
from eval.report_markdown import FAILURES_SHOWN as FAILURES_IN_MARKDOWN
from eval.report_markdown import markdown_report
from eval.report_tables import figures_table, lost, notes, stages_table
from eval.stages import STAGES
from rag.records import DataError
from tests.fake_runs import ATTACK, failure, figure, summary

EMPTY: dict[str, tuple[()] | dict[int, float]] = {"hits": {}, "curve": (), "slices": (), "seconds": {}, "figures": ()}


class Page(HTMLParser):
    """What a browser would find in the page: elements with attributes, ids, and the text outside of styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._style = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def written(folder: Path, summaries: Sequence[Summary]) -> tuple[str, str]:
    html, markdown = folder / "report.html", folder / "report.md"
    write_report(summaries, html, markdown)
    return html.read_text(encoding="utf-8"), markdown.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The report of a run and a baseline, which lacks one figure and has one of its own."""
    other = summary(
        "LangChain baseline",
        figures=(figure("right and cited", 0.4123, 0.3, 0.53, 61), figure("its own", 0.25, 0.2, 0.3, 12)),
        curve=(),
        stages={"not retrieved": 7, "failed": 2},
    )
    return written(tmp_path_factory.mktemp("report"), [summary(), other])


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (figure("a", 0.6889, 0.571, 0.804), "0.689 (0.57–0.80)"),
        (figure("a", 1.84, 1.61, 2.09, unit="s"), "1.8 s (1.6–2.1)"),
        (figure("a", 0.041, 0.031, 0.12, unit="s"), "0.04 s (0.03–0.12)"),
        (figure("a", 812.4, 800.2, 820, unit="MB"), "812 MB (800–820)"),
        (figure("a", 812.4, 812.4, 812.4, unit="MB"), "812 MB"),
        (figure("a", 1.0, 1.0, 1.0), "1.000"),
        (figure("a", 0.5, 0.4, 0.6, n=0), "–"),
        (figure("a", float("nan"), 0.4, 0.6), "–"),
        (None, "–"),
    ],
)
def test_a_figure_is_written_with_its_unit_and_interval(made: Figure | None, shown: str) -> None:
    assert str(figure_cell(made)) == shown


def test_runs_of_one_system_are_numbered() -> None:
    assert run_names([summary("A"), summary("B"), summary("A")]) == ("A 1", "B", "A 2")
    assert run_names([summary("A"), summary("B")]) == ("A", "B")


def test_one_line_takes_out_what_would_disturb_the_line() -> None:
    assert one_line("a\n b\x1b[31m\u202ec", 80) == "a b\ufffd[31m\ufffdc"
    assert one_line("abcdef", 4) == "abc…" and one_line("abcd", 4) == "abcd"


@pytest.mark.parametrize(("value", "shown"), [("x", "x"), ("", "none"), (None, "none"), (0.5, "0.5"), (True, "true")])
def test_a_setting_is_written(value: object, shown: str) -> None:
    assert setting_text(value) == shown


def test_figures_of_both_runs_stand_in_one_row(both: tuple[str, str]) -> None:
    html, markdown = both
    assert "| right and cited | 0.689 (0.57–0.80) | 0.412 (0.30–0.53) | 61 |" in markdown
    assert "| its own | – | 0.250 (0.20–0.30) | 12 |" in markdown
    assert "| wrongly declined (lower is better) | 0.049 (0.00–0.12) | – |" in markdown
    text = Page(html).text
    assert "right and cited 0.689 (0.57–0.80) 0.412 (0.30–0.53) 61" in text
    assert "last word, p50 lower is better 1.8 s (1.6–2.1) –" in text


def test_what_was_measured_is_told(both: tuple[str, str]) -> None:
    html, markdown = both
    for shown in ("harbour", "JSON Lines", "ab12ab12ab12", "threshold", "x86"):
        assert shown in Page(html).text and shown in markdown
    assert "ab12ab12ab12a" not in html
    assert "| questions | 80 | 80 |" in markdown and "| limit | none | none |" in markdown
    assert "Evaluation of Colloquy over harbour" in Page(html).text


def test_counts_of_runs_that_differ_are_both_told() -> None:
    fewer = summary("B", figures=(figure("right and cited", 0.5, 0.4, 0.6, 40),))
    first = figures_table([summary("A"), fewer]).rows[0]
    assert (first.name, first.count) == ("right and cited", "61 / 40")


def test_slices_have_count_and_interval(both: tuple[str, str]) -> None:
    assert "| close | 0.950 (0.86–1.00) | 0.950 (0.86–1.00) | 23 |" in both[1]
    assert "list 0.300 (0.10–0.60) 0.300 (0.10–0.60) 10" in Page(both[0]).text


def test_stages_are_counted_in_the_order_of_the_pipeline() -> None:
    table = stages_table([summary("A"), summary("B", stages={"failed": 2, "not read": 7})])
    assert [(row.name, [c.value for c in row.cells]) for row in table.rows] == [
        ("not read", ["0", "7"]),
        ("not retrieved", ["1", "0"]),
        ("wrongly refused", ["1", "0"]),
        ("failed", ["0", "2"]),
        ("all stages", ["2 of 80", "9 of 80"]),
    ]


def test_every_stage_is_explained() -> None:
    run = summary(stages=dict.fromkeys(STAGES, 1), failures=tuple(failure(s, s) for s in STAGES))
    assert [row.note != "" for row in stages_table([run]).rows] == [*[True] * len(STAGES), False]
    assert [stage.stage for stage in lost(run, 100)] == list(STAGES)


def test_a_run_that_is_not_complete_says_so(tmp_path: Path) -> None:
    html, markdown = written(tmp_path, [summary(answered=60, missing=20)])
    for text in (Page(html).text, markdown):
        assert "20 of 80 questions have not been asked" in text
    assert "60 of 80" in markdown


def test_runs_over_other_questions_are_marked() -> None:
    def warned(**run: object) -> bool:
        return any("not asked the same" in note for note in notes([summary("A"), summary("B", run=run)]))

    assert warned(digest="cd34" * 16) and warned(limit=20)
    assert not warned() and not warned(seed=5)  # with no limit, a seed draws nothing


def test_hostile_text_is_shown_as_text_in_the_page(tmp_path: Path) -> None:
    hostile = failure("x", question=ATTACK, expected=ATTACK, answer=ATTACK, evidence=(ATTACK,), kind=ATTACK)
    html, _ = written(
        tmp_path,
        [
            summary(
                ATTACK,
                run={"data": ATTACK, "form": ATTACK, "settings": {ATTACK: ATTACK}},
                figures=(figure(ATTACK, 0.5, 0.4, 0.6),),
                slices=(Slice(ATTACK, figure("a", 0.5, 0.4, 0.6)),),
                seconds={ATTACK: (1.0, 2.0)},
                failures=(hostile,),
                stages={ATTACK: 1},
            )
        ],
    )
    page = Page(html)
    assert not page.of("script") and not page.of("img") and len(page.of("style")) == 1
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert page.text.count(" ".join(ATTACK.split())) >= 5  # question, expected, answer, evidence, setting


def test_hostile_text_is_shown_as_text_in_markdown() -> None:
    hostile = failure("x|y", question=ATTACK, expected=ATTACK, answer=f"# {ATTACK}\n\n# b\n| c |", evidence=(ATTACK,))
    made = summary(ATTACK, failures=(hostile,), figures=(figure("a|b", 0.5, 0.4, 0.6, 9),), run={"data": "a\n# b"})
    markdown = markdown_report([made], "report.html")
    assert "<" not in markdown and "&lt;script&gt;alert(1)&lt;/script&gt;" in markdown
    assert "| a\\|b | 0.500 (0.40–0.60) | 9 |" in markdown
    # A backslash before every mark that could begin something.
    assert not re.search(r"(?<!\\)[`*_\[\]]", markdown)
    assert [line for line in markdown.splitlines() if line.startswith("# ")] == [markdown.splitlines()[0]]
    assert "- Answer: \\# " in markdown


def test_the_page_fetches_nothing_and_runs_nothing(both: tuple[str, str]) -> None:
    page = Page(both[0])
    assert not {"script", "link", "iframe", "img", "object", "embed", "form", "base"} & {t for t, _ in page.elements}
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            if name == "xmlns":
                assert tag == "svg" and value == "http://www.w3.org/2000/svg"
                continue
            assert "//" not in (value or ""), (tag, name, value)
            assert name not in ("href", "src") or (value or "").startswith("#"), (tag, name, value)
    assert "@import" not in both[0] and not re.search(r"url\((?!#)", both[0])
    policies = [meta["content"] for meta in page.of("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1 and (policies[0] or "").startswith("default-src 'none'")


def test_the_page_fits_small_screens_and_dark_ones(both: tuple[str, str]) -> None:
    page = Page(both[0])
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.of("meta")
    assert "prefers-color-scheme: dark" in both[0]
    assert all("width" not in svg and "viewbox" in svg for svg in page.of("svg"))


def test_the_same_runs_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        written(tmp_path / folder, [summary(), summary("B")])
    for name in ("report.html", "report.md"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    written(tmp_path / "c", [summary(), summary("B", hits={1: 0.1})])
    assert (tmp_path / "a" / "report.html").read_bytes() != (tmp_path / "c" / "report.html").read_bytes()


def test_every_plot_shows_both_runs_and_says_so_in_words(both: tuple[str, str]) -> None:
    drawn = plots([summary("Ours"), summary("_theirs $x^2$")])
    assert [plot.title for plot in drawn] == [
        "Figures",
        "Right article found",
        "Risk and coverage",
        "Latency",
        "By kind of question",
    ]
    for plot in drawn:
        (svg,) = Page(plot.svg).of("svg")
        assert svg["role"] == "img" and "Ours" in (svg["aria-label"] or "") and "theirs" in (svg["aria-label"] or "")
        # In the legend; a name is never read as a formula.
        assert "Ours" in Page(plot.svg).text and "_theirs $x^2$" in Page(plot.svg).text
        assert "<?xml" not in plot.svg and "<!DOCTYPE" not in plot.svg and "<metadata" not in plot.svg
    assert "0.620 at 1, 0.800 at 3" in drawn[1].svg
    assert "0.000 at 0.25, 0.100 at 0.50, 0.300 at 1.00" in drawn[2].svg
    assert "right and cited: 0.689 of 61" in drawn[0].svg and "memory" not in drawn[0].svg
    assert "Lower is better for: wrongly declined." in drawn[0].caption
    assert "last word: median 1.8 s" in drawn[3].svg
    assert "close: 0.950 of 23" in drawn[4].svg
    assert len(Page(both[0]).of("svg")) == 5


def test_ids_in_the_page_are_unique_and_lead_somewhere(both: tuple[str, str]) -> None:
    page = Page(both[0])
    ids = [value for _, attributes in page.elements if (value := attributes.get("id"))]
    assert ids and len(ids) == len(set(ids))
    referred = {value[1:] for _, a in page.elements for key, value in a.items() if key == "href" and value}
    referred |= set(re.findall(r"url\(#([^)]+)\)", both[0]))
    assert referred == set(ids)


def test_equal_drawings_do_not_share_ids() -> None:
    ids = []
    for name in ("one", "two"):
        with drawing():
            made = Drawing()
            made.add_subplot().plot([1, 2], [1, 2])
            ids.append({a["id"] for _, a in Page(inline_svg(made, name, "")).elements if "id" in a})
    assert ids[0] and not ids[0] & ids[1]


def test_a_plot_without_values_is_left_out() -> None:
    assert plots([summary(**EMPTY)]) == ()
    assert [p.title for p in plots([summary(**EMPTY | {"curve": ((0.5, 0.1), (1.0, 0.2))})])] == ["Risk and coverage"]
    page = html_report([summary(**EMPTY)])
    assert "<svg" not in page and "<h2>Plots</h2>" not in page


def test_a_run_without_values_is_not_in_the_legend() -> None:
    (plot,) = plots([summary("Ours", **EMPTY), summary("Theirs", **EMPTY | {"hits": {1: 0.5}})])
    assert "Theirs" in plot.svg and "Ours" not in plot.svg


def test_drawings_take_the_colour_of_the_page_and_leave_its_styles_alone() -> None:
    with drawing():
        made = Drawing()
        made.text(0.5, 0.5, 'id="x" <b> url(#y)')
        svg = inline_svg(made, "plot", 'a "label"')
    assert "currentColor" in svg and "<style" not in svg
    assert Page(svg).text == 'id="x" <b> url(#y)'
    assert Page(svg).of("svg")[0]["aria-label"] == 'a "label"'


def test_a_long_curve_is_thinned_to_its_ends() -> None:
    long = tuple((n / 9000, (n + 900 * (n % 2)) / 90000) for n in range(1, 9001))
    (plot,) = plots([summary(**EMPTY | {"curve": long})])
    assert len(plot.svg) < 40_000 and "0.100 at 1.00" in plot.svg


def test_many_failures_are_cut_from_each_stage_in_turn() -> None:
    many = tuple(failure(f"a{n}") for n in range(300)) + tuple(failure(f"b{n}", "failed") for n in range(30))
    page = Page(html_report([summary(failures=many)]))
    assert f"{FAILURES_SHOWN} of 330 are shown, from each stage its share; 130 are left out." in page.text
    assert "not retrieved: 300, 170 shown" in page.text and "failed: 30" in page.text
    assert page.text.count("Who opened") == FAILURES_SHOWN and "Who opened b29?" in page.text
    assert len(page.of("article")) == FAILURES_SHOWN
    markdown = markdown_report([summary(failures=many)], "report.html")
    assert markdown.count("- Question") == FAILURES_IN_MARKDOWN
    assert "20 of 330 are shown; 310 are left out." in markdown


def test_failures_are_those_of_the_main_run(tmp_path: Path) -> None:
    other = summary("B", failures=(failure("elsewhere"),))
    for text in written(tmp_path, [summary("A"), other]):
        assert "Failures of A" in text and "harbour-1" in text and "elsewhere" not in text
        assert "the mayor of harbour-1" in text and "nobody at harbour-1" in text and "about harbour-1" in text


def test_a_run_without_failures_has_no_list() -> None:
    run = summary(failures=(), stages={})
    assert "Failures of" not in html_report([run]) and "Failures of" not in markdown_report([run], "report.html")


def test_half_a_surrogate_pair_does_not_lose_the_report(tmp_path: Path) -> None:
    html, markdown = written(tmp_path, [summary(failures=(failure("x", answer="a\ud800b"),))])
    assert "a\ufffdb" in html and "a\ufffdb" in markdown


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataError, match=r"file.report\.html cannot be written .* choose another place"):
        write_report([summary()], tmp_path / "file" / "report.html", tmp_path / "report.md")


def test_a_report_needs_a_run(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one run"):
        write_report([], tmp_path / "a.html", tmp_path / "a.md")
