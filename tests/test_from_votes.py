"""Votes of the chat become an evaluation file, which is read, asked and measured."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eval.datasets import load_dataset
from eval.examples import Example
from eval.from_votes import voted_lines, write_lines
from eval.proposals import decide, read_proposals
from eval.run import run
from eval.summary import figure, summarise
from eval.systems import ColloquySystem, Found, Trace, names_of
from eval.verdict import failure, judge
from rag.answer import Answer, answer_json
from rag.cli import main
from rag.conversation_record import KeptTurn
from rag.conversations import Conversations
from rag.preferences import Preferences
from rag.question import Turn
from rag.records import Article, DataError, Window
from rag.scope import Scope
from tests.fake_colloquy import ARTICLES, CHOIR, FERRY, MARCH, SCRIPT, FakeColloquy, FakeLibrary, article

LONG = KeptTurn(1, "About the ferry?", Answer("About the ferry?", SCRIPT["ferry"]), vote=1, asked=date(2024, 5, 1))
CHORUS = Answer("q", SCRIPT["choir"], short="Ilse Brandt")
SHORT = KeptTurn(2, "And the choir?", CHORUS, vote=1, history=(LONG.question,))
DECLINED = KeptTurn(3, "Who won the regatta?", Answer("q", abstained="The articles do not say."), vote=1)
WRONG = KeptTurn(4, "Who led?", Answer("q", SCRIPT["ferry"][:1], short="Tove Lind"), vote=-1, remark="It was Ida Kell.")


class FakeSystem:
    """Asks the fake pipeline, with what the question remembers."""

    name = "fake"
    settings: dict[str, Any] = {}  # noqa: RUF012 - as the protocol has it

    def __init__(self, fake: FakeColloquy) -> None:
        self.fake = fake

    def articles(self) -> Sequence[Article]:
        return ARTICLES

    def answer(self, example: Example) -> Trace:
        answer = self.fake.ask(example.question, [Turn(q) for q in example.history], example.asked)
        found = tuple(Found(names_of(h.article), h.chunk.span.of(h.article.text)) for h in answer.hits)
        return Trace(answer_json(answer), found, tuple(f.text for f in found), "", 0.9)


def lines(*turns: KeptTurn, articles: Sequence[Article] = ARTICLES) -> list[dict[str, Any]]:
    return list(voted_lines([(7, turn) for turn in turns], articles))


def colloquy(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_up_is_asked_with_the_bare_answer_or_the_words_cited() -> None:
    long, short, declined = lines(LONG, SHORT, DECLINED)
    assert long == {
        "id": "vote-7-1",
        "state": "accepted",
        "kind": "voted",
        "question": "About the ferry?",
        "asked": "2024-05-01",
        "relevant": ["https://courier.example/ferry"],
        "quotes": [
            "Engineer Tove Lind led the work",
            "Repairs to the pier took eleven weeks",
            "Tickets stay at the old price until the end of the year",
        ],
    }
    assert short["answers"] == ["Ilse Brandt"] and short["history"] == ["About the ferry?"]
    assert short["relevant"] == ["choir.md"] and short["quotes"] == ["Conductor Ilse Brandt said the singers"]
    assert declined["unanswerable"] is True and not {"answers", "relevant", "quotes"} & set(declined)


def test_a_bare_answer_of_many_words_is_none() -> None:
    (line,) = lines(replace(SHORT, answer=replace(SHORT.answer, short="one two three four five six seven")))
    assert "answers" not in line and line["quotes"]


def test_the_same_vote_in_two_copies_of_a_conversation_counts_once() -> None:
    found = voted_lines([(7, SHORT), (7, WRONG), (8, SHORT), (8, replace(SHORT, history=()))], ARTICLES)
    assert [line["id"] for line in found] == ["vote-7-2", "vote-7-4", "vote-8-2"] and "history" not in found[2]


def test_down_is_open_with_the_remark_and_what_was_answered() -> None:
    (line,) = lines(WRONG)
    assert line["state"] == "open" and line["remark"] == "It was Ida Kell."
    assert line["answered"] == "Engineer Tove Lind led the repairs. [1]" and "answers" not in line


@pytest.mark.parametrize("window", [MARCH, Window(), Window(None, date(2024, 3, 1)), None])
def test_a_period_set_by_hand_is_asked_again(tmp_path: Path, window: Window | None) -> None:
    (line,) = lines(replace(SHORT, window=window))
    assert line["state"] == "accepted" and ("window" in line) == (window is not None)
    write_lines(tmp_path / "votes.jsonl", [line])
    dataset = load_dataset(str(tmp_path / "votes.jsonl"))
    fake = FakeColloquy()
    # The fake drafts before anything is selected, which the system does not know; what it was asked is all that counts.
    with suppress(IndexError):
        ColloquySystem(fake, {}).answer(dataset.examples[0])  # type: ignore[arg-type]
    assert fake.windows == [window]


def test_a_question_asked_in_part_of_the_library_waits_for_a_person() -> None:
    (line,) = lines(replace(SHORT, scope=Scope(publishers=("Valley Post",)), preferences=Preferences("long")))
    assert line["state"] == "open" and line["answers"] == ["Ilse Brandt"]
    assert "only in Valley Post" in line["note"] and "long answers" in line["note"]
    (line,) = lines(replace(SHORT, preferences=Preferences(caution="strict")))
    assert line["state"] == "accepted" and "strict" in line["note"]


@pytest.mark.parametrize(
    ("window", "wrong"),
    [
        ({"after": "March"}, "'window': .*March"),
        ({"after": "2024-03-02", "before": "2024-03-01"}, "'window'"),
        ({"from": "2024-03-02"}, "window"),
        ("2024", "window"),
    ],
)
def test_a_window_that_is_none_is_refused_with_its_line(tmp_path: Path, window: Any, wrong: str) -> None:
    file = tmp_path / "votes.jsonl"
    file.write_text(json.dumps({"question": "Who?", "answers": ["x"], "window": window}) + "\n", "utf-8")
    with pytest.raises(DataError, match=rf"line 1.*{wrong}"):
        load_dataset(str(file))


def test_articles_that_left_the_library_or_share_a_file_name_are_still_told_apart() -> None:
    assert lines(SHORT, articles=())[0]["relevant"] == ["choir.md"]
    other = article("Another choir", "Another text.", path="elsewhere/choir.md")
    assert lines(SHORT, articles=[*ARTICLES, other])[0]["relevant"] == [CHOIR.id]


def test_the_file_is_read_asked_and_measured(tmp_path: Path) -> None:
    file = tmp_path / "votes.jsonl"
    write_lines(file, lines(LONG, SHORT, DECLINED, WRONG, replace(DECLINED, number=9, vote=-1)))
    dataset = load_dataset(str(file))
    assert [e.id for e in dataset.examples] == ["vote-7-1", "vote-7-2", "vote-7-3"]
    fake = FakeColloquy()
    run(FakeSystem(fake), dataset, tmp_path / "out")
    summary = summarise(tmp_path / "out", dataset)
    assert figure(summary, "right and cited").value == 1.0 and figure(summary, "right and cited").n == 2
    assert figure(summary, "declined where unanswerable").value == 1.0
    assert figure(summary, "citation recall").value == 1.0
    assert [t.question for t in fake.asked[1][1]] == ["About the ferry?"] and fake.asked[0][2] == date(2024, 5, 1)


def test_other_words_of_the_article_are_not_right(tmp_path: Path) -> None:
    led = replace(LONG, answer=Answer("q", SCRIPT["ferry"][:1]))
    write_lines(tmp_path / "votes.jsonl", lines(led))
    (example,) = load_dataset(str(tmp_path / "votes.jsonl")).examples

    def verdict(answer: Answer) -> Any:
        return judge(example, {"id": example.id, "answer": answer_json(answer)})

    assert verdict(Answer("q", SCRIPT["ferry"][:1])).passed
    other = verdict(Answer("q", SCRIPT["ferry"][1:]))
    assert not other.passed and other.measures["right"] == 0.0 and "contains" not in other.measures
    assert failure(other, {"answer": {}}).expected == "“Engineer Tove Lind led the work”"
    assert not verdict(Answer("q", SCRIPT["choir"])).passed
    assert not verdict(Answer("q", SCRIPT["ferry"][:1], abstained="The articles do not say.")).passed


def test_an_open_question_is_accepted_only_once_it_says_what_is_right(tmp_path: Path) -> None:
    file = tmp_path / "votes.jsonl"
    write_lines(file, lines(WRONG, SHORT))
    assert [p.state for p in read_proposals(file)] == ["open", "accepted"]
    with pytest.raises(DataError, match=r"vote-7-4.*does not say yet what is right"):
        decide(file, "vote-7-4", "accepted")
    completed = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    completed[0] |= {"answers": ["Ida Kell"]}
    file.write_text("".join(json.dumps(line) + "\n" for line in completed), "utf-8")
    decide(file, "vote-7-4", "accepted")
    assert load_dataset(str(file)).examples[0].answers == ("Ida Kell",)
    decide(file, "vote-7-4", "dropped")
    assert [e.id for e in load_dataset(str(file)).examples] == ["vote-7-2"]


def test_the_command_refuses_what_it_cannot_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.opening.open_library", lambda settings, note: FakeLibrary(home=tmp_path))
    out = tmp_path / "votes.jsonl"

    def refused(*more: str) -> str:
        done = colloquy("eval", "from-votes", "--from", tmp_path, "--out", out, *more)
        assert done.exit_code == 2 and "Traceback" not in done.output
        return done.stderr

    assert "nobody has voted" in refused() and not out.exists()
    kept = Conversations(tmp_path)
    kept.save("ida", [SHORT])
    kept.save("otto", [WRONG])
    done = colloquy("eval", "from-votes", "--library", tmp_path, "--out", out)
    assert done.exit_code == 0 and "2 questions written" in done.stdout and "1 to ask, 1 open" in done.stdout
    assert [json.loads(line)["id"] for line in out.read_text("utf-8").splitlines()] == ["vote-1-2", "vote-2-4"]
    held = out.read_bytes()
    kept.vote("ida", 1, 2, 0)
    assert "--force" in refused() and out.read_bytes() == held
    assert colloquy("eval", "from-votes", "--from", tmp_path, "--out", out, "--force").exit_code == 0
    assert len(out.read_text("utf-8").splitlines()) == 1
    kept.vote("otto", 2, 4, 0)
    assert "nobody has voted" in refused("--force") and len(out.read_text("utf-8").splitlines()) == 1
    out = tmp_path / "absent" / "votes.jsonl"
    kept.vote("otto", 2, 4, 1)
    assert "cannot be written" in refused()
    kept.file.write_bytes(b"no database at all, " * 300)
    assert "is damaged" in refused()


@pytest.mark.models
def test_votes_are_asked_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    for told in (CHOIR, FERRY):
        (tmp_path / "news" / f"{told.id}.md").write_text(f"# {told.title}\n\n{told.text}\n", encoding="utf-8")
    home, out = tmp_path / "library", tmp_path / "votes.jsonl"
    assert colloquy("index", tmp_path / "news", "--into", home).exit_code == 0
    question = "Who led the repairs to the pier?"
    turn = replace(LONG, question=question)
    Conversations(home).save("", [replace(turn, answer=replace(turn.answer, short="Tove Lind"))])
    assert colloquy("eval", "from-votes", "--from", home, "--out", out).exit_code == 0
    done = colloquy("eval", "run", "--data", out, "--from", home, "--out", tmp_path / "run")
    assert done.exit_code == 0, done.output
    assert "| right | 1.000" in done.stdout
