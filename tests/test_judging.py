"""The judge's say: in the order of the best sentences and in whether to answer. All texts are invented."""

from collections.abc import Sequence

from rag.evidence import candidates_of, find_evidence
from rag.judge import Judgement
from rag.judging import JUDGED, judged
from rag.question import Turn, understand
from rag.views import LIMIT
from tests.test_evidence import EMBED, HARBOUR, FindingReader, article, hits

BLIND = FindingReader("no such words")
LONG = article(
    "Harbour works", " ".join(f"The harbour wall number {n} of Lorne was mended in spring." for n in range(12))
)


class Likes:
    """Likes the passages that have these words; keeps what it is asked and shown."""

    def __init__(self, part: str, logit: float = 4.0) -> None:
        self.part, self.logit = part, logit
        self.shown: list[tuple[str, str]] = []

    def judge(self, question: str, passages: Sequence[str], titles: Sequence[str]) -> list[Judgement]:
        self.shown += [(question, passage) for passage in passages]
        return [Judgement(self.logit if self.part in passage else -self.logit, None) for passage in passages]


def test_what_it_likes_goes_up_and_is_surer_and_the_rest_less() -> None:
    question = understand("Who opened the wall of Lorne?")[0]
    plain = find_evidence(question, hits(HARBOUR), EMBED, BLIND)
    liked = plain[1]
    found = find_evidence(question, hits(HARBOUR), EMBED, BLIND, judge=Likes(liked.text))
    assert found[0].text == liked.text
    before = {e.text: e for e in plain}
    assert found[0].score > liked.score and found[0].answerable > liked.answerable
    assert all(e.answerable < before[e.text].answerable for e in found[1:])
    assert sorted(before) == sorted(e.text for e in found)


def test_what_it_does_not_see_counts_as_the_worst_it_sees() -> None:
    question = understand("Which wall of Lorne was mended?")[0]
    plain = find_evidence(question, hits(LONG), EMBED, BLIND)
    best = [e.text for e in plain[:JUDGED]]
    assert len(plain) > JUDGED
    likes = Likes(best[-1])
    found = {e.text: e for e in find_evidence(question, hits(LONG), EMBED, BLIND, judge=likes)}
    assert [passage for _, passage in likes.shown] == best
    worst = found[best[0]].score - plain[0].score
    assert worst < 0
    for e in plain[JUDGED:]:
        assert abs(found[e.text].score - e.score - worst) < 1e-9


def test_no_hits_are_nothing_to_judge() -> None:
    likes = Likes("")
    assert find_evidence(understand("Who?")[0], [], EMBED, BLIND, judge=likes) == () and likes.shown == []


def test_a_quotation_is_judged_with_its_speaker() -> None:
    told = article("Mole", 'Ida Kell said the pier was old. "The mole will be rebuilt by spring."')
    likes = Likes("spring")
    judged(understand("What did Ida Kell say of the mole?")[0], candidates_of(hits(told)), likes)
    assert any(passage.startswith("Ida Kell") and "rebuilt" in passage for _, passage in likes.shown)


def test_a_follow_up_is_judged_as_it_stands_and_behind_the_turn_before() -> None:
    question = understand("And who paid for it?", [Turn("Who cut the ribbon in Lorne?")])[0]
    likes = Likes("ribbon", 40.0)
    logits = judged(question, candidates_of(hits(HARBOUR)), likes)
    assert {asked for asked, _ in likes.shown} == set(question.timeless) and len(set(question.timeless)) == 2
    assert sorted({j.logit for j in logits}) == [-LIMIT, LIMIT]


def test_dates_are_compared_elsewhere_and_not_judged() -> None:
    likes = Likes("")
    judged(understand("Who cut the ribbon in May 2021?")[0], candidates_of(hits(HARBOUR)), likes)
    assert likes.shown and not any("2021" in asked for asked, _ in likes.shown)


def test_an_answer_of_another_time_is_no_surer_for_the_judge() -> None:
    early = article("Lorne harbour in 2014", "In 2014 the harbour of Lorne was built. Mayor Ruth Amsel cut the ribbon.")
    question = understand("Who cut the ribbon in May 2021?")[0]
    [plain] = [e for e in find_evidence(question, hits(early), EMBED, BLIND) if "Amsel" in e.text]
    [found] = [e for e in find_evidence(question, hits(early), EMBED, BLIND, judge=Likes("")) if "Amsel" in e.text]
    assert plain.period < 0 and abs(found.answerable - plain.answerable) < 1e-9
