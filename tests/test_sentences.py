from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.chunks import group_sentences
from index.records import Span
from index.sentences import MAX_SENTENCE, paragraph_of, split_paragraphs, split_sentences

TEXTS = st.text(alphabet=st.sampled_from("ab .!?\n“”\"'é😀。U.S. Mr"), max_size=400)


def said(text: str) -> list[str]:
    return [s.of(text) for s in split_sentences(text)]


def test_abbreviations_and_quotations_do_not_end_a_sentence() -> None:
    text = 'The U.S. envoy met Mr. Aziz in Washington, D.C. on Jan. 27. "It is vital," he said. They left.'
    assert said(text) == [
        "The U.S. envoy met Mr. Aziz in Washington, D.C. on Jan. 27.",
        '"It is vital," he said.',
        "They left.",
    ]


def test_offsets_are_code_points() -> None:
    assert said("Zażółć 😀 jaźń. 今天好。走吧！") == ["Zażółć 😀 jaźń.", "今天好。", "走吧！"]


def test_a_sentence_never_crosses_a_paragraph() -> None:
    assert said("One without a stop\n\nTwo. Three") == ["One without a stop", "Two.", "Three"]


def test_an_endless_word_is_cut() -> None:
    spans = split_sentences("x" * (3 * MAX_SENTENCE + 5))
    assert [s.end - s.start for s in spans] == [MAX_SENTENCE] * 3 + [5]


@given(TEXTS)
def test_sentences_are_ordered_and_cover_every_letter(text: str) -> None:
    spans = split_sentences(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    covered = {n for s in spans for n in range(s.start, s.end)}
    assert all(n in covered for n, c in enumerate(text) if not c.isspace())
    assert all(s.of(text) == s.of(text).strip() for s in spans)


@given(TEXTS, st.integers(1, 30))
def test_groups_hold_every_sentence_and_move_on(text: str, target: int) -> None:
    spans = split_sentences(text)
    groups = group_sentences(text, spans, target)
    assert {s for g in groups for s in g} == set(spans)
    assert all(a[-1].end < b[-1].end for a, b in pairwise(groups))
    for group in groups:
        assert len(group) == 1 or sum(len(s.of(text).split()) for s in group) <= target


def test_neighbouring_groups_share_a_sentence() -> None:
    text = "All boats came home. Every fisher gave thanks. Ice was kept low."
    groups = group_sentences(text, split_sentences(text), 8)
    assert [[s.of(text) for s in g] for g in groups] == [
        ["All boats came home.", "Every fisher gave thanks."],
        ["Every fisher gave thanks.", "Ice was kept low."],
    ]


def test_paragraph_of_a_span() -> None:
    text = "First one.\n\nSecond one. And more.\n\nThird."
    start = text.index("And")
    assert paragraph_of(text, Span(start, start + 3)).of(text) == "Second one. And more."
    assert [p.of(text) for p in split_paragraphs(text)] == ["First one.", "Second one. And more.", "Third."]
