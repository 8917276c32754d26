"""What the benchmarks share: things timed in turn, so that a noisy machine slows all alike, and their ratios."""

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "bench"
sys.path.insert(0, str(ROOT))


def in_turn(things: Mapping[str, Callable[[], Any]], rounds: int, warm: int = 1) -> dict[str, list[float]]:
    """Seconds of each thing in each round; every round runs all of them, after ``warm`` rounds that do not count."""
    seconds: dict[str, list[float]] = {name: [] for name in things}
    for number in range(warm + rounds):
        for name, thing in things.items():
            started = time.perf_counter()
            thing()
            if number >= warm:
                seconds[name].append(time.perf_counter() - started)
    return seconds


def paired(one: Sequence[float], other: Sequence[float]) -> float:
    """The median of the ratios ``other / one``, round by round: how many times faster ``one`` is."""
    return median(b / a for a, b in zip(one, other, strict=True))


def told(title: str, figures: Mapping[str, Any]) -> None:
    """Prints the figures and keeps them as JSON under build/bench with the machine they come from."""
    print(f"\n{title}")
    width = max(map(len, figures))
    for name, value in figures.items():
        shown = f"{value:.3g}" if isinstance(value, float) else value
        print(f"  {name:{width}}  {shown}", flush=True)
    OUT.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    machine = {"processor": _processor(), "cores": os.cpu_count(), "load": load}
    file = OUT / f"{title.split(':')[0].strip().lower().replace(' ', '-')}.json"
    file.write_text(json.dumps({"figures": figures, "machine": machine}, indent=2) + "\n", encoding="utf-8")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    flags = next((set(line.split()) for line in lines if line.startswith("flags")), set())
    name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    kinds = [kind for kind in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if kind in flags]
    return f"{name} ({', '.join(kinds)})"
