"""Saving a stream and opening it again: petitions as JSONL, numbers as npz, the rest as JSON. No pickle."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from city.errors import BadInput
from tools.petitions.clusters import Cluster
from tools.petitions.pairs import Judge
from tools.petitions.petition import Petition
from tools.petitions.phrases import Phrases
from tools.petitions.places import Places
from tools.petitions.sketch import Sketch
from tools.petitions.stream import Stream

FORMAT = 1
_CHANNELS = ("body", "title", "places", "marks", "terms")
_PETITIONS, _NUMBERS, _STATE = "petitions.jsonl", "numbers.npz", "state.json"


def save(stream: Stream, folder: Path) -> None:
    """Write the stream to ``folder``; the state goes last, so that a torn save is noticed when opened."""
    folder.mkdir(parents=True, exist_ok=True)
    state_path = folder / _STATE
    state_path.unlink(missing_ok=True)
    with (folder / _PETITIONS).open("w", encoding="utf-8") as out:
        out.writelines(f"{petition.model_dump_json()}\n" for petition in stream.petitions)
    np.savez_compressed(folder / _NUMBERS, allow_pickle=False, **_numbers(stream))
    state = {
        "format": FORMAT,
        "petitions": len(stream),
        "learnt": stream.learnt,
        "progress": stream.progress,
        "named": stream.named,
        "asking": sorted(stream.asking),
        "matters": stream.reader.weights.matters,
        "places": stream.reader.places.dump(),
        "judge": stream.clusters.judge.model_dump(mode="json"),
        "clusters": [_cluster(cluster) for cluster in stream.clusters.all.values()],
        "made": stream.clusters.made,
        "gone": list(stream.clusters.gone.items()),
    }
    state_path.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")


def open_stream(folder: Path) -> Stream:
    """The stream as it was saved. Raises BadInput where the folder holds none, or one torn or of another format."""
    try:
        state = json.loads((folder / _STATE).read_text(encoding="utf-8"))
        lines = (folder / _PETITIONS).read_text(encoding="utf-8").splitlines()
        with np.load(folder / _NUMBERS, allow_pickle=False) as numbers:
            arrays = {name: numbers[name] for name in numbers.files}
        if state["format"] != FORMAT or state["petitions"] != len(lines):
            raise BadInput(f"{str(folder)!r} holds a stream of another format or a torn one: build it again")
        return _restored(state, [Petition.model_validate_json(line) for line in lines], arrays)
    except (OSError, ValueError, KeyError, ValidationError) as error:
        raise BadInput(f"{str(folder)!r} holds no stream that can be opened ({error}): build it again") from error


def _numbers(stream: Stream) -> dict[str, np.ndarray[Any, Any]]:
    sketches = stream.clusters.sketches
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    for channel in _CHANNELS:
        arrays |= _packed(channel, [getattr(sketch, channel) for sketch in sketches])
    arrays["repeated"] = _joined([sketch.repeated for sketch in sketches])
    arrays["stock"] = stream.reader.phrases.stock
    for name, counts in (("counts", stream.reader.weights.counts), ("met", stream.reader.places.met)):
        arrays[f"{name}_at"] = np.flatnonzero(counts).astype(np.int32)
        arrays[name] = counts[arrays[f"{name}_at"]]
    return arrays


def _packed(name: str, parts: Sequence[np.ndarray[Any, Any]]) -> dict[str, np.ndarray[Any, Any]]:
    return {name: _joined(parts), f"{name}_sizes": np.array([len(part) for part in parts], np.int64)}


def _joined(parts: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    return np.concatenate(parts) if parts else np.zeros(0, np.int32)


def _cluster(cluster: Cluster) -> dict[str, Any]:
    agreement = [cluster.agreement[member] for member in cluster.members]
    return {"number": cluster.number, "members": cluster.members, "agreement": agreement, "checked": cluster.checked}


def _restored(state: dict[str, Any], petitions: list[Petition], arrays: dict[str, np.ndarray[Any, Any]]) -> Stream:
    stream = Stream(Judge.model_validate(state["judge"]), progress=state["progress"])
    reader, clusters = stream.reader, stream.clusters
    reader.places = Places.load(state["places"])
    reader.phrases = Phrases(arrays["stock"])
    reader.places.met[arrays["met_at"]] = arrays["met"]
    reader.weights.counts[arrays["counts_at"]] = arrays["counts"]
    reader.weights.matters = state["matters"]
    clusters.sketches = _sketches(petitions, arrays)
    clusters.made, clusters.gone = state["made"], dict(state["gone"])
    clusters.of = [0] * len(petitions)
    for row in state["clusters"]:
        agreement = dict(zip(row["members"], row["agreement"], strict=True))
        cluster = Cluster(row["number"], row["members"], [], agreement, row["checked"])
        cluster.settle()
        clusters.all[cluster.number] = cluster
        for member in cluster.members:
            clusters.of[member] = cluster.number
    stream.asking = set(state["asking"])
    for petition, sketch, named in zip(petitions, clusters.sketches, state["named"], strict=True):
        stream.keep(petition, sketch, tuple(named))
    stream.learnt = state["learnt"]
    return stream


def _sketches(petitions: Sequence[Petition], arrays: dict[str, np.ndarray[Any, Any]]) -> list[Sketch]:
    parts = {name: np.split(arrays[name], np.cumsum(arrays[f"{name}_sizes"])[:-1]) for name in _CHANNELS}
    repeated = np.split(arrays["repeated"], np.cumsum(arrays["body_sizes"])[:-1])
    return [
        Sketch(
            **{name: parts[name][number] for name in _CHANNELS},
            repeated=repeated[number],
            at=petition.at.timestamp(),
            caller=petition.caller,
            category=petition.category,
        )
        for number, petition in enumerate(petitions)
    ]
