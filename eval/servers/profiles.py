"""How long a simulated model server takes for what, in seconds and tokens."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Profile(BaseModel):
    """A model on a card.

    The first token takes ``first`` + what is not cached at ``prefill_rate`` + ``first_per_running`` for each request
    running, up to ``jitter`` of it more by chance. A step, which gives ``together`` tokens to every request running
    (more than one as with speculation), takes ``step`` + ``step_per_running`` for each. ``answer``: fewest and most
    tokens of a text.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_num_seqs: int = Field(default=256, ge=1)
    max_queued: int = Field(default=768, ge=1, description="running and waiting; one more is answered with 503")
    max_model_len: int = Field(default=32_768, ge=1)
    first: float = Field(ge=0)
    first_per_running: float = Field(default=0.0, ge=0)
    prefill_rate: float = Field(default=25_000.0, gt=0, description="prompt tokens a second")
    jitter: float = Field(default=0.0, ge=0)
    step: float = Field(gt=0)
    step_per_running: float = Field(default=0.0, ge=0)
    together: int = Field(default=1, ge=1)
    answer: tuple[int, int] = (150, 200)


PROFILES: dict[str, Profile] = {
    # Qwen3-30B-A3B-FP8 on one H100. No clean published figure was found for this model on this card. Put between what
    # llm-d-inference-sim's latency tables give for 7-8B on one H100 (first token 60-120 ms, between tokens 10-15 ms)
    # and for 30-34B on two (160-280 ms, 20-30 ms): 25 ms at 200 running are 8,000 tokens/s, more than any published
    # figure for one card and so the harder case for a client. The prefill rate is below the 37,900 tokens/s that
    # GPUStack's performance lab reports for Qwen3.5-35B-A3B-FP8 on an H200.
    "h100": Profile(
        first=0.060, first_per_running=0.0001, prefill_rate=25_000, jitter=0.35, step=0.009, step_per_running=0.00008
    ),
    "quick": Profile(first=0.001, prefill_rate=10_000_000, step=0.001, answer=(20, 40)),
}
"""By name: ``h100`` for measurements, ``quick`` for tests."""
