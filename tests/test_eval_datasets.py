import json
import lzma
from pathlib import Path

import pytest

from eval.datasets import load_dataset, shipped_sets
from eval.examples import Dataset
from eval.metrics_answers import exact_match, f1
from rag.records import DataError

LINE = {"question": "Who cut the ribbon?", "answers": ["Ida Kell"]}


def lines(path: Path, *records: object) -> Path:
    path.write_text("".join(r if isinstance(r, str) else json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


def refused(path: Path | str) -> str:
    with pytest.raises(DataError) as error:
        load_dataset(str(path))
    message = str(error.value)
    assert "\n" not in message
    return message


# -- the project's own form --------------------------------------------------------------------------------------------


def test_the_shipped_sets_load_and_the_briefs_bring_their_articles() -> None:
    assert {"briefs", "real-dev", "real-held"} <= set(shipped_sets())
    briefs = load_dataset("briefs")
    assert len(briefs.examples) == 49 and (briefs.files[0] / "strategic-dialogue-march-meeting.md").is_file()
    assert load_dataset("real-dev").files == ()


def test_all_fields_of_a_line(tmp_path: Path) -> None:
    record = LINE | {
        "id": 7,
        "kind": "event",
        "relevant": "harbour.md",
        "quotes": ["Mayor Ida Kell cut the ribbon."],
        "history": ["When did the harbour open?"],
        "asked": "2021-05-03",
        "wrong": ["Otto Penn"],
        "events": [["harbour.md", "pier.md"], ["storm.md"]],
        "allowed": "town.md",
        "lines": [[["2021"], ["Kell", "Ida"]]],
        "note": "not read",
    }
    (example,) = load_dataset(str(lines(tmp_path / "mine.jsonl", record))).examples
    assert example.id == "7" and example.kind == "event" and example.groups == (("Ida Kell",),)
    assert example.relevant == {"harbour.md"} and example.quotes == ("Mayor Ida Kell cut the ribbon.",)
    assert example.history == ("When did the harbour open?",) and example.wrong == ("Otto Penn",)
    assert str(example.asked) == "2021-05-03" and example.answerable
    assert example.events == ({"harbour.md", "pier.md"}, {"storm.md"}) and example.allowed == {"town.md"}
    assert example.lines == ((("2021",), ("Kell", "Ida")),)
    assert example.sources == {"harbour.md", "pier.md", "storm.md"}


def test_a_question_without_an_id_gets_the_number_of_its_line(tmp_path: Path) -> None:
    found = load_dataset(str(lines(tmp_path / "mine.jsonl", LINE, "\n", {"question": "Why?", "unanswerable": True})))
    assert [e.id for e in found.examples] == ["line-1", "line-3"]
    assert [e.answerable for e in found.examples] == [True, False]
    # Not named is not the same as none.
    assert found.examples[0].allowed is None and found.examples[0].sources == frozenset()


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"answers": ["x"]}, "'question' is missing"),
        ({"question": " ", "answers": ["x"]}, "'question'"),
        ({"question": 7, "answers": ["x"]}, "'question'"),
        ({"question": "Who?"}, "'answers' is missing"),
        ({"question": "Who?", "answers": []}, "'answers'"),
        ({"question": "Who?", "answers": [""]}, "'answers.0'"),
        ({"question": "Who?", "answers": [3]}, "'answers.0'"),
        ({"question": "Who?", "all": [["x"], []]}, "'all.1'"),
        ({"question": "Who?", "answers": ["x"], "all": [["x"]]}, "give one of them"),
        ({"question": "Who?", "answers": ["x"], "asked": "yesterday"}, "a day such as"),
        ({"question": "Who?", "answers": ["x"], "history": "Who else?"}, "'history'"),
        ({"question": "Who?", "answers": ["x"], "unanswerable": "no"}, "'unanswerable'"),
        ({"question": "Who?", "answers": ["x"], "events": ["a.md"]}, "'events.0'"),
        ({"question": "Who?", "answers": ["x"], "events": [["a.md"], []]}, "'events.1'"),
        ({"question": "Who?", "answers": ["x"], "allowed": [1]}, "'allowed.0'"),
        ({"question": "Who?", "answers": ["x"], "lines": [["2021", "Kell"]]}, "'lines.0.0'"),
        (["Who?"], "a list"),
        ("{broken\n", "no JSON"),
        ("[" * 100_000 + "\n", "no JSON"),
    ],
    ids=lambda value: json.dumps(value)[:40],
)
def test_a_bad_line_is_named_and_nothing_is_loaded(tmp_path: Path, record: object, said: str) -> None:
    message = refused(lines(tmp_path / "mine.jsonl", LINE, record, LINE))
    assert "line 2" in message and said in message


def test_two_questions_with_one_id(tmp_path: Path) -> None:
    message = refused(lines(tmp_path / "mine.jsonl", LINE | {"id": "a"}, LINE | {"id": "b"}, LINE | {"id": "a"}))
    assert "line 3" in message and "'a'" in message and "line 1" in message


def test_a_line_of_ten_megabytes(tmp_path: Path) -> None:
    message = refused(lines(tmp_path / "mine.jsonl", LINE, LINE | {"note": "x" * 10_000_000}))
    assert "line 2" in message and "longer than 2,000,000 characters" in message


def test_files_that_are_no_sets(tmp_path: Path) -> None:
    assert "briefs" in refused(tmp_path / "absent.jsonl")
    assert "holds no question" in refused(lines(tmp_path / "empty.jsonl", "\n\n"))
    (tmp_path / "broken.jsonl.xz").write_bytes(lzma.compress(json.dumps(LINE).encode() * 5000)[:-20])
    assert "damaged" in refused(tmp_path / "broken.jsonl.xz")
    (tmp_path / "folder").mkdir()
    assert "folder" in refused(tmp_path / "folder")


def test_a_draw_is_the_same_for_the_same_seed_and_holds_every_smaller_one() -> None:
    def drawn(limit: int, seed: int) -> set[str]:
        return {e.id for e in load_dataset("briefs", limit=limit, seed=seed).examples}

    assert drawn(10, 1) == drawn(10, 1) != drawn(10, 2)
    assert len(drawn(10, 1)) == 10 and drawn(10, 1) < drawn(20, 1)
    assert len(drawn(1000, 1)) == 49


def test_articles_are_named_for_a_set_that_brings_none(tmp_path: Path) -> None:
    file = lines(tmp_path / "mine.jsonl", LINE)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text("Mayor Ida Kell cut the ribbon.")
    first = load_dataset(str(file), tmp_path / "articles")
    (tmp_path / "articles" / "a.txt").write_text("Mayor Otto Penn cut the ribbon.")
    second = load_dataset(str(file), tmp_path / "articles")
    assert first.files == (tmp_path / "articles",) and first.digest != second.digest
    with pytest.raises(DataError, match="is not there"):
        load_dataset(str(file), tmp_path / "absent")


# -- published forms ---------------------------------------------------------------------------------------------------

SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Lorne_Harbour",
            "paragraphs": [
                {
                    "context": "Mayor Ida Kell cut the ribbon.",
                    "qas": [
                        {
                            "id": "q1",
                            "question": "Who cut it? ",
                            "answers": [
                                {"text": "Ida Kell", "answer_start": 6},
                                {"text": "Ida Kell", "answer_start": 6},
                            ],
                            "is_impossible": False,
                        },
                        {"id": "q2", "question": "Who paid?", "answers": [], "is_impossible": True},
                    ],
                }
            ],
        }
    ],
}


def squad(path: Path, text: str) -> Dataset:
    path.write_text(text, encoding="utf-8")
    return load_dataset(str(path))


def test_squad(tmp_path: Path) -> None:
    found = squad(tmp_path / "dev.json", json.dumps(SQUAD))
    first, second = found.examples
    assert found.form == "SQuAD 2.0" and found.passages[0].title == "Lorne Harbour"
    assert first.question == "Who cut it?" and first.answers == ("Ida Kell",)
    assert first.given == second.given == {found.passages[0].name}
    assert first.answerable and not second.answerable and second.groups == ()


def test_bad_squad(tmp_path: Path) -> None:
    text = json.dumps(SQUAD)
    with pytest.raises(DataError, match=r"'data.0.paragraphs.0.context' is missing"):
        squad(tmp_path / "a.json", text.replace('"context"', '"contxt"'))
    with pytest.raises(DataError, match="no JSON"):
        squad(tmp_path / "b.json", text[:-3])
    with pytest.raises(DataError, match="q2 has no answer"):
        squad(tmp_path / "c.json", text.replace('"is_impossible": true', '"is_impossible": false'))
    with pytest.raises(DataError, match="the id 'q1'"):
        squad(tmp_path / "d.json", text.replace("q2", "q1"))


def qed(number: int) -> dict[str, object]:
    text = f"Town {number} lies on river {number} . Its mayor is Kell {number} ."
    return {
        "example_id": number,
        "title_text": f"Town {number}",
        "question_text": f"who is mayor of town {number}",
        "paragraph_text": text,
        "original_nq_answers": [[{"start": 0, "end": 6, "string": f"Kell {number}"}]],
        "annotation": {"selected_sentence": {"start": 0, "end": 9, "string": f"Its mayor is Kell {number} ."}},
    }


def test_qed_gives_the_passage_among_four_others(tmp_path: Path) -> None:
    found = load_dataset(str(lines(tmp_path / "dev.jsonl", *map(qed, range(8)))))
    own = {e.id: p.name for e, p in zip(found.examples, found.passages, strict=True)}
    for example in found.examples:
        assert len(example.given) == 5 and own[example.id] in example.given
        assert example.relevant == {own[example.id]} and example.quotes == (f"Its mayor is Kell {example.id} .",)
    again = load_dataset(str(tmp_path / "dev.jsonl"))
    assert [e.given for e in again.examples] == [e.given for e in found.examples]
    assert "line 2" in refused(lines(tmp_path / "bad.jsonl", qed(1), qed(2) | {"paragraph_text": ""}))


def test_realtimeqa(tmp_path: Path) -> None:
    good = {"id": "a", "question": "Who?", "asked": "2024-01-05", "answers": ["Kell"], "relevant_urls": ["https://x/1"]}
    lines(tmp_path / "questions.jsonl", good, good | {"id": "b", "answerable": False})
    lines(tmp_path / "articles.jsonl", {"title": "T", "text": "Kell won.", "url": "https://x/1"})
    found = load_dataset(str(tmp_path))
    assert found.form == "RealTime QA" and found.files == (tmp_path / "articles.jsonl",)
    assert found.examples[0].relevant == {"https://x/1"} and str(found.examples[0].asked) == "2024-01-05"
    assert not found.examples[1].answerable and found.examples[1].groups == ()
    lines(tmp_path / "questions.jsonl", good, good | {"asked": "soon"})
    assert "line 2" in refused(tmp_path)


def test_of_drafted_questions_only_the_accepted_are_asked(tmp_path: Path) -> None:
    states = ["open", "accepted", "dropped"]
    drafts = [LINE | {"id": state, "state": state} for state in states]
    found = load_dataset(str(lines(tmp_path / "mine.jsonl", *drafts)))
    assert [e.id for e in found.examples] == ["accepted"]
    assert "none of the 1 questions" in refused(lines(tmp_path / "open.jsonl", drafts[0]))
    assert "'state'" in refused(lines(tmp_path / "odd.jsonl", LINE | {"state": "maybe"}))


SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.mark.skipif(not (SHARED / "squad2").is_dir(), reason="../shared/data/squad2 is not there")
def test_the_squad_half_has_its_published_size_and_the_figures_of_declining_everything() -> None:
    found = load_dataset(str(SHARED / "squad2")).examples
    assert len(found) == 6078 and sum(not e.answerable for e in found) == 3168
    # What the official script gives for a system that always declines: the share of questions without an answer.
    for score in (exact_match, f1):
        assert sum(score("", e.answers) for e in found) == 3168
        assert sum(score(e.answers[0] if e.answers else "", e.answers) for e in found) == 6078
