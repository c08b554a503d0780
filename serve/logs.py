"""How a server logs: one line each to standard error, with the id of the request that it was written for."""

from __future__ import annotations

import logging
from typing import Any

from city.tracking import request_id

LINE = "%(asctime)s %(levelname)s [%(request)s] %(name)s: %(message)s"


class WithRequest(logging.Filter):
    """Puts the id of the request under way into a line; ``-`` where there is none."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every line passes."""
        record.request = request_id() or "-"
        return True


def log_config(level: str) -> dict[str, Any]:
    """The logging of a server, as `logging.config.dictConfig` takes it: our own lines from ``level`` on, those of
    libraries from warnings on.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": WithRequest}},
        "formatters": {"line": {"format": LINE}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request"]}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {"citydesk": {"level": level.upper()}},
    }
