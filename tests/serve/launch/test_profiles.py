from __future__ import annotations

from collections import defaultdict

import pytest

from city.models import ProfileName
from serve.launch.profiles import PORTS, PROFILES, Profile, Role, Slot


def test_every_profile_of_a_pack_is_in_the_table() -> None:
    assert set(PROFILES) == set(ProfileName)
    assert all(profile.name == name for name, profile in PROFILES.items())


@pytest.mark.parametrize("profile", PROFILES.values(), ids=str)
def test_no_card_is_promised_twice(profile: Profile) -> None:
    for slots in (profile.slots, profile.without_sides):
        taken: dict[int, float] = defaultdict(float)
        for slot in slots:
            taken[slot.card] += slot.memory
        assert all(share <= 0.96 for share in taken.values()), taken


@pytest.mark.parametrize("profile", PROFILES.values(), ids=str)
def test_more_may_wait_than_run_and_a_long_prompt_is_shorter_than_a_step(profile: Profile) -> None:
    assert profile.load.queued_requests > profile.load.requests
    assert profile.load.long_prompt < profile.load.step_tokens


def test_without_side_models_no_card_stays_empty() -> None:
    def cards(slots: tuple[Slot, ...]) -> set[int]:
        return {slot.card for slot in slots}

    for profile in PROFILES.values():
        assert cards(profile.slots) == cards(profile.without_sides)
        assert all(slot.role.writes for slot in profile.without_sides)


def test_ports_of_replicas_do_not_meet() -> None:
    for profile in PROFILES.values():
        for slots in (profile.slots, profile.without_sides):
            used = [PORTS[role] + index for role in Role for index in range(sum(s.role == role for s in slots))]
            assert len(used) == len(set(used))
