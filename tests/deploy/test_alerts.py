"""The alert rules: what they look at exists, what they say helps, and Prometheus's own tool rings them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

ALERTS = ROOT / "deploy" / "alerts"
RULES = ALERTS / "citydesk.rules.yaml"
GROUPS = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
ALL: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]
NAMES = [rule["alert"] for rule in ALL]
EXPRESSIONS = " ".join(rule["expr"] for rule in ALL)
EXPORTED = {
    "num_requests_waiting": "gauge",
    "kv_cache_usage_perc": "gauge",
    "request_queue_time_seconds": "histogram",
    "time_to_first_token_seconds": "histogram",
    "num_preemptions": "counter",
    "admission_rejections": "counter",
    "prefix_cache_hits": "counter",
    "prefix_cache_queries": "counter",
    "corrupted_requests": "counter",
}
"""Of vLLM's metrics, those that an operator acts on; tests/vllm compares the names with a real server's."""
SUFFIX = {"gauge": "", "histogram": "_bucket", "counter": "_total"}


def promtool(*words: str, cwd: Path = ALERTS) -> subprocess.CompletedProcess[str]:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("no promtool here: apt-get install prometheus")
    return subprocess.run([program, *words], cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S603


@pytest.mark.parametrize("rule", ALL, ids=NAMES)
def test_a_rule_tells_the_duty_officer_in_chinese_what_and_what_now(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    told = rule["annotations"]
    for part in ("summary", "description"):
        assert len(re.findall("[一-鿿]", told[part])) >= 7
    page, _, place = told["runbook"].partition("#")
    assert f"## {place.capitalize()}" in (ROOT / page).read_text(encoding="utf-8")


def test_every_signal_that_is_worth_a_call_has_its_rule() -> None:
    named = set(re.findall(r"vllm:(\w+)", EXPRESSIONS))
    assert named == {name + SUFFIX[kind] for name, kind in EXPORTED.items()}
    assert "up{" in EXPRESSIONS
    assert "absent(" in EXPRESSIONS


def test_signals_that_mislead_are_not_used() -> None:
    assert not re.search("abort|gpu_util|DCGM|nvidia", EXPRESSIONS)


@pytest.mark.parametrize("rule", ALL, ids=NAMES)
def test_a_batch_that_waits_rings_nobody(rule: dict[str, Any]) -> None:
    if re.search("waiting|queue|first_token|rejections|preemptions|usage", rule["expr"]):
        assert rule["expr"].count("vllm:") == rule["expr"].count('pool="chat"')


def test_names_of_alerts_are_their_own() -> None:
    assert len(NAMES) == len(set(NAMES))


def test_the_text_names_no_alert_that_there_is_not() -> None:
    words = re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+", RULES.read_text(encoding="utf-8"))
    assert set(words) <= set(NAMES)


def test_prometheus_reads_them() -> None:
    done = promtool("check", "rules", str(RULES))
    assert done.returncode == 0, done.stderr


def test_prometheus_reads_how_to_look() -> None:
    done = promtool("check", "config", str(ALERTS / "prometheus.compose.yaml"))
    assert done.returncode == 0, done.stderr


def test_every_server_of_the_largest_compose_file_is_looked_at_in_its_pool() -> None:
    (job,) = yaml.safe_load((ALERTS / "prometheus.compose.yaml").read_text(encoding="utf-8"))["scrape_configs"]
    pools = {server: one["labels"]["pool"] for one in job["static_configs"] for server in one["targets"]}
    compose = yaml.safe_load((ROOT / "deploy/compose.8gpu.yaml").read_text(encoding="utf-8"))
    servers = [name for name in compose["services"] if name.startswith("vllm-")]
    assert pools == {name: name.split("-")[1] for name in servers}
    assert job["job_name"] == "vllm"


def test_in_kubernetes_it_looks_at_the_labels_of_the_chart() -> None:
    (job,) = yaml.safe_load((ALERTS / "prometheus.kubernetes.yaml").read_text(encoding="utf-8"))["scrape_configs"]
    labels = {label for one in job["relabel_configs"] for label in one["source_labels"]}
    looked = {label.removeprefix("__meta_kubernetes_pod_label_") for label in labels if "_label_" in label}
    chart = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "deploy/helm/citydesk/templates").iterdir())
    written = {re.sub("[./-]", "_", name) for name in re.findall(r"^\s*([\w./-]+): ", chart, re.MULTILINE)}
    assert looked <= written
    assert job["job_name"] == "vllm"


def test_they_ring_when_they_should_and_are_silent_when_not(tmp_path: Path) -> None:
    cases = (Path(__file__).parent / "alerts.test.yaml").read_text(encoding="utf-8")
    (tmp_path / "cases.yaml").write_text(cases.replace("RULES", str(RULES)), encoding="utf-8")
    done = promtool("test", "rules", str(tmp_path / "cases.yaml"))
    assert done.returncode == 0, done.stdout + done.stderr
