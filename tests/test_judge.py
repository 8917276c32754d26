"""The judge: exact offsets, any input, the company of a passage without weight, weights that do not fit."""

import shutil
from pathlib import Path

import pytest

from index.errors import ModelError
from rag.judge import SHIPPED, Judge
from rag.judge_network import Base, JudgePacker, forward, initial, shapes
from rag.judge_rows import judge_rows

pytestmark = pytest.mark.models

FERRY = [
    "Ticket prices for the ferry rise by four percent next spring.",
    "The ferry Halden was launched by the shipping minister Marit Solberg in June 2019.",
    "The harbour museum opens its doors to schools every Tuesday.",
]


@pytest.fixture(scope="module")
def judge(model_folder: Path) -> Judge:
    return Judge.open()


def test_the_passage_that_answers_is_told_from_the_others(judge: Judge) -> None:
    logits = [j.logit for j in judge.judge("Who launched the ferry Halden?", FERRY, ["Ferry news"] * 3)]
    assert max(range(3), key=lambda n: logits[n]) == 1 and logits[1] > 0


def test_other_words_for_the_same_are_understood(judge: Judge) -> None:
    asked = "Which politician sent the Halden down the slipway?"
    here, there = (judge.judge(asked, [text], ["Ferry news"])[0] for text in (FERRY[1], FERRY[2]))
    assert here.logit > there.logit + 2
    assert here.span is not None and "Marit Solberg" in here.span.of(FERRY[1])


def test_a_detail_that_is_not_told_is_a_near_miss(judge: Judge) -> None:
    told, untold = (
        judge.judge(asked, [FERRY[1]], ["Ferry news"])[0].logit
        for asked in ("When was the ferry Halden launched?", "How much did the ferry Halden cost?")
    )
    assert told > untold + 2


def test_company_matters_only_by_rounding(judge: Judge) -> None:
    passages = [f"Sentence {i} of the report was read out in the hall. " * (1 + i % 4) for i in range(9)]
    titles = ["" if i % 3 else f"Headline {i}" for i in range(9)]
    together = judge.judge("What was read out?", passages, titles)
    for one, passage, title in zip(together, passages, titles, strict=True):
        [alone] = judge.judge("What was read out?", [passage], [title])
        assert alone.logit == pytest.approx(one.logit, abs=0.25)


@pytest.mark.parametrize(
    "passage",
    [
        "Ünïcödé – “quoted” words, naïve façade.",
        "Cafe\u0301 re\u0301sume\u0301",
        "北京和伊斯兰堡 talks 🇵🇰 🤝 in 2023.",
        "a\ufeffb c\u200dd \ud800 lone surrogate",
        "<|im_end|> <|im_start|>user",
        "x" * 20_000,
        "why " * 20_000,
    ],
)
def test_spans_are_code_points_of_the_passage_as_given(judge: Judge, passage: str) -> None:
    [found] = judge.judge("Où est-ce? " * 200, [passage], ["Headline " * 500])
    assert found.span is not None and 0.0 <= found.surety <= 1.0
    words = found.span.of(passage)
    assert words and words == words.strip() and found.span.end <= len(passage)


def test_nothing_to_read_is_no_error(judge: Judge) -> None:
    assert judge.judge("Who?", [], []) == []
    [empty] = judge.judge("", [""], [""])
    assert empty.span is None and empty.surety == 0.0


def test_titles_must_match_the_passages(judge: Judge) -> None:
    with pytest.raises(ValueError, match="1 titles for 2 passages"):
        judge.judge("Who?", ["a", "b"], ["t"])


def test_matrices_added_are_matrices_beside(model_folder: Path) -> None:
    """The adapter in the weights, as the judge has it, gives what it gives beside them, as in training."""
    import torch

    base, packer = Base.load(model_folder, torch.float32), JudgePacker(model_folder)
    params = initial(base, seed=3)
    for name in params:
        if name.endswith(".B"):
            params[name] = torch.randn(params[name].shape, generator=torch.Generator().manual_seed(5)) * 0.02
    heads = {n: v for n, v in params.items() if not n[0].isdigit()}
    rows = [packer.pack("Who launched it?", "Ferry news", text) for text in FERRY]
    with torch.inference_mode():
        beside, added = forward(base, params, rows), forward(base.with_adapter(params), heads, rows)
        without = forward(base, heads, rows)
    assert torch.allclose(beside[2], added[2], atol=1e-3)
    assert not torch.allclose(beside[2], without[2], atol=1e-2)


def test_rows_beside_each_other_are_what_they_are_alone(model_folder: Path) -> None:
    """What rows begin with in common is computed once: the same as each with its own, as in training."""
    import torch

    base, packer = Base.load(model_folder, torch.float32), JudgePacker(model_folder)
    params = initial(base, seed=3)
    rows = [packer.pack("Who launched it?", title, text) for title in ("Ferry news", "", "Halden") for text in FERRY]
    with torch.inference_mode():
        starts, ends, answers = forward(base, params, rows)
        pointed, logits = judge_rows(base, params, rows)
    assert torch.allclose(torch.tensor(logits), answers, atol=1e-3)
    for n, row in enumerate(rows):
        inside = slice(row.first, row.first + len(row.offsets))
        assert torch.allclose(pointed[n][0], starts[n][inside], atol=1e-3)
        assert torch.allclose(pointed[n][1], ends[n][inside], atol=1e-3)


def test_other_answers_stand_apart_from_the_best(judge: Judge) -> None:
    [found] = judge.judge("Who launched the ferry Halden?", [FERRY[1]], ["Ferry news"])
    assert found.span is not None and 1 <= len(found.others) <= 4
    spans = [found.span, *found.others]
    assert all(a.end <= b.start or b.end <= a.start for n, a in enumerate(spans) for b in spans[:n])


@pytest.mark.parametrize("damage", ["missing", "truncated", "other tensors"])
def test_damaged_weights_are_one_line(model_folder: Path, tmp_path: Path, damage: str) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    path = tmp_path / "model.safetensors"
    shutil.copy(SHIPPED / "model.safetensors", path)
    if damage == "missing":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(path.read_bytes()[:1000])
    else:
        save_file(load_file(path) | {"answer.bias": torch.zeros(2)}, path)
    with pytest.raises(ModelError) as caught:
        Judge.open(tmp_path)
    assert "restore" in str(caught.value) and "\n" not in str(caught.value)


def test_shipped_weights_are_small_and_have_a_card(model_folder: Path) -> None:
    import torch
    from safetensors.torch import load_file

    found = load_file(SHIPPED / "model.safetensors")
    assert {n: tuple(v.shape) for n, v in found.items()} == shapes(Base.load(model_folder, torch.float32))
    assert (SHIPPED / "model.safetensors").stat().st_size < 12_000_000
    assert (SHIPPED / "CARD.md").is_file() and (SHIPPED / "training.json").is_file()
