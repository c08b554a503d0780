"""What starting a server does before there is one: its command line, its figures, and how a failed start is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.vllm.server import arguments, read_metrics, start

METRICS = """\
# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="city-llm"} 3.0
vllm:request_success_total{engine="0",finished_reason="stop"} 4.0
vllm:request_success_total{engine="0",finished_reason="length"} 1.0
vllm:request_success_created{engine="0",finished_reason="stop"} 1.7957e+09
vllm:e2e_request_latency_seconds_bucket{le="0.3"} 9.0
vllm:e2e_request_latency_seconds_sum 2.5
python_info{version="3.11"} 1.0
"""


def test_flags_become_words_of_the_command_line() -> None:
    given = arguments(
        {"max_num_seqs": 2, "enable_lora": True, "enforce_eager": False, "a_b": {"c": True}, "lora_modules": ["x", "y"]}
    )
    assert given == ["--max-num-seqs", "2", "--enable-lora", "--a-b", '{"c": true}', "--lora-modules", "x", "y"]


def test_figures_are_summed_over_their_labels() -> None:
    figures = {"num_requests_running": 3.0, "request_success": 5.0, "e2e_request_latency_seconds_sum": 2.5}
    assert read_metrics(METRICS) == figures


def test_a_server_that_ends_while_starting_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)vLLM ended with \d+ while starting:.*(unknown-flag|No module named)"):
        start(tmp_path, tmp_path / "run", {"unknown_flag": True}, python=Path(sys.executable))
