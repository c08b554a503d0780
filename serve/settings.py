"""One typed settings class, read from the environment (``CITYDESK_*``) and a ``.env`` file. Unsafe defaults are refused
at start. Every setting is described in docs/settings.md."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from agents.engines.openai_compatible import ModelSettings

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """How this installation runs."""

    model_config = SettingsConfigDict(env_prefix="CITYDESK_", env_file=".env", extra="ignore", frozen=True)

    city: Path = Field(default=ROOT / "cities" / "yunlan", description="folder of the city pack")
    home: Path = Field(default=Path("var"), description="where knowledge, talks and logs are kept")
    feeds: str = Field(default="", description="folder of the files that feeds read; none: feeds/ of the city in home")
    host: str = "127.0.0.1"
    port: int = Field(default=8600, ge=1, le=65535)
    public: bool = Field(default=False, description="needed to listen on anything but this machine")
    engine: Literal["embedded", "model"] = "embedded"
    model_url: str = Field(default="", description="base URL of an OpenAI-compatible server, ending in /v1")
    model_name: str = ""
    model_key: str = "none"
    database: str = Field(
        default="", description="SQLAlchemy URL of the work orders (postgresql+psycopg://…); none: a file in home"
    )
    desk: Literal["off", "demo"] = Field(
        default="demo", description="the clerks' desk; `demo` signs in by role, on this machine only"
    )
    mcp_keys: str = Field(default="", description="file of the keys that open /mcp; none: MCP over HTTP is off")
    mcp_hosts: str = Field(default="", description="names under which /mcp is reached, separated by commas")
    outside: Literal["off", "http", "all"] = Field(
        default="http", description="which outside MCP servers of the pack are let in; `all` also starts commands"
    )
    rate_per_minute: int = Field(default=60, ge=1, description="messages one address may send in a minute")

    @model_validator(mode="after")
    def _safe(self) -> Settings:
        if self.host not in {"127.0.0.1", "::1", "localhost"} and not self.public:
            raise ValueError(
                f"CITYDESK_HOST is {self.host!r}, which other machines can reach: set CITYDESK_PUBLIC=true once a "
                "reverse proxy with TLS stands in front"
            )
        if self.public and self.desk == "demo" and "desk" in self.model_fields_set:
            raise ValueError(
                "CITYDESK_DESK is 'demo', which lets anybody in by role, and CITYDESK_PUBLIC is true: set "
                "CITYDESK_DESK=off, or serve on this machine only"
            )
        if self.engine == "model" and not (self.model_url and self.model_name):
            raise ValueError("CITYDESK_ENGINE is 'model': set CITYDESK_MODEL_URL and CITYDESK_MODEL_NAME too")
        return self

    @property
    def desk_is_open(self) -> bool:
        """Whether the clerks' desk is served: never to other machines while its sign-in is a demo."""
        return self.desk == "demo" and not self.public

    def model_settings(self) -> ModelSettings:
        """How the model server is reached."""
        return ModelSettings(base_url=self.model_url, model=self.model_name, api_key=self.model_key)
