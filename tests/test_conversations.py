"""The file of kept conversations: saved, found, voted on, deleted for good, and what goes wrong with it."""

import json
import os
import sqlite3
import stat
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import StoreError
from index.records import Window
from rag.answer import Answer
from rag.conversation_record import LONGEST_TITLE, KeptOptions, KeptTurn, read_turn, title_of, turn_record
from rag.conversation_schema import MIGRATIONS
from rag.conversations import FILE, Conversations, fts_query
from rag.preferences import Preferences
from rag.scope import Scope
from tests.fake_colloquy import HITS, MARCH, SCRIPT

FERRY = KeptTurn(1, "Who led the ferry repairs?", Answer("Who led the ferry repairs?", SCRIPT["ferry"]))
CHOIR = KeptTurn(
    2, "And the choir?", Answer("And the choir?", SCRIPT["choir"]), history=("Who led the ferry repairs?",)
)
DECLINED = KeptTurn(3, "Who won?", Answer("Who won?", abstained="The articles do not say who won the regatta."))


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path)


def texts(kept: Conversations, id: int, user: str = "") -> list[str]:
    found = kept.read(user, id)
    assert found is not None
    return [t.question for t in found.turns]


def titles(kept: Conversations, search: str | None = None, user: str = "") -> list[str]:
    return [c.title for c in kept.listed(user, search)]


def test_nothing_is_made_before_something_is_kept(kept: Conversations) -> None:
    kept.check()
    assert kept.listed("") == () and kept.listed("", "ferry") == () and kept.voted() == ()
    assert kept.read("", 1) is None and not kept.delete("", 1) and not kept.rename("", 1, "x")
    assert not kept.vote("", 1, 1, 1)
    assert not kept.file.exists()
    assert kept.save("", [FERRY]) == (1, 1)
    assert stat.S_IMODE(kept.file.stat().st_mode) == 0o600


def test_a_conversation_is_gone_on_with_in_another_process(kept: Conversations, tmp_path: Path) -> None:
    id, revision = kept.save("", [FERRY]) or (0, 0)
    assert kept.save("", [FERRY, CHOIR], id, revision) == (id, 2)
    found = Conversations(tmp_path).read("", id)
    assert found is not None and found.revision == 2 and found.title == FERRY.question
    assert [t.answer.text for t in found.turns] == [FERRY.answer.text, CHOIR.answer.text]
    assert found.turns[1].history == ("Who led the ferry repairs?",)


@pytest.mark.parametrize(
    "turn",
    [
        FERRY,
        replace(FERRY, asked=date(2024, 5, 1), window=MARCH, vote=-1, remark="no \ud800"),
        replace(FERRY, window=Window()),
        replace(FERRY, scope=Scope(("Marsk \ud800", ""), MARCH, ("0123456789abcdef",))),
        replace(FERRY, preferences=Preferences("long", "strict", 20), options=KeptOptions(0.6, 20, 96, 5, "embedded")),
        KeptTurn(4, "s \ud800", Answer("s", SCRIPT["ferry"][:1], hits=HITS), phase="stopped"),
        KeptTurn(5, "f", Answer("f"), phase="failed", error="Something went wrong."),
    ],
)
def test_a_turn_is_read_back(kept: Conversations, turn: KeptTurn) -> None:
    kept.save("", [turn])
    found = kept.read("", 1)
    assert found is not None
    (back,) = found.turns
    assert replace(back, answer=turn.answer) == replace(turn, remark=turn.remark.replace("\ud800", "?"))
    assert back.answer.text == turn.answer.text and len(back.answer.hits) == len(turn.answer.hits)


def test_gone_on_with_in_two_pages_neither_overwrites_the_other(kept: Conversations) -> None:
    id, revision = kept.save("", [FERRY]) or (0, 0)
    first = kept.save("", [FERRY, CHOIR], id, revision)
    second = kept.save("", [FERRY, replace(DECLINED, number=2)], id, revision)
    assert first is not None and second is not None and first[0] == id != second[0]
    assert texts(kept, id) == [FERRY.question, CHOIR.question]
    assert texts(kept, second[0]) == [FERRY.question, DECLINED.question]


def test_what_is_asked_again_takes_the_place_of_what_was_there_but_votes_stay(kept: Conversations) -> None:
    id, revision = kept.save("", [FERRY, CHOIR]) or (0, 0)
    assert kept.vote("", id, 1, -1, "the wrong pier")
    saved = kept.save("", [replace(CHOIR, number=3)], id, revision)
    assert saved == (id, 2) and texts(kept, id) == [CHOIR.question] and titles(kept) == [CHOIR.question]
    assert titles(kept, "ferry") == []
    ((of, turn),) = kept.voted()
    assert (of, turn.number, turn.vote, turn.remark) == (id, 1, -1, "the wrong pier")
    assert kept.delete("", id) and kept.voted() == ()


def test_a_deleted_conversation_is_not_brought_back(kept: Conversations) -> None:
    id, revision = kept.save("", [FERRY]) or (0, 0)
    assert kept.delete("", id) and not kept.delete("", id)
    assert kept.save("", [FERRY, CHOIR], id, revision) is None
    assert kept.listed("") == ()
    assert kept.save("", [CHOIR]) == (id + 1, 1)  # never the same id again


def test_deleted_words_are_gone_from_the_file_and_its_folder(kept: Conversations, tmp_path: Path) -> None:
    secret = KeptTurn(1, "Where is the Zyxwort treasure?", Answer("q", SCRIPT["ferry"], remark="Qualmbarn is near."))
    kept.save("", [CHOIR])
    id, revision = kept.save("", [secret]) or (0, 0)
    for number in range(2, 40):  # many pages, many pieces of the index of words
        saved = kept.save("", [secret, replace(secret, number=number)], id, revision)
        id, revision = saved or (0, 0)
    kept.rename("", id, "Vexlorn papers")
    kept.vote("", id, 1, 1, "Brimquat says so")
    words = ("Zyxwort", "Qualmbarn", "Vexlorn", "Brimquat", "Tove Lind")
    assert all(w.encode() in kept.file.read_bytes() for w in words)
    assert kept.delete("", id)
    for file in tmp_path.iterdir():
        held = file.read_bytes().lower()
        assert not [w for w in words if w.lower().encode() in held]
    assert titles(kept) == [CHOIR.question] and titles(kept, "brandt") == [CHOIR.question]


def test_search_finds_beginnings_of_all_words_in_questions_answers_and_titles(kept: Conversations) -> None:
    kept.save("", [FERRY])
    kept.save("", [CHOIR, DECLINED])
    assert titles(kept, "FERRY rep") == [FERRY.question]
    assert titles(kept, "choir regatta") == [CHOIR.question]  # in two turns of one conversation
    assert titles(kept, "ferry choir") == [] and titles(kept, "erry") == []
    for nothing in ("", "  ", "?!", '"', "* - ()"):
        assert titles(kept, nothing) == []
    kept.rename("", 1, "  Old \n pier ")
    assert titles(kept, "pier old") == ["Old pier"] and titles(kept, "ferry") == ["Old pier"]
    kept.save("", [FERRY, CHOIR], 1, 1)
    assert titles(kept, "old choir") == ["Old pier"]


@given(st.text(max_size=40))
def test_nothing_typed_is_read_as_syntax(typed: str) -> None:
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE VIRTUAL TABLE words USING fts5(title, text, tokenize='unicode61 remove_diacritics 2')")
        query = fts_query(typed)
        if query:
            db.execute("SELECT rowid FROM words WHERE words MATCH ?", (query,)).fetchall()
    db.close()


def test_the_newest_comes_first_and_a_new_name_changes_no_order(kept: Conversations) -> None:
    for turn in (FERRY, CHOIR, DECLINED):
        kept.save("", [turn])
    with sqlite3.connect(kept.file) as db:
        for id, day in ((1, "2024-03-02"), (2, "2024-03-03"), (3, "2024-03-01")):
            db.execute("UPDATE conversations SET updated = ? WHERE id = ?", (f"{day}T10:00:00+00:00", id))
    db.close()
    assert titles(kept) == [CHOIR.question, FERRY.question, DECLINED.question]
    kept.rename("", 3, "Z")
    assert titles(kept) == [CHOIR.question, FERRY.question, "Z"]
    kept.save("", [DECLINED, replace(CHOIR, number=4)], 3, 1)
    assert titles(kept) == ["Z", CHOIR.question, FERRY.question]


def test_users_see_their_own_alone(kept: Conversations) -> None:
    kept.save("ida", [FERRY])
    for user in ("otto", "", "IDA", "ida "):
        assert kept.listed(user) == () and kept.listed(user, "ferry") == ()
        assert kept.read(user, 1) is None and not kept.rename(user, 1, "mine") and not kept.delete(user, 1)
        assert not kept.vote(user, 1, 1, 1)
        assert kept.save(user, [CHOIR], 1, 1) is None
    assert texts(kept, 1, "ida") == [FERRY.question] and titles(kept, user="ida") == [FERRY.question]
    assert kept.voted() == ()


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Who  led\nthe repairs?", "Who led the repairs?"),
        ("word " * 12, ("word " * 12).strip()),
        ("word " * 20, ("word " * 12).strip() + "…"),
        ("abcd, " * 20, "abcd, " * 9 + "abcd…"),
        ("x" * 61, "x" * 59 + "…"),
        ("x" * 60, "x" * 60),
    ],
)
def test_a_title_is_the_question_shortened_at_a_word(question: str, title: str) -> None:
    assert title_of(question) == title and len(title) <= LONGEST_TITLE + 1


def test_many_threads_keep_at_once(kept: Conversations) -> None:
    failed: list[BaseException] = []

    def work(n: int) -> None:
        try:
            id, revision = kept.save(f"user {n % 2}", [FERRY]) or (0, 0)
            for number in range(2, 6):
                id, revision = kept.save(f"user {n % 2}", [FERRY, replace(CHOIR, number=number)], id, revision) or (
                    0,
                    0,
                )
                kept.listed(f"user {n % 2}", "choir")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert [len(kept.listed(f"user {n}")) for n in (0, 1)] == [4, 4]


# -- what goes wrong with the file -------------------------------------------------------------------------------------


def every_call(kept: Conversations) -> list[str]:
    """What each method says, in one line with the file's name."""
    said = []
    for call in (
        kept.check,
        lambda: kept.listed(""),
        lambda: kept.listed("", "x"),
        lambda: kept.read("", 1),
        lambda: kept.save("", [FERRY]),
        lambda: kept.vote("", 1, 1, 1),
        lambda: kept.rename("", 1, "x"),
        lambda: kept.delete("", 1),
        kept.voted,
    ):
        with pytest.raises(StoreError) as caught:
            call()  # type: ignore[no-untyped-call]
        said.append(str(caught.value))
        assert str(kept.file) in said[-1] and "\n" not in said[-1]
    return said


def test_a_file_of_a_later_version_is_told_and_left_as_it_is(kept: Conversations) -> None:
    kept.save("", [FERRY])
    with sqlite3.connect(kept.file) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()
    held = kept.file.read_bytes()
    assert all("update colloquy" in line for line in every_call(kept))
    assert kept.file.read_bytes() == held


@pytest.mark.parametrize("damage", [b"no database at all, " * 300, b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_file_is_told_and_left_as_it_is(kept: Conversations, damage: bytes) -> None:
    kept.file.write_bytes(damage)
    assert all("move it away" in line for line in every_call(kept))
    assert kept.file.read_bytes() == damage


def test_a_damaged_record_is_told(kept: Conversations) -> None:
    kept.save("", [FERRY])
    kept.vote("", 1, 1, 1)
    with sqlite3.connect(kept.file) as db:
        db.execute("UPDATE turns SET record = '{}'")
    db.close()
    for call in (lambda: kept.read("", 1), kept.voted):
        with pytest.raises(StoreError, match=r"is damaged .* move it away"):
            call()
    assert titles(kept) == [FERRY.question] and kept.delete("", 1)


@pytest.mark.parametrize("record", ["", "[]", "{}", "null", '{"question": 1, "answer": {}}'])
def test_a_record_of_another_form_is_refused(record: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        read_turn(1, "done", 0, "", record)
    for phase, vote in (("running", 0), ("done", 5)):
        with pytest.raises(ValueError, match="phase"):
            read_turn(1, phase, vote, "", turn_record(FERRY))


def test_a_folder_that_is_not_there_or_cannot_be_written(tmp_path: Path) -> None:
    absent = Conversations(tmp_path / "absent")
    with pytest.raises(StoreError, match="cannot be made"):
        absent.check()
    with pytest.raises(StoreError, match="check that the folder is writable"):
        absent.save("", [FERRY])
    assert absent.listed("") == () and not (tmp_path / "absent").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_still_shows_what_is_kept(kept: Conversations, tmp_path: Path) -> None:
    kept.save("", [FERRY])
    kept.file.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        assert titles(kept) == [FERRY.question]
        with pytest.raises(StoreError, match="writable"):
            kept.save("", [CHOIR])
    finally:
        tmp_path.chmod(0o700)


def test_a_file_made_by_every_earlier_version_is_brought_up(tmp_path: Path) -> None:
    for version in range(len(MIGRATIONS)):
        file = tmp_path / str(version) / FILE
        file.parent.mkdir()
        with sqlite3.connect(file) as db:
            for statements in MIGRATIONS[:version]:
                for statement in statements:
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {version}")
        db.close()
        kept = Conversations(file.parent)
        kept.save("", [FERRY])
        assert titles(kept) == [FERRY.question]


def test_a_turn_of_the_first_form_is_read() -> None:
    record = json.loads(turn_record(FERRY))
    for later in ("scope", "preferences", "options"):
        del record[later]
    turn = read_turn(1, "done", 0, "", json.dumps(record))
    assert (turn.scope, turn.preferences, turn.options) == (Scope(), Preferences(), None)
    assert turn.answer.text == FERRY.answer.text


@pytest.mark.parametrize("wrong", [{"scope": {}}, {"options": {"threshold": 1}}, {"preferences": {"length": "vast"}}])
def test_a_turn_with_a_damaged_field_is_told(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no turn can be read"):
        read_turn(1, "done", 0, "", json.dumps(json.loads(turn_record(FERRY)) | wrong))


# -- what users set ----------------------------------------------------------------------------------------------------


def test_each_user_has_settings_of_their_own_and_the_defaults_take_no_room(kept: Conversations, tmp_path: Path) -> None:
    assert kept.preferences("ida") == Preferences() and kept.prefer("ida", lambda p: p) == Preferences()
    assert not kept.file.exists()
    kept.prefer("ida", lambda p: Preferences("long", passages=20))
    kept.prefer("", lambda p: Preferences(caution="bold"))
    again = Conversations(tmp_path)
    assert again.preferences("ida") == Preferences("long", passages=20)
    assert again.preferences("") == Preferences(caution="bold") and again.preferences("otto") == Preferences()
    again.prefer("ida", lambda p: replace(p, caution="strict"))
    assert kept.preferences("ida") == Preferences("long", "strict", 20)
    kept.prefer("ida", lambda p: Preferences())
    with sqlite3.connect(kept.file) as db:
        assert db.execute("SELECT user FROM preferences").fetchall() == [("",)]
    db.close()


@pytest.mark.parametrize("record", ["[]", "no JSON", '{"length": "vast"}', '{"passages": "many"}'])
def test_settings_that_cannot_be_read_are_the_defaults_and_can_be_set_anew(kept: Conversations, record: str) -> None:
    kept.prefer("", lambda p: Preferences("long"))
    with sqlite3.connect(kept.file) as db:
        db.execute("UPDATE preferences SET record = ?", (record,))
    db.close()
    assert kept.preferences("") == Preferences()
    assert kept.prefer("", lambda p: replace(p, length="short")) == Preferences("short") == kept.preferences("")
