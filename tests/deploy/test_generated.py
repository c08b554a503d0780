"""What deploy/ holds of the models is what the command prints today."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT, YUNLAN
from tests.serve.conftest import Run, run

__all__ = ["run"]
MADE = {"--helm": "helm/profiles/{}.yaml", "--compose": "compose.{}.yaml", "--nginx": "nginx/pools/{}.conf"}


@pytest.mark.parametrize("profile", ["24gb", "h100", "h200", "8gpu", "8gpu-one"])
@pytest.mark.parametrize("form", MADE)
def test_the_file_is_what_the_command_prints(run: Run, profile: str, form: str) -> None:
    path = ROOT / "deploy" / MADE[form].format(profile)
    ended = run("vllm", profile, form, "--city", YUNLAN)
    assert ended.code == 0
    assert path.read_text(encoding="utf-8") == ended.out, f"make it again: citydesk vllm {profile} {form} > {path}"
