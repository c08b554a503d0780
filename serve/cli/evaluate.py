"""``citydesk eval``: figures over files of questions, messages and articles."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.cli import evaluate_city, evaluate_replay, evaluate_runs
from serve.cli.common import CityOption, HomeOption, JsonOption, day_of, echo_json, settings_for

if TYPE_CHECKING:
    from pydantic import BaseModel

app = typer.Typer(
    help="Measure: retrieval, answers, gate, triage, dispatch, duplicates, masking, ingestion, turns, policies, tools.",
    no_args_is_help=True,
)
app.add_typer(evaluate_runs.app)
app.add_typer(evaluate_replay.app)
app.add_typer(evaluate_city.app)


def _print(report: BaseModel, as_json: bool, leave_out: set[str] | None = None) -> None:
    if as_json:
        echo_json(report.model_dump(mode="json"))
        return
    for name, value in report.model_dump(mode="json", exclude=leave_out or set()).items():
        typer.echo(f"{name:<28}{value}")


@app.command()
def retrieval(
    articles: Annotated[Path, typer.Option(help="Articles, JSONL or JSONL.gz.")],
    questions: Annotated[Path, typer.Option(help="Questions with gold_ids, JSONL.")],
    train: Annotated[Path | None, typer.Option(help="Questions to learn from, JSONL.")] = None,
    folds: Annotated[int, typer.Option(min=0, help="Cross-validate on the questions themselves.")] = 0,
    split: Annotated[str, typer.Option(help="How folds are cut: random or block (25 consecutive ids).")] = "random",
    embedder: Annotated[Path | None, typer.Option(help="Folder of a static embedding (default: train one).")] = None,
    dense: Annotated[bool, typer.Option(help="Use the dense stage.")] = True,
    stages: Annotated[bool, typer.Option(help="Also measure what each stage adds.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Recall, MRR and nDCG of retrieval, with latency, build time and memory."""
    from city.errors import BadInput
    from eval.retrieval import describe, run_retrieval
    from knowledge.embed import StaticEmbedder

    if split not in ("random", "block"):
        raise BadInput(f"--split {split!r}: write random or block.")
    report = run_retrieval(
        articles,
        questions,
        train=train,
        folds=folds or None,
        split="block" if split == "block" else "random",
        embedder=StaticEmbedder(embedder) if embedder else None,
        train_embedding=dense,
        ablate=stages,
        progress=lambda message: typer.echo(message, err=True),
    )
    echo_json(report.model_dump(mode="json")) if as_json else typer.echo(describe(report))


@app.command()
def answers(
    questions: Annotated[list[Path], typer.Argument(help="JSONL files of questions with what is expected.")],
    today: Annotated[str, typer.Option(help="The day of asking (YYYY-MM-DD), default today.")] = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Are the answers right? Outcome, evidence and words of every question of a file."""
    from agents.desk import Desk
    from eval.answers import run_answers
    from serve.house import open_house

    day = day_of(today, "--today")
    desk = Desk(open_house(settings_for(city, home)), today=day)
    for path in questions:
        if not as_json:
            typer.echo(f"— {path}")
        _print(run_answers(desk, path), as_json, {"judgements"})


@app.command()
def calibrate(
    questions: Annotated[list[Path], typer.Argument(help="JSONL files of questions kept apart from every test.")],
    today: Annotated[str, typer.Option(help="The day of asking (YYYY-MM-DD), default today.")] = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fit the embedded engine's answerability model and tell what it reaches on questions left out."""
    from agents.desk import Desk
    from eval.calibrate import run_calibration
    from serve.house import open_house

    house = open_house(settings_for(city, home))
    day = day_of(today, "--today") or Desk(house).today
    _print(run_calibration(house, questions, day), as_json)


@app.command("gate-messages")
def gate_messages(
    messages: Annotated[Path, typer.Argument(help="JSONL: text (or title and detail), expect?")],
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """What the gate does to a file of messages."""
    from agents.gate import Gate
    from eval.gate import run_gate

    _print(run_gate(messages, Gate.open(settings_for(city).city / "gate")), as_json)


@app.command()
def train_gate(city: CityOption = None, as_json: JsonOption = False) -> None:
    """Learn the gate's second opinions from the pack's gate/training, and tell from which chance on they speak."""
    from eval.gate import train_gate as train

    _print(train(settings_for(city).city), as_json)


@app.command()
def masking(
    cases: Annotated[Path, typer.Argument(help="JSONL of cases with personal data.")],
    as_json: JsonOption = False,
) -> None:
    """Recall and precision of masking by type."""
    from eval.masking import run_masking

    _print(run_masking(cases), as_json)


@app.command()
def duplicates(
    stream: Annotated[Path, typer.Option(help="Messages, JSONL: message_id, user, title, detail, time.")],
    pairs: Annotated[Path, typer.Option(help="Judged pairs, JSONL: a, b, teams_same, teams_different.")],
    as_json: JsonOption = False,
) -> None:
    """Duplicates and clusters: pairs told apart, with what was learnt on the other half; cost; hot topics."""
    from eval.duplicates import run_duplicates

    _print(run_duplicates(stream, pairs, progress=lambda message: typer.echo(message, err=True)), as_json)


@app.command()
def learn_duplicates(
    stream: Annotated[Path, typer.Option(help="Messages, JSONL: message_id, user, title, detail, time.")],
    judged: Annotated[Path, typer.Option(help="Pairs judged by reading, JSONL: a, b, same.")],
    out: Annotated[Path, typer.Option(help="Where to write the weights.")],
) -> None:
    """Learn from judged pairs how two petitions show that they are the same matter."""
    from eval.duplicates import learn_from

    out.write_text(learn_from(stream, judged).model_dump_json(indent=1) + "\n", encoding="utf-8")
    typer.echo(f"Written to {out}.")


@app.command()
def ingest(
    documents: Annotated[Path, typer.Argument(help="A folder of documents, or a .tar.gz of Markdown laws.")],
    as_json: JsonOption = False,
) -> None:
    """Do all documents parse, losslessly and with their articles in order?"""
    from eval.ingest import run_ingest

    _print(run_ingest(documents), as_json)


@app.command()
def triage(
    train: Annotated[Path, typer.Option(help="Past work orders to learn from, JSONL: title, detail, label, group?")],
    test: Annotated[Path | None, typer.Option(help="Others to test on; else give --folds.")] = None,
    folds: Annotated[int, typer.Option(min=0, help="Cut the file into folds, each judged by a model of the rest.")] = 0,
    label: Annotated[str, typer.Option(help="The field to learn, e.g. unit.")] = "label",
    as_json: JsonOption = False,
) -> None:
    """Triage learnt from a history: macro-F1, calibration, coverage at precision 0.95, speed."""
    from eval.triage import describe, run_triage

    progress = partial(typer.echo, err=True)
    report = run_triage(train, test=test, folds=folds, label=label, progress=progress)
    echo_json(report.model_dump(mode="json")) if as_json else typer.echo(describe(report))


@app.command()
def turns(
    articles: Annotated[Path, typer.Option(help="Articles, JSONL or JSONL.gz, to answer from.")],
    questions: Annotated[Path, typer.Option(help="Questions, JSONL with query.")],
    train: Annotated[
        Path | None, typer.Option(help="Questions with gold_ids to learn from first: memory and ranker then work too.")
    ] = None,
    limit: Annotated[int, typer.Option(min=20, help="How many questions to ask.")] = 300,
    workers: Annotated[int, typer.Option(min=1)] = 2,
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Latency and throughput of whole turns over a large corpus."""
    from eval.articles import article_documents, read_rows
    from eval.retrieval import examples_of, read_questions
    from eval.turns import run_turns
    from serve.building import publish_documents
    from serve.house import open_desk

    settings = settings_for(city, home or Path("var/bench"))
    examples = examples_of(read_questions(train), "random") if train else []
    info = publish_documents(settings, article_documents(articles), examples)
    asked = [str(row["query"]) for row in read_rows(questions)][:limit]
    report = run_turns(partial(open_desk, settings, remember=True), asked, provisions=info.provisions, workers=workers)
    _print(report, as_json)


@app.command()
def dispatch(
    cases: Annotated[Path, typer.Argument(help="JSONL: text, expect {unit, duty_item, also}, hard?")],
    today: Annotated[str, typer.Option(help="The day whose duty list counts, YYYY-MM-DD; none means today.")] = "",
    city: CityOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """How often dispatch names the right unit."""
    from datetime import UTC, datetime

    from city.gazetteer import Gazetteer
    from city.pack import load_pack
    from eval.dispatch import run_dispatch
    from serve.orders import open_dispatcher

    settings = settings_for(city, home)
    pack, day = load_pack(settings.city), day_of(today, "--today") or datetime.now(UTC).date()
    gazetteer = Gazetteer.of(pack)
    report = run_dispatch(cases, open_dispatcher(settings.home, pack, gazetteer, day), gazetteer, day)
    _print(report, as_json, leave_out={"misses"})


@app.command()
def policies(
    cases: Annotated[list[Path], typer.Argument(help="JSONL files of cases, or folders of them.")],
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Are the rules right? Written cases of every policy: status, benefits, amounts, facts that are missing."""
    from datetime import UTC, datetime

    from city.pack import load_pack
    from eval.policies import read_cases, run_policies
    from serve.policies import open_policies

    pack = load_pack(settings_for(city).city)
    report = run_policies(open_policies(pack, datetime.now(UTC).date()), read_cases(cases))
    _print(report, as_json, {"misses"})
    for miss in report.misses if not as_json else []:
        typer.echo(f"{miss.id}: expected {miss.expected}, got {miss.got} ({miss.why})")
    if report.misses:
        raise typer.Exit(1)


@app.command("policy-questions")
def policy_questions(
    count: Annotated[int, typer.Option(min=1, help="How many drawn profiles of each subject.")] = 50,
    seed: Annotated[int, typer.Option(min=0)] = 9,
    as_of: Annotated[str, typer.Option("--as-of", help="The day asked for (YYYY-MM-DD), default today.")] = "",
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """How many questions a decision takes, against asking in the order in which rules are written."""
    from datetime import UTC, datetime

    from city.pack import load_pack
    from eval.policy_questions import run_questions
    from serve.policies import open_policies

    day = day_of(as_of, "--as-of") or datetime.now(UTC).date()
    pack = load_pack(settings_for(city).city)
    _print(run_questions(open_policies(pack, day), pack.root, day, count=count, seed=seed), as_json)


@app.command()
def policy_drafts(
    texts: Annotated[list[str] | None, typer.Argument(help="Ids of policy texts; none means all.")] = None,
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """How much of the signed rules drafting finds when it reads their texts alone."""
    from datetime import UTC, datetime

    from city.pack import load_pack
    from eval.policy_drafts import run_policy_drafts
    from knowledge.eligibility.drafting.wording import read_draft_words
    from serve.policies import open_policies

    pack = load_pack(settings_for(city).city)
    rules = open_policies(pack, datetime.now(UTC).date())
    report = run_policy_drafts(rules, read_draft_words(pack.root), texts or ())
    _print(report, as_json, leave_out={"by_text"})


@app.command("policy-hearing")
def policy_hearing(
    cases: Annotated[Path, typer.Argument(help="JSONL: text, subject, asking, wish, facts, never, policies")],
    city: CityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Is what people write about policies heard right? Wishes, policies named, facts taken down."""
    from datetime import UTC, datetime

    from city.pack import load_pack
    from eval.policy_hearing import run_hearing
    from serve.policies import open_policies

    pack = load_pack(settings_for(city).city)
    _print(run_hearing(open_policies(pack, datetime.now(UTC).date()), cases), as_json, {"misses"})
