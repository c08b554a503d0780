"""``citydesk policy``: match profiles with policies both ways, explain, check, sign, draft."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from serve.cli.common import CityOption, HomeOption, JsonOption, day_of, echo_json, settings_for
from serve.cli.drafts import draft

if TYPE_CHECKING:
    from datetime import date

    from city.pack import CityPack
    from knowledge.eligibility.eligibility import Eligibility
    from knowledge.eligibility.explaining import Explanation, Step
    from knowledge.eligibility.facts import Subject
    from knowledge.eligibility.finding import Manifest
    from knowledge.eligibility.profiles import Profile

app = typer.Typer(help="Match profiles with policies, both ways; keep the rules.", no_args_is_help=True)
AsOfOption = Annotated[str, typer.Option("--as-of", help="The day asked for (YYYY-MM-DD); today where left out.")]
ProfileOption = Annotated[Path, typer.Option("--profile", help="A profile, JSON.")]
NameOption = Annotated[str, typer.Option("--by", help="The name of the person who answers for it.")]
PostOption = Annotated[str, typer.Option("--post", help="The person's office.")]
DraftsOption = Annotated[bool, typer.Option("--drafts", help="Also rules that nobody signed yet (for staff).")]
_MARK = {True: "✓", False: "✗", None: "?"}
_UNTOLD = 10


def _opened(city: Path | None, as_of: str, *, drafts: bool = False) -> tuple[Eligibility, date]:
    rules, _, day = _opened_pack(city, as_of, drafts=drafts)
    return rules, day


def _opened_pack(city: Path | None, as_of: str, *, drafts: bool = False) -> tuple[Eligibility, CityPack, date]:
    from dataclasses import replace
    from datetime import UTC, datetime

    from city.pack import load_pack
    from serve.policies import open_policies

    day = day_of(as_of, "--as-of") or datetime.now(UTC).date()
    pack = load_pack(settings_for(city).city)
    rules = open_policies(pack, day)
    return (replace(rules, book=rules.every) if drafts else rules), pack, day


def _profile(path: Path, rules: Eligibility) -> Profile:
    import json

    from city.errors import BadInput
    from knowledge.eligibility.profiles import read_profile

    try:
        raw = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise BadInput(f"{str(path)!r} cannot be read: {error.strerror} → name a profile, JSON") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{str(path)!r} is not JSON ({error}) → write one JSON object") from error
    return read_profile(raw, rules.every, where=str(path))


@app.command("list")
def list_(city: CityOption = None, as_of: AsOfOption = "", as_json: JsonOption = False) -> None:
    """The rules: in force or not, signed or not."""
    from knowledge.eligibility.signing import fault, standing

    rules, day = _opened(city, as_of)
    signed = standing(rules.signatures)
    rows = []
    for policy in rules.every.policies.values():
        wrong = fault(policy, signed.get(policy.id), rules.every, rules.documents)
        in_force = rules.every.interval_holds(policy, day)
        rows.append({"id": policy.id, "subject": policy.subject, "title": policy.title, "in_force": in_force,
                     "usable": not wrong, "reason": wrong})  # fmt: skip
    if as_json:
        echo_json(rows)
        return
    for row in rows:
        state = "in force" if row["in_force"] else "not in force"
        reason = f", {row['reason']}" if row["reason"] else ""
        typer.echo(f"{row['id']:<28} {row['subject']:<7} {row['title']}  ({state}{reason})")


@app.command()
def facts(
    subject: Annotated[str, typer.Option(help="firm or person; both where left out.")] = "",
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """The facts that rules may ask about: the keys of a profile."""
    about = _subject(subject) if subject else ""
    rules, _ = _opened(city, "")
    chosen = [fact for fact in rules.every.facts.values() if about in ("", fact.subject)]
    if as_json:
        echo_json([fact.model_dump(mode="json", by_alias=True, exclude_defaults=True) for fact in chosen])
        return
    for fact in chosen:
        told = f" ({fact.unit})" if fact.unit else ""
        typer.echo(f"{fact.id:<36} {fact.type.value:<8} {fact.label}{told}")


@app.command()
def match(
    profile: ProfileOption,
    as_of: AsOfOption = "",
    every: Annotated[bool, typer.Option("--all", help="Also policies that do not fit.")] = False,
    drafts: DraftsOption = False,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """One profile against every policy: what fits, what it gives, what is still to be known."""
    from knowledge.eligibility.reporting import report

    rules, day = _opened(city, as_of, drafts=drafts)
    made = report(rules, _profile(profile, rules), day, everything=every)
    if as_json:
        echo_json(made.model_dump(mode="json"))
        return
    for one in made.policies:
        worth = f"，一年约 {_yuan(one.worth)}" if one.worth is not None else ""
        typer.echo(f"【{one.status_label}】{one.title}（{one.policy}）{worth}")
        for fact in one.assumed:
            typer.echo(f"    待核：{fact.label}（{fact.why}）")
        if one.missing:
            typer.echo("    还差：" + "、".join(fact.label for fact in one.missing))
    typer.echo(
        f"合计一年约 {_yuan(made.total)}；下一个最值得问的问题：{made.question.question if made.question else '没有了'}"
    )
    for line in made.conflicts:
        typer.echo(f"注意：{line}")


def _yuan(value: float) -> str:
    from knowledge.eligibility.book import tell_number

    return tell_number(value, "money", "元")


@app.command()
def explain(
    policy: Annotated[str, typer.Argument(help="A policy's id.")],
    profile: Annotated[Path | None, typer.Option("--profile", help="A profile, JSON.")] = None,
    profiles: Annotated[Path | None, typer.Option("--profiles", help="A file of profiles …")] = None,
    subject_id: Annotated[str, typer.Option("--id", help="… and the id of one of them.")] = "",
    as_of: AsOfOption = "",
    drafts: DraftsOption = False,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """One policy clause by clause: for a profile why it fits or not and what would change that, or as it is."""
    from city.errors import BadInput
    from knowledge.eligibility.profiles import Profile

    rules, day = _opened(city, as_of, drafts=drafts)
    known = rules.book.policy(policy)
    given = Profile(known.subject, {})
    if profile is not None:
        given = _profile(profile, rules)
        if given.subject != known.subject:
            raise BadInput(f"{str(profile)!r} is a {given.subject}, {policy} is for a {known.subject} → give another")
    elif profiles is not None:
        from knowledge.eligibility.tables import one_profile

        given = one_profile(profiles, known.subject, rules.every, subject_id)
    made = rules.explain(policy, given, day)
    if as_json:
        echo_json(made.model_dump(mode="json"))
    else:
        _tell(made, asked=bool(profile or profiles))


def _tell(made: Explanation, *, asked: bool) -> None:
    typer.echo(f"{made.title}（{made.document}，{made.as_of}）" + (f"：{made.status_label}" if asked else ""))
    typer.echo(made.summary)
    for step in made.steps:
        typer.echo("  " * step.depth + _step(step, asked=asked))
    for one in made.benefits:
        amount = f"{_yuan(one.amount)}" if one.amount is not None else one.gives or f"按公式：{one.formula}"
        typer.echo(f"给什么：{one.name}：{amount}" + (f"（{one.formula}）" if one.formula and one.amount else ""))
    for way in made.changes:
        typer.echo("改变结果需要：" + "；并且".join(step.says for step in way))
    bring = [paper.name for paper in made.materials if not paper.held_by]
    held = [f"{paper.name}（{paper.held_by}）" for paper in made.materials if paper.held_by]
    typer.echo("要带的材料：" + ("、".join(bring) or "无") + "；免提交：" + ("、".join(held) or "无"))
    for line in (*made.exclusions, *made.quota, *made.notes):
        typer.echo(f"· {line}")


def _step(step: Step, *, asked: bool) -> str:
    mark = _MARK[step.truth] + " " if asked else "- "
    given = f"（{step.given}）" if step.given else ""
    quote = f"  «{step.clause.quote}»" if step.clause else ""
    return f"{mark}{step.says}{given}{quote}"


@app.command()
def find(
    profiles: Annotated[Path, typer.Option("--profiles", help="Profiles: .parquet, .csv or .jsonl.")],
    out: Annotated[Path | None, typer.Option("--out", help="New folder for the list (default: in the home).")] = None,
    policy: Annotated[str, typer.Option("--policy", help="A policy's id, or 'all'.")] = "all",
    subject: Annotated[str, typer.Option(help="firm or person; needed with --policy all.")] = "",
    keep: Annotated[str, typer.Option(help="Statuses to list, with commas.")] = "eligible,likely",
    opt_outs: Annotated[Path | None, typer.Option("--opt-outs", help="CSV of who objects: id, policy?")] = None,
    as_of: AsOfOption = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """A file of profiles against one policy or all: a list that a person confirms before anybody is told."""
    from datetime import UTC, datetime

    from city.errors import BadInput
    from knowledge.eligibility.finding import find as run
    from knowledge.eligibility.finding import read_opt_outs
    from knowledge.eligibility.matching import Status
    from knowledge.eligibility.tables import open_source
    from serve.policies import lists_folder

    rules, pack, day = _opened_pack(city, as_of)
    try:
        kept = [Status(name.strip()) for name in keep.split(",")]
    except ValueError as error:
        raise BadInput(f"--keep: {error} → use {', '.join(Status)}") from error
    if policy != "all":
        subject = rules.book.policy(policy).subject
    chosen = _subject(subject)
    compiled = [rule for rule in rules.rules(day, chosen) if policy in ("all", rule.id)]
    if not compiled:
        raise BadInput(f"No signed policy for a {chosen} is in force on {day} under --policy {policy!r}.")
    source = open_source(profiles, chosen, rules.every)
    if out is None:
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{policy if policy != 'all' else chosen}"
        out = lists_folder(settings_for(city, home).home, pack) / name
    with _Counter(as_json) as progress:
        made = run(rules, compiled, source, out, city=pack.city.id, now=datetime.now(UTC), kept=kept,
                   opt_outs=read_opt_outs(opt_outs), progress=progress)  # fmt: skip
    if as_json:
        echo_json(made.model_dump(mode="json"))
    else:
        _tell_list(made, source.ignored, out)


def _subject(name: str) -> Subject:
    from city.errors import BadInput

    if name == "firm":
        return "firm"
    if name == "person":
        return "person"
    raise BadInput(f"--subject {name!r}: write firm or person.")


class _Counter:
    """Counts rows on standard error; silent with ``quiet`` or where nobody watches."""

    def __init__(self, quiet: bool):
        import sys

        self._shown = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Callable[[int], None]:
        return self._tell

    def _tell(self, rows: int) -> None:
        if self._shown:
            typer.echo(f"\r{rows:,} rows", nl=False, err=True)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            typer.echo("", err=True)


def _tell_list(made: Manifest, ignored: tuple[str, ...], out: Path) -> None:
    typer.echo(f"{made.rows:,} profiles read, {made.set_aside:,} set aside (set_aside.csv says why)")
    if ignored:
        more = f" and {len(ignored) - _UNTOLD} more" if len(ignored) > _UNTOLD else ""
        typer.echo(f"columns that are no facts: {', '.join(ignored[:_UNTOLD])}{more}")
    for one in made.policies:
        counts = ", ".join(f"{name} {count:,}" for name, count in one.by_status.items())
        gone = f", {one.opted_out:,} objected" if one.opted_out else ""
        typer.echo(f"{one.policy:<28} listed {one.listed:>8,} worth {_yuan(one.worth):>14}  ({counts}{gone})")
    typer.echo(f"A proposal, in {out}. Look at it, then: citydesk policy confirm {out} --by NAME --reason …")


@app.command()
def confirm(
    folder: Annotated[Path, typer.Argument(help="Folder of a list.")],
    by: NameOption,
    reason: Annotated[str, typer.Option(help="Why, in a few words.")],
    post: PostOption = "",
    refuse: Annotated[bool, typer.Option("--refuse", help="Say no to the list.")] = False,
) -> None:
    """A person's word on a list: nobody is told anything before it."""
    from datetime import UTC, datetime

    from knowledge.eligibility.finding import decide

    made = decide(folder, "refused" if refuse else "confirmed", by=by, post=post, reason=reason, now=datetime.now(UTC))
    typer.echo(f"{made.decision} by {made.by}: {folder}")


@app.command()
def release(
    folder: Annotated[Path, typer.Argument(help="Folder of a confirmed list.")],
    out: Annotated[Path, typer.Option("--out", help="CSV for what tells people (云澜通, SMS …).")],
    city: CityOption = None,
) -> None:
    """Hand a confirmed list on. Refused where it was not confirmed, or anything has changed since."""
    from knowledge.eligibility.finding import release as rows

    rules, day = _opened(city, "")
    count = 0
    released = list(rows(folder, rules, day))
    with out.open("wb") as file:
        for number, part in enumerate(released):
            part.write_csv(file, include_header=number == 0, include_bom=number == 0)
            count += part.height
    typer.echo(f"{count:,} rows released to {out}")


@app.command()
def check(city: CityOption = None, as_of: AsOfOption = "", as_json: JsonOption = False) -> None:
    """Everything that is wrong with facts, lists, rules and signatures."""
    from datetime import UTC, datetime

    from city.pack import load_pack
    from serve.policies import check_policies, policy_texts

    day = day_of(as_of, "--as-of") or datetime.now(UTC).date()
    pack = load_pack(settings_for(city).city)
    problems = check_policies(pack, policy_texts(pack), day)
    if as_json:
        echo_json([problem.model_dump() for problem in problems])
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(f"{len(problems)} problems" if problems else "sound")
    if problems:
        raise typer.Exit(1)


@app.command()
def sign(
    policies: Annotated[list[str], typer.Argument(help="Policies' ids, or 'all'.")],
    by: NameOption,
    post: PostOption = "",
    note: Annotated[str, typer.Option(help="What was looked at.")] = "",
    city: CityOption = None,
) -> None:
    """Sign rules as they are now: from then on they count for citizens, until they or their texts change."""
    from datetime import UTC, datetime

    from city.errors import Refused
    from knowledge.eligibility.checking import check_rule
    from knowledge.eligibility.signing import fault, standing
    from knowledge.eligibility.signing import sign as put

    rules, pack, day = _opened_pack(city, "")
    signed = standing(rules.signatures)
    names = list(rules.every.policies) if policies == ["all"] else policies
    for name in names:
        policy = rules.every.policy(name)
        if not fault(policy, signed.get(name), rules.every, rules.documents):
            typer.echo(f"{name}: signed already, nothing has changed")
            continue
        if problems := check_rule(rules.every, policy, day):
            raise Refused(f"{name} is not sound: {problems[0]}")
        put(pack.root, policy, rules.every, rules.documents, by=by, post=post, note=note, at=datetime.now(UTC))
        typer.echo(f"{name}: signed by {by}")


@app.command()
def profiles(
    subject: Annotated[str, typer.Argument(help="firm or person.")],
    out: Annotated[Path, typer.Option("--out", help="A .parquet file.")],
    count: Annotated[int, typer.Option(help="How many.")] = 200_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same profiles.")] = 1,
    as_of: AsOfOption = "",
    city: CityOption = None,
) -> None:
    """Draw made-up profiles of the example city, with realistic gaps, to try things on."""
    from knowledge.eligibility.population import write

    rules, pack, day = _opened_pack(city, as_of)
    rows = write(rules.every, pack.root, _subject(subject), count, seed, day, out)
    typer.echo(f"{rows:,} profiles of a {subject} in {out}")


@app.command()
def learn(
    files: Annotated[list[Path], typer.Argument(help="Profiles of firms and of persons, .parquet.")],
    as_of: AsOfOption = "",
    city: CityOption = None,
) -> None:
    """Learn from profiles how answers are spread, so that questions are asked in a better order."""
    import polars as pl

    from city.errors import BadInput
    from knowledge.eligibility.priors import learn as spread
    from knowledge.eligibility.priors import load, save

    rules, pack, day = _opened_pack(city, as_of)
    found: dict[str, Any] = {}
    for path in files:
        if not path.is_file():
            raise BadInput(f"{str(path)!r} is not there → name a file of profiles")
        try:
            table = pl.read_parquet(path)
        except pl.exceptions.PolarsError as error:
            raise BadInput(f"{str(path)!r} cannot be read: {error} → name a .parquet file of profiles") from error
        found |= spread(rules.every, table)
    # What these files do not speak of is kept: firms and persons may be learnt apart.
    kept = {name: prior for name, prior in load(pack.root, day).items() if name in rules.every.facts}
    typer.echo(f"{len(found)} facts learnt into {save(pack.root, kept | found, day)}")


app.command()(draft)
