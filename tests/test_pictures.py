"""The pictures: what README and docs show is there, small, and what the tool takes."""

import io
import random
import re
from pathlib import Path

import pytest

from tests.test_packaging import tool

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
picture = tool("picture")


def shown(page: Path) -> dict[str, str]:
    """The files of the pictures on a page, relative to the project, with the words that stand for them."""
    found = re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    return {str((page.parent / file).resolve().relative_to(ROOT)): words for words, file in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_each_picture_that_is_shown_is_there_with_words_for_those_who_cannot_see_it(page: Path) -> None:
    for file, words in shown(page).items():
        assert (ROOT / file).is_file() and len(words) > 15, file


def test_the_states_of_the_tool_are_those_that_are_shown_and_lie_there() -> None:
    taken = {f"docs/{state.file}": state.words for state in picture.STATES}
    assert len(taken) == len(picture.STATES) == 6
    assert shown(ROOT / "docs" / "pictures.md") == taken
    assert {str(p.relative_to(ROOT)) for p in (ROOT / "docs").glob("*.png")} == set(taken)
    # A phone and a dark page are among them.
    assert any(state.size[0] < 400 for state in picture.STATES) and any(s.scheme == "dark" for s in picture.STATES)


@pytest.mark.parametrize("state", picture.STATES, ids=lambda s: s.file)
def test_a_picture_is_small_and_has_the_size_of_its_state(state: object) -> None:
    image = pytest.importorskip("PIL.Image")
    file = ROOT / "docs" / state.file  # type: ignore[attr-defined]
    assert file.stat().st_size <= picture.LARGEST
    with image.open(file) as opened:
        assert opened.size == state.size and opened.mode == "P"  # type: ignore[attr-defined]


def test_a_picture_is_the_same_each_time_and_one_too_large_is_refused() -> None:
    image = pytest.importorskip("PIL.Image")

    def png(pixels: bytes, side: int) -> bytes:
        written = io.BytesIO()
        image.frombytes("RGB", (side, side), pixels).save(written, "PNG")
        return written.getvalue()

    plain = png(bytes([200, 180, 160]) * 10_000, 100)
    assert picture.small(plain) == picture.small(plain)
    noise = png(random.Random(1).randbytes(3 * 600 * 600), 600)
    with pytest.raises(ValueError, match="at most 150,000 are meant"):
        picture.small(noise)
