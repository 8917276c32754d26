"""A conversation as Markdown with footnotes and as JSON."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer import Answer, Sentence
from rag.conversation_record import KeptConversation, KeptOptions, KeptTurn
from rag.preferences import Preferences
from rag.records import Window
from rag.scope import Scope
from tests.fake_colloquy import ATTACK, CHOIR, FERRY, HOSTILE, MARCH, SCRIPT, TABLE, cited
from ui.export import file_name, markdown_text, to_json, to_markdown

WHEN = datetime(2024, 5, 1, 12, tzinfo=UTC)
FERRY_TURN = KeptTurn(
    1, "Who led the repairs?", Answer("Who led the repairs?", SCRIPT["ferry"]), asked=date(2024, 5, 1)
)


def conversation(*turns: KeptTurn, title: str = "The ferry") -> KeptConversation:
    return KeptConversation(3, title, WHEN, WHEN, 1, turns)


def test_sentences_have_footnotes_with_headline_publisher_date_words_and_address() -> None:
    choir = KeptTurn(2, "And the choir?", Answer("And the choir?", SCRIPT["choir"]), vote=-1, remark="Not *her*")
    told = to_markdown(conversation(FERRY_TURN, choir))
    assert told.startswith(
        "# The ferry\n\n## Who led the repairs?\n\nEngineer Tove Lind led the repairs.[^1] They took "
    )
    assert "the ticket price stays.[^2][^3]\n" in told
    assert (
        "\n[^1]: **Island ferry returns after storm repairs**, Marsk Courier, 11 March 2024: “Engineer Tove Lind led "
        "the work” <https://courier.example/ferry>\n" in told
    )
    assert (
        "The same words also in: **Ferry line open again**, Olen Mail, between 11 and 12 March 2024, inferred." in told
    )
    assert "## And the choir?\n\nIlse Brandt conducted the choir.[^4]\n\n*Vote: wrong*: Not \\*her\\*\n" in told
    assert "[^4]: **Choir of two valleys wins northern contest**, Valley Post, date unknown: “Conductor Ilse" in told
    # Every mark has a note, and every note a mark.
    assert set(re.findall(r"\[\^\d\](?!:)", told)) == {n.rstrip(":") for n in re.findall(r"\[\^\d\]:", told)}


def test_lists_tables_and_what_is_not_answered() -> None:
    items = tuple(Sentence(f"Item {n}", (cited(n, CHOIR, "Conductor Ilse"),), True) for n in (1, 2))
    told = to_markdown(
        conversation(
            KeptTurn(1, "List?", Answer("List?", (SCRIPT["choir"][0], *items), unanswered=("who won",), remark="So."))
        )
    )
    assert "*So.*\n\nIlse Brandt conducted the choir.[^1]\n\n- Item 1[^2]\n- Item 2[^3]\n\nThe articles do not" in told
    told = to_markdown(conversation(KeptTurn(1, "Compared?", Answer("Compared?", table=TABLE))))
    rows = [line for line in told.splitlines() if line.startswith("| ")]
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [4] * 4  # no bar of a cell splits it
    assert rows[0].startswith("| Event | led by |") and rows[3].endswith("| not stated |")
    declined = Answer("Who won?", abstained="The articles do not say.", nearest=(FERRY, CHOIR))
    told = to_markdown(conversation(KeptTurn(1, "Who won?", declined)))
    assert "The articles do not say.\n\nNearest articles:\n\n- **Island ferry" in told and "[^" not in told


def test_what_was_stopped_or_failed_is_told() -> None:
    stopped = KeptTurn(1, "S?", Answer("S?", SCRIPT["choir"]), phase="stopped")
    failed = KeptTurn(2, "F?", Answer("F?"), phase="failed", error="The <model> failed.")
    told = to_markdown(conversation(stopped, failed))
    assert "choir.[^1]\n\n*Stopped.*" in told and "*Failed:* The \\<model\\> failed." in told
    turns = json.loads(to_json(conversation(stopped, failed)))["turns"]
    assert [t["ended"] for t in turns] == ["stopped", "failed"] and turns[1]["error"] == "The <model> failed."


def test_hostile_text_is_text_in_markdown() -> None:
    turn = KeptTurn(1, f"Market {ATTACK}", Answer("q", SCRIPT["market"]), vote=1, remark=ATTACK)
    told = to_markdown(conversation(turn, title=f"# {ATTACK}"))
    for syntax in ("<script", "<img", "![", "](", "<svg", "http:/", "`"):
        assert not re.search(rf"(?<!\\){re.escape(syntax)}", told), syntax
    assert not re.search(r"(?<!\\)<(?!https?://)", told)
    assert "javascript:" not in told.split("[^1]:")[1].split("”")[-1]  # no link of an address that is none
    assert HOSTILE.url.startswith("javascript:")


@given(st.text(st.sampled_from("ab1 .)-+=#*_`[]<>|~&$^!@:/\\\nw"), max_size=30))
def test_markdown_holds_no_syntax_and_all_words(text: str) -> None:
    escaped = markdown_text(text)
    assert "\n" not in escaped
    # A blank in place of each: without it what stands on either side would meet, as in ":\\://".
    bare = re.sub(r"\\.", " ", escaped)
    assert not re.search(r"[*_`\[\]<>#|~&$^!@\\]|://|www\.", bare)
    assert not re.match(r"[-+] |[-+=]+$|\d+[.)]", escaped)
    # As CommonMark reads it: a backslash before ASCII punctuation goes.
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped) == " ".join(text.split())


def test_json_is_the_one_form_without_paths() -> None:
    turn = replace(FERRY_TURN, vote=1, remark="good \ud800")
    whole = json.loads(to_json(conversation(turn, KeptTurn(2, "c", Answer("c", SCRIPT["choir"])))))
    assert whole["title"] == "The ferry" and whole["created"] == "2024-05-01T12:00:00+00:00"
    first, second = whole["turns"]
    assert first["question"] == "Who led the repairs?" and first["asked"] == "2024-05-01"
    assert first["vote"] == "up" and second["vote"] is None
    assert first["citations"][1]["copies"][0]["publisher"] == "Olen Mail"
    assert CHOIR.path and second["citations"][0]["article"]["path"] is None


def test_what_a_question_was_limited_to_and_asked_with_is_told() -> None:
    used = KeptOptions(0.6, 8, 96, 5, "embedded")
    chosen = Preferences("long", "strict", 8, "openai:big_one", "http://me.example:8000/v1")
    turn = replace(
        FERRY_TURN,
        scope=Scope(("Marsk Courier", "", "Valley *Post*"), MARCH, ("a1", "b2")),
        window=MARCH,
        preferences=chosen,
        options=used,
    )
    told = to_markdown(conversation(turn))
    assert told.split("\n\n")[1:6] == [
        "## Who led the repairs?",
        "*Only in: 2 articles, March 2024, Marsk Courier and publisher unknown and Valley \\*Post\\**",
        "*Period set: March 2024*",
        "*Asked with: long answers, strict, 8 passages, embedded, since openai:big\\_one was not open*",
        "Engineer Tove Lind led the repairs.[^1] They took eleven weeks, and the ticket price stays.[^2][^3]",
    ]
    (form,) = json.loads(to_json(conversation(turn)))["turns"]
    march = {"after": "2024-03-01", "before": "2024-04-01"}
    limited = {"publishers": ["Marsk Courier", "", "Valley *Post*"], "window": march, "articles": ["a1", "b2"]}
    assert form["limited_to"] == limited and form["period_set"] == march
    assert form["settings"] == {
        "set": {"length": "long", "caution": "strict", "passages": 8, "model": "openai:big_one"},
        "used": {"threshold": 0.6, "passages": 8, "max_tokens": 96, "sentences": 5, "model": "embedded"},
    }
    any_time = to_markdown(conversation(replace(FERRY_TURN, window=Window(), scope=Scope(("Valley Post",)))))
    assert any_time.split("\n\n")[2:4] == ["*Only in: Valley Post*", "*Period set: any time*"]


def test_the_defaults_are_not_told() -> None:
    told = to_markdown(conversation(FERRY_TURN))
    assert told.split("\n\n")[2].startswith("Engineer")
    (form,) = json.loads(to_json(conversation(FERRY_TURN)))["turns"]
    assert form["limited_to"] is form["period_set"] is form["settings"] is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Who led the repairs?", "who-led-the-repairs"),
        ("../../etc/passwd", "etc-passwd"),
        ("??", "conversation"),
        ("Überfahrt nach Olen", "überfahrt-nach-olen"),
    ],
)
def test_the_name_of_a_file_is_made_of_letters_and_digits(title: str, name: str) -> None:
    day = WHEN.astimezone().date().isoformat()
    assert file_name(conversation(title=title), "md") == f"{day}-{name}.md"
