"""The weights of ``agents.citydata.deciding``, fitted anew: ``python -m eval.plan_weights --city PACK --home HOME``.

Every message of the pack is judged by a choice learnt without it (three folds). One logistic regression then tells the
tool that is meant from its nearest rivals, by score and by what each hears; another tells messages that want a tool
from those that want none. Printed are the weights, and what they reach on the held-out messages.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from agents.citydata.choice import Choice, Said
from agents.citydata.deciding import KINDS, NEAREST, Evidence
from agents.citydata.planning import Planner, evidence_of, signed_names
from agents.citydata.wanting import NOWHERE, OTHER, Signs, Wants
from city.gazetteer import Gazetteer
from city.pack import load_pack
from knowledge.index.terms import normalise
from serve.citydata import messages, other_messages, tool_messages
from serve.embedding import embedder_of
from serve.settings import Settings
from serve.tools import open_toolbox
from tools.seam.toolbox import Caller, Toolbox

FOLDS = 3
_NONE = (OTHER, NOWHERE)


class Row(NamedTuple):
    """A held-out message: its label, its scores, and what its nearest tools hear."""

    label: str
    scores: Mapping[str, float]
    heard: list[Evidence]


def rows(box: Toolbox, now: datetime) -> list[Row]:
    """Every message of the pack, judged by a choice that has not seen it."""
    pack = box.pack
    signs, embedder = Signs(box.gazetteer, signed_names(box, now, box.every)), embedder_of(pack)
    learnt = messages(pack)
    known = {**tool_messages(box, learnt), **other_messages(pack, learnt)}
    said = [(text, Said(signs.put(text), label)) for label, texts in known.items() for text in texts]
    fold = np.random.default_rng(1).integers(0, FOLDS, len(said))
    caller = Caller.staff(*{one.tool.permission for one in box.every if one.tool.permission})
    found: list[Row] = []
    for held in range(FOLDS):
        choice = Choice.learn([one for (_, one), at in zip(said, fold, strict=True) if at != held], embedder)
        out = [one for one, at in zip(said, fold, strict=True) if at == held]
        planner = Planner(box, Wants(choice, signs))
        for (text, one), scores in zip(out, choice.scores([one.text for _, one in out]), strict=True):
            by_label = dict(zip(choice.labels, map(float, scores), strict=True))
            tools = sorted((name for name in by_label if name not in _NONE), key=lambda name: -by_label[name])
            near = [offered for name in tools[:NEAREST] if (offered := box.get(name))]
            heard = [evidence_of(tool, planner.hear(normalise(text), tool, now, caller)) for tool in near]
            found.append(Row(one.label, by_label, heard))
    return found


def fit(judged: Sequence[Row]) -> dict[str, list[float]]:
    """Weights by name of the constant: score first, then by ``KINDS``; for ``any``: tool, other, nowhere, at zero."""
    from sklearn.linear_model import LogisticRegression

    pairs, first = [], []
    for row in judged:
        values = {one.tool: np.array([row.scores[one.tool], *one.counts]) for one in row.heard}
        for rival in values.keys() - {row.label} if row.label in values else ():
            pairs += [values[row.label] - values[rival], values[rival] - values[row.label]]
            first += [1, 0]
    among = LogisticRegression(fit_intercept=False, max_iter=500).fit(np.array(pairs), first).coef_[0]

    def best(row: Row) -> Evidence:
        return max(row.heard, key=lambda one: float(among @ np.array([row.scores[one.tool], *one.counts])))

    tops = [best(row) for row in judged]
    features = [
        [row.scores[top.tool], row.scores[OTHER], row.scores[NOWHERE], *top.counts]
        for row, top in zip(judged, tops, strict=True)
    ]
    wants = np.array([row.label not in _NONE for row in judged])
    gate = LogisticRegression(max_iter=1000).fit(np.array(features), wants)
    chance = gate.predict_proba(np.array(features))[:, 1]
    right = np.array([top.tool == row.label for row, top in zip(judged, tops, strict=True)])
    return {
        "against each other": [round(float(weight), 2) for weight in among],
        "any": [*(round(float(weight), 2) for weight in gate.coef_[0][:3]), round(float(gate.intercept_[0]), 2)],
        "against none": [round(float(weight), 2) for weight in gate.coef_[0][3:]],
        "right tool among tools": [round(float(right[wants].mean()), 3)],
        "right tool at 0.5": [round(float((right & (chance >= 0.5))[wants].mean()), 3)],
        "no tool at 0.5": [round(float((chance < 0.5)[~wants].mean()), 3)],
    }


def main() -> None:
    """Print the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", type=Path, required=True)
    parser.add_argument("--home", type=Path, default=Path("var"))
    given = parser.parse_args()
    pack = load_pack(given.city)
    box = open_toolbox(Settings(city=given.city, home=given.home), pack, Gazetteer.of(pack))
    judged = rows(box, datetime.now(ZoneInfo(pack.city.timezone)))
    print(f"{len(judged)} messages; kinds: score, {', '.join(KINDS)}")
    for name, weights in fit(judged).items():
        print(f"{name:<24}{weights}")


if __name__ == "__main__":
    main()
