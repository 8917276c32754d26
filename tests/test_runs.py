"""The runs of a library in the Evaluation tab: listed, shown with plots, two compared, hostile names and all."""

from pathlib import Path
from typing import Any

import pytest

from eval.datasets import load_dataset
from eval.run import run
from tests.fake_colloquy import FakeColloquy, FakeLibrary
from tests.pages import visit
from tests.served import served
from tests.test_from_votes import FakeSystem
from ui.runs import Runs


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs over three questions, of which the second declines one, and one beside the first."""
    home = tmp_path_factory.mktemp("library")
    lines = [
        '{"question": "About the ferry?", "kind": "close", "answers": ["Tove Lind"], "relevant": ["x"]}',
        '{"question": "And the choir?", "kind": "list", "answers": ["Ilse Brandt"]}',
        '{"question": "Who won the regatta?", "kind": "none", "unanswerable": true}',
    ]
    (home / "set.jsonl").write_text("\n".join(lines) + "\n")
    for name in ("<b>first", "<b>first/baseline", "second"):
        dataset = load_dataset(str(home / "set.jsonl"))
        run(FakeSystem(FakeColloquy()), dataset, home / "runs" / name)
    return home


def test_no_runs_yet_says_where_they_would_be(tmp_path: Path) -> None:
    assert str(tmp_path / "runs") in Runs(tmp_path).page()
    assert Runs(tmp_path).listed() == ()


def test_a_run_is_shown_with_its_figures_and_plots(home: Path) -> None:
    runs = Runs(home)
    assert sorted(runs.listed()) == ["<b>first", "<b>first/baseline", "second"]
    shown = runs.page("second")
    for title in ("Figures", "By kind of question", "Latency"):
        assert f"<h4>{title}</h4>" in shown
    assert shown.count("<svg") >= 3 and "right and cited" in shown and "<b>first" not in shown and ">second<" in shown
    assert "Paired differences" not in shown


def test_two_runs_stand_beside_each_other_with_their_paired_differences(home: Path) -> None:
    shown = Runs(home).page("second", "<b>first/baseline")
    assert "Paired differences" in shown and shown.count("<svg") >= 3
    assert "Paired differences" not in Runs(home).page("second", "second")


@pytest.mark.parametrize("name", ["../..", "/etc", "second/../second", None, 7, ["second"], {"a": 1}])
def test_a_name_that_is_not_listed_is_not_looked_for(home: Path, name: Any) -> None:
    assert Runs(home).page(name) == Runs(home).page(Runs(home).listed()[0])
    assert "Paired differences" not in Runs(home).page("second", name)


def test_a_damaged_run_is_told_and_another_can_be_chosen(home: Path, tmp_path: Path) -> None:
    (tmp_path / "runs/bad").mkdir(parents=True)
    (tmp_path / "runs/bad/run.json").write_text("{")
    shown = Runs(tmp_path).page()
    assert "is damaged" in shown and "<select" in shown


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_runs_are_chosen_in_the_tab_and_fit_the_page(browser: Any, home: Path, width: int) -> None:
    with served(FakeColloquy(FakeLibrary(home=home))) as page:
        shown = visit(browser, page.local_url, width)
        shown.click("role=tab[name=Evaluation]")
        shown.wait_for_selector("#cq-runs .cq-plot svg", timeout=20_000)
        assert shown.locator("#cq-runs .cq-compared").count() == 0
        shown.select_option(".cq-run-choice [name=second]", "second")
        if shown.input_value(".cq-run-choice [name=first]") == "second":
            shown.select_option(".cq-run-choice [name=second]", "<b>first")
        shown.wait_for_selector("#cq-runs .cq-compared", timeout=20_000)
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        assert shown.elsewhere == [] and shown.faults == []
        shown.close()
