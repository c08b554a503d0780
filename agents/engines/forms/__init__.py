"""Forms by task: the only place that knows which form belongs to which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agents.engines.forms import write
from agents.engines.forms.base import Closed, Form
from agents.engines.forms.choose import ChooseForm
from agents.engines.forms.dispatch import DispatchForm
from agents.engines.forms.draft_rule import DraftRuleForm
from agents.engines.forms.hear_facts import HearFactsForm
from agents.engines.forms.plan import PlanForm
from agents.engines.forms.route import RouteForm

FORMS: Mapping[str, Form] = {
    "route": RouteForm(),
    "choose": ChooseForm(),
    "dispatch": DispatchForm(),
    "draft_rule": DraftRuleForm(),
    "hear_facts": HearFactsForm(),
    "plan": PlanForm(),
}
"""The forms of the tasks that decide."""

WRITTEN: Mapping[str, Callable[[Any], str]] = {"write": write.shown}
"""What is shown for the tasks that write."""

__all__ = ["FORMS", "WRITTEN", "Closed", "Form"]
