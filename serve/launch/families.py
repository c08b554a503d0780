"""What each family of models needs of the server, by the recipes of vLLM. Look at them again with each release."""

from __future__ import annotations

from dataclasses import dataclass

from city.models import Family


@dataclass(frozen=True)
class Needs:
    """The options that a family fixes.

    ``thinking_key`` is the switch of its chat template: none where the family never thinks, or always does.
    """

    tools: str
    reasoning: str = ""
    thinking_key: str = ""
    always_thinks: bool = False
    hybrid: bool = False
    text_only: bool = False
    own_template: bool = False
    own_code: bool = False
    tokenizer_mode: str = ""
    fp8_cache: bool = False
    block_size: int = 0

    @property
    def can_think(self) -> bool:
        """Whether there is a thought to be had of it."""
        return self.always_thinks or bool(self.thinking_key)


_DEEPSEEK = "deepseek_v3"  # the reasoning parser of V3, V3.1 and V3.2; it looks at the same switch as the template
FAMILIES: dict[Family, Needs] = {
    # Also named qwen3_json; dense Qwen3 and the thinking 30B-A3B.
    Family.QWEN3: Needs("hermes", "qwen3", "enable_thinking"),
    # Instruct-2507 never thinks: with a reasoning parser its answers would be taken for thoughts.
    Family.QWEN3_INSTRUCT: Needs("hermes"),
    Family.QWEN3_CODER: Needs("qwen3_xml"),
    # Its template opens the thought itself, so the reasoning parser is needed even with thinking off. Attention is
    # hybrid: few prefix hits, and never with speculative decoding. 3.5, 3.6 and 3.8; pictures are left out.
    Family.QWEN3_5: Needs("qwen3_coder", "qwen3", "enable_thinking", hybrid=True, text_only=True),
    Family.DEEPSEEK_R1: Needs("deepseek_v3", "deepseek_r1", always_thinks=True),
    Family.DEEPSEEK_V3: Needs("deepseek_v3"),
    # The template in the checkpoint does not write tool calls the way the parser reads them.
    Family.DEEPSEEK_V31: Needs("deepseek_v31", _DEEPSEEK, "thinking", own_template=True),
    Family.DEEPSEEK_V32: Needs("deepseek_v32", _DEEPSEEK, "thinking", tokenizer_mode="deepseek_v32"),
    Family.DEEPSEEK_V4: Needs(
        "deepseek_v4",
        "deepseek_v4",
        "thinking",
        own_code=True,
        tokenizer_mode="deepseek_v4",
        fp8_cache=True,
        block_size=256,
    ),
    Family.DEEPSEEK_V41: Needs("deepseek_v41", "deepseek_v41", "thinking", tokenizer_mode="deepseek_v41"),
    Family.GLM45: Needs("glm45", "glm45", "enable_thinking"),
    Family.GLM47: Needs("glm47", "glm47", "enable_thinking"),
    Family.GLM5_THINKING: Needs("glm47", "glm47", always_thinks=True),
}
