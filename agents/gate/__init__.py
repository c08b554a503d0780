"""The gate: where a message goes, decided by the pack's rules before anything else runs.

::

    gate = Gate.open(pack_folder / "gate")
    decision = gate.decide("我家厨房着火了", GateContext())
    decision = Gate.merge(decision, ModelRisk(risk=Risk.EMERGENCY, reason="…"))   # only ever raises
"""

from agents.gate.decision import GateContext, GateDecision, Match, ModelRisk, OpenMatter, Risk
from agents.gate.gate import Gate
from city.gate_rules import Kind, Route

__all__ = ["Gate", "GateContext", "GateDecision", "Kind", "Match", "ModelRisk", "OpenMatter", "Risk", "Route"]
