"""What users set for their questions: checked, kept, taken into the next one; another model opened meanwhile."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.errors import ModelError, SettingsError
from index.library import Library
from rag.conversation_record import KeptOptions
from rag.doctor import Check
from rag.events import Selected
from rag.model_choice import ANY, ModelChoice, model_choice, read_model
from rag.open_models import OpenModel, OpenModels
from rag.options import Options
from rag.pipeline import Colloquy
from rag.preferences import Preferences
from rag.settings import load_settings
from tests.fake_colloquy import ATTACK, FakeColloquy, FakeLibrary
from tests.fakes import BagEmbedder, ScriptedModel
from ui import preferences as page
from ui.answers import answer_html
from ui.asking import progress
from ui.exchange import Conversation
from ui.keeping import exchange_of, turn_of
from ui.preferences import Desk
from ui.preferences_html import gear_html, short_model
from ui.steps import Steps

SENT = {"length": "normal", "caution": "normal", "passages": "", "other": False, "model": "", "address": ""}
OTHER = SENT | {"other": True, "model": "ollama:llama3.2"}
THERE = (Check("server", True, "answers"),)


def opened(name: str, base_url: str = "") -> OpenModel:
    model = ScriptedModel("Yes.")
    model.name = name
    return OpenModel(model, "large", base_url)


def desk_over(home: Path, opener: Any = opened, choice: ModelChoice = ANY) -> Desk:
    fake = FakeColloquy(FakeLibrary(home=home), models=OpenModels(opened("embedded"), opener))
    return Desk(fake, choice)  # type: ignore[arg-type]


# -- the steps and what they come to -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preferences", "options", "words"),
    [
        (Preferences(), Options(), ""),
        (Preferences("long"), Options(max_tokens=96, sentences=5), "long answers"),
        (Preferences("short", "bold"), Options(threshold=0.3, sentences=1), "short answers, less sure"),
        (Preferences(caution="strict", passages=1), Options(threshold=0.6, passages=1), "strict, 1 passage"),
        (Preferences(model="ollama:x"), Options(), ""),
    ],
)
def test_the_steps_come_to_numbers_and_words(preferences: Preferences, options: Options, words: str) -> None:
    assert preferences.options(Options()) == options and preferences.words == words


def test_how_sure_to_be_moves_about_the_default_and_stays_a_share() -> None:
    for default in (0.0, 0.2, 0.45, 0.9, 1.0):
        bold, normal, strict = (
            Preferences(caution=c).options(Options(default)).threshold for c in ("bold", "normal", "strict")
        )
        assert 0 <= bold <= normal == default <= strict <= 1
        assert bold < normal or not default


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"length": "vast"}, "length of answers is 'vast'; expected short, normal or long"),
        ({"caution": []}, "how sure to be"),
        ({"passages": 51}, "51; expected 1 to 50"),
        ({"passages": -1}, "expected 1 to 50"),
        ({"passages": True}, "whole number"),
        ({"model": "llama"}, "no model is called 'llama'; expected embedded, hf:FOLDER"),
        ({"model": "x:" + "y" * 400}, "at most 300 characters"),
        ({"model": "a:b\nc"}, "expected a name"),
        ({"model": 7}, "expected a name"),
        ({"model": "openai:x", "base_url": "file:///etc/passwd"}, "expected one such as http://localhost"),
        ({"model": "openai:x", "base_url": "http://ida:secret@host/v1"}, "without a password"),
        ({"model": "openai:x", "base_url": "http://host:99999/v1"}, "the address is"),
        ({"model": "openai:x", "base_url": "http://ho st/v1"}, "the address is"),
        ({"base_url": "http://host/v1"}, "without a model"),
    ],
)
def test_what_cannot_be_set_is_refused_with_what_is_expected(fields: dict[str, Any], wrong: str) -> None:
    with pytest.raises(SettingsError, match=wrong):
        Preferences(**fields)


# -- in the pipeline ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    home = tmp_path_factory.mktemp("fair")
    told = "Visitors of the Lorne fair praised the {} stalls."
    for n, word in enumerate(("cheese", "honey", "wool", "basket", "pottery", "lantern")):
        (home / f"{n}.txt").write_text(f"The fair was held again.\n\n{told.format(word)}\n\nRain came later.\n")
    library = Library(home / "library", BagEmbedder(), create=True)
    library.add(sorted(home.glob("*.txt")))
    return library


# Without time: each of the articles would be an event of its own, and all of these are told.
def chosen(colloquy: Colloquy, options: Options | None) -> int:
    question = "What did visitors of the Lorne fair praise?"
    events = list(colloquy.stream(question, options=options))
    (selected,) = [e for e in events if isinstance(e, Selected)]
    return len(selected.shown)


def test_a_longer_answer_has_more_sentences_and_a_shorter_one_has_one(library: Library) -> None:
    colloquy = Colloquy(library, ScriptedModel("zzz."), threshold=0.05, time=False)
    counts = [chosen(colloquy, Preferences(step).options(colloquy.options)) for step in ("short", "normal", "long")]
    assert counts[0] == 1 < counts[1] <= 3 < counts[2] <= 5
    assert chosen(colloquy, None) == counts[1]


def test_each_question_has_its_own_threshold_passages_tokens_and_model(library: Library) -> None:
    class Counts(ScriptedModel):
        def stream(self, messages: Any, *, max_tokens: int, stop: Any = None) -> Any:
            self.tokens = max_tokens
            return super().stream(messages, max_tokens=max_tokens, stop=stop)

    first, other = Counts("zzz."), Counts("zzz.")
    colloquy = Colloquy(library, first, threshold=0.05, time=False)
    question = "Which stalls did visitors of the Lorne fair praise?"
    assert colloquy.ask(question, options=Options(threshold=1.0)).abstained
    narrow = colloquy.ask(question, options=Options(0.05, passages=2, model=OpenModel(other, "large"), max_tokens=17))
    assert len(narrow.hits) == 2 and other.tokens == 17 and not hasattr(first, "tokens")
    assert not colloquy.ask(question).abstained and colloquy.options == Options(threshold=0.05)


def test_questions_asked_at_the_same_time_do_not_share_their_options(library: Library) -> None:
    colloquy = Colloquy(library, ScriptedModel("zzz."), threshold=0.05, time=False)
    question = "Which stalls did visitors of the Lorne fair praise?"
    found: dict[int, list[bool]] = {0: [], 1: []}

    def ask(strict: int) -> None:
        for _ in range(8):
            options = Options(threshold=1.0 if strict else 0.05)
            found[strict].append(bool(colloquy.ask(question, options=options).abstained))

    threads = [threading.Thread(target=ask, args=(n,)) for n in (0, 1)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert found == {0: [False] * 8, 1: [True] * 8}


# -- the models that are open ------------------------------------------------------------------------------------------


def test_two_models_are_open_at_once_and_the_first_never_closes() -> None:
    models = OpenModels(opened("embedded"), opened)
    for name in ("a:1", "b:2", "c:3"):
        assert models.open(name).result(5).name == name
        assert models.names == ("embedded", name)
    assert models.find("a:1") is None and models.find("c:3", "http://other/v1") is None
    assert models.find("embedded") is models.first is models.open("embedded").result(5)


def test_a_model_opens_once_for_all_and_the_old_one_stays_until_it_is_there() -> None:
    gate, calls = threading.Event(), []

    def slow(name: str, base_url: str) -> OpenModel:
        calls.append(name)
        if name == "new:2":
            gate.wait(5)
        return opened(name, base_url)

    models = OpenModels(opened("embedded"), slow)
    models.open("old:1").result(5)
    both = [models.open("new:2"), models.open("new:2")]
    assert models.is_opening("new:2") and models.find("old:1") is not None
    gate.set()
    assert both[0].result(5) is both[1].result(5) and calls == ["old:1", "new:2"]
    assert models.find("old:1") is None and not models.is_opening("new:2")


@pytest.mark.parametrize("error", [ModelError("no such model"), ZeroDivisionError("inside a library")])
def test_a_model_that_cannot_be_opened_is_told_in_words_and_can_be_tried_again(error: Exception) -> None:
    errors = [error]

    def fails_once(name: str, base_url: str) -> OpenModel:
        if errors:
            raise errors.pop()
        return opened(name)

    models = OpenModels(opened("embedded"), fails_once)
    with pytest.raises(ModelError, match=str(error)):
        models.open("a:1").result(5)
    assert str(error) in models.fault("a:1") and models.names == ("embedded",)
    assert models.open("a:1").result(5).name == "a:1" and models.fault("a:1") == ""


# -- in the chat -------------------------------------------------------------------------------------------------------


def asked(desk: Desk, fake: FakeColloquy, question: str = "Who led the ferry repairs?") -> Conversation:
    talk = Conversation()
    exchange = talk.ask(question)
    desk.take(exchange, "ida")
    list(progress(fake, talk, exchange))  # type: ignore[arg-type]
    return talk


def test_what_is_set_holds_for_the_next_question_and_stands_under_its_answer(tmp_path: Path) -> None:
    desk, fake = desk_over(tmp_path), FakeColloquy()
    plain = asked(desk, fake).exchanges[0]
    assert fake.asked_with == [None] and "With:" not in answer_html(plain)
    *_, last = desk.save("ida", SENT | {"length": "long", "caution": "strict", "passages": "20"})
    assert last[0] == "" and "long answers, strict, 20 passages" in last[1]
    talk = asked(desk, fake)
    assert fake.asked_with[-1] == Options(0.6, 20, 96, 5)
    assert "With: long answers, strict, 20 passages" in answer_html(talk.exchanges[0])
    again = exchange_of(turn_of(talk.exchanges[0], talk))
    assert again.used == KeptOptions(0.6, 20, 96, 5, "embedded")
    assert answer_html(again) == answer_html(replace(talk.exchanges[0], steps=Steps()))
    assert desk_over(tmp_path).of("ida") == Preferences("long", "strict", 20)
    assert desk.of("otto") == desk.of("") == Preferences()
    assert desk.reset("ida")[0] == "" and desk.of("ida") == Preferences()


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        (None, "length of answers is ''"),
        (SENT | {"length": ATTACK}, "length of answers"),
        (SENT | {"passages": "many"}, "number of passages is 'many'"),
        (SENT | {"passages": "0"}, "number of passages is '0'"),
        (SENT | {"passages": "9" * 300}, "expected 1 to 50"),
        (SENT | {"passages": "²"}, "expected a whole number"),
        (OTHER | {"model": " "}, "no model is named"),
        (OTHER | {"model": "llama"}, "no model is called"),
        (OTHER | {"address": "javascript:1"}, "the address is"),
    ],
)
def test_bad_values_from_the_page_are_refused_in_the_panel(tmp_path: Path, sent: Any, wrong: str) -> None:
    desk = desk_over(tmp_path)
    ((panel, _),) = desk.save("ida", sent)
    assert "cq-preferences-panel" in panel and "<script" not in panel and 'role="alert"' in panel
    import html

    assert wrong.lower() in html.unescape(panel).lower()
    assert desk.of("ida") == Preferences() and not (tmp_path / "conversations.db").exists()


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("ollama:llama3.2", "ollama:llama3.2"),
        ("hf:/home/ida/models/of/the/harbour/office/harbour-135m/", "hf:harbour-135m"),
        ("openai:/srv/models/of/the/harbour/office/harbour-135m", "openai:harbour-135m"),
        ("ollama:" + "x" * 60, "ollama:" + "x" * 32 + "…"),
        ("", ""),
    ],
)
def test_a_long_name_is_shortened_to_what_tells_it_apart(name: str, short: str) -> None:
    assert short_model(name) == short
    assert (f'title="{name}"' in gear_html(Preferences(model=name))) is (name != short)


def test_what_cannot_be_kept_is_told(tmp_path: Path) -> None:
    ((panel, _),) = desk_over(tmp_path / "absent").save("", SENT | {"length": "long"})
    assert "cannot be used" in panel


def test_a_model_that_is_not_there_is_not_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = (Check("package langchain-ollama", False, "not installed", "run `pip install langchain-ollama`"),)
    monkeypatch.setattr(page, "check_model", lambda name, url: missing)
    desk = desk_over(tmp_path)
    _, (panel, _) = desk.save("", OTHER | {"length": "long"})
    assert "not installed" in panel and "<code>pip install langchain-ollama</code>" in panel
    assert "ollama:llama3.2 is not there; nothing was changed" in panel.lower()
    assert desk.of("") == Preferences() and desk.models.names == ("embedded",)
    assert "not installed" in desk.check("", OTHER)[0]
    assert "name the model" in desk.check("", SENT)[0].lower()


def test_the_old_model_answers_until_the_new_one_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "check_model", lambda name, url: THERE)
    gate = threading.Event()

    def slow(name: str, base_url: str) -> OpenModel:
        gate.wait(5)
        return opened(name, base_url)

    desk, fake = desk_over(tmp_path, slow), FakeColloquy()
    steps = desk.save("ida", OTHER | {"length": "long"})
    assert "Looking whether" in next(steps)[0]
    panel, gear = next(steps)
    assert panel == "" and "Opening ollama:llama3.2; embedded answers until it is there" in gear
    assert asked(desk, fake).exchanges[0].asked_with == "long answers"
    gate.set()
    ((_, gear),) = list(steps)
    assert "answers from now on" in gear
    talk = asked(desk, fake)
    assert talk.exchanges[0].asked_with == "long answers, ollama:llama3.2"
    used = fake.asked_with[-1]
    assert used is not None and used.model is not None and used.model.name == "ollama:llama3.2"
    # After a restart it has to be opened again: the first question is answered by the other one, and says so.
    gate.clear()
    later = desk_over(tmp_path, slow)
    assert asked(later, fake).exchanges[0].asked_with == "long answers, embedded, since ollama:llama3.2 was not open"
    assert "Opening ollama:llama3.2" in later.gear("ida")
    gate.set()
    later.models.open("ollama:llama3.2").result(5)
    assert asked(later, fake).exchanges[0].asked_with == "long answers, ollama:llama3.2"


def test_a_model_that_fails_to_open_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "check_model", lambda name, url: THERE)

    def fails(name: str, base_url: str) -> OpenModel:
        raise ModelError(f"{name} has no chat template {ATTACK}")

    desk = desk_over(tmp_path, fails)
    *_, (panel, gear) = desk.save("", OTHER)
    assert panel == "" and "has no chat template" in gear and "embedded goes on answering" in gear
    assert "<script" not in gear and desk.of("") == Preferences()


def test_where_others_reach_the_page_no_model_is_chosen_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "check_model", lambda name, url: pytest.fail("nothing may be looked for"))
    desk_over(tmp_path).store.prefer("", lambda p: Preferences("long", model="hf:/secret"))
    desk = desk_over(tmp_path, lambda name, url: pytest.fail("nothing may be opened"), choice=ModelChoice())
    assert desk.of("") == Preferences("long")
    desk.visited("")
    for made in (*(panel for panel, _ in desk.save("", OTHER)), desk.check("", OTHER)[0]):
        assert "colloquy chat --model" in made and 'name="model"' not in made
    assert replace(desk.of(""), length="normal") == Preferences()


LISTED = ModelChoice((("ollama:tiny", ""), ("openai:tiny", "http://127.0.0.1:9/v1")))


@pytest.mark.parametrize(
    ("models", "alone", "allowed", "refused"),
    [
        (None, True, [("ollama:x", ""), ("openai:x", "http://elsewhere.example/v1")], []),
        (None, False, [], [("ollama:x", ""), ("openai:x", "http://elsewhere.example/v1"), ("embedded", "")]),
        ((), True, [], [("ollama:x", "")]),
        (
            ("ollama:tiny", "openai:tiny http://127.0.0.1:9/v1"),
            False,
            [("ollama:tiny", ""), ("openai:tiny", "http://127.0.0.1:9/v1")],
            [("openai:tiny", ""), ("openai:tiny", "http://elsewhere.example/v1"), ("ollama:tiny", "http://x.example")],
        ),
    ],
)
def test_which_models_may_be_chosen(
    models: tuple[str, ...] | None, alone: bool, allowed: list[Any], refused: list[Any]
) -> None:
    choice = model_choice(models, alone)
    assert bool(choice) == bool(allowed)
    for name, address in allowed:
        choice.check(name, address)
    for name, address in refused:
        with pytest.raises(SettingsError, match=r"may not be chosen here; expected one of|where the chat is started"):
            choice.check(name, address)


def test_the_settings_name_models_and_refuse_what_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.toml"
    monkeypatch.setenv("COLLOQUY_SETTINGS", str(file))
    assert load_settings().models is None
    file.write_text('models = ["ollama:tiny", "hf:/a folder/tiny", "openai:tiny http://127.0.0.1:9/v1"]')
    read = [read_model(entry) for entry in load_settings().models or ()]
    assert read == [("ollama:tiny", ""), ("hf:/a folder/tiny", ""), ("openai:tiny", "http://127.0.0.1:9/v1")]
    monkeypatch.setenv("COLLOQUY_MODELS", "ollama:tiny, openai:tiny http://127.0.0.1:9/v1")
    assert load_settings().models == ("ollama:tiny", "openai:tiny http://127.0.0.1:9/v1")
    for wrong, said in (("tiny", "no model is called 'tiny'"), ("http://x.example", "no model is named in 'http")):
        monkeypatch.setenv("COLLOQUY_MODELS", f"ollama:tiny,{wrong}")
        with pytest.raises(SettingsError, match=f"setting 'models': .*{said}"):
            load_settings()


def test_of_the_models_that_are_listed_one_may_be_chosen_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[tuple[str, str]] = []
    opens: list[tuple[str, str]] = []

    def check(name: str, base_url: str) -> tuple[Check, ...]:
        looked.append((name, base_url))
        return THERE

    def opener(name: str, base_url: str) -> OpenModel:
        opens.append((name, base_url))
        return opened(name, base_url)

    monkeypatch.setattr(page, "check_model", check)
    desk = desk_over(tmp_path, opener, LISTED)
    panel, _ = desk.opened("ida")
    assert '<select name="model"><option value="ollama:tiny">' in panel and 'name="address"' not in panel
    assert 'value="openai:tiny http://127.0.0.1:9/v1">openai:tiny at http://127.0.0.1:9/v1</option>' in panel
    # A page can send anything: other models, other addresses of those listed.
    for sent in (
        {"model": "ollama:llama3.2"},
        {"model": "openai:tiny"},
        {"model": "openai:tiny", "address": "http://elsewhere.example/v1"},
        {"model": "ollama:tiny http://elsewhere.example/v1"},
        {"model": "hf:/secret"},
    ):
        ((panel, _),) = desk.save("ida", SENT | {"other": True} | sent)
        assert "may not be chosen here; expected one of: ollama:tiny, openai:tiny at http" in panel
        assert "may not be chosen here" in desk.check("ida", SENT | {"other": True} | sent)[0]
    assert looked == opens == [] and desk.of("ida") == Preferences()
    *_, (panel, gear) = desk.save("ida", SENT | {"other": True, "model": "openai:tiny http://127.0.0.1:9/v1"})
    assert panel == "" and "openai:tiny answers from now on" in gear
    assert looked == opens == [("openai:tiny", "http://127.0.0.1:9/v1")]
    assert desk.of("ida").model == "openai:tiny" and desk.of("ida").base_url == "http://127.0.0.1:9/v1"
    assert 'value="openai:tiny http://127.0.0.1:9/v1" selected>' in desk.opened("ida")[0]
    # The administrator takes it from the list: what was chosen answers no more, and is not opened again.
    later = desk_over(tmp_path, lambda name, url: pytest.fail("nothing may be opened"), ModelChoice(LISTED.listed[:1]))
    later.visited("ida")
    assert later.of("ida").model == ""
