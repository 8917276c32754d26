"""The judge's training: rows with exact answers, batches that lose nothing, losses that fall when it learns."""

from pathlib import Path
from random import Random

import pytest

from index.records import Span
from rag.judge_network import Base, JudgePacker, JudgeRow, initial
from rag.training.negatives import Row
from rag.training.runs import cut_groups
from rag.training.targets import Target
from rag.training.train_judge import export, losses, pack_group

TEXT = "The mole of Lorne was rebuilt by Ida Kell in 2019."
ROWS = [
    Row("Who rebuilt the mole?", "Lorne", TEXT, Span(TEXT.index("Ida"), TEXT.index(" in 2019")), "answer"),
    Row("Who rebuilt the mole?", "Lorne", "Salt came by ship.", None, "same page"),
]


def _target(length: int, group: int) -> Target:
    return Target(JudgeRow(tuple(range(length)), 0, ()), None, group)


def test_batches_keep_groups_whole_within_their_tokens() -> None:
    random = Random(3)
    groups = [[_target(random.randint(5, 60), g) for _ in range(random.randint(1, 3))] for g in range(50)]
    batches = cut_groups(groups, 300, lambda target: len(target.row.ids))
    assert sorted(t.group for b in batches for t in b) == sorted(t.group for g in groups for t in g)
    for batch in batches:
        assert len(batch) * max(len(t.row.ids) for t in batch) <= 300 or len({t.group for t in batch}) == 1
    for g, group in enumerate(groups):
        counts = [sum(t.group == g for t in batch) for batch in batches]
        assert max(counts) == sum(counts) == len(group)


@pytest.mark.models
def test_the_answer_is_where_its_tokens_are(model_folder: Path) -> None:
    packer = JudgePacker(model_folder)
    [told, untold] = pack_group(packer, ROWS, 7, 256)
    assert told.span is not None and untold.span is None and told.group == untold.group == 7
    first, last = (told.row.offsets[place - told.row.first] for place in told.span)
    assert TEXT[first[0] : last[1]].strip() == "Ida Kell"
    assert pack_group(packer, ROWS, 7, 10) == []


@pytest.mark.models
def test_a_few_steps_teach_which_passage_answers(model_folder: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    torch.manual_seed(1)
    base = Base.load(model_folder, torch.float32)
    params = initial(base, 1)
    for value in params.values():
        value.requires_grad_(True)
    targets = pack_group(JudgePacker(model_folder), ROWS, 0, 256)
    optimizer = torch.optim.AdamW(params.values(), lr=1e-3)
    seen = []
    for _ in range(5):
        span, judged, rank = losses(base, params, targets)
        optimizer.zero_grad()
        (span + judged + rank).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        seen.append([float(part.detach()) for part in (span, judged, rank)])
    assert all(last < first for first, last in zip(seen[0], seen[-1], strict=True))
    export(params, {"steps": 5}, tmp_path)
    kept = load_file(tmp_path / "model.safetensors")
    assert kept.keys() == params.keys() and kept["answer.weight"].dtype == torch.float16
