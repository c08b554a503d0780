"""Everything that can be wrong with a pack, gathered from the rooms that read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from agents.contract import Role, SpecialistName
from agents.gate import Gate
from agents.outcomes import Outcome
from agents.qa.answering import QUOTES
from agents.replies.checks import FILE as REPLIES
from agents.replies.checks import Phrases
from agents.triage.draft import Fact
from agents.triage.following import Wish
from agents.triage.telling import TOLD
from city.english import load_english
from city.errors import BadInput
from city.intake import FILE as INTAKE
from city.intake import Intake
from city.lexicon import load_lexicon
from city.models import FILE as MODELS
from city.pack import CityPack, Problem, check_pack
from city.pack.loader import read_pack
from city.pack.problems import PackError
from city.routing import FILE as ROUTING
from city.routing import Routing, load_routing
from knowledge.eligibility.rules import KINDS, Per
from knowledge.eligibility.windows import State as WindowState
from knowledge.index import Example
from knowledge.library import ConflictRule
from knowledge.model import Document, Level
from serve.building import PAIRS, index_settings, read_documents, read_examples
from serve.desk.words import desk_keys
from serve.emergencies import check_emergencies, keeps_plans
from serve.launch.rules import check_models
from serve.policies import check_policies, keeps_policies
from serve.toolpacks import check_tool_packs
from tools.petitions.warnings import FILE as WARNINGS
from tools.petitions.warnings import Rules
from tools.seam.endings import Ending
from tools.workorders.bands import FILE as BANDS
from tools.workorders.bands import Bands
from tools.workorders.calendar import FILE as CALENDAR
from tools.workorders.calendar import WorkCalendar
from tools.workorders.leaves import FOLDER as LEAVES
from tools.workorders.leaves import load_leaves
from tools.workorders.messages import MESSAGES, check_messages, load_messages
from tools.workorders.model import State
from tools.workorders.scheme import CATEGORIES, check_scheme, load_scheme
from tools.workorders.scheme import FOLDER as WORK_ORDERS

DAYS_AHEAD = 90
"""How far ahead the working days must be known."""
ROOT = Path(__file__).resolve().parent.parent
_SAYS = re.compile(r"""\b(?:(?:say|raw)\(\s*|(?:_broken|_danger|_turned_away)\([^"()]*)"([a-z_0-9]+)\"""")
# Keys that `agents.steps.screen.fault` chooses, and keys put together from a code.
_CHOSEN = ("empty", "too_long", "bad_encoding")
_BY_CODE = (
    *(f"demo_{role}" for role in get_args(Role)),
    *QUOTES.values(),
    *(f"tool_{ending.value}" for ending in Ending if ending not in (Ending.DONE, Ending.PROPOSED)),
    *(f"conflict_rule_{rule.value}" for rule in ConflictRule),
    *(f"page_outcome_{outcome.value}" for outcome in Outcome),
    *(f"ask_{fact}" for fact in get_args(Fact) if fact != "district"),
    *(f"fact_{fact}" for fact in get_args(Fact)),
    *(f"state_{state.value}" for state in State),
    *(f"act_{act.value}" for act in TOLD),
    *(f"order_done_{wish.value}" for wish in Wish if wish is not Wish.PROGRESS),
    *("policy_eligible", "policy_likely", "policy_none", "policy_none_open", "policy_when_always"),
    *(f"policy_per_{per}" for per in get_args(Per)),
    *(f"policy_when_{state}" for state in get_args(WindowState)),
    *(f"policy_pair_{kind}" for kind in KINDS),
)


def spoken_keys() -> set[str]:
    """Every wording key that the program asks for by name, read from the source so that none is forgotten."""
    rooms = (ROOT / "agents", ROOT / "serve")
    named = {key for room in rooms for path in room.rglob("*.py") for key in _SAYS.findall(path.read_text("utf-8"))}
    return named.union(_CHOSEN, _BY_CODE, desk_keys())


def check_everything(root: Path) -> list[Problem]:
    """Every problem of the pack at ``root``."""
    problems = check_pack(root, required_wording=spoken_keys(), outcomes=[outcome.value for outcome in Outcome])
    pack, _ = read_pack(root)
    if pack is None:
        return problems
    problems += _from(lambda: _unknown_specialists(load_routing(root)), "routing.yaml")
    problems += _from(lambda: load_lexicon(root), "lexicon.yaml")
    problems += _from(lambda: load_english(root), "lexicon_en.yaml")
    problems += _from(lambda: Gate.open(root / "gate"), "gate")
    problems += _from(lambda: iter(check_models(pack)), MODELS)
    if (root / WORK_ORDERS).is_dir():
        duties = {item.id for item in pack.duties}
        problems += _from(lambda: iter(check_scheme(load_scheme(root), duties)), CATEGORIES)
        problems += _work_orders(root)
    return problems + _knowledge(pack) + check_tool_packs(pack)


def _policies(pack: CityPack, documents: list[Document]) -> list[Problem]:
    """What is wrong with the rules of policies, on the texts that they quote."""
    if not keeps_policies(pack.root):
        return []
    texts = [document for document in documents if document.meta.level is Level.POLICY]
    return check_policies(pack, texts, datetime.now(UTC).date())


def _work_orders(root: Path) -> list[Problem]:
    """What filing, dispatch and replies read of the pack."""
    parts: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: Intake.load(root), INTAKE),
        (lambda: Bands.load(root), BANDS),
        (lambda: Rules.load(root), WARNINGS),
        (lambda: Phrases.load(root), REPLIES),
        (lambda: WorkCalendar.load(root), CALENDAR),
        (lambda: _known_days(root), CALENDAR),
        (lambda: load_leaves(root), LEAVES),
        (lambda: iter(check_messages(load_messages(root), load_scheme(root).categories.codes)), MESSAGES),
    )
    return [problem for read, where in parts for problem in _from(read, where)]


def _known_days(root: Path) -> Iterator[Problem]:
    """Deadlines reach months ahead: the holidays of that time must be known before the first order needs them."""
    ahead = datetime.now(UTC).date() + timedelta(days=DAYS_AHEAD)
    if not WorkCalendar.load(root).knows(ahead):
        message = f"the holidays of {ahead.year} are not known, and deadlines already reach into it"
        remedy = f"write that year's days_off and working_days and name {ahead.year} in whole_years"
        yield Problem(file=CALENDAR, message=message, remedy=remedy)


def _knowledge(pack: CityPack) -> list[Problem]:
    try:
        documents = read_documents(pack)
    except PackError as error:
        return error.problems + _from(lambda: read_examples(pack), PAIRS)
    lost = _from(lambda: _lost_pairs(read_examples(pack), documents), PAIRS)
    plans = check_emergencies(pack, documents) if keeps_plans(pack) else []
    return lost + _from(lambda: index_settings(pack), "city.yaml") + _policies(pack, documents) + plans


def _unknown_specialists(routing: Routing) -> Iterator[Problem]:
    """Cues of a misspelt specialist would never be heard."""
    known = get_args(SpecialistName)
    for name in sorted(routing.specialists.keys() - set(known)):
        remedy = f"use one of {', '.join(known)}"
        yield Problem(file=ROUTING, where=f"specialists.{name}", message="is no specialist", remedy=remedy)


def _lost_pairs(examples: list[Example], documents: list[Document]) -> Iterator[Problem]:
    """A confirmed pair whose provision is gone teaches nothing."""
    known = {provision.id for document in documents for provision in document.provisions}
    for example in examples:
        for key in sorted(set(example.keys) - known):
            message = f"{example.question!r} names {key!r}, which no document holds"
            yield Problem(file=PAIRS, message=message, remedy="correct the id, or take the line out")


def _from(read: Callable[[], object], where: str) -> list[Problem]:
    """The problems that reading a part raises, or finds."""
    try:
        found = read()
        return list(found) if isinstance(found, Iterator) else []
    except PackError as error:
        return error.problems
    except BadInput as error:
        lines = [line.strip(" -") for line in str(error).splitlines() if line.strip()]
        return [Problem(file=where, message=line, remedy="correct it there") for line in lines]
