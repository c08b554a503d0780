"""The toy city of the seam's tests, behind MCP."""

from __future__ import annotations

from tests.tools.seam.conftest import box, log, toy_pack

__all__ = ["box", "log", "toy_pack"]
