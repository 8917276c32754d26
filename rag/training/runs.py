"""What the training runs share: a place in the stream of batches, a clock, a checkpoint, a command line.

The learning rate follows the clock, not the step count: on a machine that is shared it still reaches zero at the end.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import Field, asdict, dataclass, fields
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

if TYPE_CHECKING:
    from torch import Tensor

Say = Callable[[str], None]
Item = TypeVar("Item")
Batch = TypeVar("Batch")


@dataclass(slots=True)
class Position:
    """Where in the stream of batches a run stands; a checkpoint holds it."""

    epoch: int = 0
    chunk: int = 0
    batch: int = 0
    steps: int = 0
    seconds: float = 0.0


def stream(
    position: Position,
    seed: int,
    size: int,
    order: Callable[[int], Sequence[Item]],
    cut: Callable[[Sequence[Item], int], list[Batch]],
) -> Iterator[Batch]:
    """Batches from ``position`` on, without end; ``position`` is moved on as they are taken.

    ``order`` gives the items of an epoch, of which ``size`` at a time are cut into batches together; ``cut`` takes
    these and the number of the first of them.
    """
    while True:
        items = order(position.epoch)
        while position.chunk * size < len(items):
            first = position.chunk * size
            batches = cut(items[first : first + size], first)
            Random(f"{seed}:{position.epoch}:{position.chunk}:order").shuffle(batches)
            while position.batch < len(batches):
                position.batch += 1
                yield batches[position.batch - 1]
            position.chunk, position.batch = position.chunk + 1, 0
        position.epoch, position.chunk = position.epoch + 1, 0


def cut_groups(groups: Sequence[Sequence[Item]], batch_tokens: int, length: Callable[[Item], int]) -> list[list[Item]]:
    """Groups of like length together, none torn apart, each batch at most ``batch_tokens`` with its padding."""

    def longest(group: Sequence[Item]) -> int:
        return max(map(length, group))

    cut: list[list[Item]] = []
    batch: list[Item] = []
    for group in sorted(groups, key=longest):
        if batch and (len(batch) + len(group)) * longest(group) > batch_tokens:
            cut.append(batch)
            batch = []
        batch = [*batch, *group]
    return [*cut, batch] if batch else cut


def rate_at(fraction: float, warmup: float) -> float:
    """Share of the peak rate after this fraction of the time: linear up, linear down to zero."""
    if fraction < warmup:
        return fraction / warmup
    return max(0.0, (1 - fraction) / (1 - warmup))


class Run:
    """A run over all its resumptions: its position and clock, and ``checkpoint.pt`` in its folder.

    ``params`` are the tensors to keep. Both they and the optimizer are put where the checkpoint left them, if there is
    one; the peak rates stay those asked for now, not those of an earlier call. The clock starts when the run is made.
    """

    def __init__(
        self, out: Path, minutes: float, every: float, params: "Mapping[str, Tensor]", optimizer: Any, say: Say
    ) -> None:
        """``minutes`` in all; a checkpoint ``every`` so many minutes."""
        import torch

        self._path = out / "checkpoint.pt"
        self._total, self._every = minutes * 60, every * 60
        self._params, self._optimizer = params, optimizer
        self.position = Position()
        peaks = [group.get("peak", group["lr"]) for group in optimizer.param_groups]
        if self._path.is_file():
            saved = torch.load(self._path, weights_only=True)
            with torch.no_grad():
                for name, value in saved["params"].items():
                    params[name].copy_(value)
            optimizer.load_state_dict(saved["optimizer"])
            self.position = Position(**saved["position"])
            say(f"going on from step {self.position.steps}, {self.position.seconds / 60:.1f} minutes in")
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["peak"] = peak
        self._began = time.monotonic() - self.position.seconds
        self._kept_at = self.position.seconds

    def goes_on(self) -> bool:
        """Reads the clock into the position; whether there is time left."""
        self.position.seconds = time.monotonic() - self._began
        return self.position.seconds < self._total

    @property
    def fraction(self) -> float:
        """Share of the time that has gone."""
        return self.position.seconds / self._total

    def set_rates(self, warmup: float) -> None:
        """The rates of this moment: of each group its share of its "peak", or of the rate that it was made with."""
        share = rate_at(self.fraction, warmup)
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * share

    def learn(self, loss: "Tensor") -> None:
        """One step of the optimizer, its gradient clipped at norm 1."""
        import torch

        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._params.values(), 1.0)
        self._optimizer.step()

    def keep(self) -> None:
        """Writes the checkpoint, in one rename."""
        import torch

        values = {n: v.detach() for n, v in self._params.items()}
        state = {"params": values, "optimizer": self._optimizer.state_dict(), "position": asdict(self.position)}
        torch.save(state, self._path.with_suffix(".new"))
        os.replace(self._path.with_suffix(".new"), self._path)

    def keep_now_and_then(self) -> None:
        if self.position.seconds - self._kept_at > self._every:
            self._kept_at = self.position.seconds
            self.keep()


class Progress:
    """A line every ``every`` steps: the mean losses since the last one, and tokens a second."""

    def __init__(self, names: Sequence[str], every: int, say: Say) -> None:
        self._names, self._every, self._say = names, every, say
        self._start()

    def _start(self) -> None:
        self._sums, self._tokens, self._shown_at = [0.0] * len(self._names), 0, time.monotonic()

    def step(self, position: Position, losses: Sequence[float], tokens: int) -> None:
        """Counts one step as done."""
        position.steps += 1
        self._sums = [s + loss for s, loss in zip(self._sums, losses, strict=True)]
        self._tokens += tokens
        if position.steps % self._every == 0:
            speed = self._tokens / (time.monotonic() - self._shown_at)
            shown = " ".join(f"{n} {s / self._every:.3f}" for n, s in zip(self._names, self._sums, strict=True))
            place = f"step {position.steps} epoch {position.epoch} chunk {position.chunk}"
            self._say(f"{position.seconds / 60:5.1f} min {place} {shown} {speed:.0f} tokens/s")
            self._start()


class Config(Protocol):
    """A dataclass whose fields all have defaults; each becomes a flag."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Settings = TypeVar("Settings", bound=Config)


def command_line(
    prog: str,
    about: str | None,
    config: type[Settings],
    train: Callable[[Path, Path, Settings, Say], None],
    arguments: Sequence[str] | None,
) -> None:
    """``--data``, ``--out`` and a flag for each field of ``config``; what ``train`` says is also written to the log."""
    parser = argparse.ArgumentParser(prog=prog, description=about)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the open data sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for log, checkpoint and weights")
    for field in fields(config):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    given = vars(parser.parse_args(arguments))
    data, out = given.pop("data"), given.pop("out")
    out.mkdir(parents=True, exist_ok=True)
    with (out / "log.txt").open("a", encoding="utf-8") as log:

        def say(line: str) -> None:
            print(line, flush=True)
            log.write(line + "\n")
            log.flush()

        train(data, out, config(**given), say)
