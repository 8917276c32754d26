"""The training data: natural text with exact offsets, negatives without the answer, the same on every run."""

import gzip
import json
import lzma
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.records import Span
from rag.training.data import Corpus, Example, Page, _agreed, held_out, join, load, load_qamr, load_qed
from rag.training.negatives import Grouper, as_typed, holds
from rag.training.swaps import exchange_roles, names_in
from rag.training.text import detokenise

TOKENS = st.sampled_from(
    ["word", "Name", "1999", "'s", "n't", ",", ".", "(", ")", "-LRB-", "-RRB-", "``", "''", "--", "-", "$", "%", ":",
     "/", "é", "北京", "...", "?", "'", "`", "and", "\ufeff", ""]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(TOKENS, max_size=25), st.booleans())
def test_every_token_keeps_its_place(tokens: list[str], curly: bool) -> None:
    text = " ".join(tokens)
    natural = detokenise(text, curly)
    assert len(natural.sources) == len(natural.tokens)
    end = 0
    for (start, stop), (now, then) in zip(natural.sources, natural.tokens, strict=True):
        assert end <= now < then <= len(natural.text)
        original, shown = text[start:stop], natural.text[now:then]
        if original.isalnum():
            assert shown == original
            assert natural.span(start, stop) == Span(now, then)
        end = then
    assert "".join(natural.text[a:b] for a, b in natural.tokens) == natural.text.replace(" ", "")


@pytest.mark.parametrize(
    ("tokenised", "natural"),
    [
        ("The mayor , Ana Lind , did n't resign .", "The mayor, Ana Lind, didn't resign."),
        ("It -LRB- the port -RRB- cost $ 3 million .", "It (the port) cost $3 million."),
        ("`` We won , '' she said .", '"We won," she said.'),
        ("the country 's present - day border", "the country's present-day border"),
        ("( 1994 -- 2001 )", "(1994–2001)"),
        ("a plan -- the last -- failed", "a plan – the last – failed"),
        ("at 5 : 30 sharp", "at 5:30 sharp"),
        ("98 % of voters ' hopes", "98% of voters' hopes"),
        ("D . Karl", "D. Karl"),
    ],
)
def test_natural_spacing(tokenised: str, natural: str) -> None:
    assert detokenise(tokenised).text == natural


def test_a_span_of_several_tokens_is_carried_along() -> None:
    text = "Prices ( in Oslo ) rose 5 % , said `` Dagen '' ."
    natural = detokenise(text, curly=True)
    span = natural.span(text.index("rose"), text.index(" , said"))
    assert span is not None and span.of(natural.text) == "rose 5%"
    assert natural.span(len(text), len(text)) is None


def test_answers_on_which_the_validators_disagree_are_left_out() -> None:
    assert _agreed(["3 4", "3 4", "4"]) == (3, 4)
    assert _agreed(["3", "9", "3"]) is None
    assert _agreed(["3", "3", ""]) is None
    assert _agreed(["1 9", "1 9", "1"]) is None or _agreed(["1 9", "1 9", "1"]) == (1, 1)


def write_data(folder: Path) -> None:
    """A miniature of the published files, in their forms."""
    towns = ["Elvik", "Marnes", "Torsund", "Havdal", "Kvitnes", "Lundby", "Skarvik", "Bergset"]
    (folder / "qed").mkdir(parents=True)
    (folder / "qamr").mkdir()
    (folder / "timeqa").mkdir()
    with lzma.open(folder / "qed" / "train.jsonl.xz", "wt", encoding="utf-8") as handle:
        for i, town in enumerate(towns):
            first = f"{town} is a harbour town in the county of Nordfjell ."
            second = f"The lighthouse of {town} was built by Ole Brandt{i} in 19{i}4 ."
            text = f"{first} {second} It has {i + 2},000 inhabitants ."
            answer = f"Ole Brandt{i}"
            at = text.index(answer)
            record = {
                "title_text": town,
                "paragraph_text": text,
                "question_text": f"who built the lighthouse of {town.lower()} in 19{i}4",
                "answer_spans": [[at, at + len(answer)]],
                "sentence_starts": [0, len(first) + 1, len(first) + len(second) + 2],
                "answer_type": "single_sentence",
            }
            handle.write(json.dumps(record) + "\n")
    with lzma.open(folder / "qamr" / "wiki-sentences.tsv.xz", "wt", encoding="utf-8") as handle:
        for i, town in enumerate(towns):
            handle.write(
                f"Wiki1k:wikinews:{i}:0:0\tThe council of {town} met on Tuesday -LRB- its first session -RRB- .\n"
            )
            handle.write(f"Wiki1k:wikinews:{i}:0:1\tSeveral members from {town} 's opposition left early .\n")
    for name in ("dev", "test"):
        with lzma.open(folder / "qamr" / f"{name}.tsv.xz", "wt", encoding="utf-8") as handle:
            for i, town in enumerate(towns):
                row = [f"Wiki1k:wikinews:{i}:0:0", "1 3", "7", "0", "4", f"When did the council of {town} meet?"]
                handle.write("\t".join([*row, "6", "8:6", "9:5 6"]) + "\n")
    for name in ("easy", "hard"):
        with gzip.open(folder / "timeqa" / f"human_train.{name}.json.gz", "wt", encoding="utf-8") as handle:
            for i, town in enumerate(towns):
                context = (
                    f"{town} Club {town} Club is a rowing club . Its coach was Ida Moe from 200{i} to 2011 . It rows ."
                )
                at = context.index("Ida Moe")
                record = {
                    "idx": f"/wiki/{town}_Club#P1#0",
                    "question": f"Who coached {town} Club from 200{i} to 2011?",
                    "context": context,
                    "targets": ["Ida Moe"],
                    "from": [at],
                    "end": [at + 7],
                    "paragraphs": [{"title": f"{town} Club", "text": context}],
                }
                handle.write(json.dumps(record) + "\n")


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    write_data(tmp_path)
    return load(tmp_path)


def test_answers_stand_in_their_pages(corpus: Corpus) -> None:
    assert {e.source for e in corpus.examples} == {"qed", "news", "timeqa"}
    for example in corpus.examples:
        page = corpus.pages[example.page]
        assert example.answer is not None
        answer = example.answer.of(page.text)
        assert answer.startswith("Ole Brandt") or answer in ("Ida Moe", "Tuesday", "on Tuesday")
        assert all(0 <= s.start < s.end <= len(page.text) for s in page.sentences)


def test_groups_hold_the_answer_once_and_negatives_never(corpus: Corpus) -> None:
    grouper = Grouper(corpus, negatives=4)
    kinds = set()
    for i, example in enumerate(corpus.examples):
        rows = grouper.group(example, Random(i))
        answer = example.answer.of(corpus.pages[example.page].text) if example.answer else ""
        assert [row.kind for row in rows if row.answer] == ["answer"]
        asked = rows[0].question
        for row in rows:
            kinds.add(row.kind)
            if row.answer is not None:
                assert row.answer.of(row.passage) == answer
            elif row.kind in ("same page", "elsewhere"):
                assert not holds(row.passage, answer) and not holds(row.title, answer)
            elif row.kind in ("swapped question", "roles", "transplanted", "other deed"):
                assert row.question != asked
            else:
                assert (row.passage, row.title) != (rows[0].passage, rows[0].title)
    assert {"answer", "same page", "elsewhere", "swapped question"} <= kinds


def test_a_swapped_question_asks_for_what_the_passage_does_not_hold(corpus: Corpus) -> None:
    swapper = Grouper(corpus).swapper
    question = "Who opened the bridge at Elvik in 2014?"
    passage = "In 2014 the bridge at Elvik was opened by the mayor. It cost 3 million."
    for seed in range(30):
        other = swapper.question(question, passage, "Elvik", Random(seed))
        assert other is not None and other != question
        added = set(other.lower().rstrip("?").split()) - set(question.lower().rstrip("?").split())
        assert added and not all(word in passage.lower() for word in added)


def test_a_swapped_passage_no_longer_names_what_is_asked(corpus: Corpus) -> None:
    swapper = Grouper(corpus).swapper
    for seed in range(20):
        changed = swapper.passage(
            "Who built the lighthouse of Elvik?", "The lighthouse of Elvik was built by Ole Brandt.", "", Random(seed)
        )
        assert changed is None or "Elvik" not in changed[0]


def test_the_same_seed_gives_the_same_rows(corpus: Corpus) -> None:
    one, other = Grouper(corpus, negatives=3), Grouper(corpus, negatives=3)
    for i, example in enumerate(corpus.examples):
        assert one.group(example, Random(f"5:{i}")) == other.group(example, Random(f"5:{i}"))
    assert any(one.group(e, Random("1")) != one.group(e, Random("2")) for e in corpus.examples)


def test_a_window_of_one_endless_sentence_is_cut_around_the_answer() -> None:
    words = " ".join(f"w{i}" for i in range(500))
    at = words.index("w300")
    page = Page("p", "Long", words, (Span(0, len(words)),))
    example = Example("where is w300", 0, Span(at, at + 4), False, "qed")
    rows = Grouper(Corpus((page,), (example,)), longest=60).group(example, Random(0))
    assert rows[0].answer is not None and rows[0].answer.of(rows[0].passage) == "w300"
    assert len(rows[0].passage.split()) <= 60


def test_roles_are_exchanged_only_where_the_form_is_known() -> None:
    assert exchange_roles("who attacked Torsund in 1904?") == "Who did Torsund attack in 1904?"
    assert exchange_roles("Who married Ida Moe?") == "Who did Ida Moe marri?" or exchange_roles("Who rowed Elvik?")
    assert exchange_roles("who is the mayor of Elvik") is None
    assert exchange_roles("when was Elvik attacked") is None


def test_names_are_runs_of_capitals_without_a_leading_article() -> None:
    assert names_in("The Port of Elvik hired Ida Moe. It paid.") == ["Port of Elvik", "Ida Moe"]


def test_questions_as_users_type_them() -> None:
    forms = {as_typed("who rows ?", Random(i)) for i in range(20)}
    assert forms == {"who rows", "Who rows?"}


def test_missing_files_are_one_line(tmp_path: Path) -> None:
    for call in (lambda: load_qed(tmp_path / "train.jsonl.xz"), lambda: load_qamr(tmp_path)):
        with pytest.raises(ReadError, match="no file"):
            call()


def test_held_out_pages_are_a_stable_small_part() -> None:
    pages = [Page(f"page {i}", "", "x", (Span(0, 1),)) for i in range(2000)]
    part = [held_out(page) for page in pages]
    assert 60 < sum(part) < 140 and part == [held_out(page) for page in pages]


def test_the_rate_rises_then_falls_to_zero() -> None:
    from rag.training.runs import rate_at

    assert rate_at(0.0, 0.1) == 0.0 and rate_at(0.1, 0.1) == pytest.approx(1.0)
    assert rate_at(1.0, 0.1) == 0.0 and rate_at(2.0, 0.1) == 0.0


def test_a_run_goes_on_where_it_was_kept(tmp_path: Path) -> None:
    import torch

    from rag.training.runs import Run

    said: list[str] = []

    def opened() -> tuple[Run, torch.Tensor]:
        weight = torch.zeros(3, requires_grad=True)
        return Run(tmp_path, 5.0, 5.0, {"w": weight}, torch.optim.AdamW([weight], lr=0.1), said.append), weight

    first, weight = opened()
    first.learn((weight - 1).square().sum())
    first.position.steps = 1
    first.keep()
    again, resumed = opened()
    assert torch.equal(resumed, weight) and float(resumed.detach().min()) > 0
    assert again.position.steps == 1 and any("going on from step 1" in line for line in said)


def test_a_sentence_that_tempts_stands_beside_the_answer(corpus: Corpus) -> None:
    page, other = corpus.pages[0], corpus.pages[1]
    sentence = other.sentences[0]
    asked = next(e for e in corpus.examples if e.page == 0 and e.answer is not None)
    tempted = replace(asked, tempting=(1, sentence))
    joined = join(Corpus((page,), ()), Corpus(corpus.pages, (tempted,))).examples[0]
    assert joined.page == 1 and joined.tempting == (2, sentence)
    groups = [Grouper(corpus, negatives=1).group(tempted, Random(i)) for i in range(40)]
    shown = [row for rows in groups for row in rows if row.kind == "tempting"]
    assert 20 <= len(shown) <= 38 and {row.passage for row in shown} == {sentence.of(other.text)}
    assert all(row.answer is None for row in shown) and all(len(rows) <= 2 for rows in groups)
