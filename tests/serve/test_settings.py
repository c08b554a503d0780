from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from serve.settings import ROOT, Settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("CITYDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_the_defaults_serve_the_example_city_on_this_machine_only() -> None:
    settings = Settings()
    assert settings.city == ROOT / "cities" / "yunlan"
    assert (settings.city / "city.yaml").is_file()
    assert (settings.host, settings.port, settings.public, settings.engine) == ("127.0.0.1", 8600, False, "embedded")


def test_environment_comes_before_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CITYDESK_PORT=9001\nCITYDESK_HOME=there\nOTHER=1\n", encoding="utf-8")
    assert (Settings().port, Settings().home) == (9001, Path("there"))
    monkeypatch.setenv("CITYDESK_PORT", "9002")
    assert Settings().port == 9002
    assert Settings(port=9003).port == 9003


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])  # noqa: S104
def test_other_machines_are_let_in_only_on_purpose(host: str) -> None:
    with pytest.raises(ValidationError, match="CITYDESK_PUBLIC=true"):
        Settings(host=host)
    assert Settings(host=host, public=True).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_machine_needs_no_permission(host: str) -> None:
    assert Settings(host=host).host == host


def test_a_model_needs_its_address() -> None:
    with pytest.raises(ValidationError, match="set CITYDESK_MODEL_URL too"):
        Settings(engine="vllm")


@pytest.mark.parametrize("url", ["http://m", "m:8000/v1", "http://m/v1,http://n/", "ftp://m/v1"])
def test_a_models_address_is_a_base_url(url: str) -> None:
    with pytest.raises(ValidationError, match="write http://host:port/v1"):
        Settings(engine="vllm", model_url=url)


def test_several_servers_are_separated_by_commas() -> None:
    settings = Settings(engine="vllm", model_url="http://m:8000/v1/, http://n/v1,http://m:8000/v1")
    assert settings.model_urls == ("http://m:8000/v1", "http://n/v1")


@pytest.mark.parametrize(
    "given", [{"port": 0}, {"port": 65_536}, {"port": "http"}, {"rate_per_minute": 0}, {"engine": "magic"}]
)
def test_values_out_of_bounds_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(given))):
        Settings.model_validate(given)
