"""The span reader: which passages answer a question, with which words, and how surely."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.device import compute_dtype
from index.embed import embedding_folder
from index.encoder import batches, with_products_in
from index.errors import ModelError
from index.records import Span
from rag.reader_network import (
    ENCODER_BYTES,
    ENCODER_SHA256,
    FROZEN,
    Packed,
    Packer,
    Piece,
    collate,
    forward,
    trained_shapes,
)
from rag.span_pairs import span_pairs

if TYPE_CHECKING:
    from torch import Tensor

SHIPPED = Path(__file__).parent / "weights" / "reader"

# Longest row in tokens; a longer passage is read in overlapping parts. Training saw up to 224.
_ROW, _OVERLAP = 224, 40
_QUESTION, _TITLE = 64, 32  # tokens
_QUESTION_CHARACTERS, _TITLE_CHARACTERS = 2_000, 500
_ANSWER = 30  # longest answer in tokens
_OTHERS = 4  # spans beside the best, from the _TRIED likeliest pairs of start and end
_TRIED = 60
_NOTHING = -20.0  # relevance of a passage without a word in it


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage.

    ``answerable`` in [0, 1] is the calibrated probability that the passage answers the question, at even odds before
    reading. ``relevance`` is its logit: it ranks passages, also where the probability has no digits left. ``span`` is
    the likeliest answer as code points of the passage, given that there is one: None only where the passage has no
    word. ``span_score`` in [0, 1] is how surely it is this span rather than another one of the same passage.
    ``others`` are the next likeliest spans, best first, none overlapping a better one.
    """

    answerable: float
    span: Span | None
    span_score: float
    relevance: float
    others: tuple[Span, ...] = ()


class Reader:
    """Reads passages for an answer. Holds no state between calls; safe to share between threads."""

    def __init__(self, params: "dict[str, Tensor]", packer: Packer, calibration: tuple[float, float, float]) -> None:
        """``calibration`` weighs the answer logit, the log-probability of the span, and 1; see the weights' card."""
        self._params = params
        self._packer = packer
        self._calibration = calibration

    @classmethod
    def open(cls, folder: Path | None = None) -> "Reader":
        """The reader with the weights of ``folder``, by default those that ship.

        Raises ModelError where the weights or the embedding package are missing, damaged or do not fit each other.
        """
        from safetensors import SafetensorError, safe_open
        from safetensors.torch import load_file

        folder = folder or SHIPPED
        encoder = embedding_folder()
        weights = encoder / "model.safetensors"
        # The full check of the hash costs 0.3 s; it is `check_encoder`, for `colloquy doctor`.
        if weights.stat().st_size != ENCODER_BYTES:
            raise ModelError(
                f"{weights} has {weights.stat().st_size} bytes, expected {ENCODER_BYTES}: another or a damaged "
                f"encoder; run `make setup`"
            )
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            trained = load_file(folder / "model.safetensors")
            a, b, c = (float(config["calibration"][name]) for name in ("answer", "span", "bias"))
            known = (config["format"], config["encoder_sha256"])
            with safe_open(weights, "pt") as base:
                frozen = {name: base.get_tensor(source) for name, source in FROZEN.items()}
        except FileNotFoundError as error:
            raise ModelError(
                f"no reader weights in {folder}; expected config.json and model.safetensors; restore that folder "
                f"from the project"
            ) from error
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            raise ModelError(
                f"reader weights in {folder} cannot be read ({type(error).__name__}: {error}); restore that folder "
                f"from the project"
            ) from error
        if known != (1, ENCODER_SHA256) or {n: tuple(v.shape) for n, v in trained.items()} != trained_shapes():
            raise ModelError(
                f"reader weights in {folder} are of another format or for another encoder; expected format 1; "
                f"restore that folder from the project"
            )
        return cls(with_products_in(compute_dtype("cpu"), frozen | trained), Packer(encoder), (a, b, c))

    def read(self, question: str, passages: Sequence[str], titles: Sequence[str] | None = None) -> list[Reading]:
        """One ``Reading`` for each passage, in their order; ``titles`` are the headlines, one for each passage.

        Any text is read, of any length: of a question the first 2,000 characters and 64 tokens, of a headline the
        first 500 characters and 32 tokens, a long passage in overlapping parts. Raises ValueError where ``titles``
        and ``passages`` differ in number.
        """
        titles = [""] * len(passages) if titles is None else titles
        if len(titles) != len(passages):
            raise ValueError(f"{len(titles)} titles for {len(passages)} passages; expected one for each")
        if not passages:
            return []
        pieces = self._packer.pieces(
            [question[:_QUESTION_CHARACTERS], *(t[:_TITLE_CHARACTERS] for t in titles), *passages]
        )
        asked = _head(pieces[0], _QUESTION)
        rows: list[Packed] = []
        owners: list[int] = []
        for i in range(len(passages)):
            title, passage = _head(pieces[1 + i], _TITLE), pieces[1 + len(passages) + i]
            room = _ROW - len(asked.ids) - len(title.ids) - 4
            for start in range(0, max(1, len(passage.ids) - _OVERLAP), room - _OVERLAP):
                if passage.ids:
                    rows.append(self._packer.pack(asked, title, passage, start, min(start + room, len(passage.ids))))
                    owners.append(i)
        readings = [Reading(0.0, None, 0.0, _NOTHING)] * len(passages)
        for owner, reading in zip(owners, self._read_rows(rows), strict=True):
            if readings[owner].span is None or reading.relevance > readings[owner].relevance:
                readings[owner] = reading
        return [_completed(reading, passage) for reading, passage in zip(readings, passages, strict=True)]

    def _read_rows(self, rows: Sequence[Packed]) -> list[Reading]:
        """Rows of like length together, so that little is padding; readings in the order of ``rows``."""
        import torch

        readings: dict[int, Reading] = {}
        with torch.inference_mode():
            for batch in batches([len(row.ids) for row in rows]):
                start, end, answer = forward(self._params, collate([rows[i] for i in batch]))
                starts, ends = start.log_softmax(1), end.log_softmax(1)
                for j, i in enumerate(batch):
                    readings[i] = self._reading(rows[i], starts[j], ends[j], float(answer[j]))
        return [readings[i] for i in range(len(rows))]

    def _reading(self, row: Packed, starts: "Tensor", ends: "Tensor", answer: float) -> Reading:
        n = len(row.offsets)
        s, e = starts[row.first : row.first + n], ends[row.first : row.first + n]
        pairs = span_pairs(s, e, _ANSWER)
        ranked = pairs.flatten().topk(min(_TRIED, int(pairs.isfinite().sum()))).indices.tolist()
        apart: list[tuple[int, int]] = []
        for place in ranked:
            first, last = place // n, place % n
            if all(last < a or b < first for a, b in apart):
                apart.append((first, last))
        score = float(pairs[apart[0]])
        a, b, c = self._calibration
        logit = a * answer + b * float(s.max() + e.max()) + c
        best, *others = (
            Span(row.offsets[a][0], max(row.offsets[b][1], row.offsets[a][0] + 1)) for a, b in apart[: _OTHERS + 1]
        )
        return Reading(_sigmoid(logit), best, min(1.0, 2.718281828459045**score), logit, tuple(others))


def _head(piece: Piece, limit: int) -> Piece:
    return Piece(piece.ids[:limit], piece.offsets[:limit], piece.stems[:limit])


def _completed(reading: Reading, passage: str) -> Reading:
    """The spans moved over the marks (accents, joiners) that belong to their last letter."""
    import unicodedata

    def whole(span: Span) -> Span:
        end = span.end
        while end < len(passage) and unicodedata.category(passage[end]) in ("Mn", "Me", "Mc"):
            end += 1
        return Span(span.start, end)

    if reading.span is None:
        return reading
    return replace(reading, span=whole(reading.span), others=tuple(map(whole, reading.others)))


def _sigmoid(logit: float) -> float:
    from math import exp

    return 1 / (1 + exp(-logit)) if logit >= 0 else exp(logit) / (1 + exp(logit))
