# ruff: noqa: N999  # a module that is only run, by the word for what it does
"""Play the tasks of files and show each talk with its verdict: ``python -m eval.hotlinebench.try FILE…``."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy, as serve.cli does

from city.errors import CityDeskError
from eval.hotlinebench.judging import field
from eval.hotlinebench.opening import open_bench
from eval.hotlinebench.stage import Bench
from eval.hotlinebench.tasks import Task, read
from eval.hotlinebench.verdict import PARTS, faults
from serve.settings import Settings

Json = dict[str, Any]
_FIELDS = ("status", "kind", "category", "place", "district", "lead", "duty_item", "clock_class", "urgency", "sign_due",
           "contact_due", "due_at", "phone", "anonymous", "confidential", "sensitivity", "gaps", "events")  # fmt: skip


def told(task: Task, said: Json, *, brief: bool) -> list[str]:
    """The talk and the orders, as lines."""
    lines = [f"═══ {task.id}  {task.about}"]
    for number, turn in enumerate(said["turns"], 1):
        lines.append(f"{number:>2} [{turn['step']}, {turn['at'][:16]}] 市民（{turn['meant']}）：{turn['citizen']}")
        text = turn["text"] if not brief else turn["text"].replace("\n", " ⏎ ")[:160]
        lines += [f"      {line}" for line in text.split("\n")]
        asks = f", {'waits for' if turn['waits'] else 'asks'} {turn['asked']}" if turn["asked"] else ""
        cites = ", ".join(c["provision"] for c in turn["citations"])
        notes = [turn["outcome"], "+".join(turn["specialists"]), *turn["lines"], turn["code"] or "", cites]
        lines.append(f"      → {' · '.join(filter(None, notes))}{asks}")
    for order in said["orders"]:
        lines.append(f"   {'earlier order' if order['before'] else 'order'} {order['number']}: {order['title']}")
        lines += [f"      {name}: {value}" for name in _FIELDS if (value := field(order, name)) not in ("", None, [])]
        lines.append(f"      narrative: {order['narrative']!r}  demand: {order['demand']!r}")
    return lines


async def _play(bench: Bench, tasks: Sequence[Task], options: argparse.Namespace) -> int:
    failed = 0
    for task in tasks:
        for trial in range(options.trials):
            said = await bench.play(task, f"{options.seed}/{trial}")
            wrong = faults(task, said)
            bad = any(wrong.values())
            failed += bad
            if bad or trial == 0:
                print("\n".join(told(task, said, brief=options.brief)))
            verdict = "  ".join(f"{part} {'WRONG' if wrong[part] else 'ok'}" for part in PARTS)
            print(f"   trial {trial}: {'WRONG' if bad else 'RIGHT'}   {verdict}   {len(said['turns'])} turns")
            for part in PARTS:
                for fault in wrong[part]:
                    print(f"      ✗ {part}: {fault}")
    return failed


def main(argv: Sequence[str] | None = None) -> int:
    """Command line; 1 where a talk ended wrong, 2 where a file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m eval.hotlinebench.try", description="Play tasks and judge them.")
    parser.add_argument("files", nargs="+", type=Path, help="files of tasks, or folders of them")
    parser.add_argument("--home", type=Path, default=Settings().home, help="with the city's knowledge built")
    parser.add_argument("--city", type=Path, default=Settings().city)
    parser.add_argument("--only", default="", help="ids that begin so")
    parser.add_argument("--trials", type=int, default=1)
    parser.add_argument("--seed", default="7")
    parser.add_argument("--brief", action="store_true", help="one line a reply")
    options = parser.parse_args(argv)
    try:
        paths = [p for each in options.files for p in (sorted(each.rglob("*.yaml")) if each.is_dir() else [each])]
        tasks = [task for path in paths for task in read(path) if task.id.startswith(options.only)]
        settings = Settings(city=options.city, home=options.home)
        with TemporaryDirectory() as scratch:
            bench = open_bench(settings, Path(scratch), tasks)
            failed = asyncio.run(_play(bench, tasks, options))
    except CityDeskError as error:
        print(error)
        return 2
    print(f"{len(tasks)} tasks, {failed} talks wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
