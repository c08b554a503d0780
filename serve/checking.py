"""Everything that can be wrong with a pack, gathered from the rooms that read it."""

from __future__ import annotations

import re
from pathlib import Path

from agents.gate import Gate
from agents.outcomes import Outcome
from city.errors import BadInput
from city.lexicon import load_lexicon
from city.pack import Problem, check_pack
from city.pack.loader import read_pack
from city.pack.problems import PackError
from city.routing import load_routing
from serve.building import read_documents, read_examples

ROOT = Path(__file__).resolve().parent.parent
_SAYS = re.compile(r"""\bsay\(\s*"([a-z_0-9]+)\"""")


def spoken_keys() -> set[str]:
    """Every wording key that the program asks for by name, read from the source so that none is forgotten."""
    rooms = (ROOT / "agents", ROOT / "serve")
    return {key for room in rooms for path in room.rglob("*.py") for key in _SAYS.findall(path.read_text("utf-8"))}


def check_everything(root: Path) -> list[Problem]:
    """Every problem of the pack at ``root``."""
    problems = check_pack(root, required_wording=spoken_keys(), outcomes=[outcome.value for outcome in Outcome])
    problems += _from(lambda: load_routing(root), "routing.yaml")
    problems += _from(lambda: load_lexicon(root), "lexicon.yaml")
    problems += _from(lambda: Gate.open(root / "gate"), "gate")
    pack, _ = read_pack(root)
    if pack is not None:
        problems += _from(lambda: read_documents(pack), "corpora")
        problems += _from(lambda: read_examples(pack), "learned")
    return problems


def _from(read: object, where: str) -> list[Problem]:
    """The problems that reading a part raises."""
    try:
        read()  # type: ignore[operator]  # a thunk
    except PackError as error:
        return error.problems
    except BadInput as error:
        lines = [line.strip(" -") for line in str(error).splitlines() if line.strip()]
        return [Problem(file=where, message=line, remedy="correct it there") for line in lines]
    return []
