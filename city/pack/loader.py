"""Load a city pack: every file against its schema, all problems collected before anything is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from city.pack.problems import PackError, Problem
from city.pack.yamlfile import read_yaml, validation_problems
from city.schema import City, District, DutyItem, Landmark, OutcomeWording, Road, Street, Unit
from city.wording import Wording, template_fault

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class CityPack:
    """Everything that differs between cities, loaded and typed. ``origin`` tells which file a record came from."""

    root: Path
    city: City
    districts: tuple[District, ...]
    streets: tuple[Street, ...]
    roads: tuple[Road, ...]
    landmarks: tuple[Landmark, ...]
    units: tuple[Unit, ...]
    duties: tuple[DutyItem, ...]
    wording: dict[str, Wording]
    outcomes: dict[str, OutcomeWording]
    origin: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def corpora(self) -> list[Path]:
        """Folders whose documents become knowledge."""
        return [self.root / name for name in self.city.corpora]

    @cached_property
    def place_names(self) -> tuple[str, ...]:
        """Names of districts, streets, communities, roads and estates, longest first."""
        names = {d.name for d in self.districts} | {s.name for s in self.streets} | {r.name for r in self.roads}
        names |= {community.name for street in self.streets for community in street.communities}
        names |= {landmark.name for landmark in self.landmarks if landmark.kind == "estate"}
        return tuple(sorted(names, key=lambda name: (-len(name), name)))

    def unit(self, unit_id: str) -> Unit | None:
        """The unit with this id, or None."""
        return next((unit for unit in self.units if unit.id == unit_id), None)

    def say(self, key: str, language: str = "zh", **fields: object) -> str:
        """A fixed reply in the asked language, in Chinese where that language has no such text."""
        words = self.wording.get(language, self.wording["zh"])
        return (words if key in words else self.wording["zh"]).text(key, **fields)


class _Reader:
    """Reads the parts of one pack and remembers every problem."""

    def __init__(self, root: Path):
        self.root = root
        self.problems: list[Problem] = []
        self.origin: dict[str, str] = {}

    def records(self, pattern: str, model: type[T]) -> tuple[T, ...]:
        """All records of the YAML lists that match ``pattern``."""
        found: list[T] = []
        for path in sorted(self.root.glob(pattern)):
            for index, raw in self._list(path):
                name = path.relative_to(self.root).as_posix()
                try:
                    record = model.model_validate(raw)
                except ValidationError as error:
                    self.problems += validation_problems(error, name, f"[{index}]")
                    continue
                found.append(record)
                self.origin.setdefault(f"{model.__name__}:{getattr(record, 'id', index)}", f"{name}: [{index}]")
        return tuple(found)

    def _list(self, path: Path) -> Iterator[tuple[int, Any]]:
        data, problems = read_yaml(path, self.root)
        self.problems += problems
        if problems or data is None:
            return
        if not isinstance(data, list):
            self.problems.append(
                Problem(
                    file=path.relative_to(self.root).as_posix(),
                    message="holds no list",
                    remedy="write one record per '- ' item",
                )
            )
            return
        yield from enumerate(data)

    def mapping(self, name: str) -> dict[str, Any]:
        """One YAML mapping; a problem where it is absent."""
        path = self.root / name
        if not path.is_file():
            self.problems.append(Problem(file=name, message="is missing", remedy="add the file; see docs/pack.md"))
            return {}
        data, problems = read_yaml(path, self.root)
        self.problems += problems
        if not problems and not isinstance(data, dict):
            self.problems.append(Problem(file=name, message="holds no mapping", remedy="write 'key: value' lines"))
        return data if isinstance(data, dict) else {}

    def one(self, name: str, model: type[T]) -> T | None:
        """One record in a file of its own."""
        before = len(self.problems)
        data = self.mapping(name)
        if len(self.problems) > before:
            return None
        try:
            return model.model_validate(data)
        except ValidationError as error:
            self.problems += validation_problems(error, name)
            return None

    def wording(self, language: str) -> Wording:
        """The fixed replies of one language."""
        name = f"wording/{language}.yaml"
        texts: dict[str, str] = {}
        for key, value in self.mapping(name).items():
            if not isinstance(value, str) or not value.strip():
                message, remedy = "is not a text", "write the reply in quotes"
            elif fault := template_fault(value):
                message, remedy = fault, "write placeholders as {name}; a brace to be read is doubled: {{ or }}"
            else:
                texts[str(key)] = value
                continue
            self.problems.append(Problem(file=name, where=str(key), message=message, remedy=remedy))
        return Wording(texts, language)

    def outcomes(self) -> dict[str, OutcomeWording]:
        """The wording of every ending."""
        name, found = "wording/outcomes.yaml", {}
        for code, raw in self.mapping(name).items():
            try:
                found[str(code)] = OutcomeWording.model_validate(raw)
            except ValidationError as error:
                self.problems += validation_problems(error, name, str(code))
        return found


def read_pack(root: Path) -> tuple[CityPack | None, list[Problem]]:
    """Read a pack as far as it goes: the pack (None where ``city.yaml`` itself does not load) and every problem."""
    if not root.is_dir():
        return None, [Problem(file=str(root), message="is not a folder", remedy="name the folder of a city pack")]
    reader = _Reader(root)
    city = reader.one("city.yaml", City)
    pack_parts = {
        "districts": reader.records("places/districts.yaml", District),
        "streets": reader.records("places/streets.yaml", Street),
        "roads": reader.records("places/roads.yaml", Road),
        "landmarks": reader.records("places/landmarks.yaml", Landmark),
        "units": reader.records("units/*.yaml", Unit),
        "duties": reader.records("duties/*.yaml", DutyItem),
        "wording": {"zh": reader.wording("zh"), "en": reader.wording("en")},
        "outcomes": reader.outcomes(),
    }
    if city is None:
        return None, reader.problems
    return CityPack(root=root, city=city, origin=reader.origin, **pack_parts), reader.problems  # type: ignore[arg-type]  # one dict of parts


def load_pack(root: Path) -> CityPack:
    """Load the pack at ``root``. Raises PackError with every problem found."""
    pack, problems = read_pack(root)
    if problems or pack is None:
        raise PackError(problems)
    return pack
