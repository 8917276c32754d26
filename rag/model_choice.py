"""Which chat models the users of a chat may choose, beside the one that it was started with."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.errors import SettingsError
from rag.preferences import Preferences

Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """``listed`` are the models that may be chosen, each with the address of its server, "" for none of its own; None
    where any may. False where there is nothing to choose."""

    listed: tuple[Named, ...] | None = ()

    def __bool__(self) -> bool:
        return self.listed is None or bool(self.listed)

    def allows(self, model: str, base_url: str = "") -> bool:
        return self.listed is None or (model, base_url) in self.listed

    def check(self, model: str, base_url: str = "") -> None:
        """Raises SettingsError, saying what may be chosen, for a model that may not."""
        if self.allows(model, base_url):
            return
        if not self.listed:
            raise SettingsError(
                "the model is chosen where the chat is started: colloquy chat --model NAME; "
                "the setting models names others that may be chosen"
            )
        asked, known = shown_model(model, base_url), ", ".join(shown_model(*m) for m in self.listed)
        raise SettingsError(f"{asked} may not be chosen here; expected one of: {known}")


ANY = ModelChoice(None)


def model_choice(models: Sequence[str] | None, alone: bool) -> ModelChoice:
    """What may be chosen where the setting ``models`` is this; without it any by a user who is ``alone`` with the
    server, else none: another model reads folders of the server and sends its keys to an address. Raises SettingsError.
    """
    if models is not None:
        return ModelChoice(tuple(read_model(entry) for entry in models))
    return ANY if alone else ModelChoice()


def read_model(entry: str) -> Named:
    """Name and address of a model as the setting has them, such as ``openai:tiny http://localhost:8000/v1``. Raises
    SettingsError."""
    name, _, address = entry.strip().rpartition(" ")
    if not address.startswith(("http://", "https://")):
        name, address = entry.strip(), ""
    if not name:
        raise SettingsError(f"no model is named in {entry[:80]!r}; expected one such as ollama:llama3.2")
    checked = Preferences(model=name.strip(), base_url=address)
    return checked.model, checked.base_url


def written_model(model: str, base_url: str = "") -> str:
    """What ``read_model`` reads."""
    return f"{model} {base_url}".strip()


def shown_model(model: str, base_url: str = "") -> str:
    """The model in words."""
    return f"{model} at {base_url}" if base_url else model
