"""Draft a rule for an installation and write it where the rule book never looks."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel

from city.errors import BadInput, NotFound, Refused
from city.pack import CityPack, load_pack
from knowledge.eligibility.book import FOLDER
from knowledge.eligibility.checking import check_rule
from knowledge.eligibility.drafting.cases import cases
from knowledge.eligibility.drafting.drafting import DRAFTS, Draft, Drafter
from knowledge.eligibility.drafting.wording import read_draft_words
from knowledge.eligibility.drafting.writing import written
from knowledge.eligibility.facts import Subject
from knowledge.model import Document
from serve.policies import open_policies
from serve.settings import Settings

ENGINES = ("embedded", "vllm")
_MODEL_SECONDS = 300.0


class Drafted(BaseModel):
    """What was written."""

    rule: Path
    cases_file: Path
    conditions: int
    benefits: int
    open: int
    cases: int
    problems: list[str]


def draft_rule(
    settings: Settings,
    name: str,
    *,
    subject: Subject | None = None,
    engine: str = "embedded",
    out: Path | None = None,
    replace: bool = False,
) -> Drafted:
    """Draft the rule of a text and write it with its cases. Raises NotFound, BadInput and Refused with the remedy."""
    pack = load_pack(settings.city)
    day = datetime.now(UTC).date()
    rules = open_policies(pack, day)
    document = rules.documents.get(name)
    if document is None:
        near = [one for one in rules.documents if name in one][:5] or list(rules.documents)[:5]
        raise NotFound(f"There is no policy text {name!r}: name one of policies/, such as {', '.join(near)}.")
    drafter = Drafter(rules.every, read_draft_words(pack.root), rules.units)
    path = _path(pack.root, name, out, replace=replace)
    made = _draft(settings, pack, drafter, document, subject, engine)
    rows = cases(drafter, made)
    beside = path.with_suffix(".cases.jsonl")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written(made, document), encoding="utf-8")
    beside.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return Drafted(
        rule=path,
        cases_file=beside,
        conditions=len(made.policy.conditions),
        benefits=len(made.policy.benefits),
        open=len(made.notes),
        cases=len(rows),
        problems=[f"{one.where}: {one.message}" for one in check_rule(rules.every, made.policy, day)],
    )


def _path(root: Path, name: str, out: Path | None, *, replace: bool) -> Path:
    """Where the draft goes: not among the rules, and not over another draft unless told so."""
    path = out or root / DRAFTS / f"{name}.yaml"
    if path.suffix != ".yaml":
        raise BadInput(f"--out {str(path)!r} is no .yaml file: name one, such as {name}.yaml.")
    if (root / FOLDER / "rules").resolve() in path.resolve().parents:
        raise Refused(f"{str(path)!r} lies among the rules: a draft is moved there by a person who has checked it.")
    if path.exists() and not replace:
        raise Refused(f"{str(path)!r} is there already: give another --out, or --replace to write over it.")
    return path


def _draft(
    settings: Settings, pack: CityPack, drafter: Drafter, document: Document, subject: Subject | None, engine: str
) -> Draft:
    if engine not in ENGINES:
        raise BadInput(f"--engine {engine!r}: write {' or '.join(ENGINES)}.")
    if engine == "embedded":
        return drafter.draft(document, subject)
    from agents.engines.vllm.engine import VLLMEngine
    from agents.policies.drafting import draft
    from serve.engine import model_settings

    usual = model_settings(settings, pack)
    patient = usual.batch.model_copy(update={"decision": _MODEL_SECONDS})
    model = VLLMEngine(usual.model_copy(update={"batch": patient}))
    return asyncio.run(draft(model, drafter, document, subject))
