"""The chart. Helm itself renders it where there is one; what needs no Helm is looked at everywhere."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from serve.launch.flags import SHUTDOWN_SECONDS
from serve.settings import Settings
from tests.conftest import ROOT

HELM = ROOT / "deploy" / "helm"
CHART = HELM / "citydesk"
PROFILES = ("24gb", "h100", "h200", "8gpu", "8gpu-one")
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
Docs = list[dict[str, Any]]


def helm(*words: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("helm")
    if program is None:
        pytest.skip("no helm here: see docs/serving.md, Kubernetes")
    return subprocess.run([program, *words], capture_output=True, text=True, check=False)  # noqa: S603


Render = Callable[..., Docs]


@pytest.fixture
def render() -> Render:
    """The chart's objects for a profile ("" for none) with further values."""

    def made(profile: str = "", *values: str) -> Docs:
        files = ["-f", str(HELM / "profiles" / f"{profile}.yaml")] if profile else []
        done = helm("template", "city", str(CHART), *files, *(word for one in values for word in ("--set", one)))
        assert done.returncode == 0, done.stderr
        return [one for one in yaml.safe_load_all(done.stdout) if one]

    return made


def named(docs: Docs, kind: str, name: str) -> dict[str, Any]:
    (found,) = [one for one in docs if one["kind"] == kind and one["metadata"]["name"] == name]
    return found


def pods(docs: Docs) -> Docs:
    return [one["spec"]["template"] for one in docs if one["kind"] in {"Deployment", "StatefulSet"}]


def component(pod: dict[str, Any]) -> str:
    found: str = pod["metadata"]["labels"]["app.kubernetes.io/component"]
    return found


def settings_of(docs: Docs) -> dict[str, Any]:
    app = named(docs, "Deployment", "city-app")["spec"]["template"]["spec"]
    assert app["initContainers"][0]["env"] == app["containers"][0]["env"]
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in app["containers"][0]["env"]}


@pytest.mark.parametrize("profile", ["", *PROFILES])
def test_helm_finds_nothing_wrong(profile: str) -> None:
    files = ["-f", str(HELM / "profiles" / f"{profile}.yaml")] if profile else []
    done = helm("lint", "--strict", str(CHART), *files)
    assert done.returncode == 0, done.stdout


def test_without_a_model_there_is_none(render: Render) -> None:
    docs = render()
    assert {one["metadata"]["name"] for one in docs if one["kind"] in {"Deployment", "StatefulSet"}} == {
        "city-app",
        "city-db",
    }
    assert "CITYDESK_ENGINE" not in settings_of(docs)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_servers_run_what_the_command_says(render: Render, profile: str) -> None:
    docs = render(profile)
    values = yaml.safe_load((HELM / "profiles" / f"{profile}.yaml").read_text(encoding="utf-8"))
    for role, pool in values["vllm"]["pools"].items():
        made = named(docs, "StatefulSet", f"city-vllm-{role}")["spec"]
        (box,) = made["template"]["spec"]["containers"]
        assert made["replicas"] == pool["replicas"]
        assert box["command"] + box["args"] == ["vllm", "serve", *pool["args"]]
        told = {one["name"]: one.get("value") for one in box["env"]}
        assert pool["env"].items() <= told.items()
        resource = VALUES["vllm"]["sharedGpuResource" if pool["sharesGpu"] else "gpuResource"]
        assert box["resources"]["limits"] == {resource: pool["gpus"]}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_server_leaves_before_it_stops_and_stops_before_it_is_killed(render: Render, profile: str) -> None:
    servers = [pod for pod in pods(render(profile)) if component(pod) == "vllm"]
    assert servers
    for pod in servers:
        (box,) = pod["spec"]["containers"]
        stop = int(box["args"][box["args"].index("--shutdown-timeout") + 1])
        word, pause = box["lifecycle"]["preStop"]["exec"]["command"]
        assert (stop, word) == (SHUTDOWN_SECONDS, "sleep")
        assert pod["spec"]["terminationGracePeriodSeconds"] > stop + int(pause)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_model_has_time_to_load(render: Render, profile: str) -> None:
    for pod in pods(render(profile)):
        for box in pod["spec"]["containers"]:
            start = box["startupProbe"]
            least = 900 if box["name"] == "vllm" else 300
            assert start["periodSeconds"] * start["failureThreshold"] >= least
            assert box["readinessProbe"]


def test_the_application_knows_every_replica_by_name(render: Render) -> None:
    told = settings_of(render("8gpu"))
    assert told["CITYDESK_MODEL_URL"].split(",") == [
        f"http://city-vllm-chat-{n}.city-vllm-chat:8000/v1" for n in range(5)
    ]
    assert told["CITYDESK_EMBED_URL"] == "http://city-vllm-embed-0.city-vllm-embed:8020/v1"
    assert (told["CITYDESK_MODEL_NAME"], told["CITYDESK_EMBED_NAME"]) == ("city-llm", "city-embed")
    assert named(render("8gpu"), "Service", "city-vllm-chat")["spec"]["clusterIP"] == "None"
    assert "CITYDESK_EMBED_URL" not in settings_of(render("8gpu-one"))


def test_what_is_set_is_a_setting_and_safe(render: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    told = settings_of(render("h100", "app.env.CITYDESK_RATE_PER_MINUTE=30"))
    ours = {name: value for name, value in told.items() if name.startswith("CITYDESK_")}
    assert {name.removeprefix("CITYDESK_").lower() for name in ours} <= Settings.model_fields.keys()
    for name, value in {**ours, "CITYDESK_HOST": "0.0.0.0"}.items():  # noqa: S104  # as the image sets it
        monkeypatch.setenv(name, value if isinstance(value, str) else "from-the-secret")
    settings = Settings()
    assert (settings.public, settings.desk_is_open, settings.rate_per_minute) == (True, False, 30)


@pytest.mark.parametrize("profile", ["", *PROFILES])
def test_secrets_are_references(render: Render, profile: str) -> None:
    docs = render(profile)
    assert not [one for one in docs if one["kind"] == "Secret"]
    found = set()
    for pod in pods(docs):
        for box in pod["spec"]["containers"]:
            for one in box["env"]:
                if re.search("KEY|PASSWORD|SALT|DATABASE", one["name"]):
                    found.add(one["valueFrom"]["secretKeyRef"]["key"])
                    assert one["valueFrom"]["secretKeyRef"]["name"] == "citydesk"
    model = {"model-key", "model-salt"} if profile else set()
    assert found == {"database-url", "postgres-password"} | model


@pytest.mark.parametrize("profile", ["", *PROFILES])
def test_only_the_application_and_monitoring_reach_a_model(render: Render, profile: str) -> None:
    docs = render(profile)
    policies = [one["spec"]["podSelector"]["matchLabels"] for one in docs if one["kind"] == "NetworkPolicy"]
    assert {one["app.kubernetes.io/component"] for one in policies} == set(map(component, pods(docs)))
    if profile:
        rules = named(docs, "NetworkPolicy", "city-vllm")["spec"]
        ((rule,),) = [rules["ingress"]]
        who = [next(iter(one.values()))["matchLabels"] for one in rule["from"]]
        assert who[0]["app.kubernetes.io/component"] == "app"
        assert who[1] == {"kubernetes.io/metadata.name": "monitoring"}
        assert len(who) == 2
        assert "egress" not in rules
        assert "Egress" in rules["policyTypes"]


@pytest.mark.parametrize("profile", ["", *PROFILES])
def test_selectors_find_their_pods_and_only_those(render: Render, profile: str) -> None:
    docs = render(profile)
    labels = [pod["metadata"]["labels"] for pod in pods(docs)]
    for one in docs:
        if one["kind"] in {"Service", "PodDisruptionBudget", "Deployment", "StatefulSet"}:
            wanted = one["spec"]["selector"]
            wanted = wanted.get("matchLabels", wanted)
            hit = [found for found in labels if wanted.items() <= found.items()]
            assert len(hit) == 1, one["metadata"]["name"]


@pytest.mark.parametrize("profile", ["", *PROFILES])
def test_no_pod_has_more_rights_than_it_needs(render: Render, profile: str) -> None:
    for pod in pods(render(profile)):
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for box in spec["containers"]:
            assert box["securityContext"] == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
            assert re.search(r":v?\d+\.\d+", box["image"])


@pytest.mark.parametrize("profile", PROFILES)
def test_a_drain_of_nodes_takes_one_server_at_a_time(render: Render, profile: str) -> None:
    docs = render(profile)
    pools = {one["metadata"]["name"] for one in docs if one["kind"] == "StatefulSet"} - {"city-db"}
    found = [one for one in docs if one["kind"] == "PodDisruptionBudget"]
    budgets = {one["metadata"]["name"]: one["spec"]["maxUnavailable"] for one in found}
    assert budgets == dict.fromkeys(pools, 1)


def test_an_outside_database_and_an_ingress(render: Render) -> None:
    docs = render("", "postgresql.enabled=false", "ingress.enabled=true", "ingress.host=desk.city.gov.cn")
    assert not [one for one in docs if one["kind"] == "StatefulSet"]
    ingress = named(docs, "Ingress", "city")
    assert ingress["spec"]["tls"] == [{"hosts": ["desk.city.gov.cn"], "secretName": "citydesk-tls"}]
    assert ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-buffering"] == "off"


def test_a_model_without_a_profile_is_refused() -> None:
    done = helm("template", "city", str(CHART), "--set", "vllm.enabled=true")
    assert done.returncode != 0
    assert "lay a file of deploy/helm/profiles over these values" in done.stderr


def test_every_value_that_a_template_names_is_there() -> None:
    """Without Helm too: a misspelt path renders as nothing."""
    for template in sorted((CHART / "templates").iterdir()):
        for path in re.findall(r"\.Values\.([\w.]+)", template.read_text(encoding="utf-8")):
            at: Any = VALUES
            for key in path.split("."):
                if at == {}:  # filled by a profile
                    break
                assert isinstance(at, dict), f"{template.name}: {path}"
                assert key in at, f"{template.name}: {path}"
                at = at[key]


def test_every_value_is_used() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (CHART / "templates").iterdir())
    used = set(re.findall(r"\.Values\.([\w.]+)", text))

    def leaves(node: Any, path: str = "") -> list[str]:
        if isinstance(node, dict) and node:
            return [leaf for key, value in node.items() for leaf in leaves(value, f"{path}.{key}".lstrip("."))]
        return [path]

    unused = [leaf for leaf in leaves(VALUES) if not any(leaf == one or leaf.startswith(f"{one}.") for one in used)]
    assert unused == []
