"""What a user sets for all questions to come: named steps, apart from the numbers that they come to."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from index.errors import QuestionError, SettingsError
from rag.options import Options

Length = Literal["short", "normal", "long"]
Caution = Literal["bold", "normal", "strict"]

# Sentences beside each other and the draft's tokens, in shares of the default.
_LENGTHS: dict[str, tuple[int, float]] = {"short": (1, 1.0), "normal": (0, 1.0), "long": (5, 2.0)}
# Shares of the default threshold: at 0.45 they are 0.3 and 0.6 of the risk-coverage curve in EXPERIMENTS.md.
_CAUTIONS = {"bold": 2 / 3, "normal": 1.0, "strict": 4 / 3}
LEAST_PASSAGES, MOST_PASSAGES = 1, 50  # as in rag/settings.py
LONGEST_NAME, LONGEST_ADDRESS = 300, 500  # characters


@dataclass(frozen=True, slots=True)
class Preferences:
    """``model`` is the name of a chat model, "" for the one that the program was started with; ``base_url`` the address
    of its server, "" for its own. ``passages`` are those to retrieve, 0 for the default.

    Raises SettingsError, naming what was found and what is expected, for anything else.
    """

    length: Length = "normal"
    caution: Caution = "normal"
    passages: int = 0
    model: str = ""
    base_url: str = ""

    def __post_init__(self) -> None:
        _one_of("the length of answers", self.length, get_args(Length))
        _one_of("how sure to be", self.caution, get_args(Caution))
        passages = self.passages
        if not isinstance(passages, int) or isinstance(passages, bool):
            raise SettingsError(f"the number of passages is {_shown(passages)}; expected a whole number")
        if passages and not LEAST_PASSAGES <= passages <= MOST_PASSAGES:
            raise SettingsError(
                f"the number of passages is {_shown(passages)}; expected {LEAST_PASSAGES} to {MOST_PASSAGES}"
            )
        _check_model(self.model)
        _check_address(self.base_url)
        if self.base_url and not self.model:
            raise SettingsError("an address is given without a model; name the model that is there")

    def options(self, defaults: Options) -> Options:
        """The numbers that the steps come to; the model is left as it is."""
        sentences, longer = _LENGTHS[self.length]
        return replace(
            defaults,
            threshold=min(1.0, round(defaults.threshold * _CAUTIONS[self.caution], 4)),
            passages=self.passages or defaults.passages,
            max_tokens=round(defaults.max_tokens * longer),
            sentences=sentences or defaults.sentences,
        )

    @property
    def words(self) -> str:
        """What is other than the default: "long answers, strict"; "" for the defaults. The model is not among it: which
        one answers is known only when it does."""
        said = [] if self.length == "normal" else [f"{self.length} answers"]
        said += {"bold": ["less sure"], "strict": ["strict"]}.get(self.caution, [])
        said += [f"{self.passages} passage{'' if self.passages == 1 else 's'}"] if self.passages else []
        return ", ".join(said)


def asked_preferences(length: Any = None, caution: Any = None, passages: Any = None) -> Preferences:
    """What a program asks for with one question; None for what it leaves out. Raises QuestionError in the words of
    ``Preferences``."""
    given = {"length": length, "caution": caution, "passages": passages}
    try:
        return Preferences(**{name: value for name, value in given.items() if value is not None})
    except SettingsError as error:
        raise QuestionError(str(error)) from None


def preferences_fields(preferences: Preferences) -> dict[str, Any]:
    """What is other than the default, as plain values."""
    own, default = asdict(preferences), asdict(Preferences())
    return {name: value for name, value in own.items() if value != default[name]}


def preferences_of(fields: Any) -> Preferences:
    """Fields that are not known are passed over: a later version may have kept them. Raises SettingsError."""
    if not isinstance(fields, dict):
        raise SettingsError(f"the settings are {_shown(fields)}; expected an object")
    return Preferences(**{name: value for name, value in fields.items() if name in Preferences.__slots__})


def preferences_record(preferences: Preferences) -> str:
    return json.dumps(preferences_fields(preferences))


def read_preferences(record: str) -> Preferences:
    """Raises SettingsError for what ``preferences_record`` did not write."""
    try:
        return preferences_of(json.loads(record))
    except ValueError as error:
        raise SettingsError(f"the settings kept are not JSON ({error})") from error


def _one_of(what: str, value: Any, known: tuple[str, ...]) -> None:
    if value not in known:
        raise SettingsError(f"{what} is {_shown(value)}; expected {', '.join(known[:-1])} or {known[-1]}")


def _check_model(name: Any) -> None:
    if not isinstance(name, str) or len(name) > LONGEST_NAME or any(ord(c) < 32 for c in name):
        raise SettingsError(f"the model is {_shown(name)}; expected a name of at most {LONGEST_NAME} characters")
    kind, colon, rest = name.partition(":")
    if name and name != "embedded" and not (colon and kind.strip() and rest.strip()):
        raise SettingsError(
            f"no model is called {_shown(name)}; expected embedded, hf:FOLDER, or PROVIDER:MODEL, "
            "such as ollama:llama3.2"
        )


def _check_address(address: Any) -> None:
    wrong = f"the address is {_shown(address)}; expected one such as http://localhost:8000/v1, without a password in it"
    if not isinstance(address, str) or len(address) > LONGEST_ADDRESS:
        raise SettingsError(wrong)
    if not address:
        return
    try:
        parts = urlsplit(address)
        known = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        raise SettingsError(wrong) from None
    if not known or parts.username is not None or any(c.isspace() or ord(c) < 32 for c in address):
        raise SettingsError(wrong)


def _shown(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else text[:79] + "…"
