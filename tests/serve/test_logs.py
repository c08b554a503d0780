from __future__ import annotations

import logging
import logging.config
from contextvars import copy_context

import pytest

from city.tracking import track
from serve.logs import log_config


@pytest.fixture
def _own_logging() -> object:
    root, ours = logging.getLogger(), logging.getLogger("citydesk")
    kept = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], level, own = kept
    root.setLevel(level)
    ours.setLevel(own)


@pytest.mark.usefixtures("_own_logging")
@pytest.mark.parametrize(("level", "shown"), [("warning", False), ("info", True)])
def test_a_line_names_its_request(capsys: pytest.CaptureFixture[str], level: str, shown: bool) -> None:
    logging.config.dictConfig(log_config(level))

    def work() -> None:
        track("turn-0007")
        logging.getLogger("citydesk.vllm").info("answered")
        logging.getLogger("elsewhere").info("chatter")
        logging.getLogger("elsewhere").warning("trouble")

    copy_context().run(work)
    logging.getLogger("citydesk.serve").warning("later")
    told = capsys.readouterr().err
    assert ("INFO [turn-0007] citydesk.vllm: answered" in told) == shown
    assert "WARNING [turn-0007] elsewhere: trouble" in told
    assert "WARNING [-] citydesk.serve: later" in told
    assert "chatter" not in told
