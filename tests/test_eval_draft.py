"""Questions proposed from articles, and the file that keeps what a person decided on them."""

import json
import re
import time
from pathlib import Path
from random import Random

import pytest

from eval import proposals as proposals_module
from eval.draft import draft_questions
from eval.drafting.forms import questions
from eval.drafting.names import Background
from eval.drafting.statements import parse, plain_sentence
from eval.drafting.verb_forms import base_form
from eval.drafting.wording import clear
from eval.proposals import Proposal, accepted, decide, read_proposals, write_proposals
from eval.read_sets import read_json_lines
from eval.systems import names_of
from index.library import Library
from rag.opening import shipped_articles
from rag.records import DataError
from tests.fake_colloquy import FakeLibrary, article
from tests.fakes import BagEmbedder

HARBOUR = article(
    "Olen opens its harbour",
    "Ida Kell, the Mayor of Olen, opened the Olen harbour on 4 May 2021. Ida Kell said that Marsk had paid for the new "
    "lighthouse. The Olen Council approved the Marsk bridge in June 2019. Olen has 12 fishing boats. She was glad.\n\n"
    "“The harbour brings Olen back to life after forty years,” Kell said. The Olen bridge was closed because of the "
    "storm in Marsk. He said it would take a week.",
    path="news/harbour.md",
)
CHOIR = article(
    "Brenn choir wins",
    "Conductor Jon Abel led the Brenn Choir in Tallin, Estonia. Jon Abel, the director of the Brenn Choir, said the "
    "Tallin contest was hard. The Brenn Choir was founded in Brenn in 1988. Nora Dahl, the Minister of Culture of "
    "Vestland, praised the Brenn Choir on 2 March 2018. The singers came from Brenn, Vestland.",
    path="news/choir.md",
)
MILL = article(
    "Paper mill closes",
    "Rolf Stein, the owner of the Kull Mill in Varn, closed the Kull Mill in March 2012. Rolf Stein told the Varn Post "
    "that prices had fallen. The mill in Varn, Ostland, had 340 workers. He spoke in Varn and went to Varn again.",
    path="news/mill.md",
)
LIBRARY = FakeLibrary((HARBOUR, CHOIR, MILL))


def asked(sentence: str, text: str = "") -> dict[str, tuple[str, ...]]:
    return {a.question: a.answers for a in questions(sentence, Background(text or sentence))}


def folded(text: str) -> str:
    return " ".join(text.lower().split())


# -- the rules --------------------------------------------------------------------------------------------------------


KELL = "Ida Kell, the Mayor of Olen, opened the Olen harbour."
TRAINED = "Olen has trained more than 300 police officers since 2019."
GROUP = "NTI is a nonprofit group that works in Olen."
TREATY = "The Olen Treaty was signed in Riga in 1921."
SAID = "Mayor Ida Kell said on Monday that Marsk had paid for the lighthouse of Olen."
TALKS = "According to the Foreign Office, the talks between Olen and Marsk will begin in May."


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (KELL, "Who was the Mayor of Olen?", "Ida Kell"),
        (KELL, "Which position does Ida Kell hold?", "Mayor of Olen"),
        (KELL, "Who opened the Olen harbour?", "Ida Kell"),
        ("He met Estonian Prime Minister Kaja Saar in Riga.", "Who was the Estonian Prime Minister?", "Kaja Saar"),
        (SAID, "Who said that Marsk had paid for the lighthouse of Olen?", "Ida Kell"),
        (TALKS, "Who said that the talks between Olen and Marsk will begin in May?", "Foreign Office"),
        (TREATY, "When was the Olen Treaty signed in Riga?", "1921"),
        (TREATY, "Where was the Olen Treaty signed in 1921?", "Riga"),
        ("On 4 May 2021 Olen opened its harbour to ships.", "When did Olen open its harbour to ships?", "4 May 2021"),
        (TRAINED, "How many police officers has Olen trained since 2019?", "300"),
        (
            "Three members of the Olen Council were arrested.",
            "How many members of the Olen Council were arrested?",
            "Three",
        ),
        ("Olen broke with Marsk because of the drone strikes.", "Why did Olen break with Marsk?", "the drone strikes"),
        ("The Olen delegation was led by Mayor Ida Kell.", "Who was the Olen delegation led by?", "Ida Kell"),
        ("The Olen Court banned the Marsk ferry in May.", "Which court banned the Marsk ferry in May?", "Olen Court"),
        (GROUP, "What is NTI?", "nonprofit group"),
        ("Mayor Ida Kell said that Olen paid.", "Who said that Olen paid?", None),
    ],
)
def test_a_sentence_gives_the_question(sentence: str, question: str, answer: str | None) -> None:
    found = asked(sentence)
    if answer is None:
        assert question not in found  # too little to tell one statement from another
    else:
        assert found[question][0] == answer


@pytest.mark.parametrize(
    "sentence",
    [
        "He said that the Olen harbour would be opened in May.",
        "It was signed in Riga in 1921 by the two sides.",
        "The two sides met in Riga in 1921.",
        "The company was founded in 1921.",
        "Former Mayor Ida Kell opened it.",
        "A statement issued in 1921 said Olen would pay.",
        "Ida Kell said a prayer for the victims in Olen.",
        "What is it: Olen market held at Ker Place.",
        "Read more » Olen opens its harbour in May 2021.",
        "Prime Minister Kaja Saar spoke.",
        "Olen opened its harbour and Marsk closed in 2021",
        "A broken “quotation was held in Olen in 1999.",
    ],
)
def test_a_sentence_that_does_not_stand_by_itself_gives_none(sentence: str) -> None:
    assert asked(sentence) == {}


def test_no_question_where_the_words_of_the_answer_stand_in_it() -> None:
    assert not any(q.startswith("Where") for q in asked("The Riga Treaty was signed in Riga in 1921."))
    assert any(q.startswith("When") for q in asked("The Riga Treaty was signed in Riga in 1921."))


def test_an_answer_stands_in_the_sentence_word_for_word() -> None:
    found = asked("Ida Kell, the Minister of Trade (and Ports) of Olen, opened the Marsk harbour.")
    assert "Who opened the Marsk harbour?" in found and "Which position does Ida Kell hold?" not in found


def test_days_that_only_the_article_knows_are_left_out() -> None:
    found = asked("Mayor Ida Kell opened the Olen harbour on Tuesday in front of the Marsk choir.")
    assert "Who opened the Olen harbour in front of the Marsk choir?" in found
    assert not clear("Who opened the Olen harbour last week?") and clear("Who opened the Olen harbour?")


def test_a_question_names_what_it_is_about() -> None:
    assert not clear("When was the treaty signed?") and not clear("Who met him in Olen?")
    assert not clear("Who said that the company would leave Olen?")
    assert clear("Who said that the mayor of Olen would leave?")


@pytest.mark.parametrize(
    ("past", "base"),
    [("announced", "announce"), ("visited", "visit"), ("planned", "plan"), ("referred", "refer"), ("called", "call"),
     ("carried", "carry"), ("held", "hold"), ("took", "take"), ("created", "create"), ("defeated", "defeat"),
     ("hoped", "hope"), ("opened", "open"), ("chaired", "chair"), ("table", "table")],
)  # fmt: skip
def test_base_forms(past: str, base: str) -> None:
    assert base_form(past) == base


def test_the_parts_of_a_statement() -> None:
    found = parse("Ida Kell, the mayor, has opened the harbour, which was built in 1990.")
    assert found is not None
    assert (found.subject, found.auxiliary, found.apposition) == ("Ida Kell", "has", "the mayor")
    assert found.turned() == "has Ida Kell opened the harbour, which was built in 1990"
    met = parse("The kings met in Riga.")
    assert met is not None and met.turned() == "did The kings meet in Riga"
    assert parse("A statement issued in Riga said that Olen would pay.") is None
    assert parse("Running through Riga was fun.") is None


def test_datelines_and_asides_are_not_part_of_the_sentence() -> None:
    assert plain_sentence("RIGA: The Olen Treaty (OT) was signed by Marsk.") == "The Olen Treaty was signed by Marsk."
    assert plain_sentence("RIGA, May 4, 2021 (AP) - The Olen Treaty was signed by Marsk.").startswith("The Olen")
    assert plain_sentence("Is the Olen Treaty really signed by Marsk?") == ""


JUNK = [
    *("A " * 5000, "A" * 3000, "Ab" * 2000 + ".", "Aa, " * 3000 + "x.", "Chief " * 50 + "x.", "A. " * 90 + "b."),
    *("(" * 3000, "“" * 999, "a.b." * 900, "The " * 1000 + ".", "He, who" + ", who" * 60 + ".", "In 2001 " * 40 + "."),
    "Ida Kell, " + "the chief " * 25 + "x, said so in May.",
    "Ida Kell, the " + "chief-" * 16 + "x of Olen, said so.",
    "Olen has " + "7 of " * 50 + "men.",
    f"\ud800{TREATY}",
]


@pytest.mark.parametrize("junk", JUNK)
def test_junk_is_passed_over_at_once(junk: str) -> None:
    started = time.perf_counter()
    assert questions(junk, Background(junk)) == ()
    # A pattern that tries all ways to cut a line would take hours; the slowest of these takes a hundredth of a second.
    assert time.perf_counter() - started < 3


# -- proposals --------------------------------------------------------------------------------------------------------


def test_every_proposal_stands_in_its_article_and_does_not_tell_its_answer() -> None:
    found = draft_questions(LIBRARY, 100, seed=1)
    assert len(found) >= 10 and {p.article for p in found} == {"harbour.md", "choir.md", "mill.md"}
    for p in found:
        source = next(a for a in LIBRARY.held if p.article in names_of(a))
        assert p.quote in source.text and p.title == source.title and p.state == "open"
        assert p.question.endswith("?") and p.question[0].isupper()
        assert bool(p.answers) != p.unanswerable
        for answer in p.answers:
            assert folded(answer) in folded(p.quote) and folded(answer) not in folded(p.question)
        assert not re.search(r"\b(?:He|She|It|They|he|she|they)\b", p.question)


def test_no_question_twice_and_no_sentence_twice() -> None:
    found = draft_questions(LIBRARY, 100, seed=1)
    assert len({p.question.casefold() for p in found}) == len(found) == len({p.id for p in found})
    answered = [p.quote for p in found if not p.unanswerable]
    assert len(set(answered)) == len(answered)


def test_articles_that_say_the_same_are_asked_once() -> None:
    twice = [article(f"Version {n}", f"{TRAINED} {GROUP} This is version {n}.", path=f"{n}.md") for n in (1, 2)]
    found = [p.question for p in draft_questions(FakeLibrary(tuple(twice)), 50, seed=0)]
    assert len(found) == len(set(found)) == 2


def test_no_article_holds_the_names_of_a_question_without_answer() -> None:
    found = [p for p in draft_questions(LIBRARY, 100, seed=1) if p.unanswerable]
    assert found
    originals = {q for a in LIBRARY.held for s in a.text.split(". ") for q in asked(f"{s.strip('.')}.", a.text)}
    for p in found:
        assert p.question not in originals
        source = next(a for a in LIBRARY.held if p.article in names_of(a))
        new = [w for w in re.findall(r"\w+", p.question)[1:] if w[0].isupper() or w.isdigit()]
        new = [w for w in new if w not in p.quote]
        kept = [w for w in re.findall(r"\b[A-Z]\w+", p.question)[1:] if w in p.quote]
        assert new and kept, p.question
        texts = [a.text for a in LIBRARY.held]
        assert any(not any(new[-1] in t and k in t for t in texts) for k in kept), p.question
        assert any(new[-1] in t for t in texts if t != source.text)


def test_the_seed_chooses_and_the_count_only_cuts() -> None:
    whole = draft_questions(LIBRARY, 100, seed=3)
    assert draft_questions(LIBRARY, 5, seed=3) == whole[:5]
    assert [p.id for p in draft_questions(LIBRARY, 100, seed=4)] != [p.id for p in whole]
    known = {p.id for p in whole[:4]}
    assert draft_questions(LIBRARY, 3, seed=3, skip=known) == whole[4:7]


def test_the_first_questions_come_from_different_articles() -> None:
    assert len({p.article for p in draft_questions(LIBRARY, 5, seed=2)}) == 3


def test_an_office_with_two_holders_is_not_asked_for() -> None:
    first = article("One", "She spoke with French President Paul Rey in Olen.", path="one.md")
    second = article("Two", "French President Marc Blum stayed in Paris.", path="two.md")
    alone = {p.question for p in draft_questions(FakeLibrary((first,)), 9, seed=0)}
    both = {p.question for p in draft_questions(FakeLibrary((first, second)), 9, seed=0)}
    assert "Who was the French President?" in alone and "Who was the French President?" not in both


def test_articles_of_one_file_go_by_their_ids() -> None:
    same = [article(f"{n}", f"{HARBOUR.text} {n}", path="all.jsonl") for n in (1, 2)]
    names = {p.article for p in draft_questions(FakeLibrary(tuple(same)), 4, seed=0)}
    assert names <= {a.id for a in same}


def test_nothing_is_proposed_from_nothing() -> None:
    assert draft_questions(FakeLibrary(()), 10, seed=0) == []
    assert draft_questions(FakeLibrary((article("Empty", "Nothing here."),)), 10, seed=0) == []


def test_the_briefs_that_ship_give_questions(tmp_path: Path) -> None:
    library = Library(tmp_path, BagEmbedder(), create=True)
    library.add([shipped_articles()])
    found = draft_questions(library, 100, seed=0)
    assert len(found) >= 18
    by_question = {p.question: p for p in found}
    assert by_question["Who chaired the Islamabad dialogue for Pakistan?"].answers[0] == "Syed Haider Shah"
    assert any(p.unanswerable for p in found)
    articles = {a.id: library.article(a.id) for a in library.articles()}
    for p in found:
        assert any(a is not None and p.article in names_of(a) and p.quote in a.text for a in articles.values())
    library.close()


# -- the file ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def drafted() -> list[Proposal]:
    return draft_questions(LIBRARY, 8, seed=1)


def test_what_is_written_is_read_again(tmp_path: Path, drafted: list[Proposal]) -> None:
    file = tmp_path / "q.jsonl"
    assert read_proposals(file) == () and accepted(file) == 0
    assert write_proposals(file, drafted) == len(drafted)
    assert list(read_proposals(file)) == drafted
    assert list(tmp_path.iterdir()) == [file]


def test_only_accepted_questions_are_a_question_set(tmp_path: Path, drafted: list[Proposal]) -> None:
    file = tmp_path / "q.jsonl"
    write_proposals(file, drafted)
    with pytest.raises(DataError, match="none of the 8 questions"):
        read_json_lines(file)
    plain = next(p for p in drafted if not p.unanswerable)
    hopeless = next(p for p in drafted if p.unanswerable)
    for p in (plain, hopeless):
        decide(file, p.id, "accepted")
    found = {e.id: e for e in read_json_lines(file)}
    assert set(found) == {plain.id, hopeless.id} and accepted(file) == 2
    example = found[plain.id]
    assert (example.question, example.kind, example.answers) == (plain.question, "drafted", plain.answers)
    assert example.relevant == {plain.article} and example.quotes == (plain.quote,) and example.answerable
    # What has no answer has no right article either.
    assert not found[hopeless.id].answerable and not found[hopeless.id].relevant and not found[hopeless.id].quotes


def test_decisions_and_edits_survive_a_new_draft(tmp_path: Path, drafted: list[Proposal]) -> None:
    file = tmp_path / "q.jsonl"
    write_proposals(file, drafted[:4])
    decide(file, drafted[0].id, "accepted")
    decide(file, drafted[1].id, "dropped")
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    lines[2] |= {"question": "Who opened it, really?", "asked": "2024-01-01", "mine": 7}
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert write_proposals(file, draft_questions(LIBRARY, 8, seed=1)) == 4
    found = read_proposals(file)
    assert [p.id for p in found] == [p.id for p in drafted]
    assert [p.state for p in found[:4]] == ["accepted", "dropped", "open", "open"]
    assert found[2].question == "Who opened it, really?"
    decide(file, drafted[2].id, "accepted")
    kept = json.loads(file.read_text(encoding="utf-8").splitlines()[2])
    assert kept["mine"] == 7 and kept["asked"] == "2024-01-01" and kept["state"] == "accepted"


def test_a_decision_can_be_taken_back_and_touches_one_line_only(tmp_path: Path, drafted: list[Proposal]) -> None:
    file = tmp_path / "q.jsonl"
    write_proposals(file, drafted)
    # As an editor may leave it: blanks, another order of fields, an empty line, an odd byte.
    raw = file.read_bytes().replace(b'{"id": ', b'{ "id":  ').replace(b"\n", b"\n\n", 1) + b'{"question": "Caf\xe9?", '
    raw += b'"answers": "x", "id": 5, "state": "open"}\n'
    file.write_bytes(raw)
    before = file.read_bytes().split(b"\n")
    decide(file, drafted[3].id, "accepted")
    after = file.read_bytes().split(b"\n")
    assert len(after) == len(before) and sum(a != b for a, b in zip(after, before, strict=True)) == 1
    assert accepted(file) == 1
    decide(file, drafted[3].id, "open")
    assert accepted(file) == 0
    decide(file, "5", "dropped")
    assert read_proposals(file)[-1].state == "dropped"


def test_lines_are_told_apart_as_json_does(tmp_path: Path) -> None:
    odd = Proposal("a", "Who\u2028spoke?", ("x",), "x\u2029y\x85z", "a.md", "t\x0bitle")
    file = tmp_path / "q.jsonl"
    write_proposals(file, [odd, Proposal("b", "Who?", (), "q", "b.md", "t", unanswerable=True)])
    decide(file, "b", "accepted")
    found = read_proposals(file)
    assert [p.state for p in found] == ["open", "accepted"] and found[0].question == odd.question
    assert found[0].quote == odd.quote


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{broken", "line 3: no JSON"),
        ("[1]", "line 3: JSON but a list"),
        ('{"question": "Who?", "answers": ["a"], "state": "maybe"}', "line 3: 'state'.*found 'maybe'"),
        ('{"question": "Who?"}', "line 3: .*'answers' is missing"),
        ('{"id": "x", "question": "", "answers": ["a"]}', "line 3: 'question'"),
    ],
)
def test_a_broken_line_is_named_and_nothing_is_changed(
    tmp_path: Path, drafted: list[Proposal], line: str, said: str
) -> None:
    file = tmp_path / "q.jsonl"
    write_proposals(file, drafted[:2])
    file.write_text(file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    before = file.read_bytes()
    for work in (
        lambda: read_proposals(file),
        lambda: write_proposals(file, drafted),
        lambda: decide(file, drafted[0].id, "accepted"),
        lambda: accepted(file),
    ):
        with pytest.raises(DataError, match=said):
            work()
    assert file.read_bytes() == before


def test_an_id_that_stands_twice_is_named(tmp_path: Path, drafted: list[Proposal]) -> None:
    file = tmp_path / "q.jsonl"
    write_proposals(file, drafted[:2])
    file.write_text(file.read_text(encoding="utf-8") * 2, encoding="utf-8")
    with pytest.raises(DataError, match=f"line 3: the id '{drafted[0].id}'"):
        read_proposals(file)


def test_what_cannot_be_decided(tmp_path: Path, drafted: list[Proposal]) -> None:
    file = tmp_path / "q.jsonl"
    write_proposals(file, drafted[:2])
    with pytest.raises(DataError, match="no question with the id 'gone'"):
        decide(file, "gone", "accepted")
    with pytest.raises(DataError, match="expected one of open, accepted, dropped"):
        decide(file, drafted[0].id, "good")  # type: ignore[arg-type]


def test_a_write_that_breaks_off_leaves_the_old_file(
    tmp_path: Path, drafted: list[Proposal], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "q.jsonl"
    write_proposals(file, drafted[:3])
    before = file.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(proposals_module.os, "fsync", full)
    with pytest.raises(DataError, match="No space left on device"):
        write_proposals(file, drafted)
    with pytest.raises(DataError, match="No space left"):
        decide(file, drafted[0].id, "accepted")
    assert file.read_bytes() == before and list(tmp_path.iterdir()) == [file]


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path, drafted: list[Proposal]) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(DataError, match="cannot be written") as caught:
        write_proposals(tmp_path / "taken" / "q.jsonl", drafted)
    assert "\n" not in str(caught.value)


def test_decisions_in_any_order_are_all_kept(tmp_path: Path, drafted: list[Proposal]) -> None:
    file = tmp_path / "q.jsonl"
    write_proposals(file, drafted)
    wanted = {p.id: "open" for p in drafted}
    draw = Random(5)
    for _ in range(40):
        id, state = draw.choice(drafted).id, draw.choice(("open", "accepted", "dropped"))
        decide(file, id, state)  # type: ignore[arg-type]
        wanted[id] = state
    assert {p.id: p.state for p in read_proposals(file)} == wanted
