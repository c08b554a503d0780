"""One typed settings class, read from the environment (``CITYDESK_*``) and a ``.env`` file. Unsafe defaults are refused
at start. Every setting is described in docs/settings.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

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
    engine: Literal["embedded", "vllm"] = "embedded"
    model_url: str = Field(default="", description="base URLs of vLLM servers of one model, separated by commas")
    model_name: str = Field(default="", description="its name there; none: served_name of the pack's models.yaml")
    model_key: str = "none"
    model_salt: str = Field(default="", description="secret that keeps trust domains apart in the servers' caches")
    model_chat: int = Field(default=256, ge=1, description="chat requests at one server at the same time")
    model_batch: int = Field(default=64, ge=1, description="batch requests at one server at the same time")
    model_priority: bool = Field(default=True, description="the servers run with --scheduling-policy priority")
    batch_patience: float = Field(default=600.0, gt=0, description="seconds without any answer that end a batch job")
    ray_address: str = Field(default="", description="Ray cluster for batch jobs; none: this machine")
    embed_url: str = Field(default="", description="base URL of the server of the pack's embedding model; none: local")
    embed_name: str = Field(default="", description="that model's name there, or the folder of its weights here")
    embed_key: str = "none"
    embed_parallel: int = Field(default=8, ge=1, le=64, description="most batches under way while an index is built")
    build_seconds: float = Field(default=180.0, gt=0, description="a build's patience with one batch of texts")
    rerank_url: str = Field(default="", description="base URL of the server of the pack's reranker; none: local")
    rerank_name: str = Field(default="", description="that model's name there, or the folder of its weights here")
    rerank_key: str = "none"
    search_seconds: float = Field(default=2.0, gt=0, le=30, description="a search's patience with each of the two")
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
    log_level: Literal["warning", "info"] = Field(
        default="warning", description="`info` also logs each request and each question put to the model"
    )
    record: bool = Field(default=False, description="keep each turn, masked, so that it can be replayed")
    record_days: int = Field(default=30, ge=1, description="after which records are removed")
    judge_url: str = Field(
        default="", description="base URL of the model that judges answers in evaluations; none: nobody"
    )
    judge_model: str = Field(default="", description="its name there; never the model that answers")
    judge_key: str = "none"
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
        if self.engine == "vllm" and not self.model_urls:
            raise ValueError("CITYDESK_ENGINE is 'vllm': set CITYDESK_MODEL_URL too")
        bad = [url for url in self.model_urls if not re.match(r"https?://[^/]+/.*v1$", url)]
        if bad:
            raise ValueError(f"CITYDESK_MODEL_URL: {bad[0]!r} is no base URL: write http://host:port/v1")
        return self

    @property
    def desk_is_open(self) -> bool:
        """Whether the clerks' desk is served: never to other machines while its sign-in is a demo."""
        return self.desk == "demo" and not self.public

    @property
    def model_urls(self) -> tuple[str, ...]:
        """The servers of the model."""
        return tuple(dict.fromkeys(url.strip().rstrip("/") for url in self.model_url.split(",") if url.strip()))
