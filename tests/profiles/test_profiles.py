"""Random profiles of conforming targets are never accused, and what their causes ask for helps."""

from __future__ import annotations

from random import Random

import pytest

from slack_conformance.catalog.values import HEALTHY
from tests.profiles.drawing import drawn
from tests.profiles.trial import CATALOG, hunted, target, tried, wanted

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(12))
def test_no_profile_makes_a_conforming_target_look_guilty(seed: int) -> None:
    """The sandbox, ten variants and the witness; whatever could not be tried says what would help."""
    outcome = tried(seed, helping=seed % 4 == 0)
    assert outcome.accusations == []
    assert outcome.helpless == []
    assert outcome.cases > 0


@pytest.mark.parametrize("seed", [8, 12, 13])
def test_a_fault_that_the_profile_can_show_is_named(seed: int) -> None:
    outcome = hunted(seed)
    assert outcome is not None, "this profile cannot show the fault: choose another seed"
    assert outcome.helpless == []


def test_profiles_differ_and_a_seed_repeats_one() -> None:
    with target(0) as (_, _, everything):
        contents = [drawn(everything, Random(seed), CATALOG) for seed in (1, 1, 2)]  # noqa: S311 - no secret
    assert contents[0] == contents[1] != contents[2]


@pytest.mark.parametrize(
    ("needs", "found"),
    [
        ("Values in the profile: token, code in [values]; or a control API.", [(HEALTHY, "token"), (HEALTHY, "code")]),
        ("A [state.app-removed] in the profile, or a control API that knows it.", [("app-removed", "")]),
        ("In [state.sign-in-app]: client_id that belong to its other values.", [("sign-in-app", "client_id")]),
        ("A fresh code for each request: a command that mints one, or a new list.", [(HEALTHY, "code")]),
        ("A target that takes this way in too.", []),
    ],
)
def test_what_a_cause_asks_for_is_read_from_its_words(needs: str, found: list[tuple[str, str]]) -> None:
    assert wanted(needs) == found
