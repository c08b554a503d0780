"""The other way round (政策找人): a file of profiles against one policy or all, into lists that a person confirms.

A list is a proposal. It holds who matches, why, and what it would come to; it leaves out who has objected to being
matched; and nothing is sent to anybody before a person with the right office has confirmed it (PIPL, article 24: a
decision made by machine must be explicable, may be refused, and is a person's to make). What was confirmed is what was
looked at: the confirmation names the hash of the list.

::

    <out>/matches/part-00001.parquet …   one row for each subject and policy
    <out>/matches.csv                    the same, to be opened in a spreadsheet
    <out>/set_aside.csv                  rows of the input that could not be read, and why
    <out>/manifest.json                  what was matched with what: rules and their hashes, day, counts, hash of rows
    <out>/decisions.jsonl                confirmations and refusals, chained
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import ValidationError

from city.errors import BadInput, NotFound, Refused
from city.schema import Record
from knowledge.eligibility.bulk import CODES, amounts, statuses
from knowledge.eligibility.columns import Columns
from knowledge.eligibility.compiling import CompiledPolicy
from knowledge.eligibility.eligibility import Eligibility
from knowledge.eligibility.facts import Subject
from knowledge.eligibility.ir import Condition
from knowledge.eligibility.matching import Status
from knowledge.eligibility.signing import rule_hash
from knowledge.eligibility.tables import ID, Source

MANIFEST, MATCHES, SHEET, ASIDE, DECISIONS = (
    "manifest.json",
    "matches",
    "matches.csv",
    "set_aside.csv",
    "decisions.jsonl",
)
KEPT = (Status.ELIGIBLE, Status.LIKELY)
START = "0" * 64
Progress = Callable[[int], None]


class PolicyCount(Record):
    """How one policy came out. ``worth`` is what the kept rows come to within a year, in yuan."""

    policy: str
    title: str
    rule: str
    by_status: dict[str, int]
    opted_out: int = 0
    listed: int = 0
    worth: float = 0.0


class Manifest(Record):
    """What a list was made from."""

    city: str
    subject: Subject
    as_of: date
    made_at: datetime
    source: str
    rows: int
    set_aside: int
    kept: tuple[str, ...]
    policies: tuple[PolicyCount, ...]
    digest: str


class Decision(Record):
    """A person's word on a list."""

    digest: str
    decision: Literal["confirmed", "refused"]
    by: str
    post: str
    reason: str
    at: datetime
    previous: str

    def own(self) -> str:
        """The hash that the next decision carries."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def read_opt_outs(path: Path | None) -> dict[str, frozenset[str]]:
    """Who objects to being matched: policy id (or ``*``) → subject ids, from a CSV with ``id``, ``policy``?."""
    if path is None:
        return {}
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadInput(f"{str(path)!r} cannot be read ({error}) → give a CSV with a column 'id'") from error
    if ID not in table.columns:
        raise BadInput(f"{str(path)!r} has no column 'id' → name who objects, one id a row")
    if "policy" not in table.columns:
        table = table.with_columns(policy=pl.lit("*"))
    grouped = table.with_columns(pl.col("policy").fill_null("*")).group_by("policy").agg(pl.col(ID))
    return {str(policy): frozenset(ids) for policy, ids in grouped.iter_rows()}


class Finder:
    """Matches files with rules."""

    def __init__(self, rules: Eligibility, compiled: Sequence[CompiledPolicy], kept: Sequence[Status] = KEPT):
        self._rules, self._compiled = rules, list(compiled)
        self._kept = [CODES.index(status) for status in kept]
        self._facts = frozenset().union(*(rule.facts for rule in compiled))
        self._said: dict[Condition, str] = {}

    @property
    def facts(self) -> frozenset[str]:
        """The facts that the rules read."""
        return self._facts

    def rows(self, table: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, dict[int, int]]]:
        """The kept rows of one piece: id, policy, status, worth, benefits, reasons, open; and the counts by status."""
        found = statuses(self._rules.book, self._compiled, table)
        counts: dict[str, dict[int, int]] = {}
        parts = []
        for rule in self._compiled:
            column = found[rule.id]
            counts[rule.id] = {int(code): int(n) for code, n in column.value_counts().iter_rows()}
            chosen = column.is_in(self._kept)
            if chosen.any():
                parts.append(self._told(rule, table.filter(chosen), column.filter(chosen)))
        empty = pl.DataFrame(schema=_SCHEMA)
        return (pl.concat([empty, *parts]) if parts else empty), counts

    def _told(self, rule: CompiledPolicy, table: pl.DataFrame, status: pl.Series) -> pl.DataFrame:
        columns = Columns(frozenset(table.columns))
        failed, open_ = [], []
        for part in rule.conditions.of:
            says = pl.lit(self._says(part))
            truth = columns.truth(part)
            failed.append(pl.when(~truth).then(says))
            open_.append(pl.when(truth.is_null()).then(says))
        reasons = [_joined(failed).alias("~failed"), _joined(open_).alias("~open")]
        told = amounts(self._rules.book, rule, table, reasons)
        granted = [
            pl.when(pl.col(one.benefit.id) >= CODES.index(Status.LIKELY)).then(pl.lit(one.benefit.name))
            for one in rule.benefits
        ]
        names = pl.Series(_NAMES, dtype=pl.String)
        return told.select(
            pl.col(ID),
            pl.lit(rule.id).alias("policy"),
            names.gather(status).alias("status"),
            pl.col("worth"),
            _joined(granted).alias("benefits"),
            pl.col("~failed").alias("failed"),
            pl.col("~open").alias("open"),
        )

    def _says(self, part: Condition) -> str:
        if part not in self._said:
            self._said[part] = self._rules.explainer.says(part)
        return self._said[part]


_NAMES = [status.value for status in CODES]
_SCHEMA = {
    ID: pl.String,
    "policy": pl.String,
    "status": pl.String,
    "worth": pl.Float64,
    "benefits": pl.String,
    "failed": pl.String,
    "open": pl.String,
}


def _joined(texts: Sequence[pl.Expr]) -> pl.Expr:
    return pl.concat_str(texts, separator="；", ignore_nulls=True) if texts else pl.lit("")


def find(
    rules: Eligibility,
    compiled: Sequence[CompiledPolicy],
    source: Source,
    out: Path,
    *,
    city: str,
    now: datetime,
    kept: Sequence[Status] = KEPT,
    opt_outs: Mapping[str, frozenset[str]] | None = None,
    progress: Progress = lambda _: None,
) -> Manifest:
    """Match ``source`` and write the list to the new folder ``out``. Raises BadInput where it holds a list already."""
    if (out / MANIFEST).exists() or any((out / MATCHES).glob("part-*.parquet")):
        raise BadInput(f"{str(out)!r} holds a list already, or part of one → name another folder for --out")
    (out / MATCHES).mkdir(parents=True, exist_ok=True)
    finder, refused = Finder(rules, compiled, kept), opt_outs or {}
    tally = _Tally(compiled)
    with (out / SHEET).open("wb") as sheet, (out / ASIDE).open("wb") as aside:
        for number, (table, bad) in enumerate(source.pieces(rules.book, finder.facts), 1):
            rows, counts = finder.rows(table)
            rows, gone = _without(rows, refused)
            rows.write_parquet(out / MATCHES / f"part-{number:05d}.parquet")
            rows.write_csv(sheet, include_header=number == 1, include_bom=number == 1)
            bad.write_csv(aside, include_header=number == 1, include_bom=number == 1)
            tally.add(table.height, bad.height, counts, gone, rows)
            progress(tally.rows)
    manifest = Manifest(
        city=city,
        subject=source.subject,
        as_of=compiled[0].as_of if compiled else now.date(),
        made_at=now,
        source=source.path.name,
        rows=tally.rows,
        set_aside=tally.set_aside,
        kept=tuple(status.value for status in kept),
        policies=tuple(tally.counted(rules, rule) for rule in compiled),
        digest=digest(out),
    )
    (out / MANIFEST).write_text(manifest.model_dump_json(indent=2), "utf-8")
    return manifest


class _Tally:
    """Counts over the pieces."""

    def __init__(self, compiled: Iterable[CompiledPolicy]):
        self.rows = self.set_aside = 0
        self._by_status: dict[str, dict[int, int]] = {rule.id: {} for rule in compiled}
        self._gone: dict[str, int] = {}
        self._listed: dict[str, int] = {}
        self._worth: dict[str, float] = {}

    def add(
        self, rows: int, bad: int, counts: Mapping[str, Mapping[int, int]], gone: pl.DataFrame, listed: pl.DataFrame
    ) -> None:
        self.rows += rows
        self.set_aside += bad
        for name, own in counts.items():
            for code, count in own.items():
                self._by_status[name][code] = self._by_status[name].get(code, 0) + count
        for name, count in gone.group_by("policy").len().iter_rows():
            self._gone[name] = self._gone.get(name, 0) + count
        for name, count, worth in listed.group_by("policy").agg(pl.len(), pl.col("worth").sum()).iter_rows():
            self._listed[name] = self._listed.get(name, 0) + count
            self._worth[name] = self._worth.get(name, 0.0) + (worth or 0.0)

    def counted(self, rules: Eligibility, rule: CompiledPolicy) -> PolicyCount:
        return PolicyCount(
            policy=rule.id,
            title=rule.policy.title,
            rule=rule_hash(rule.policy, rules.every),
            by_status={status.value: self._by_status[rule.id].get(n, 0) for n, status in enumerate(CODES)},
            opted_out=self._gone.get(rule.id, 0),
            listed=self._listed.get(rule.id, 0),
            worth=round(self._worth.get(rule.id, 0.0), 2),
        )


def _without(rows: pl.DataFrame, refused: Mapping[str, frozenset[str]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows less those of subjects who objected, and these."""
    if not refused:
        return rows, rows.clear()
    out = pl.col(ID).is_in(list(refused.get("*", ())))
    for policy, ids in refused.items():
        if policy != "*":
            out |= (pl.col("policy") == policy) & pl.col(ID).is_in(list(ids))
    return rows.filter(~out), rows.filter(out)


def digest(out: Path) -> str:
    """The hash of a list's rows."""
    made = hashlib.sha256()
    for part in sorted((out / MATCHES).glob("part-*.parquet")):
        made.update(part.read_bytes())
    return made.hexdigest()


def read_manifest(out: Path) -> Manifest:
    """What the list in ``out`` was made from. Raises NotFound, BadInput."""
    path = out / MANIFEST
    if not path.is_file():
        raise NotFound(f"{str(out)!r} holds no list → make one: citydesk policy find")
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise BadInput(f"{str(path)!r} is broken → make the list anew") from error


def sample(out: Path, most: int = 30) -> list[dict[str, Any]]:
    """Some rows of a list, spread over its policies, to be looked at."""
    parts = sorted((out / MATCHES).glob("part-*.parquet"))
    if not parts:
        return []
    each = pl.scan_parquet(parts).group_by("policy", maintain_order=True).head(3).head(most).collect()
    return each.to_dicts()


def decisions(out: Path) -> list[Decision]:
    """Every decision on the list, oldest first. Raises BadInput where the chain is broken."""
    path = out / DECISIONS
    if not path.is_file():
        return []
    found: list[Decision] = []
    before = START
    for line in path.read_bytes().splitlines():
        try:
            decision = Decision.model_validate(json.loads(line))
        except (ValueError, ValidationError) as error:
            raise BadInput(f"{str(path)!r} is broken → restore it from a copy") from error
        if decision.previous != before:
            raise BadInput(f"{str(path)!r} was changed: a line does not follow from the one before → restore it")
        before = decision.own()
        found.append(decision)
    return found


def decide(
    out: Path, decision: Literal["confirmed", "refused"], *, by: str, post: str, reason: str, now: datetime
) -> Decision:
    """Write down a person's word on the list. Raises Refused where its rows are not those that were made."""
    manifest = read_manifest(out)
    if not (by.strip() and reason.strip()):
        raise BadInput("A decision needs a name and a reason: --by NAME --reason TEXT.")
    if digest(out) != manifest.digest:
        raise Refused(f"The rows in {str(out)!r} were changed after they were made. Make the list anew.")
    before = decisions(out)
    made = Decision(
        digest=manifest.digest,
        decision=decision,
        by=by.strip(),
        post=post,
        reason=reason.strip(),
        at=now,
        previous=before[-1].own() if before else START,
    )
    with (out / DECISIONS).open("a", encoding="utf-8") as file:
        file.write(made.model_dump_json() + "\n")
    return made


def release(out: Path, rules: Eligibility, today: date) -> Iterator[pl.DataFrame]:
    """The rows of a confirmed list, to be handed to what tells people.

    Raises Refused where nobody confirmed it, it was refused since, its rows or its rules have changed, or a policy is
    no longer in force.
    """
    manifest, said = read_manifest(out), decisions(out)
    if not said or said[-1].decision != "confirmed":
        raise Refused(
            f"Nobody has confirmed the list in {str(out)!r}: citydesk policy confirm {out} --by NAME --reason …"
        )
    if digest(out) != manifest.digest or said[-1].digest != manifest.digest:
        raise Refused(f"The rows in {str(out)!r} are not those that {said[-1].by} confirmed. Make the list anew.")
    for counted in manifest.policies:
        policy = rules.book.policies.get(counted.policy)
        if policy is None or rule_hash(policy, rules.every) != counted.rule:
            raise Refused(f"The rule {counted.policy} has changed or is no longer signed. Make the list anew.")
        if not rules.book.interval_holds(policy, today):
            raise Refused(f"{counted.policy} is no longer in force. Nobody may be told that it is.")
    for part in sorted((out / MATCHES).glob("part-*.parquet")):
        yield pl.read_parquet(part)
