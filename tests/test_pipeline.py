import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.errors import QuestionError
from index.library import Library
from index.records import Span
from rag.answer import Answer, answer_json
from rag.events import Drafted, Event, Finished, Retrieved, Selected, Verified
from rag.pipeline import Colloquy
from rag.question import Turn
from rag.reader import Reading
from tests.fakes import BagEmbedder, ScriptedModel

ARTICLES = {
    "harbour.md": "---\ntitle: Lorne harbour reopens\npublished: 2021-05-03\npublisher: Coast Post\n---\n"
    "The harbour of Lorne reopened on Monday after three years. Mayor Ida Kell cut the ribbon at the harbour. "
    "Captain Tom Rowe brought the first ship, with 40 tons of salt.\n",
    "strike.md": "---\ntitle: Bus strike ends in Dunmore\npublished: 2019-06-02\n---\n"
    "The bus strike in Dunmore ended in June 2019. Drivers won a raise of 12 percent. "
    "Union leader Greta Moss thanked the passengers for their patience.\n",
}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text)
    opened = Library(tmp_path / "library", BagEmbedder(), create=True)
    opened.add([folder])
    return opened


def colloquy(library: Library, *replies: str) -> Colloquy:
    return Colloquy(library, ScriptedModel(*(replies or ("Nothing of the kind zzz.",))), threshold=0.35)


def check(answer: Answer) -> None:
    """What holds for every answer ever shown."""
    assert bool(answer.sentences) != bool(answer.abstained)
    for sentence in answer.sentences:
        assert sentence.citations
    numbers = [c.number for c in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for c in answer.citations:
        assert c.article.text[c.span.start : c.span.end] == c.quote
        assert 0 <= c.support <= 1


def test_a_draft_that_holds_up_is_shown_with_its_words(library: Library) -> None:
    answer = colloquy(library, "Mayor Ida Kell cut the ribbon.").ask("Who cut the ribbon at the harbour?")
    check(answer)
    assert answer.text == "Mayor Ida Kell cut the ribbon. [1]"
    assert answer.citations[0].quote == "Mayor Ida Kell cut the ribbon at the harbour."
    assert answer.citations[0].article.publisher == "Coast Post"


def test_who_said_it_is_answered_with_the_speaker(tmp_path: Path) -> None:
    (tmp_path / "pier.txt").write_text(
        'It rained in Lorne. Mayor Ida Kell said the pier is old. "We shall build a longer pier," she said.'
    )
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    library.add([tmp_path / "pier.txt"])
    answer = colloquy(library).ask("Who said they shall build a longer pier?")
    check(answer)
    assert answer.short == "Mayor Ida Kell"
    assert answer.sentences[0].text == 'Mayor Ida Kell: "We shall build a longer pier," she said.'


@pytest.mark.parametrize(
    "draft",
    [
        "Captain Greta Moss cut the ribbon.",
        "Mayor Ida Kell cut 14 ribbons.",
        "Mayor Ida Kell did not cut the ribbon.",
        "",
        "I am sorry, I cannot help with that.",
    ],
)
def test_a_draft_that_does_not_hold_up_gives_way_to_the_evidence(library: Library, draft: str) -> None:
    answer = colloquy(library, draft).ask("Who cut the ribbon at the harbour?")
    check(answer)
    assert [s.text for s in answer.sentences] == ["“Mayor Ida Kell cut the ribbon at the harbour.”"]


def test_only_the_sentences_that_hold_up_are_kept(library: Library) -> None:
    draft = "Mayor Ida Kell cut the ribbon. She was born in 1950 in Cairo."
    answer = colloquy(library, draft).ask("Who cut the ribbon at the harbour?")
    assert [s.text for s in answer.sentences] == ["Mayor Ida Kell cut the ribbon."]


@pytest.mark.parametrize(
    "question", ["What is the capital of Mongolia?", "Who plays the violin best?", "How many goals did Zidane score?"]
)
def test_what_the_articles_do_not_say_is_declined_with_the_nearest(library: Library, question: str) -> None:
    answer = colloquy(library).ask(question)
    check(answer)
    assert answer.abstained.startswith("The articles do not say")
    assert answer_json(answer)["citations"] == []


def test_a_name_that_is_nowhere_is_named_in_the_reason(library: Library) -> None:
    answer = colloquy(library).ask("Did Zidane cut the ribbon at the harbour of Lorne?")
    assert "Zidane" in answer.abstained
    assert answer.nearest and "Lorne harbour reopens" in answer.text


def test_a_period_without_articles_is_declined(library: Library) -> None:
    answer = colloquy(library).ask("Who cut the ribbon at the harbour in 1999?")
    assert "period" in answer.abstained
    assert answer_json(answer)["window"] == {"after": "1999-01-01", "before": "2000-01-01"}


def test_two_questions_are_answered_or_refused_each_by_itself(library: Library) -> None:
    answer = colloquy(library, "Mayor Ida Kell cut the ribbon.").ask(
        "Who cut the ribbon at the harbour, and who wrote the opera about Mongolia?"
    )
    check(answer)
    assert answer.text.startswith("Mayor Ida Kell cut the ribbon. [1] The articles do not say: who wrote the opera")


def test_a_follow_up_is_understood_from_the_turn_before(library: Library) -> None:
    turns = [Turn("Who cut the ribbon at the harbour of Lorne?")]
    answer = colloquy(library).ask("And who brought the first ship?", turns)
    check(answer)
    assert "Tom Rowe" in answer.text


def test_the_stream_shows_evidence_first_and_the_answer_last(library: Library) -> None:
    events = list(colloquy(library, "Mayor Ida Kell cut the ribbon.").stream("Who cut the ribbon at the harbour?"))
    kinds = [type(e) for e in events]
    assert kinds[0] is Retrieved and kinds[-1] is Finished and kinds.count(Finished) == 1
    assert Drafted in kinds and kinds.index(Drafted) < kinds.index(Verified)
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.answer.sentences == tuple(e.sentence for e in events if isinstance(e, Verified))


def test_the_stream_tells_the_evidence_and_what_of_it_is_shown(library: Library) -> None:
    asked = colloquy(library)
    (selected,) = [e for e in asked.stream("Who cut the ribbon at the harbour?") if isinstance(e, Selected)]
    assert selected.shown[0].text == "Mayor Ida Kell cut the ribbon at the harbour."
    assert set(selected.shown) <= set(selected.evidence)
    (declined,) = [e for e in asked.stream("Who wrote the opera about whales?") if isinstance(e, Selected)]
    assert declined.shown == ()


def test_only_the_chosen_articles_answer(library: Library) -> None:
    ids = {a.title: a.id for a in library.articles()}
    question = "Who cut the ribbon at the harbour?"
    assert colloquy(library).ask(question, articles=[ids["Lorne harbour reopens"]]).sentences
    other = colloquy(library).ask(question, articles=[ids["Bus strike ends in Dunmore"]])
    assert other.abstained and {h.article.title for h in other.hits} == {"Bus strike ends in Dunmore"}


def test_a_sentence_is_shown_before_the_next_one_is_written(library: Library) -> None:
    draft = "Mayor Ida Kell cut the ribbon. Then she spoke of salt and ships and more."
    seen: list[Event] = []
    for event in colloquy(library, draft).stream("Who cut the ribbon at the harbour?"):
        seen.append(event)
        if isinstance(event, Verified):
            break
    drafted = [e.text for e in seen if isinstance(e, Drafted)][-1]
    assert len(drafted) < len(draft)


def test_stop_ends_the_draft(library: Library) -> None:
    stop = threading.Event()
    model = ScriptedModel(" ".join(["word"] * 500))
    seen = []
    for event in Colloquy(library, model, threshold=0.35).stream("Who cut the ribbon at the harbour?", stop=stop):
        seen.append(event)
        if isinstance(event, Drafted):
            stop.set()
    assert sum(isinstance(e, Drafted) for e in seen) == 1
    assert isinstance(seen[-1], Finished) and "Stopped" in seen[-1].answer.abstained


def test_the_evidence_that_the_model_sees_is_marked_as_material(library: Library) -> None:
    model = ScriptedModel("Mayor Ida Kell cut the ribbon [1].")
    answer = Colloquy(library, model, threshold=0.35, style="large").ask("Who cut the ribbon at the harbour?")
    check(answer)
    assert answer.text == "Mayor Ida Kell cut the ribbon. [1]"
    assert "never instructions" in model.asked[0] and "2021-05-03" in model.asked[0]


@pytest.mark.parametrize("question", ["", "   ", "x" * 100_000])
def test_a_question_that_cannot_be_asked_says_so(library: Library, question: str) -> None:
    with pytest.raises(QuestionError):
        colloquy(library).ask(question)


@pytest.mark.parametrize("question", ["<|im_end|>", "'; DROP TABLE", "😀 who?", "من أنت", "a" * 1999, "\u202e who cut"])
def test_odd_questions_get_a_defined_answer(library: Library, question: str) -> None:
    check(colloquy(library).ask(question))


def test_an_empty_library_declines(tmp_path: Path) -> None:
    answer = colloquy(Library(tmp_path / "empty", BagEmbedder(), create=True)).ask("Who cut the ribbon?")
    assert answer.abstained and answer.hits == ()


def test_the_json_form(library: Library) -> None:
    answer = answer_json(
        colloquy(library, "Mayor Ida Kell cut the ribbon.").ask("Who cut the ribbon at the harbour?"), "q1"
    )
    names = "id answer short abstained sentences citations window remark table seconds"
    assert list(answer) == names.split()
    assert answer["id"] == "q1" and answer["abstained"] is None
    assert answer["sentences"] == [{"text": "Mayor Ida Kell cut the ribbon.", "citations": [1]}]
    (citation,) = answer["citations"]
    assert list(citation) == ["number", "article", "start", "end", "quote", "support", "copies"]
    names = "id title published published_within published_from publisher url path"
    assert list(citation["article"]) == names.split()
    assert citation["article"]["published"] == "2021-05-03" and citation["article"]["url"] is None
    assert set(answer["seconds"]) == {"retrieve", "first", "total"}


def test_items_of_a_list_stand_on_lines_of_their_own(library: Library) -> None:
    answer = colloquy(library).ask("Which people do the articles about the harbour mention?")
    check(answer)
    assert len(answer.sentences) > 1 and all(s.item for s in answer.sentences)
    lines = answer.text.splitlines()
    assert len(lines) == len(answer.sentences)
    assert all(line.startswith("- “") and line.endswith("]") for line in lines)


def test_yes_stands_before_the_words_that_say_so(library: Library) -> None:
    answer = colloquy(library).ask("Did the mayor cut the ribbon at the harbour?")
    check(answer)
    assert answer.short == "Yes"
    assert answer.text == "Yes: “Mayor Ida Kell cut the ribbon at the harbour.” [1]"


def test_a_sure_answer_stands_before_the_words_that_say_so(tmp_path: Path) -> None:
    (tmp_path / "talks.txt").write_text(
        "Talks in Lorne\n\nAda Moss will lead the Danish delegation and the Norwegian delegation will be headed by "
        "Coordinator Per Lund.\n"
    )
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    library.add([tmp_path / "talks.txt"])

    class Finds:
        """Points to the first name and is sure of it."""

        def read(self, question: str, passages: Sequence[str], titles: Sequence[str] | None = None) -> list[Reading]:
            places = [p.find("Ada Moss") for p in passages]
            return [Reading(0.9, Span(at, at + 8) if at >= 0 else None, 0.9, 3.0) for at in places]

    answer = Colloquy(library, ScriptedModel("Nothing zzz."), Finds()).ask("Who heads the Norwegian delegation?")
    check(answer)
    assert answer.short == "Per Lund" and answer.text.startswith("Per Lund — “Ada Moss will lead")


def test_a_copy_of_the_whole_sentence_is_shown_as_the_quotation_that_it_is(library: Library) -> None:
    answer = colloquy(library, "Drivers won a raise of 12 percent.").ask("What did the drivers win?")
    check(answer)
    assert answer.text.startswith("“Drivers won a raise of 12 percent.” [1]") and answer.citations[0].support == 1


def test_a_draft_that_was_cut_off_is_not_shown(library: Library) -> None:
    answer = colloquy(library, "Mayor Ida Kell cut the").ask("Who cut the ribbon at the harbour?")
    check(answer)
    assert answer.text.startswith("“Mayor Ida Kell cut the ribbon at the harbour.”")


def test_a_draft_that_leaves_out_whom_the_question_names_does_not_answer(library: Library) -> None:
    answer = colloquy(library, "Captain Rowe brought 40 tons of salt.").ask("Who is Captain Tom Rowe?")
    check(answer)
    assert "Tom Rowe" in answer.text


def test_the_trained_prompt_names_the_bare_answer_and_the_untrained_shows_examples(library: Library) -> None:
    asked = {}
    for style in ("trained", "untrained", "large"):
        model = ScriptedModel("Nothing zzz.")
        Colloquy(library, model, threshold=0.35, style=style).ask("Who cut the ribbon at the harbour?")  # type: ignore[arg-type]
        asked[style] = model.asked[0]
    assert "Question: Who cut the ribbon" in asked["trained"] and "Ana Silva" not in asked["trained"]
    assert "Ana Silva" in asked["untrained"] and "[1] Lorne harbour" in asked["large"]
