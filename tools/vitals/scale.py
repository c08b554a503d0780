"""The scale on which a sign varies evenly: amounts by their logarithm, counts by their root, others as they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tools.feeds.world import Floats
from tools.vitals.catalogue import Kind, Sign

_FLOOR = 0.005
"""Share of the usual value that is added to an amount, so that a zero has a logarithm."""


class Scale(NamedTuple):
    """Turns values of one sign into its even scale and back. Counts: Anscombe, Biometrika 35 (1948) 246."""

    kind: Kind
    floor: float

    @classmethod
    def of(cls, sign: Sign, usual: float) -> Scale:
        """The scale of a sign whose usual value is ``usual``."""
        return cls(sign.kind, max(abs(usual) * _FLOOR, 1e-9))

    def to(self, values: Floats) -> Floats:
        """On the even scale."""
        if self.kind == "amount":
            logged: Floats = np.log(np.maximum(values, 0.0) + self.floor)
            return logged
        if self.kind == "count":
            rooted: Floats = np.sqrt(np.maximum(values, 0.0) + 0.375)
            return rooted
        return values

    def back(self, values: Floats) -> Floats:
        """In the sign's unit."""
        if self.kind == "amount":
            real: Floats = np.maximum(np.exp(np.minimum(values, 60.0)) - self.floor, 0.0)
            return real
        if self.kind == "count":
            counted: Floats = np.maximum(np.maximum(values, 0.0) ** 2 - 0.375, 0.0)
            return counted
        return values
