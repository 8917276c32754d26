"""The reader's network: packing question and passage into token ids, and the forward pass as a pure function.

The encoder is the six-layer MiniLM of the embedding package. Two things are added to a usual span reader. Each token
carries whether its word also stands on the other side (question or passage), which is what shows a small model that
the year or the name asked about is not there; and answerability is read from ``[CLS]`` together with the tokens that
the span head points at, so that it judges the very candidate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.embed import embedding_folder
from index.encoder import LAYERS, WIDTH, joined, layers
from index.errors import ModelError
from index.tokenizer import encodable, open_tokenizer

if TYPE_CHECKING:
    from torch import Tensor

Params = Mapping[str, "Tensor"]

CLS, SEP, PAD = 101, 102, 0
# What a token's word is: 0 a mark of the format; in the question: on neither other side, in the passage, in the title
# alone; in title or passage: not in the question, in the question.
MARK, ASKED_NOWHERE, ASKED_IN_PASSAGE, ASKED_IN_TITLE, OTHER, SHARED = range(6)
ENCODER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
ENCODER_BYTES = 90_868_376


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens of one text: ``ids``, code-point ``offsets``, and the stem of the word that each token belongs to."""

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Packed:
    """One input row. The passage's tokens are ``ids[first : first + n]``, ``offsets`` theirs into the passage."""

    ids: tuple[int, ...]
    types: tuple[int, ...]
    matches: tuple[int, ...]
    first: int
    offsets: tuple[tuple[int, int], ...]


class Packer:
    """Turns texts into rows ``[CLS] question [SEP] title. passage [SEP]``. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Raises ModelError where ``folder`` holds no tokenizer."""
        import snowballstemmer

        try:
            self._tokenizer = open_tokenizer(folder)
        except ValueError as error:
            raise ModelError(f"cannot read in {folder}: {error}; run `make setup`") from error
        self._stemmer: Any = snowballstemmer.stemmer("english")
        self._stems: dict[str, str] = {}

    def pieces(self, texts: Sequence[str]) -> list[Piece]:
        """Tokens of each text, without special tokens; offsets are code points of the text as given."""
        clean = [encodable(text) for text in texts]  # of the same length: every offset stays
        return [self._piece(text, encoding) for text, encoding in zip(clean, self._encode(clean), strict=True)]

    def _encode(self, texts: list[str]) -> list[Any]:
        encodings: list[Any] = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return encodings

    def _piece(self, text: str, encoding: Any) -> Piece:
        offsets = tuple((int(a), int(b)) for a, b in encoding.offsets)
        words: dict[int, tuple[int, int]] = {}
        for (start, end), word in zip(offsets, encoding.word_ids, strict=True):
            words[word] = (words[word][0], end) if word in words else (start, end)
        stems = {word: self._stem(text[start:end]) for word, (start, end) in words.items()}
        return Piece(tuple(encoding.ids), offsets, tuple(stems[word] for word in encoding.word_ids))

    def _stem(self, word: str) -> str:
        known = self._stems.get(word)
        if known is None:
            folded = word.lower()
            # The stemmer's loop is quadratic in the length; no word of a language has a hundred letters.
            known = folded if len(folded) > 40 else str(self._stemmer.stemWord(folded))
            if len(self._stems) > 200_000:
                self._stems.clear()
            self._stems[word] = known
        return known

    def pack(self, question: Piece, title: Piece, passage: Piece, start: int = 0, end: int | None = None) -> Packed:
        """A row of the whole question and title and the passage's tokens ``[start, end)``."""
        body = slice(start, len(passage.ids) if end is None else end)
        shown = set(passage.stems[body])
        headline = set(title.stems)
        asked = set(question.stems)
        kinds = [
            ASKED_IN_PASSAGE if s in shown else ASKED_IN_TITLE if s in headline else ASKED_NOWHERE
            for s in question.stems
        ]
        dot = (1012,) if title.ids else ()  # "." between title and passage
        ids = (CLS, *question.ids, SEP, *title.ids, *dot, *passage.ids[body], SEP)
        rest = [SHARED if s in asked else OTHER for s in title.stems]
        rest += [MARK] * len(dot) + [SHARED if s in asked else OTHER for s in passage.stems[body]]
        first = len(question.ids) + 2 + len(title.ids) + len(dot)
        return Packed(
            ids,
            (0,) * (len(question.ids) + 2) + (1,) * (len(ids) - len(question.ids) - 2),
            (MARK, *kinds, MARK, *rest, MARK),
            first,
            passage.offsets[body],
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows padded to one length: int64 (rows, length), and bool masks of real tokens and of passage tokens."""

    ids: "Tensor"
    types: "Tensor"
    matches: "Tensor"
    real: "Tensor"
    passage: "Tensor"


def collate(rows: Sequence[Packed]) -> Batch:
    """Pads rows to the longest of them."""
    import torch

    length = max(len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.int64)
    types, matches = torch.zeros_like(ids), torch.zeros_like(ids)
    real = torch.zeros(len(rows), length, dtype=torch.bool)
    passage = torch.zeros_like(real)
    for i, row in enumerate(rows):
        n = len(row.ids)
        ids[i, :n] = torch.tensor(row.ids)
        types[i, :n] = torch.tensor(row.types)
        matches[i, :n] = torch.tensor(row.matches)
        real[i, :n] = True
        passage[i, row.first : row.first + len(row.offsets)] = True
    return Batch(ids, types, matches, real, passage)


def initial(encoder: Mapping[str, "Tensor"], seed: int) -> dict[str, "Tensor"]:
    """The network before training: the encoder's own weights, fresh heads. float32."""
    import torch

    generator = torch.Generator().manual_seed(seed)

    def fresh(*shape: int) -> "Tensor":
        return torch.randn(*shape, generator=generator) * 0.02

    params = joined(encoder) | {
        "matches": fresh(6, WIDTH),
        "span.weight": fresh(2, WIDTH),
        "span.bias": torch.zeros(2),
        "judge.weight": fresh(WIDTH, 2 * WIDTH),
        "judge.bias": torch.zeros(WIDTH),
        "answer.weight": fresh(1, WIDTH),
        "answer.bias": torch.zeros(1),
    }
    return {name: value.float().clone() for name, value in params.items()}


# Come from the embedding package, are not trained and not shipped. Name here, name there.
FROZEN = {"words": "embeddings.word_embeddings.weight", "positions": "embeddings.position_embeddings.weight"}


def trained_shapes() -> dict[str, tuple[int, ...]]:
    """Name and shape of each tensor that ships."""
    shapes: dict[str, tuple[int, ...]] = {"types": (2, WIDTH), "matches": (6, WIDTH), "span.weight": (2, WIDTH)}
    shapes |= {"span.bias": (2,), "judge.weight": (WIDTH, 2 * WIDTH), "judge.bias": (WIDTH,)}
    shapes |= {"answer.weight": (1, WIDTH), "answer.bias": (1,), "norm.weight": (WIDTH,), "norm.bias": (WIDTH,)}
    for i in range(LAYERS):
        for name, out, into in (("qkv", 3, 1), ("out", 1, 1), ("up", 4, 1), ("down", 1, 4)):
            shapes[f"{i}.{name}.weight"] = (out * WIDTH, into * WIDTH)
            shapes[f"{i}.{name}.bias"] = (out * WIDTH,)
        for name in ("norm1", "norm2"):
            shapes[f"{i}.{name}.weight"] = shapes[f"{i}.{name}.bias"] = (WIDTH,)
    return shapes


def check_encoder() -> None:
    """Compares the encoder's SHA-256 with the one trained on (0.3 s). Raises ModelError where it is another."""
    import hashlib

    path = embedding_folder() / "model.safetensors"
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != ENCODER_SHA256:
        raise ModelError(f"{path} has sha256 {found}, expected {ENCODER_SHA256}; run `make setup`")


def forward(params: Params, batch: Batch) -> tuple["Tensor", "Tensor", "Tensor"]:
    """Start and end logits (rows, length), -inf outside the passage, and answer logits (rows,)."""
    import torch
    from torch.nn import functional as f

    x = f.embedding(batch.ids, params["words"]) + params["positions"][: batch.ids.shape[1]]
    x = x + f.embedding(batch.types, params["types"]) + f.embedding(batch.matches, params["matches"])
    x = layers(params, x, batch.real)
    logits = f.linear(x, params["span.weight"], params["span.bias"]).float()
    logits = logits.masked_fill(~batch.passage[:, :, None], float("-inf"))
    start, end = logits[..., 0], logits[..., 1]
    # Detached: the answer loss shall judge the span that the span head chose, not move it.
    chosen = (start.softmax(1) + end.softmax(1)).detach().nan_to_num(0.0).to(x.dtype) / 2
    candidate = torch.einsum("rl,rlw->rw", chosen, x)
    judged = f.gelu(f.linear(torch.cat([x[:, 0], candidate], 1), params["judge.weight"], params["judge.bias"]))
    answer = f.linear(judged, params["answer.weight"], params["answer.bias"]).float()[:, 0]
    return start, end, answer
