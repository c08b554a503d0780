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


@pytest.mark.parametrize("given", [{}, {"model_url": "http://m/v1"}, {"model_name": "m"}])
def test_a_model_needs_its_address_and_name(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="CITYDESK_MODEL_URL and CITYDESK_MODEL_NAME"):
        Settings(engine="model", **given)  # type: ignore[arg-type]  # texts only


def test_the_models_settings_are_passed_on() -> None:
    settings = Settings(engine="model", model_url="http://m/v1", model_name="m", model_key="k")
    assert settings.model_settings().model_dump(include={"base_url", "model", "api_key"}) == {
        "base_url": "http://m/v1",
        "model": "m",
        "api_key": "k",
    }


@pytest.mark.parametrize(
    "given", [{"port": 0}, {"port": 65_536}, {"port": "http"}, {"rate_per_minute": 0}, {"engine": "magic"}]
)
def test_values_out_of_bounds_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=next(iter(given))):
        Settings.model_validate(given)
