"""Run a plan: ask what is not kept yet in worker processes, judge everything, and fill the run's folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from city.errors import NotFound
from eval.place import Place
from eval.runs.cache import Cache, Kept
from eval.runs.figures import check, measure
from eval.runs.fingerprint import digest
from eval.runs.folder import RunFolder, runs_folder
from eval.runs.judges import Judges
from eval.runs.model import CaseLog, Figures, LeftOut, Run, SuiteRun
from eval.runs.plan import Plan
from eval.runs.setting import Grounds, command_of, prompts, told_settings, versions
from eval.runs.work import Asked, ask, begin
from eval.suite import Case, Found, find

Progress = Callable[[str, float], None]
_CHUNKS = 6
"""Portions of a suite for each worker: few enough to be cheap, enough that nobody waits long for the last."""
_MOST = 50


class _Job(NamedTuple):
    """A suite, its cases, and by (case, trial) the hash of what an answer depends on, what was kept, what was asked."""

    found: Found
    cases: dict[str, Case]
    keys: dict[tuple[str, int], str]
    kept: dict[tuple[str, int], Asked]
    asked: dict[tuple[str, int], Asked]

    @property
    def ahead(self) -> list[tuple[Case, int]]:
        """Cases that are not kept yet, in order."""
        return [(self.cases[case], trial) for case, trial in self.keys if (case, trial) not in self.kept]


class Runner:
    """Runs one plan into one folder. A broken run leaves its plan; the same folder again goes on from what is kept."""

    def __init__(self, plan: Plan, folder: RunFolder, progress: Progress) -> None:
        self.plan, self.folder, self._progress = plan, folder, progress
        self._left_out: list[LeftOut] = []
        self._judges: Judges

    def run(self) -> Run:
        """Run everything. Raises BadInput where a suite is wrong, NotFound where nothing could be run."""
        begun, clock = datetime.now(UTC), time.monotonic()
        self.folder.write_plan(self.plan)
        with TemporaryDirectory(prefix="citydesk-eval-") as scratch:
            place = self.plan.place(Path(scratch))
            grounds = Grounds(self.plan, place)
            cache = Cache(runs_folder(self.plan.home).parent / "cache.sqlite")
            try:
                self._judges = Judges.of(self.plan, place, cache)
                jobs = [job for name in self.plan.suites if (job := self._job(name, place, grounds, cache))]
                if not jobs:
                    raise NotFound("; ".join(f"{one.suite}: {one.why}" for one in self._left_out))
                with self._workers(Path(scratch)) as pool:
                    seconds = self._ask(jobs, cache, pool)
                    self._let_judge(jobs)
                    suites, figures = self._judge(jobs, seconds, pool)
            finally:
                cache.close()
        run = self._run(begun, grounds, place, suites)
        self.folder.write(run, figures)
        self._progress(f"{time.monotonic() - clock:.0f} s", 1.0)
        return run

    def _job(self, name: str, place: Place, grounds: Grounds, cache: Cache) -> _Job | None:
        found = find(name)
        check(found)
        try:
            if found.config.needs_model and place.settings.engine == "embedded":
                raise NotFound("needs a model server: CITYDESK_ENGINE=vllm")
            self._judges.check(found)
            ground, cases = grounds.of(found), self.plan.cases_of(found, place)
        except NotFound as error:
            self._left_out.append(LeftOut(suite=name, title=found.config.title, why=str(error)))
            return None
        trials = range(self.plan.trials_of(found))
        # A stream is one thing: its cases follow from those before.
        before = digest([case.given for case in cases]) if found.config.alone else ""
        keys = {
            (case.id, trial): digest(ground, before, case.id, case.given, trial) for case in cases for trial in trials
        }
        held = {} if self.plan.fresh else cache.get(list(keys.values()))
        kept = {key: Asked(*key, held[hash_].said, "", held[hash_].ms) for key, hash_ in keys.items() if hash_ in held}
        if found.config.alone and len(kept) < len(keys):
            kept = {}
        return _Job(found, {case.id: case for case in cases}, keys, kept, {})

    def _ask(self, jobs: Sequence[_Job], cache: Cache, pool: ProcessPoolExecutor) -> dict[str, float]:
        """Ask what is not kept; seconds of work by suite."""
        total = sum(len(job.ahead) for job in jobs)
        seconds: dict[str, float] = {}
        done = 0
        by_name = {job.found.name: job for job in jobs}
        waiting = {
            pool.submit(ask, job.found.name, portion): job.found.name for job in jobs for portion in self._cut(job)
        }
        for future in as_completed(waiting):
            job = by_name[waiting[future]]
            asked = self._answers(future, waiting)
            # A case that raised is not kept: next time it may go well, e.g. with the server back.
            cache.put((job.keys[one.case, one.trial], Kept(one.said, one.ms)) for one in asked if one.said is not None)
            job.asked.update({(one.case, one.trial): one for one in asked})
            seconds[job.found.name] = seconds.get(job.found.name, 0.0) + sum(one.ms for one in asked) / 1000
            done += len(asked)
            self._progress("cases", done / total)
        return seconds

    def _let_judge(self, jobs: Sequence[_Job]) -> None:
        """Put beside what was said what the judge finds in it."""
        places = [
            (job, held, one)
            for job in jobs
            for held in (job.kept, job.asked)
            for one in held.values()
            if one.said is not None
        ]
        found = self._judges.look([(job.found, job.cases[one.case], one) for job, _, one in places], self._progress)
        for (_, held, one), made in zip(places, found, strict=True):
            held[one.case, one.trial] = made

    @staticmethod
    def _answers(future: Future[list[Asked]], waiting: dict[Future[list[Asked]], str]) -> list[Asked]:
        try:
            return future.result()
        except BaseException:
            for one in waiting:
                one.cancel()
            raise

    @contextmanager
    def _workers(self, scratch: Path) -> Iterator[ProcessPoolExecutor]:
        context = get_context("spawn")
        with ProcessPoolExecutor(self.plan.workers, context, begin, (self.plan, scratch)) as pool:
            yield pool

    def _cut(self, job: _Job) -> Iterator[list[tuple[Case, int]]]:
        ahead = job.ahead
        size = len(ahead) if job.found.config.alone else -(-len(ahead) // (self.plan.workers * _CHUNKS))
        size = size if job.found.config.alone else min(size, _MOST)
        yield from (ahead[at : at + size] for at in range(0, len(ahead), size)) if ahead else ()

    def _judge(
        self, jobs: Sequence[_Job], seconds: dict[str, float], pool: ProcessPoolExecutor
    ) -> tuple[list[SuiteRun], Figures]:
        """Judge all cases, then let the workers make figures of them."""
        suites, waiting = [], []
        for job in jobs:
            answers = {**job.kept, **job.asked}
            logs = [_log(job.found, job.cases[key[0]], answers[key], key in job.kept) for key in job.keys]
            self.folder.write_cases(job.found.name, logs)
            suites.append(self._told(job.found, logs, seconds.get(job.found.name, 0.0)))
            waiting.append(pool.submit(measure, job.found.name, [_bare(one) for one in logs], self.plan.seed))
        made = []
        for number, future in enumerate(waiting, 1):
            made.append(future.result())
            self._progress("figures", number / len(waiting))
        return suites, Figures(
            figures=tuple(one for each in made for one in each.figures),
            slices=tuple(one for each in made for one in each.slices),
        )

    def _told(self, found: Found, logs: Sequence[CaseLog], seconds: float) -> SuiteRun:
        return SuiteRun(
            name=found.name,
            title=found.config.title,
            about=found.config.about,
            cases=len({one.case for one in logs}),
            trials=self.plan.trials_of(found),
            seconds=round(seconds, 1),
            cached=sum(one.cached for one in logs),
            errors=sum(bool(one.error) for one in logs),
            texts=not found.config.shared,
        )

    def _run(self, begun: datetime, grounds: Grounds, place: Place, suites: Sequence[SuiteRun]) -> Run:
        settings = place.settings
        return Run(
            id=self.folder.path.name,
            begun=begun,
            ended=datetime.now(UTC),
            suites=tuple(suites),
            left_out=tuple(self._left_out),
            settings=told_settings(settings),
            versions=versions(),
            code=grounds.code,
            pack=grounds.pack,
            snapshot=grounds.snapshot,
            prompts=prompts(),
            engine=settings.engine,
            model=settings.model_name,
            judge=self._judges.model,
            seeds=(self.plan.seed,),
            day=self.plan.day,
            small=self.plan.small,
            workers=self.plan.workers,
            command=command_of(self.plan),
        )


def _bare(log: CaseLog) -> CaseLog:
    """What figures are made of, without the texts."""
    return log.model_copy(update={"given": {}, "expect": {}, "said": None})


def _log(found: Found, case: Case, asked: Asked, cached: bool) -> CaseLog:
    """Judge one case."""
    values, why, error = {}, "", asked.error
    if asked.said is not None:
        try:
            scored = found.suite.score(case, asked.said)
            values, why = scored.values, scored.why
        except Exception as raised:  # noqa: BLE001  # a judge that cannot judge is told of, and the run goes on
            error = f"judging: {type(raised).__name__}: {raised}"
    return CaseLog(
        suite=found.name,
        case=case.id,
        trial=asked.trial,
        given=case.given,
        expect=case.expect,
        said=asked.said,
        values=values,
        why=why,
        error=error,
        slices=case.slices,
        group=case.group or case.id,
        ms=asked.ms,
        cached=cached,
    )
