"""Trains the adapter of the embedded language model: ``python -m rag.training.train_writer --data DIR --out DIR``.

Low-rank adaptation (Hu et al. 2021) of the linear layers, the model itself frozen. For one passage the model learns to
reply with one sentence in the passage's words, or that the passage does not say. Goes on from the checkpoint in
``--out``; the learning rate follows the clock, so that it reaches zero at the end of ``--minutes``.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from rag.embedded import converted
from rag.models import Message
from rag.prompt import NOT_FOUND, passage_messages
from rag.training.data import Corpus, Example, load
from rag.training.epochs import epoch_examples, open_name_embedder
from rag.training.negatives import Grouper
from rag.training.runs import Position, Progress, Run, Say, command_line, stream
from rag.training.statements import statement

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class WriterConfig:
    """``minutes`` of wall clock in all, over every resumption; ``rate`` is AdamW's peak. The layers below
    ``first_layer`` stay as they are: nothing has to be carried back through them, which saves a sixth of the time.

    ``hinted`` is the share of answered rows that name the bare answer, as the judge does when a sentence is written;
    ``copied`` the share kept of those whose reply is the whole sentence as it stands, ``refused`` the share kept of the
    passages that do not answer. ``judging`` is the weight of the first token of a reply, which decides whether the
    passage answers, beside 1 for each other.
    """

    seed: int = 23
    minutes: float = 75.0
    rank: int = 16
    scale: float = 2.0
    first_layer: int = 6
    rate: float = 6e-4
    warmup: float = 0.04
    batch_tokens: int = 1500
    negatives: int = 1
    longest: int = 70
    news: int = 7000
    wiki: int = 1200
    reworded: float = 0.4
    hinted: float = 0.85
    copied: float = 0.25
    refused: float = 0.3
    judging: float = 4.0
    checkpoint_minutes: float = 4.0
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Lesson:
    """A prompt and the reply to learn, as token ids; the reply ends with the end token."""

    prompt: tuple[int, ...]
    reply: tuple[int, ...]

    @property
    def length(self) -> int:
        return len(self.prompt) + len(self.reply)


WEIGHTS = "adapter_model.safetensors"  # PEFT's name for it
BASE = "SmolLM2-135M-Instruct"
CHUNK = 240  # questions that are made into lessons, sorted by length and cut into batches together
Encode = Callable[[Sequence[Message], str], Lesson]


def lessons(example: Example, grouper: Grouper, config: WriterConfig, random: Random, encode: Encode) -> list[Lesson]:
    """What one question teaches: the reply to the passage that answers it, NOT_FOUND to those that do not."""
    found = []
    for row in grouper.group(example, random):
        reply, short = NOT_FOUND, ""
        if row.answer is not None:
            reply = statement(example.question, row.passage, row.answer)
            whole = reply.strip(" .") in row.passage
            if not reply or (whole and random.random() > config.copied):
                continue
            if random.random() < config.hinted:
                short = row.answer.of(row.passage)
        elif random.random() > config.refused:
            continue
        # Without the headline where the bare answer is known: the model would write it down again.
        title = "" if short else row.title
        found.append(encode(passage_messages(row.question, title, row.passage, short), reply))
    return found


def encoder(folder: Path) -> Encode:
    """Turns messages and a reply into a lesson, by the model's own tokenizer and chat template."""
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)

    def encode(messages: Sequence[Message], reply: str) -> Lesson:
        turns = [{"role": m.role, "content": m.content} for m in messages]
        prompt = tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
        ids = tokenizer([prompt, reply], add_special_tokens=False)["input_ids"]
        return Lesson(tuple(ids[0]), (*ids[1], tokenizer.eos_token_id))

    return encode


def batches(
    corpus: Corpus, grouper: Grouper, config: WriterConfig, position: Position, encode: Encode
) -> Iterator[list[Lesson]]:
    """Batches from ``position`` on, without end; ``position`` is moved on as they are taken."""

    def order(epoch: int) -> list[Example]:
        return epoch_examples(corpus, grouper, config.seed, epoch, config.news, config.wiki)

    def cut(examples: Sequence[Example], first: int) -> list[list[Lesson]]:
        found: list[Lesson] = []
        for i, example in enumerate(examples, first):
            found += lessons(example, grouper, config, Random(f"{config.seed}:{position.epoch}:{i}"), encode)
        return cut_batches(found, config.batch_tokens)

    return stream(position, config.seed, CHUNK, order, cut)


def cut_batches(found: Sequence[Lesson], batch_tokens: int) -> list[list[Lesson]]:
    """Lessons of like length together, each batch at most ``batch_tokens`` with its padding."""
    cut: list[list[Lesson]] = []
    for lesson in sorted(found, key=lambda item: item.length):
        if not cut or (len(cut[-1]) + 1) * lesson.length > batch_tokens:
            cut.append([])
        cut[-1].append(lesson)
    return cut


def loss_of(model: Any, batch: Sequence[Lesson], judging: float) -> "tuple[Tensor, float, float]":
    """Weighted cross entropy of the replies; beside it the plain means over first tokens and over all others.

    Only the states that predict a reply go through the head: over the whole prompt it would cost a fifth of the step.
    """
    import torch
    from torch.nn import functional as f

    longest = max(item.length for item in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    mask = torch.zeros(len(batch), longest, dtype=torch.long)
    rows: list[int] = []
    places: list[int] = []
    weights: list[float] = []
    for n, item in enumerate(batch):
        ids[n, : item.length] = torch.tensor(item.prompt + item.reply)
        mask[n, : item.length] = 1
        rows += [n] * len(item.reply)
        places += range(len(item.prompt) - 1, item.length - 1)
        weights += [judging] + [1.0] * (len(item.reply) - 1)
    states = model.model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
    logits = model.lm_head(states[rows, places])
    wanted = ids[rows, [p + 1 for p in places]]
    each = f.cross_entropy(logits, wanted, reduction="none")
    weight = torch.tensor(weights)
    first = weight == judging
    plain = each.detach()
    return (each * weight).sum() / weight.sum(), float(plain[first].mean()), float(plain[~first].mean())


def adapted(folder: Path, config: WriterConfig) -> Any:
    """The language model in float32, frozen, with a fresh adapter on the linear layers (PEFT)."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    layers = list(range(config.first_layer, base.config.num_hidden_layers))
    return get_peft_model(
        base,
        LoraConfig(
            r=config.rank,
            lora_alpha=int(config.rank * config.scale),
            target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
            layers_to_transform=layers,
            task_type="CAUSAL_LM",
        ),
    )


def export(model: Any, training: dict[str, Any], folder: Path) -> None:
    """The adapter in PEFT's own form, float16, with ``training.json`` beside it."""
    import torch
    from peft import get_peft_model_state_dict
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    values = get_peft_model_state_dict(model)
    save_file({n: v.detach().to(torch.float16).contiguous() for n, v in values.items()}, folder / WEIGHTS)
    config = model.peft_config["default"]
    config.base_model_name_or_path = BASE  # not the folder of this machine
    config.inference_mode = True
    config.save_pretrained(folder)
    (folder / "training.json").write_text(json.dumps(training, indent=2) + "\n", encoding="utf-8")


def train(data: Path, out: Path, config: WriterConfig, say: Say) -> None:
    """Trains until the time is up; writes ``checkpoint.pt`` and the adapter in float16 under ``out``."""
    import torch

    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    folder = converted()
    corpus = load(data)
    near = open_name_embedder()
    grouper = Grouper(corpus, config.longest, config.negatives, near, config.reworded, (0.6, 0.3, 0.1, 0.0))
    encode = encoder(folder)
    model = adapted(folder, config)
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
    say(f"{len(corpus.examples)} questions, {sum(p.numel() for p in trained.values())} parameters; {config}")
    optimizer = torch.optim.AdamW(trained.values(), lr=config.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    run = Run(out, config.minutes, config.checkpoint_minutes, trained, optimizer, say)
    progress = Progress(("judging", "writing"), 10, say)
    model.train()
    for batch in batches(corpus, grouper, config, run.position, encode):
        if not run.goes_on():
            break
        run.set_rates(config.warmup)
        loss, *parts = loss_of(model.get_base_model(), batch, config.judging)
        run.learn(loss)
        progress.step(run.position, parts, sum(item.length for item in batch))
        run.keep_now_and_then()
    run.keep()
    export(model, asdict(config) | {"steps": run.position.steps}, out / "weights")
    say(f"done: {run.position.steps} steps, {run.position.seconds / 60:.1f} minutes")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    command_line("python -m rag.training.train_writer", __doc__, WriterConfig, train, arguments)


if __name__ == "__main__":
    main()
