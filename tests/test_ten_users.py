"""Ten people at the chat at once: each answer belongs to its question, and nobody waits without being told."""

import asyncio
import importlib.util
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rag.answer import Answer, Seconds, Sentence
from rag.events import Event, Finished, Retrieved, Verified
from rag.records import Window
from tests.conftest import ARGUMENTS, CHROMIUM
from tests.fake_colloquy import FERRY, HITS, FakeColloquy, FakeLibrary, cited
from tests.served import served
from ui.line import Line

FILE = Path(__file__).parents[1] / "benchmarks" / "ten_users.py"
USERS, QUESTIONS = 10, 3


def _benchmark() -> Any:
    spec = importlib.util.spec_from_file_location("ten_users", FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ten_users = _benchmark()


@dataclass
class Echo(FakeColloquy):
    """Every answer names its question; it counts how many are read and written at the same time."""

    now: int = 0
    most: int = 0

    def __post_init__(self) -> None:
        self.counting = threading.Lock()

    def _events(self, question: str, stop: threading.Event, window: Window) -> Iterator[Event]:
        yield Retrieved(HITS)
        with self.counting:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            said = Sentence(f"Asked was: {question}", (cited(1, FERRY, "Engineer Tove Lind led the work"),))
            yield Verified(said)
            yield Finished(Answer(question, (said,), hits=HITS, seconds=Seconds(0.1, 0.1, 0.1)))
        finally:
            with self.counting:
                self.now -= 1


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("First in line", 1),
        ("Tenth in line", 10),
        ("12th in line", 12),
        ("In line", 0),
        ("Writing", 0),
        ("Reading 3 passages", 0),
    ],
)
def test_a_place_is_read_from_the_words(said: str, place: int) -> None:
    assert ten_users.place_of(said) == place


def test_the_summary_names_what_went_wrong() -> None:
    fine = {"said": ["Third in line", "Writing"], "told": 100, "sentence": 900, "end": 2000, "own": True}
    early = fine | {"evidence": 300, "early": True}
    lost = {"said": [], "failed": "It broke.", "end": 9000, "own": False, "question": "Why?"}
    figures = ten_users.summary([fine, lost])
    assert figures["end"] == {"median": 5.5, "worst": 9.0} and figures["evidence"] is None
    assert (figures["longest place"], figures["waited untold"]) == (3, 1)
    assert (figures["waited"], figures["passages in line"]) == (1, 0)
    figures = ten_users.summary([fine, early, lost])
    assert (figures["waited"], figures["passages in line"]) == (2, 1) and figures["evidence"]["worst"] == 0.3
    assert (figures["errors"], figures["astray"]) == (["It broke."], ["Why?"])


@pytest.mark.browser
def test_ten_at_once(tmp_path: Path) -> None:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (Debian package chromium); COLLOQUY_CHROMIUM can name one")
    pytest.importorskip("playwright.async_api")
    fake, line, faults = Echo(FakeLibrary(home=tmp_path), pause=0.15), Line(), []  # type: ignore[var-annotated]
    scripts = [[f"Question {q} of user {u}?" for q in range(QUESTIONS)] for u in range(USERS)]
    with served(fake, line=line) as page:
        # In a thread of its own: Playwright's other interface may hold a loop in this one.
        found: list[Any] = []
        run = ten_users.all_at_once(CHROMIUM, page.local_url, scripts, faults, ARGUMENTS)
        thread = threading.Thread(target=lambda: found.extend(asyncio.run(run)))
        thread.start()
        thread.join(300)
    assert len(found) == USERS
    for script, answers in zip(scripts, found, strict=True):
        assert [a["question"] for a in answers] == script
        for answer in answers:
            assert f"Asked was: {answer['question']}" in " ".join(answer["text"]) and len(answer["text"]) == 1
    figures = ten_users.summary([answer for answers in found for answer in answers])
    assert figures["errors"] == [] and figures["astray"] == [] and figures["waited untold"] == 0 and faults == []
    # Eight wait while two are answered, each with a place that only becomes smaller.
    # One who asks on may come before the end of the own last answer is noted.
    assert 3 <= figures["longest place"] < USERS
    assert figures["passages in line"] >= figures["waited"] / 2
    for answer in (answer for answers in found for answer in answers):
        places = [place for said in answer["said"] if (place := ten_users.place_of(said))]
        assert places == sorted(set(places), reverse=True)
    assert fake.most <= line.at_once and line.counts() == (0, 0)
