from __future__ import annotations

from agents.engines.vllm.breaker import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, Breaker


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _let(breaker: Breaker) -> int:
    number = breaker.lets_through()
    assert number is not None
    return number


def _opened() -> tuple[Breaker, Clock]:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.failed(_let(breaker))
    return breaker, clock


def test_failures_in_a_row_open_it_and_a_success_starts_the_count_anew() -> None:
    breaker = Breaker(Clock())
    for _ in range(FAILURES - 1):
        breaker.failed(_let(breaker))
    breaker.worked(_let(breaker))
    for _ in range(FAILURES - 1):
        breaker.failed(_let(breaker))
    assert breaker.is_closed
    breaker.failed(_let(breaker))
    assert not breaker.is_closed
    assert breaker.lets_through() is None


def test_one_failure_may_be_enough() -> None:
    breaker = Breaker(Clock())
    breaker.failed(_let(breaker), at_once=True)
    assert breaker.lets_through() is None


def test_after_the_pause_one_trial_goes_and_closes_it() -> None:
    breaker, clock = _opened()
    clock.now += FIRST_PAUSE
    number = _let(breaker)
    assert breaker.lets_through() is None
    breaker.worked(number)
    assert breaker.is_closed
    assert _let(breaker) == _let(breaker)


def test_a_trial_that_fails_doubles_the_pause_up_to_a_limit() -> None:
    breaker, clock = _opened()
    pause = FIRST_PAUSE
    for _ in range(8):
        clock.now += pause - 0.01
        assert breaker.lets_through() is None
        clock.now += 0.01
        breaker.failed(_let(breaker))
        pause = min(LONGEST_PAUSE, pause * 2)
    assert pause == LONGEST_PAUSE
    clock.now += pause
    breaker.worked(_let(breaker))
    for _ in range(FAILURES):
        breaker.failed(_let(breaker))
    clock.now += FIRST_PAUSE
    _let(breaker)


def test_a_trial_that_tells_nothing_may_be_made_again() -> None:
    breaker, clock = _opened()
    clock.now += FIRST_PAUSE
    breaker.dropped(_let(breaker))
    assert not breaker.is_closed
    _let(breaker)


def test_a_trial_whose_text_has_begun_lets_others_pass_but_one_failure_opens_again() -> None:
    breaker, clock = _opened()
    clock.now += FIRST_PAUSE
    trial = _let(breaker)
    breaker.began(trial)
    other = _let(breaker)
    breaker.failed(other)
    assert breaker.lets_through() is None
    breaker.worked(trial)
    assert breaker.lets_through() is None, "it ended after the circuit had opened again"


def test_requests_from_before_the_opening_neither_close_it_nor_disturb_the_trial() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    before = [_let(breaker) for _ in range(200)]
    for number in before[:-4]:
        breaker.failed(number)
    clock.now += FIRST_PAUSE - 0.1
    breaker.failed(before[-4])
    clock.now += 0.1
    trial = _let(breaker)
    breaker.failed(before[-3])
    breaker.dropped(before[-2])
    assert breaker.lets_through() is None
    breaker.worked(before[-1])
    assert not breaker.is_closed
    breaker.worked(trial)
    assert breaker.is_closed


def test_an_unfit_server_is_left_alone_until_found_fit() -> None:
    breaker = Breaker(Clock())
    breaker.hold("ignores schemas")
    assert breaker.lets_through() is None
    breaker.worked(0)
    assert breaker.lets_through() is None
    breaker.release()
    assert breaker.is_closed
