"""Evaluation runs made up for the tests of reports and comparisons."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eval.figures import Failure, Figure, Slice, Summary
from eval.run import Run

ATTACK = (
    "<script>alert(1)</script> | <img src=https://elsewhere.example/x onerror=alert(2)> </style></details> `*_[a](b)"
)


def figure(name: str, value: float, low: float, high: float, n: int = 80, **more: Any) -> Figure:
    return Figure(name, value, low, high, n, **more)


def failure(id: str, stage: str = "not retrieved", **more: Any) -> Failure:
    made = Failure(id, "close", f"Who opened {id}?", f"the mayor of {id}", f"nobody at {id}", (f"about {id}",), stage)
    return replace(made, **more)


def summary(
    system: str = "Colloquy",
    values: Mapping[str, Mapping[str, float]] | None = None,
    run: Mapping[str, Any] | None = None,
    **more: Any,
) -> Summary:
    """A run with a few of everything; ``run`` and ``more`` replace fields of its description and of the summary."""
    description = Run(system, "harbour", "JSON Lines", "ab12" * 16, 80, 0, 0, {"threshold": 0.5}, "x86_64")
    made = Summary(
        run=replace(description, **(run or {})),
        figures=(
            figure("right and cited", 0.6889, 0.571, 0.804, 61),
            figure("wrongly declined", 0.0492, 0.0, 0.115, 61, better="lower"),
            figure("last word, p50", 1.84, 1.61, 2.09, unit="s", better="lower"),
            figure("memory", 812.4, 812.4, 812.4, unit="MB", better="lower"),
        ),
        slices=(
            Slice("close", figure("as it should be", 0.95, 0.86, 1.0, 23)),
            Slice("list", figure("as it should be", 0.3, 0.1, 0.6, 10)),
        ),
        failures=(failure("harbour-1"), failure("harbour-2", "wrongly refused")),
        stages={"not retrieved": 1, "wrongly refused": 1},
        values=values if values is not None else {"right and cited": {"harbour-1": 0.0, "harbour-3": 1.0}},
        curve=((0.25, 0.0), (0.5, 0.1), (1.0, 0.3)),
        hits={1: 0.62, 3: 0.8, 5: 0.85, 10: 0.9},
        seconds={"first evidence": (0.2, 0.3, 0.4), "last word": (1.5, 1.8, 4.0)},
        answered=80,
        missing=0,
    )
    return replace(made, **more)
