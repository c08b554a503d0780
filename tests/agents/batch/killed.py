"""A job in a process of its own, to be killed: ``python -m tests.agents.batch.killed FOLDER ITEMS``."""

from __future__ import annotations

import sys
from pathlib import Path

from agents.batch.items import Item
from agents.batch.records import Record
from agents.batch.runners import LocalRunner
from tests.agents.batch.making import Echo, items, job


def main() -> int:
    path, count = Path(sys.argv[1]), int(sys.argv[2])
    with job(path, count) as opened:
        wanted = (item for item in items(count) if opened.is_wanted(item.custom_id))

        def keep(item: Item, record: Record) -> None:
            opened.keep(record, item.shard)
            if len(opened.answered) % 20 == 0:
                print(len(opened.answered), flush=True)

        stopped = LocalRunner(60.0).run(wanted, lambda: Echo(seconds=0.004), keep)
    print("stopped" if stopped else "done", flush=True)
    return 130 if stopped else 0


if __name__ == "__main__":
    sys.exit(main())
