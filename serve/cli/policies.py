"""``citydesk policy``: match profiles with policies both ways, explain, check, sign, draft."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.cli.common import CityOption, JsonOption, day_of, echo_json, settings_for
from serve.cli.drafts import draft
from serve.cli.policy_common import (
    AsOfOption,
    DraftsOption,
    NameOption,
    PostOption,
    opened,
    opened_pack,
    subject_named,
    yuan,
)
from serve.cli.policy_lists import confirm, find, learn, profiles, release

if TYPE_CHECKING:
    from knowledge.eligibility.eligibility import Eligibility
    from knowledge.eligibility.explaining import Explanation, Step
    from knowledge.eligibility.profiles import Profile

app = typer.Typer(help="Match profiles with policies, both ways; keep the rules.", no_args_is_help=True)
ProfileOption = Annotated[Path, typer.Option("--profile", help="A profile, JSON.")]
_MARK = {True: "✓", False: "✗", None: "?"}


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

    rules, day = opened(city, as_of)
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
    about = subject_named(subject) if subject else ""
    rules, _ = opened(city, "")
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

    rules, day = opened(city, as_of, drafts=drafts)
    made = report(rules, _profile(profile, rules), day, everything=every)
    if as_json:
        echo_json(made.model_dump(mode="json"))
        return
    for one in made.policies:
        worth = f"，一年约 {yuan(one.worth)}" if one.worth is not None else ""
        typer.echo(f"【{one.status_label}】{one.title}（{one.policy}）{worth}")
        for fact in one.assumed:
            typer.echo(f"    待核：{fact.label}（{fact.why}）")
        if one.missing:
            typer.echo("    还差：" + "、".join(fact.label for fact in one.missing))
    typer.echo(
        f"合计一年约 {yuan(made.total)}；下一个最值得问的问题：{made.question.question if made.question else '没有了'}"
    )
    for line in made.conflicts:
        typer.echo(f"注意：{line}")


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

    rules, day = opened(city, as_of, drafts=drafts)
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
        amount = f"{yuan(one.amount)}" if one.amount is not None else one.gives or f"按公式：{one.formula}"
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

    rules, pack, day = opened_pack(city, "")
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


app.command()(find)
app.command()(confirm)
app.command()(release)
app.command()(profiles)
app.command()(learn)
app.command()(draft)
