"""The compose files: what may reach what, what is pinned, what is waited for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from serve.launch.deploying import GRACE_SECONDS, MONITORING
from serve.launch.flags import SHUTDOWN_SECONDS
from serve.settings import Settings
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
PROFILES = ("24gb", "h100", "h200", "8gpu", "8gpu-one")


def read(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))
    return loaded


def merged(below: Any, above: Any) -> Any:
    """As compose lays one file over another: mappings by key, lists joined, anything else replaced."""
    if isinstance(below, dict) and isinstance(above, dict):
        return {key: merged(below.get(key), above.get(key)) for key in {**below, **above}}
    if isinstance(below, list) and isinstance(above, list):
        return [*below, *above]
    return below if above is None else above


BASE = read("compose.yaml")
WITH_MODEL = [pytest.param(merged(BASE, read(f"compose.{name}.yaml")), id=name) for name in PROFILES]
ALL = [pytest.param(BASE, id="no model"), *WITH_MODEL]


def networks(service: dict[str, Any]) -> set[str]:
    return set(service["networks"])


def seconds(text: str) -> int:
    assert text.endswith("s")
    return int(text[:-1])


def models(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: one for name, one in compose["services"].items() if name.startswith("vllm-")}


@pytest.mark.parametrize("compose", WITH_MODEL)
def test_only_the_door_reaches_the_models(compose: dict[str, Any]) -> None:
    assert models(compose)
    for service in models(compose).values():
        assert networks(service) == {"models"}
        assert "ports" not in service
    assert [name for name, one in compose["services"].items() if "models" in networks(one) and name[:4] != "vllm"] == [
        "model-door"
    ]
    assert compose["networks"]["models"] == {"internal": True}


@pytest.mark.parametrize("compose", WITH_MODEL)
def test_the_application_asks_through_the_door(compose: dict[str, Any]) -> None:
    app, door = compose["services"]["app"], compose["services"]["model-door"]
    assert "door" in networks(app) & networks(door)
    assert "models" not in networks(app)
    assert compose["networks"]["door"] == {"internal": True}
    told = app["environment"]
    chats = [name for name in models(compose) if name.startswith("vllm-chat-")]
    assert told["CITYDESK_MODEL_URL"].split(",") == [f"http://model-door:8080/{name}/v1" for name in chats]
    assert told == compose["services"]["knowledge"]["environment"]
    assert "listen 8080;" in (DEPLOY / "nginx/model-door.conf").read_text(encoding="utf-8")
    served = {one["command"][one["command"].index("--served-model-name") + 1] for one in models(compose).values()}
    assert told["CITYDESK_MODEL_NAME"] in served


@pytest.mark.parametrize("compose", ALL)
def test_only_the_proxy_is_open_to_others_and_the_database_has_no_way_out(compose: dict[str, Any]) -> None:
    assert [name for name, one in compose["services"].items() if "ports" in one] == ["proxy"]
    assert networks(compose["services"]["db"]) == {"back"}
    assert compose["networks"]["back"]["internal"] is True
    assert networks(compose["services"]["proxy"]) == {"front"}


@pytest.mark.parametrize("compose", ALL)
def test_images_are_pinned_and_every_service_restarts_and_is_watched(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert re.search(r":v?\d+\.\d+(\.\d+)?(-\w+)?$", service["image"]), service["image"]
        if name == "knowledge":
            continue  # it ends when it is done
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] == "CMD"
        assert "stop_grace_period" in service
        assert service["security_opt"] == ["no-new-privileges:true"] * len(service["security_opt"])


@pytest.mark.parametrize("compose", WITH_MODEL)
def test_a_model_may_finish_before_it_is_killed_and_load_before_it_counts(compose: dict[str, Any]) -> None:
    for service in models(compose).values():
        stop = service["command"].index("--shutdown-timeout")
        assert int(service["command"][stop + 1]) == SHUTDOWN_SECONDS
        assert seconds(service["stop_grace_period"]) == GRACE_SECONDS > SHUTDOWN_SECONDS
        assert seconds(service["healthcheck"]["start_period"]) >= 900
    assert seconds(compose["services"]["model-door"]["stop_grace_period"]) >= GRACE_SECONDS


@pytest.mark.parametrize("compose", WITH_MODEL)
def test_each_model_has_its_card(compose: dict[str, Any]) -> None:
    for service in models(compose).values():
        (device,) = service["deploy"]["resources"]["reservations"]["devices"]
        assert (device["driver"], device["capabilities"]) == ("nvidia", ["gpu"])
        words = service["command"]
        spread = int(words[words.index("--tensor-parallel-size") + 1]) if "--tensor-parallel-size" in words else 1
        assert len(device["device_ids"]) == spread
        assert "CUDA_VISIBLE_DEVICES" not in service["environment"]  # the container sees its own cards only, from 0


@pytest.mark.parametrize("compose", ALL)
def test_secrets_come_from_the_environment_and_stop_the_start_where_they_are_missing(compose: dict[str, Any]) -> None:
    found = 0
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|KEY$|SALT|DATABASE", name):
                found += 1
                assert re.search(r"\$\{[A-Z_]+:\?", value), name
    assert found >= 2
    example = (DEPLOY / ".env.example").read_text(encoding="utf-8")
    text = yaml.safe_dump(compose)
    named = set(re.findall(r"\$\{([A-Z_]+)", text))
    assert named <= set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    assert re.findall(r"^(?:POSTGRES_PASSWORD|VLLM_API_KEY|MODEL_SALT)=(.*)$", example, re.MULTILINE) == ["", "", ""]


@pytest.mark.parametrize("compose", ALL)
def test_what_is_set_is_a_setting_and_safe(compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    told = compose["services"]["app"]["environment"]
    ours = {name: value for name, value in told.items() if name.startswith("CITYDESK_")}
    assert {name.removeprefix("CITYDESK_").lower() for name in ours} <= Settings.model_fields.keys()
    for name, value in {**ours, "CITYDESK_HOST": "0.0.0.0"}.items():  # noqa: S104  # as the image sets it
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.public
    assert not settings.desk_is_open


@pytest.mark.parametrize("compose", ALL)
def test_the_proxys_network_is_the_one_whose_word_counts(compose: dict[str, Any]) -> None:
    (front,) = compose["networks"]["front"]["ipam"]["config"]
    assert compose["services"]["app"]["environment"]["FORWARDED_ALLOW_IPS"] == front["subnet"]


@pytest.mark.parametrize("compose", WITH_MODEL)
def test_the_monitoring_network_may_look_and_reaches_the_door_alone(compose: dict[str, Any]) -> None:
    (subnet,) = compose["networks"]["monitoring"]["ipam"]["config"]
    assert subnet == {"subnet": MONITORING}
    allowed = (DEPLOY / "nginx/monitoring.conf").read_text(encoding="utf-8")
    assert f"allow {MONITORING};" in allowed
    assert allowed.rstrip().endswith("deny all;")
    assert [name for name, one in compose["services"].items() if "monitoring" in networks(one)] == ["model-door"]


@pytest.mark.parametrize("compose", ALL)
def test_what_is_mounted_and_depended_on_is_there(compose: dict[str, Any]) -> None:
    named = {"proxy", "model-door", "app", "knowledge", "db"}
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (DEPLOY / source).is_file(), source
            else:
                assert source in compose["volumes"] or source.startswith("${"), source
        for other in service.get("depends_on", {}):
            assert other in compose["services"], (name, other)
        assert name in named or name.startswith("vllm-")
    context = DEPLOY / compose["services"]["app"]["build"]["context"]
    assert (context / compose["services"]["app"]["build"]["dockerfile"]).is_file()


def test_every_profile_of_one_machine_has_its_file() -> None:
    assert {path.name for path in DEPLOY.glob("compose.*.yaml")} == {f"compose.{name}.yaml" for name in PROFILES}
    assert not (Path(DEPLOY) / ".env").exists()
