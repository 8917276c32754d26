"""The Evaluation tab: its functions, and in Chromium proposing, accepting, dropping and taking back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.draft import draft_questions
from eval.proposals import Proposal, accepted, read_proposals, write_proposals
from tests.fake_colloquy import ATTACK, FakeColloquy, FakeLibrary, article
from tests.pages import visit
from tests.test_app import free_port
from tests.test_eval_draft import LIBRARY
from ui import evaluation, serving
from ui.evaluation import Desk, card_html, notice_html, proposals_html

HOSTILE = article(
    f"Harbour {ATTACK}",
    f"Ida Kell, the Mayor of Olen, opened the Olen harbour. {ATTACK}",
    publisher=f"Publisher {ATTACK}",
    path="news/hostile.md",
)
HERE = Path("elsewhere") / "questions.jsonl"


def desk_over(home: Path, *articles: Any) -> Desk:
    return Desk(FakeLibrary(tuple(articles) or LIBRARY.held, home))


def states(desk: Desk) -> list[str]:
    return [p.state for p in read_proposals(desk.file)]


# -- what the tab does ------------------------------------------------------------------------------------------------


def test_each_press_goes_on_where_the_last_one_stopped(tmp_path: Path) -> None:
    desk = desk_over(tmp_path)
    assert desk.propose(3) == "3 questions proposed."
    assert desk.propose(2) == "2 questions proposed."
    assert [p.id for p in read_proposals(desk.file)] == [p.id for p in draft_questions(LIBRARY, 5, seed=0)]
    everything = len(draft_questions(LIBRARY, 100, seed=0))
    assert desk.propose(100) == f"{everything - 5} questions proposed; the articles give no others that read well."
    assert desk.propose(1) == "No questions proposed; the articles give no others that read well."
    assert desk.file == tmp_path / "questions.jsonl" and len(states(desk)) == everything


@pytest.mark.parametrize("count", [0, -3, 101, None, "ten", float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused_in_words(tmp_path: Path, count: Any) -> None:
    desk = desk_over(tmp_path)
    assert "from 1 to 100" in desk.propose(count)
    assert not desk.file.exists()


def test_a_library_without_articles_says_what_to_do(tmp_path: Path) -> None:
    assert "colloquy index" in Desk(FakeLibrary((), tmp_path)).propose(5)


def test_decisions_are_counted_and_taken_back(tmp_path: Path) -> None:
    desk = desk_over(tmp_path)
    desk.propose(4)
    ids = [p.id for p in read_proposals(desk.file)]
    assert desk.decide(ids[0], "accepted") == "" and desk.decide(ids[1], "dropped") == ""
    page, line = desk.page()
    assert line == "" and accepted(desk.file) == 1
    assert "<b>2</b> open" in page and "<b>1</b> accepted" in page and "<b>1</b> dropped" in page
    assert page.count('data-decide="accepted"') == 2 and page.count('data-decide="open"') == 2
    assert desk.decide(ids[0], "open") == ""
    assert states(desk) == ["open", "dropped", "open", "open"]


@pytest.mark.parametrize(("id", "state"), [("gone", "accepted"), (None, None), ([], "open"), ("", ""), ("x", ["open"])])
def test_nonsense_from_the_browser_changes_nothing(tmp_path: Path, id: Any, state: Any) -> None:
    desk = desk_over(tmp_path)
    desk.propose(2)
    before = desk.file.read_bytes()
    assert desk.decide(id, state) != ""
    assert desk.file.read_bytes() == before


def test_a_broken_file_is_one_line_in_the_tab(tmp_path: Path) -> None:
    desk = desk_over(tmp_path)
    desk.file.write_text('{"question": "Who?", "answers": ["a"]}\n{broken\n', encoding="utf-8")
    before = desk.file.read_bytes()
    page, line = desk.page()
    assert "line 2" in line and "\n" not in line and page == proposals_html([], {}, desk.file, tmp_path)
    assert "line 2" in desk.propose(3) and "line 2" in desk.decide("a", "accepted")
    assert desk.file.read_bytes() == before


def test_a_fault_is_told_and_not_raised(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(FakeLibrary):
        def articles(self) -> Any:
            raise ZeroDivisionError("no luck")

    desk = Desk(Broken(home=tmp_path))
    assert desk.propose(3) == "Something went wrong here (ZeroDivisionError: no luck)."


def test_an_article_that_left_keeps_its_question(tmp_path: Path) -> None:
    desk = desk_over(tmp_path)
    desk.propose(3)
    gone = Desk(FakeLibrary((), tmp_path))
    page, line = gone.page()
    first = read_proposals(desk.file)[0]
    assert line == "" and page.count("<article") == 3
    assert evaluation.render.escape(first.quote) in page and "data-article" not in page


# -- what it shows ----------------------------------------------------------------------------------------------------


def test_a_card_shows_question_answer_and_the_quote_in_its_article() -> None:
    source = LIBRARY.held[0]
    quote = "The Olen Council approved the Marsk bridge in June 2019."
    shown = card_html(Proposal("a", "Which council?", ("Olen Council", "Council"), quote, "harbour.md", "t"), source)
    assert "<h3" in shown and "Which council?" in shown and "Olen Council or Council" in shown
    assert f"<mark>{quote}</mark>" in shown and source.title in shown
    start = source.text.index(quote)
    assert f'data-article="{source.id}" data-spans="{start}-{start + len(quote)}"' in shown


def test_a_question_without_answer_says_so() -> None:
    shown = card_html(Proposal("a", "Who?", (), "He did.", "x.md", "Title", unanswerable=True), None)
    assert "No article answers this" in shown and "Answer</span>" not in shown and "He did." in shown


def test_only_the_first_open_questions_are_on_the_page() -> None:
    many = [Proposal(f"q{n}", f"Who is number {n}?", ("x",), "x", "a.md", "t") for n in range(evaluation.SHOWN + 7)]
    shown = proposals_html(many, {}, HERE, HERE.parent)
    assert shown.count("<article") == evaluation.SHOWN and "7 more" in shown and "<b>27</b> open" in shown


def test_the_command_can_be_pasted_whatever_the_folder_is_called() -> None:
    home = Path("my news; rm -rf '~'")
    shown = proposals_html([Proposal("q", "Who?", ("x",), "x", "a.md", "t")], {}, home / "questions.jsonl", home)
    import html
    import shlex

    command = html.unescape(shown.split("<pre><code>")[1].split("</code>")[0])
    assert shlex.split(command)[:4] == ["colloquy", "eval", "run", "--data"]
    wanted = [str(home / "questions.jsonl"), "--from", str(home), "--out", str(home / "runs/my-run")]
    assert shlex.split(command)[4:] == wanted


def test_hostile_words_are_escaped_wherever_they_stand(tmp_path: Path) -> None:
    desk = desk_over(tmp_path, HOSTILE)
    assert "proposed" in desk.propose(5)
    evil = Proposal(f'i"{ATTACK}', f"Who {ATTACK}?", (ATTACK,), ATTACK, "x.md", ATTACK)
    write_proposals(
        desk.file, [evil, Proposal("b", f"Who else {ATTACK}?", (), ATTACK, "y.md", ATTACK, True, "dropped")]
    )
    page, _ = desk.page()
    assert "&lt;script&gt;" in page and f"Harbour {evaluation.render.escape(ATTACK)}" in page
    for tag in ("<script", "<img", "<svg", "<style", "</dialog"):
        assert tag not in page
    assert "<script" not in notice_html(f"found {ATTACK}")


# -- in the browser ---------------------------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    library = FakeLibrary((*LIBRARY.held, HOSTILE), tmp_path)
    page = serving.launch(FakeColloquy(library), port=free_port())  # type: ignore[arg-type]
    yield page.local_url, tmp_path / "questions.jsonl"
    page.close(verbose=False)


def opened(browser: Any, address: str, width: int = 1280) -> Any:
    page = visit(browser, address, width)
    page.click("role=tab[name=Evaluation]")
    page.wait_for_selector("#cq-eval-propose")
    return page


def counts(page: Any, words: str) -> None:
    """Waits until the counts read so."""
    page.wait_for_function(
        "words => document.querySelector('.cq-counts')?.innerText.replace(/\\s+/g, ' ').trim() === words", arg=words
    )


def settle(page: Any) -> None:
    """Longer than the list takes a second click for half of a double click."""
    page.wait_for_timeout(450)


@pytest.mark.browser
def test_propose_accept_drop_and_undo(browser: Any, served: tuple[str, Path]) -> None:
    address, file = served
    page = opened(browser, address)
    page.wait_for_selector("text=No questions yet")
    page.fill("#cq-eval-count input", "4")
    page.click("#cq-eval-propose")
    page.wait_for_selector("text=4 questions proposed.")
    counts(page, "4 open 0 accepted 0 dropped")
    first, second = (page.locator(".cq-proposal h3").nth(n).inner_text() for n in (0, 1))
    page.click(".cq-proposal [data-decide=accepted] >> nth=0")
    counts(page, "3 open 1 accepted 0 dropped")
    settle(page)
    page.click(".cq-proposal [data-decide=dropped] >> nth=0")
    counts(page, "2 open 1 accepted 1 dropped")
    found = {p.question: p.state for p in read_proposals(file)}
    assert (found[first], found[second]) == ("accepted", "dropped") and list(found.values()).count("open") == 2

    settle(page)
    page.click("details[data-state=accepted] summary")
    assert first in page.inner_text("details[data-state=accepted]")
    page.click(".cq-proposal [data-decide=accepted] >> nth=1")
    counts(page, "1 open 2 accepted 1 dropped")
    settle(page)
    # Still unfolded.
    page.click("details[data-state=accepted] [data-decide=open] >> nth=0")
    counts(page, "2 open 1 accepted 1 dropped")
    assert accepted(file) == 1
    assert page.elsewhere == [] and page.faults == []
    page.close()


@pytest.mark.browser
def test_a_double_click_decides_once_and_the_keyboard_goes_on(browser: Any, served: tuple[str, Path]) -> None:
    address, file = served
    page = opened(browser, address)
    page.click("#cq-eval-propose")
    page.wait_for_selector(".cq-proposal")
    box = page.locator(".cq-proposal [data-decide=accepted]").first.bounding_box()
    page.mouse.click(box["x"] + 9, box["y"] + 9)
    counts(page, "9 open 1 accepted 0 dropped")
    # The second click of a double click meets a button again: that of the next question, or the space around it.
    page.click(".cq-proposal [data-decide=accepted] >> nth=0")
    settle(page)
    assert accepted(file) == 1
    # The focus is on the question that took its place.
    assert page.evaluate("document.activeElement === document.querySelector('.cq-proposal [data-decide=accepted]')")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('details[data-state=accepted] li').length === 2")
    assert accepted(file) == 2
    page.close()


@pytest.mark.browser
def test_an_edit_by_hand_is_seen_and_a_broken_line_is_told(browser: Any, served: tuple[str, Path]) -> None:
    address, file = served
    write_proposals(file, draft_questions(LIBRARY, 2, seed=0))
    page = opened(browser, address)
    counts(page, "2 open 0 accepted 0 dropped")
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text(f"{json.dumps(json.loads(lines[0]) | {'state': 'accepted'})}\n{lines[1]}\n", encoding="utf-8")
    page.click("role=tab[name=Chat]")
    page.wait_for_selector("#cq-question textarea")
    page.click("role=tab[name=Evaluation]")
    counts(page, "1 open 1 accepted 0 dropped")
    file.write_text(f"{lines[0]}\n{{broken\n", encoding="utf-8")
    page.click(".cq-proposal [data-decide=dropped]")
    page.wait_for_selector("#cq-eval-notice >> text=line 2")
    assert page.faults == []
    page.close()


@pytest.mark.browser
def test_hostile_articles_are_text_here_too(browser: Any, served: tuple[str, Path]) -> None:
    address, file = served
    evil = Proposal("evil", f"Who wrote {ATTACK}?", (ATTACK,), HOSTILE.text, "hostile.md", "t")
    write_proposals(file, [evil])
    page = opened(browser, address)
    page.wait_for_selector(".cq-proposal mark")
    shown = page.inner_text(".cq-proposal")
    assert "<script>window.harmed=1</script>" in shown and "{{value}} ${window.harmed=4}" in shown
    assert page.locator("#cq-eval img, #cq-eval svg, #cq-eval script, #cq-eval a").count() == 0
    page.click(".cq-proposal .cq-open")
    page.wait_for_selector("#cq-article mark.cq-focus")
    page.keyboard.press("Escape")
    page.click(".cq-proposal [data-decide=accepted]")
    counts(page, "0 open 1 accepted 0 dropped")
    page.wait_for_timeout(300)
    assert page.evaluate("window.harmed") is None and page.elsewhere == []
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_the_chat_keeps_its_place_and_nothing_is_cut_off(browser: Any, served: tuple[str, Path], width: int) -> None:
    address, file = served
    write_proposals(file, draft_questions(LIBRARY, 6, seed=0))
    page = opened(browser, address, width)
    page.wait_for_selector(".cq-proposal")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    rightmost = "Math.max(...[...document.querySelectorAll('#cq-eval *')].map(e => e.getBoundingClientRect().right))"
    assert page.evaluate(rightmost) <= width
    page.click("role=tab[name=Chat]")
    page.wait_for_selector("#cq-question textarea")
    box = page.locator("#cq-question").bounding_box()
    talk = page.locator("#cq-chat").bounding_box()
    # The ask box stands at the bottom of the window, the conversation fills what is above it.
    assert 800 - 80 < box["y"] + box["height"] <= 800 and talk["height"] > 500
    page.close()
