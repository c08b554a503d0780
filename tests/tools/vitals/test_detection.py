"""Detection on series made here by hand, with rules of their own: nothing is taken from the planting recipe."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.feeds.world import Floats
from tools.vitals.alarms import Alarm, alarms, judge, together
from tools.vitals.catalogue import Cause, Sign
from tools.vitals.expected import Circumstances, middle
from tools.vitals.scale import Scale
from tools.vitals.spells import long_holidays
from tools.vitals.watch import Board, mondays

DAYS = 84
LAST = (DAYS - 14) * 24
"""What is judged: the last two weeks."""
MONDAY = np.datetime64("2026-03-02T00", "h")


def a_sign(id: str, kind: str = "amount") -> Sign:
    given = {"id": id, "name": id, "group": "g", "kind": kind, "owner": "x", "direction": "above"}
    return Sign.model_validate(given | {"drivers": ["calendar"]})


def a_board(change: dict[int, dict[int, float]] | None = None, signs: int = 8, seed: int = 1) -> Board:
    """Signs of a daily wave, half on weekends, with chance of 3 per cent; ``change``: row → hour → factor."""
    hours = np.arange(MONDAY, MONDAY + np.timedelta64(DAYS * 24, "h")).astype("datetime64[s]")
    hour = np.arange(len(hours))
    free = (hour // 24) % 7 >= 5
    wave = 1000 * (1.5 + np.sin((hour % 24 - 8) / 24 * 2 * np.pi)) * np.where(free, 0.5, 1.0)
    values = wave * np.exp(np.random.default_rng(seed).normal(0, 0.03, (signs, len(hours))))
    for row, factors in (change or {}).items():
        for at, factor in factors.items():
            values[row, at] *= factor
    calm = np.zeros(len(hours))
    where = Circumstances(hours, free, np.zeros(len(hours), bool), calm + 18.0, calm)
    return Board(tuple(a_sign(f"s{row}") for row in range(signs)), values, where)


def found(board: Board) -> list[Alarm]:
    return alarms(board, judge(board, LAST, board.count), LAST, board.count)


def test_a_usual_fortnight_raises_next_to_nothing() -> None:
    assert sum(len(found(a_board(seed=seed))) for seed in range(4)) <= 2


@pytest.mark.parametrize(
    ("change", "kind", "side"),
    [
        ({LAST + 100: 1.35}, "spike", 1),
        ({LAST + 100: 0.7}, "spike", -1),
        ({LAST + 100 + at: 1.2 for at in range(60)}, "shift", 1),
        ({LAST + 100 + at: 0.0 for at in range(8)}, "dropout", -1),
    ],
)
def test_what_is_put_in_is_found_where_it_is(change: dict[int, float], kind: str, side: int) -> None:
    one = [alarm for alarm in found(a_board({3: change})) if alarm.row == 3]
    assert [(alarm.kind, alarm.side) for alarm in one] == [(kind, side)]
    assert min(change) <= one[0].begin <= min(change) + 2
    assert one[0].low < one[0].usual < one[0].high
    assert not one[0].low <= one[0].value <= one[0].high


def test_a_stuck_sensor_is_found() -> None:
    board = a_board()
    board.values[2, LAST + 50 : LAST + 74] = board.values[2, LAST + 49]
    assert "stuck" in {alarm.kind for alarm in found(board) if alarm.row == 2}


def test_a_slow_drift_is_found() -> None:
    change = {LAST + 60 + at: 1 + 0.12 * at / 144 for at in range(144)}
    (first, *_) = [alarm for alarm in found(a_board({1: change})) if alarm.row == 1]
    assert first.side == 1
    assert LAST + 60 < first.begin < LAST + 204


@settings(max_examples=8, deadline=None)
@given(cut=st.integers(LAST + 30, DAYS * 24 - 2), seed=st.integers(0, 50))
def test_nothing_is_taken_from_the_future(cut: int, seed: int) -> None:
    """What is judged up to an hour is the same whether later hours are known, other, or missing."""
    board = a_board({0: {LAST + 20: 1.4}}, signs=3, seed=seed)
    whole = judge(board, LAST, board.count)
    other = Board(board.signs, board.values.copy(), board.where)
    other.values[:, cut:] = np.random.default_rng(seed).uniform(0, 1e5, other.values[:, cut:].shape)
    short = Board(board.signs, board.values[:, :cut], board.where.at(np.arange(cut)))
    for known in (judge(other, LAST, other.count), judge(short, LAST, cut)):
        for name in ("score", "usual", "low", "high"):
            mine, full = getattr(known, name)[:, LAST:cut], getattr(whole, name)[:, LAST:cut]
            np.testing.assert_allclose(mine, full, rtol=1e-9, atol=1e-9)
    assert np.isfinite(whole.usual[:, LAST:]).all()


def test_old_spikes_do_not_teach_what_is_usual() -> None:
    wild = dict.fromkeys(range(24 * 10, 24 * 60, 31), 5.0)
    calm, hit = judge(a_board(), LAST, DAYS * 24), judge(a_board({0: wild}), LAST, DAYS * 24)
    assert np.nanmax(np.abs(hit.usual[0, LAST:] / calm.usual[0, LAST:] - 1)) < 0.03


def test_missing_hours_raise_nothing_and_have_something_usual() -> None:
    board = a_board()
    board.values[:, LAST + 40 : LAST + 52] = np.nan
    judged = judge(board, LAST, board.count)
    assert (judged.score[:, LAST + 40 : LAST + 52] < 1).all()
    assert np.isfinite(judged.usual[:, LAST + 40 : LAST + 52]).all()


def test_too_short_a_past_tells_nothing() -> None:
    board = a_board({0: {100: 9.0}})
    judged = judge(board, 0, 20 * 24)
    assert judged.score[:, : 20 * 24].max() == 0
    assert np.isnan(judged.usual[:, : 20 * 24]).all()


def test_signs_that_move_as_one_cause_does_are_told_together() -> None:
    at = LAST + 120
    up, down = {at: 1.5, at + 1: 1.5}, {at + 1: 0.6, at + 2: 0.6}
    board = a_board({0: up, 1: down, 2: up, 5: up})
    fire = Cause(name="one", signs={"s0": "+", "s1": "-", "s2": "+", "s3": "+"})
    wrong = Cause(name="other", signs={"s0": "-", "s1": "+", "s2": "-", "s5": "-"})
    (group,) = together(board, [alarm for alarm in found(board) if at <= alarm.begin <= at + 2], [wrong, fire])
    assert (group.cause.name, [alarm.row for alarm in group.alarms]) == ("one", [0, 1, 2])


@given(st.lists(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=7, max_size=7), min_size=1, max_size=5))
def test_the_middle_is_the_median_of_what_is_known(rows: list[list[float]]) -> None:
    values = np.array(rows)
    for mine, row in zip(middle(values), rows, strict=True):
        known = [value for value in row if not np.isnan(value)]
        assert (mine == np.median(known)) if known else np.isnan(mine)


@given(
    kind=st.sampled_from(["amount", "count", "level", "share"]),
    values=st.lists(st.floats(0, 1e6), min_size=1, max_size=20),
)
def test_a_scale_turns_back_and_keeps_order(kind: str, values: list[float]) -> None:
    scale = Scale.of(a_sign("s", kind), 100.0)
    given: Floats = np.sort(np.array(values))
    moved = scale.to(given)
    np.testing.assert_allclose(scale.back(moved), given, rtol=1e-6, atol=1e-6)
    assert (np.diff(moved) >= 0).all()


def test_long_holidays_by_hand() -> None:
    free = np.array([0, 1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1], bool)
    assert long_holidays(free).astype(int).tolist() == [0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1]


def test_weeks_begin_on_mondays() -> None:
    hours = np.arange(MONDAY, MONDAY + np.timedelta64(500, "h")).astype("datetime64[s]")
    assert mondays(hours, 0, 169) == [0, 168]
    assert mondays(hours, 30, 168) == [0]
    later = hours[50:]
    assert mondays(later, 0, 120) == [-50, 118]
