"""In what setting a run took place: versions, fingerprints, settings without secrets."""

from __future__ import annotations

import platform
import shlex
from importlib.metadata import PackageNotFoundError, version

from city.errors import NotFound
from city.fingerprint import of_files, of_pack
from eval.place import Place, shared_data
from eval.runs.fingerprint import digest, of_code
from eval.runs.model import Versions
from eval.runs.plan import Plan
from eval.suite import Found, find
from prompts.loader import FOLDER, load_prompt
from serve.settings import Settings

_PACKAGES = ("numpy", "scikit-learn", "lightgbm", "faiss-cpu", "tokenizers", "langgraph", "pydantic", "openai", "ragas")
_ENGINE = ("engine", "model_name", "model_url", "embed_name", "embed_url", "rerank_name", "rerank_url")
_SECRET = ("key", "salt", "database")


def versions() -> Versions:
    """Of the interpreter and of packages that results depend on."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return Versions(python=platform.python_version(), packages=found)


def told_settings(settings: Settings) -> dict[str, str]:
    """The settings for a report: no secret, no address of a server's user."""
    told = settings.model_dump(mode="json")
    return {name: str(value) for name, value in told.items() if not any(word in name for word in _SECRET)}


def snapshot_of(place: Place) -> str:
    """The published snapshot's id, empty where nothing is published."""
    from serve.library import store_of

    return store_of(place.settings, place.pack).current() or ""


def prompts() -> dict[str, str]:
    """The version of every prompt, with a hash of its wording, by task."""
    found = [load_prompt(path.stem) for path in sorted(FOLDER.glob("*.md"))]
    return {one.id: f"{one.version} ({digest(one.system, one.user)[:8]})" for one in found}


def engine_of(settings: Settings) -> dict[str, str]:
    """What decides which engine answers."""
    return {name: str(getattr(settings, name)) for name in _ENGINE}


def command_of(plan: Plan) -> str:
    """What to type to run the plan again."""
    words = ["citydesk", "eval", "run", *plan.suites, "--city", str(plan.city), "--home", str(plan.home)]
    words += ["--today", plan.day.isoformat(), "--seed", str(plan.seed), "--workers", str(plan.workers)]
    for option, value in (("--trials", plan.trials), ("--first", plan.first)):
        words += [option, str(value)] if value else []
    words += [] if plan.citizens == "scripted" else ["--citizens", plan.citizens]
    words += [] if plan.small else ["--full"]
    return shlex.join(words)


class Grounds:
    """What all suites of a run stand on, hashed once."""

    def __init__(self, plan: Plan, place: Place) -> None:
        self._plan, self._place = plan, place
        self.pack = of_pack(place.root)
        self.snapshot = snapshot_of(place)
        self._code = {name: of_code(find(name).module) for name in plan.suites}
        self.code = digest(list(self._code.values()))
        self._ground = digest(
            self.pack,
            self.snapshot,
            engine_of(place.settings),
            plan.day,
            plan.seed,
            place.judge.get("model"),
            versions().model_dump(),
        )

    def of(self, found: Found) -> str:
        """The hash of everything but the case that a suite's answers depend on. Raises NotFound without its data."""
        config = found.config
        files = [found.folder / name for name in config.own] + [shared_data() / name for name in config.shared]
        if config.alone:  # what came before is part of what is asked
            files += [self._place.root / name for name in config.data]
        missing = [path for path in files if not path.exists()]
        if missing:
            raise NotFound(f"{missing[0]} is not there")
        return digest(self._ground, found.name, self._code[found.name], of_files(files, self._place.root))
