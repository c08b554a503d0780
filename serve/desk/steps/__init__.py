"""Every act that a person may do at the desk, as a form."""

from serve.desk.steps import closing, dispatch, hotline, unit
from serve.desk.steps.base import Step
from tools.workorders.acts import Act

STEPS: dict[Act, Step] = {**hotline.STEPS, **dispatch.STEPS, **unit.STEPS, **closing.STEPS}

__all__ = ["STEPS"]
