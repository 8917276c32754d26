"""Models opened at the first need: once, for all threads, and told where it fails."""

import threading
import time
from pathlib import Path

import pytest

from index.errors import ModelError
from rag.judge import Judgement
from rag.later import Later, LaterJudge, LaterModel
from rag.models import Message
from rag.opening import fill_empty, open_later
from rag.settings import Settings
from tests.fakes import ScriptedModel


def test_it_is_opened_once_for_all_threads() -> None:
    opened: list[int] = []

    def opening() -> int:
        time.sleep(0.05)
        opened.append(1)
        return len(opened)

    later, got = Later(opening), []
    threads = [threading.Thread(target=lambda: got.append(later.get())) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert got == [1] * 5 and opened == [1]


def test_what_fails_is_told_and_tried_again() -> None:
    tries: list[int] = []

    def opening() -> ScriptedModel:
        tries.append(1)
        if len(tries) == 1:
            raise ModelError("no such model")
        return ScriptedModel("Yes.")

    model = LaterModel("mine", Later(opening))
    with pytest.raises(ModelError, match="no such model"):
        model.stream([Message("user", "?")], max_tokens=3)
    assert "".join(model.stream([Message("user", "?")], max_tokens=3)) == "Yes."


def test_a_judge_judges_what_it_is_given() -> None:
    class Fixed:
        def judge(self, question: str, passages: list[str], titles: list[str]) -> list[Judgement]:
            return [Judgement(float(len(question + p + t)), None) for p, t in zip(passages, titles, strict=True)]

    judge = LaterJudge(Later(Fixed))
    assert [j.logit for j in judge.judge("ab", ["c", "de"], ["", "f"])] == [3.0, 5.0]


@pytest.mark.models
def test_a_model_that_is_not_there_is_told_when_it_is_loaded(tmp_path: Path) -> None:
    settings = Settings(library=tmp_path / "library", model=f"hf:{tmp_path / 'none'}")
    fill_empty(settings)
    colloquy, load = open_later(settings)
    assert colloquy.models.first.model.name == settings.model
    with pytest.raises(ModelError, match="cannot be loaded"):
        load()
