"""All settings, one class: defaults, then the settings file, then COLLOQUY_... variables, then flags."""

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from index.errors import SettingsError


def settings_file() -> Path:
    """The user's settings file: $COLLOQUY_SETTINGS, else settings.toml in the user's configuration folder."""
    from platformdirs import user_config_path

    named = os.environ.get("COLLOQUY_SETTINGS")
    return Path(named) if named else user_config_path("colloquy") / "settings.toml"


def _data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("colloquy") / "library"


class Settings(BaseSettings):
    """Validated once, when made. Field descriptions are the documentation."""

    model_config = SettingsConfigDict(env_prefix="COLLOQUY_", extra="forbid", frozen=True)

    library: Path = Field(default_factory=_data_folder, description="folder of the indexed articles")
    embedding: Path | None = Field(
        None, description="folder of another embedding model of sentence-transformers; none: all-MiniLM-L6-v2"
    )
    model: str = Field("embedded", min_length=1, description="embedded, hf:FOLDER_OR_ID, or provider:model")
    base_url: str = Field("", description="address of the model's server, for openai: and others")
    models: Annotated[tuple[str, ...] | None, NoDecode] = Field(
        None, description="chat: models that users may choose, each a name or a name and the address of its server"
    )
    device: str = Field("auto", pattern="^(auto|cpu|cuda)$", description="where the models run")
    trained: bool = Field(True, description="false: without the trained judge and adapter, to compare with")
    time: bool = Field(True, description="false: periods and dates play no part, to compare with")
    passages: int = Field(12, ge=1, le=50, description="passages to retrieve for a question")
    max_tokens: int = Field(48, ge=8, le=1024, description="longest draft of the embedded model, in tokens")
    threshold: float = Field(0.45, ge=0, le=1, description="how sure to be before answering; higher declines more")
    question: int = Field(2000, ge=20, le=2000, description="longest question, in characters")
    at_once: int = Field(2, ge=1, le=64, description="chat: questions answered at the same time")
    line: int = Field(20, ge=0, le=1000, description="chat: questions that may wait for those")
    upload_mb: int = Field(50, ge=1, le=10_000, description="chat: largest file or request, in megabytes")

    @field_validator("models", mode="before")
    @classmethod
    def _split(cls, given: Any) -> Any:
        """In the environment they stand behind each other, with commas."""
        return [entry for part in given.split(",") if (entry := part.strip())] if isinstance(given, str) else given

    @field_validator("models")
    @classmethod
    def _known(cls, models: tuple[str, ...] | None) -> tuple[str, ...] | None:
        from rag.model_choice import read_model

        try:
            for entry in models or ():
                read_model(entry)
        except SettingsError as error:
            raise ValueError(str(error)) from None
        return models

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, settings_file())


def load_settings(**flags: Any) -> Settings:
    """The settings, with the flags that are not None on top.

    Raises SettingsError naming the setting, what was found and what is expected.
    """
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(p) for p in first["loc"])
        raise SettingsError(
            f"setting {name!r}: {first['msg']}, found {first.get('input')!r}; change the flag, "
            f"COLLOQUY_{name.upper()} or {settings_file()}"
        ) from error
    except (ValueError, OSError) as error:
        raise SettingsError(
            f"the settings file {settings_file()} cannot be read ({error}); mend it or move it away"
        ) from error
