"""Which matters may be learnt from at all: sensitive ones never leave the ledger, whatever a person decided."""

from __future__ import annotations

from typing import NamedTuple

from agents.gate import Gate
from agents.gate.gate import MAYBE, MAYBE_CRISIS
from city.english import is_english
from city.gate_rules import Kind as GateKind
from city.gate_rules import Route
from city.intake import Intake
from serve.training.ledger import Story
from serve.training.records import LeftOut
from tools.workorders.acts import Act, Start
from tools.workorders.model import Kind

_SENSITIVE = frozenset({Route.STATUTORY, Route.SECRET_PRIVACY, Route.CRISIS_TALK})
_ORDINARY = frozenset({Route.DISPATCH, Route.ANSWER, Route.REPEAT})
_INJECTION = "injection"


class Fitness(NamedTuple):
    """Judges matters by the city's own words and gate."""

    intake: Intake
    gate: Gate

    def against(self, story: Story) -> LeftOut | None:
        """Why a matter may not be learnt from, or None.

        Sensitive are confidential matters, reports against somebody (by the record or to the gate's ear), those with an
        accused party, those about minors, illness, violence and the like (by the record and by the city's words), and
        what the gate gives to the authorities of a statute, holds for a secret or hears despair in. An emergency is
        never asked of a model, nor is what the gate sends elsewhere or holds for an order to the machine.
        """
        filed = story.filed
        if self._is_sensitive(filed):
            return LeftOut.SENSITIVE
        decision = self.gate.decide(filed.narrative)
        reports = decision.kind is GateKind.REPORT or "confidential" in decision.flags
        if reports or decision.route in _SENSITIVE or MAYBE_CRISIS in decision.flags:
            return LeftOut.SENSITIVE
        alarm = story.did(Act.EMERGENCY, Act.RAISE_EMERGENCY) or MAYBE in decision.flags
        if alarm or decision.route not in _ORDINARY or _INJECTION in decision.flags:
            return LeftOut.NOT_FOR_THE_TASK
        return LeftOut.NOT_CHINESE if is_english(filed.narrative) else None

    def _is_sensitive(self, filed: Start) -> bool:
        told = "\n".join((filed.title, filed.narrative, filed.demand))
        return bool(
            filed.confidential
            or filed.kind is Kind.REPORT
            or filed.sensitivity
            or any(party.role == "accused" for party in filed.parties)
            or self.intake.sensitive(told)
        )
