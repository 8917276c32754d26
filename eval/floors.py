"""The floors that a change may not fall under, on the set that ships."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.figures import Summary
from eval.read_lines import reason
from eval.summary import figure
from rag.records import DataError

FLOORS = Path(__file__).parent / "floors.json"


class Floors(BaseModel):
    """``floors`` by name of the figure: at least for those of which more is better, at most for the others. Each is the
    list of what it was, oldest first; the last one holds. Lowering one is to be explained in EXPERIMENTS.md.

    ``digest`` is the SHA-256 of the set and its articles that the floors were measured on.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    data: str
    digest: str = Field(min_length=64, max_length=64)
    floors: dict[str, Annotated[list[float], Field(min_length=1)]] = Field(min_length=1)


def read_floors(file: Path = FLOORS) -> Floors:
    """The floors in the file. Raises DataError."""
    try:
        return Floors.model_validate_json(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}); expected the floors as JSON") from error
    except ValidationError as error:
        raise DataError(f"{file}: {reason(error)}; expected data, digest and floors") from error


def below(summary: Summary, wanted: Floors) -> list[str]:
    """A line for each figure on the wrong side of its floor; empty where all hold.

    Raises DataError where the run is over other data than the floors are for, or lacks a figure or an answer.
    """
    if summary.run.digest != wanted.digest:
        raise DataError(
            f"the floors are for {wanted.data} with the digest {wanted.digest[:12]}, the run has "
            f"{summary.run.digest[:12]}; measure anew, then put the new digest and figures into the floors"
        )
    if summary.missing:
        raise DataError(f"{summary.missing} questions of {wanted.data} are not answered yet; finish the run first")
    lines = []
    for name, (*_, floor) in wanted.floors.items():
        found = figure(summary, name)
        lower = found.better == "lower"
        if (found.value > floor) if lower else (found.value < floor):
            side = "over the ceiling" if lower else "under the floor"
            lines.append(
                f"{name} is {found.value:.3f}, {side} {floor:.3f} (interval {found.low:.3f} to {found.high:.3f})"
            )
    return lines
