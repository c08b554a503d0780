"""What does our client of a model server cost? The same texts streamed directly and through `VLLMEngine.write`.

``python -m eval.bench.serving`` starts a simulated server in a process of its own (``--profile``); ``--url`` and
``--model`` name a real one. A closed loop of ``--streams`` writers asks with prompts of the pack's own questions and
provisions: by hand over a socket (``bare``), with the plain OpenAI client (``plain``) and through ours, by turns, for
several rounds. Counted are the tokens that the server writes after a warm-up, by its own counter (several may come in
one piece), and the time to the first piece of each text.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import aclosing, contextmanager
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np
from pydantic import BaseModel

from agents.engines.tasks import Passage, WriteGiven
from agents.qa.sentences import split_sentences
from eval.bench.clients import CLIENTS, NAMES, Target
from eval.servers.profiles import PROFILES
from eval.servers.running import in_process
from knowledge.corpus import load_corpus
from knowledge.model import Document, Provision
from serve.settings import Settings

BAR_RATIO, BAR_FIRST_MS = 0.90, 20.0
_PROMPTS, _PASSAGES = 96, 4
_RAMP = 1.0
"""Seconds over which the writers start: 200 first requests in one instant are not what a city sends."""


class Phase(BaseModel):
    """One process of a client for one round. ``tokens``: of all processes. ``first``: seconds to the first piece of
    each text begun in the time measured.
    """

    client: str
    tokens: int
    texts: int
    seconds: float
    cpu_seconds: float
    first: list[float]


class Figures(BaseModel):
    """A client over all rounds. ``cores``: of the client side alone."""

    tokens_per_second: float
    first_p50_ms: float
    first_p95_ms: float
    cpu_us_per_token: float
    cores: float
    texts: int


class Compared(BaseModel):
    """The whole run. Ratios are of tokens per second, the median over the rounds; added times are differences."""

    server: str
    streams: int
    workers: int
    rounds: int
    seconds: float
    clients: dict[str, Figures]
    ratio_to_bare: float
    ratio_to_plain: float
    added_p50_ms: float
    added_p95_ms: float
    ratio_holds: bool
    first_holds: bool


def prompts(root: Path, seed: int) -> list[WriteGiven]:
    """The pack's questions that have an answer, each with the provisions that hold it and some others."""
    documents = load_corpus(root)
    by_id = {one.id: (document, one) for document in documents for one in document.provisions}
    others, random = list(by_id.values()), Random(seed)  # noqa: S311  # a draw of prompts, nothing to guard
    found = []
    for path in sorted((root / "evaluation").glob("answers_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            right = [by_id[name] for name in case["expect"].get("provisions", []) if name in by_id]
            if right:
                chosen = (right + random.sample(others, _PASSAGES))[:_PASSAGES]
                passages = [_passage(number, *one) for number, one in enumerate(chosen, 1)]
                found.append(WriteGiven(question=case["text"], as_of=date(2026, 11, 20), passages=passages))
    return random.sample(found, min(_PROMPTS, len(found)))


def _passage(number: int, document: Document, provision: Provision) -> Passage:
    sentences = [provision.text[span.start : span.end] for span in split_sentences(provision.text)]
    return Passage(number=number, title=document.meta.title, article=provision.article, sentences=sentences)


def phase(name: str, target: Target, asked: Sequence[WriteGiven], warm: float, seconds: float) -> Phase:
    """Run one client in this process."""
    return asyncio.run(_phase(name, target, asked, warm, seconds))


async def _phase(name: str, target: Target, asked: Sequence[WriteGiven], warm: float, seconds: float) -> Phase:
    client = CLIENTS[name](target)
    made = Phase(client=name, tokens=0, texts=0, seconds=0.0, cpu_seconds=0.0, first=[])
    measuring = False

    async def writer(number: int) -> None:
        await asyncio.sleep(_RAMP * number / target.streams)
        turn = number
        while True:
            begun, counts, first = time.perf_counter(), measuring, True
            async with aclosing(client.write(number, asked[turn % len(asked)])) as pieces:
                async for _ in pieces:
                    if first:
                        first = False
                        if counts:
                            made.first.append(time.perf_counter() - begun)
            made.texts += measuring
            turn += target.streams

    writers = [asyncio.create_task(writer(number)) for number in range(target.streams)]
    try:
        await _undisturbed(writers, warm)
        before, measuring = await target.written(), True
        cpu, since = time.process_time(), time.perf_counter()
        await _undisturbed(writers, seconds)
        made.cpu_seconds, made.seconds = time.process_time() - cpu, time.perf_counter() - since
        made.tokens = round(await target.written() - before)
    finally:
        for task in writers:
            task.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
        await client.close()
    return made


async def _undisturbed(writers: Sequence[asyncio.Task[None]], seconds: float) -> None:
    """Let them write. Raises what one of them raises; they end in no other way."""
    ended, _ = await asyncio.wait(writers, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in ended:
        task.result()


def run(target: Target, asked: Sequence[WriteGiven], options: argparse.Namespace) -> Compared:
    """All clients by turns, each in ``workers`` processes with an equal part of the streams."""
    share = target.model_copy(update={"streams": target.streams // options.workers})
    rounds: list[dict[str, list[Phase]]] = []
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as processes:
        for turn in range(options.rounds):
            order = [*NAMES[turn % len(NAMES) :], *NAMES[: turn % len(NAMES)]]
            done = {}
            for name in order:
                given = [
                    processes.submit(phase, name, share, asked, options.warm, options.seconds)
                    for _ in range(options.workers)
                ]
                done[name] = [one.result() for one in given]
            rounds.append(done)
    return _compared(rounds, target, options)


def _rate(phases: Sequence[Phase]) -> float:
    return sum(one.tokens / one.seconds for one in phases) / len(phases)


def _figures(rounds: Sequence[dict[str, list[Phase]]], name: str) -> Figures:
    phases = [one for done in rounds for one in done[name]]
    first = np.array([seconds for one in phases for seconds in one.first]) * 1000
    cpu = sum(one.cpu_seconds for one in phases)
    tokens = sum(one.tokens for one in phases) / len(rounds[0][name])
    return Figures(
        tokens_per_second=round(float(np.median([_rate(done[name]) for done in rounds]))),
        first_p50_ms=round(float(np.median(first)), 1),
        first_p95_ms=round(float(np.quantile(first, 0.95)), 1),
        cpu_us_per_token=round(cpu / tokens * 1e6, 1),
        cores=round(cpu / sum(done[name][0].seconds for done in rounds), 2),
        texts=sum(one.texts for one in phases),
    )


def _compared(rounds: Sequence[dict[str, list[Phase]]], target: Target, options: argparse.Namespace) -> Compared:
    clients = {name: _figures(rounds, name) for name in NAMES}
    ratios = {
        name: round(float(np.median([_rate(done["ours"]) / _rate(done[name]) for done in rounds])), 3) for name in NAMES
    }
    added = [
        round(clients["ours"].first_p50_ms - clients["bare"].first_p50_ms, 1),
        round(clients["ours"].first_p95_ms - clients["bare"].first_p95_ms, 1),
    ]
    return Compared(
        server=f"{target.model} at {target.url}" if options.url else f"simulated, profile {options.profile}",
        streams=target.streams,
        workers=options.workers,
        rounds=len(rounds),
        seconds=options.seconds,
        clients=clients,
        ratio_to_bare=ratios["bare"],
        ratio_to_plain=ratios["plain"],
        added_p50_ms=added[0],
        added_p95_ms=added[1],
        ratio_holds=ratios["bare"] >= BAR_RATIO,
        first_holds=max(added) <= BAR_FIRST_MS,
    )


@contextmanager
def _server(options: argparse.Namespace) -> Iterator[Target]:
    if options.url:
        yield Target(
            url=options.url, model=options.model, key=options.key, streams=options.streams, most=options.tokens
        )
        return
    with in_process(options.profile) as url:
        yield Target(url=url, model="m", streams=options.streams, most=options.tokens)


def _table(made: Compared) -> Iterator[str]:
    yield f"{made.server}; {made.streams} streams; {made.rounds} rounds of {made.seconds:g} s"
    yield f"client processes: {made.workers}"
    yield f"{'client':<8}{'tokens/s':>10}{'first p50':>11}{'p95 ms':>9}{'CPU µs/token':>14}{'cores':>7}"
    for name, one in made.clients.items():
        yield (
            f"{name:<8}{one.tokens_per_second:>10.0f}{one.first_p50_ms:>11.1f}{one.first_p95_ms:>9.1f}"
            f"{one.cpu_us_per_token:>14.1f}{one.cores:>7.2f}"
        )
    yield (
        f"ours to bare {made.ratio_to_bare:.3f} (bar {BAR_RATIO}), to plain {made.ratio_to_plain:.3f}; added to the "
        f"first token p50 {made.added_p50_ms:+.1f} ms, p95 {made.added_p95_ms:+.1f} ms (bar {BAR_FIRST_MS:g})"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Command line; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.serving", description="What our model client costs.")
    parser.add_argument("--city", type=Path, default=Settings().city)
    parser.add_argument("--url", default="", help="of a real server, ending in /v1; else one is simulated")
    parser.add_argument("--model", default="m")
    parser.add_argument("--key", default="none")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="h100")
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--tokens", type=int, default=1200, help="at most, of a text")
    parser.add_argument("--workers", type=int, default=1, help="processes of the client side")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=12.0, help="measured in each round")
    parser.add_argument("--warm", type=float, default=6.0, help="before them")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    asked = prompts(options.city, options.seed)
    with _server(options) as target:
        made = run(target, asked, options)
    print(made.model_dump_json(indent=2) if options.json else "\n".join(_table(made)))
    return 0 if made.ratio_holds and made.first_holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
