"""The span reader: exact offsets, any input, the order of the passages without influence, weights that do not fit."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.embed import embedding_folder
from index.errors import ModelError
from rag.reader import SHIPPED, Reader, Reading
from rag.reader_network import ENCODER_SHA256, Packer, check_encoder, initial, trained_shapes


@pytest.fixture(scope="module")
def folder() -> Path:
    try:
        return embedding_folder()
    except ModelError as error:
        pytest.skip(f"embedding package absent: {error}")


@pytest.fixture(scope="module")
def untrained(folder: Path) -> Reader:
    """The encoder with random heads: what it finds is arbitrary, how it reports it is not."""
    from safetensors.torch import load_file

    return Reader(initial(load_file(folder / "model.safetensors"), seed=1), Packer(folder), (1.0, 0.0, 0.0))


@pytest.fixture(scope="module")
def shipped(folder: Path) -> Reader:
    if not (SHIPPED / "model.safetensors").is_file():
        pytest.skip("no shipped reader weights in this checkout")
    return Reader.open()


def test_no_passages_no_readings(untrained: Reader) -> None:
    assert untrained.read("Who came?", []) == []


@pytest.mark.parametrize("passage", ["", "   \n\t ", "\u200b\u0007"])
def test_a_passage_without_a_word_has_no_span(untrained: Reader, passage: str) -> None:
    [reading] = untrained.read("Who came?", [passage])
    assert reading.span is None and reading.answerable == 0.0 and reading.span_score == 0.0


UNICODE = [
    "Ünïcödé – “quoted” words, naïve façade.",
    "Cafe\u0301 re\u0301sume\u0301 s\u030cpatne\u030c",
    "北京和伊斯兰堡 talks 🇵🇰 🤝 in 2023.",
    "مذاكرات في إسلام آباد",
    "a\ufeffb c\u200dd \ud800 lone surrogate",
    "x",
    "…",
    "İstanbul ıspanak ŒUVRE ß ﬁne",
]


@pytest.mark.parametrize("passage", UNICODE)
def test_spans_are_code_points_of_the_passage_as_given(untrained: Reader, passage: str) -> None:
    [reading] = untrained.read("Où est-ce?", [passage])
    assert reading.span is not None
    words = reading.span.of(passage)
    assert words and words == words.strip() and reading.span.end <= len(passage)
    assert 0.0 <= reading.answerable <= 1.0 and 0.0 <= reading.span_score <= 1.0


def test_a_span_never_ends_before_the_accent_of_its_last_letter(untrained: Reader) -> None:
    import unicodedata

    passage = "e\u0301 " * 12 + "o\u0308\u0304"
    [reading] = untrained.read("e\u0301?", [passage])
    assert reading.span is not None
    following = passage[reading.span.end : reading.span.end + 1]
    assert not following or not unicodedata.combining(following)


def test_one_word_of_fifty_thousand_characters(untrained: Reader) -> None:
    long = "x" * 50_000
    alone, inside = untrained.read("Who signed?", [long, f"The pact was signed by {long} in Oslo."])
    assert alone.span is not None and alone.span.of(long) == long
    assert inside.span is not None


def test_a_question_and_a_headline_of_any_length(untrained: Reader) -> None:
    for question in ("", "?", "why " * 25_000, "q" * 100_000):
        [reading] = untrained.read(question, ["The bridge opened in May."], ["Bridge " * 10_000])
        assert reading.span is not None and 0.0 <= reading.answerable <= 1.0


def test_a_long_passage_is_read_to_its_end(untrained: Reader) -> None:
    passage = "The council met again. " * 200 + "Zora Quill chaired it."
    packer_rows = untrained.read("Who chaired it?", [passage])
    assert packer_rows[0].span is not None
    tail = passage[-400:]
    [near] = untrained.read("Who chaired it?", [tail])
    assert packer_rows[0].relevance >= near.relevance - 2.0


def test_format_tokens_in_a_passage_are_plain_words(untrained: Reader) -> None:
    passage = "[SEP] [CLS] the answer [PAD] [MASK]"
    [reading] = untrained.read("[SEP] What?", [passage])
    assert reading.span is not None and reading.span.end <= len(passage)


def test_order_and_company_of_the_passages_do_not_matter(untrained: Reader) -> None:
    passages = [f"Sentence {i} of the report. " * (1 + i % 7) for i in range(30)]
    titles = ["" if i % 3 else f"Headline {i}" for i in range(30)]
    together = untrained.read("What does the report say?", passages, titles)
    reverse = untrained.read("What does the report say?", passages[::-1], titles[::-1])[::-1]
    for one, other, passage, title in zip(together, reverse, passages, titles, strict=True):
        [alone] = untrained.read("What does the report say?", [passage], [title])
        for reading in (other, alone):
            assert reading.relevance == pytest.approx(one.relevance, abs=1e-3)
            assert reading.span_score == pytest.approx(one.span_score, abs=1e-3)


def test_threads_share_one_reader(untrained: Reader) -> None:
    passages = [f"Delegation {i} arrived on day {i}." for i in range(6)]

    def ask(i: int) -> Reading:
        return untrained.read("Which delegation arrived?", [passages[i]])[0]

    with ThreadPoolExecutor(4) as pool:
        parallel = list(pool.map(ask, range(6)))
    assert [r.span for r in parallel] == [ask(i).span for i in range(6)]


def test_titles_must_match_the_passages(untrained: Reader) -> None:
    with pytest.raises(ValueError, match="1 titles for 2 passages"):
        untrained.read("Who?", ["a", "b"], ["t"])


def test_missing_weights_are_one_line(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no reader weights") as caught:
        Reader.open(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("damage", ["truncated", "not json", "no calibration", "other encoder", "other tensors"])
def test_damaged_weights_are_one_line(folder: Path, tmp_path: Path, damage: str) -> None:
    import torch
    from safetensors.torch import save_file

    tensors = {name: torch.zeros(shape, dtype=torch.float16) for name, shape in trained_shapes().items()}
    if damage == "other tensors":
        tensors["matches"] = torch.zeros(5, 384, dtype=torch.float16)
    save_file(tensors, tmp_path / "model.safetensors")
    config = {"format": 1, "encoder_sha256": ENCODER_SHA256, "calibration": {"answer": 1, "span": 0, "bias": 0}}
    if damage == "no calibration":
        del config["calibration"]
    if damage == "other encoder":
        config["encoder_sha256"] = "0" * 64
    (tmp_path / "config.json").write_text("{" if damage == "not json" else json.dumps(config), encoding="utf-8")
    if damage == "truncated":
        path = tmp_path / "model.safetensors"
        path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ModelError) as caught:
        Reader.open(tmp_path)
    assert "restore" in str(caught.value) and "\n" not in str(caught.value)


def test_the_installed_encoder_is_the_one_trained_on(folder: Path) -> None:
    check_encoder()


def test_shipped_weights_copied_elsewhere_read_the_same(shipped: Reader, tmp_path: Path) -> None:
    copy = tmp_path / "weights"
    shutil.copytree(SHIPPED, copy)
    passage = "The ferry Halden was launched by Marit Solberg in June 2019."
    assert Reader.open(copy).read("Who launched it?", [passage]) == shipped.read("Who launched it?", [passage])


def test_shipped_weights_are_small(shipped: Reader) -> None:
    assert (SHIPPED / "model.safetensors").stat().st_size < 25_000_000
    assert (SHIPPED / "CARD.md").is_file()


def test_shipped_weights_find_the_passage_and_the_answer(shipped: Reader) -> None:
    passages = [
        "Ticket prices for the ferry rise by four percent next spring.",
        "The ferry Halden was launched by the shipping minister Marit Solberg in June 2019.",
        "The harbour museum opens its doors to schools every Tuesday.",
    ]
    readings = shipped.read("Who launched the ferry Halden?", passages, ["Ferry news"] * 3)
    best = max(range(3), key=lambda i: readings[i].relevance)
    assert best == 1
    span = readings[1].span
    assert span is not None and "Marit Solberg" in span.of(passages[1])
    [other] = shipped.read("Who launched the bridge at Tromdal?", passages[1:2], ["Ferry news"])
    assert other.answerable < readings[1].answerable
