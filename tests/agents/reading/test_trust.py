from __future__ import annotations

import numpy as np

from agents.reading.trust import Trust, fit_trust


def chances(*first: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.array([[one, 1 - one] for one in first], np.float32)


def test_a_chance_is_worth_what_came_true() -> None:
    said = chances(*[0.9] * 10, *[0.6] * 10)
    wanted = np.array([[1, 0]] * 9 + [[0, 1]] + [[1, 0]] * 3 + [[0, 1]] * 7, np.float32)
    trust = fit_trust(said, wanted, ["a", "b"], {})
    assert abs(trust.of(0.9) - 0.9) < 1e-6
    assert abs(trust.of(0.6) - 0.3) < 1e-6
    assert 0.3 < trust.of(0.75) < 0.9


def test_the_map_never_falls() -> None:
    rng = np.random.default_rng(1)
    said = chances(*rng.uniform(0.5, 1, 200))
    came = rng.uniform(0, 1, 200) < said[:, 0]
    wanted = np.stack([came, ~came], axis=1).astype(np.float32)
    trust = fit_trust(said, wanted, ["a", "b"], {})
    found = [trust.of(x) for x in np.linspace(0, 1, 50)]
    assert found == sorted(found)
    assert all(0 <= x <= 1 for x in found)


def test_labels_that_lead_to_one_unit_count_together() -> None:
    said = np.array([[0.4, 0.4, 0.2]] * 4, np.float32)
    wanted = np.array([[1, 0, 0], [0, 1, 0], [0, 1, 0], [1, 0, 0]], np.float32)
    assert fit_trust(said, wanted, ["a", "b", "c"], {"a": "u", "b": "u"}).of(0.8) == 1.0


def test_without_knots_nothing_changes() -> None:
    assert Trust().of(0.7) == 0.7
