"""A recorded request is like the one that the suite replays, or the difference is named."""

from __future__ import annotations

from .recorded import differences, nearest

KEPT = {
    "verb": "POST",
    "authorization": "bearer",
    "form": [["pizza", "$pizza"], ["size", "$size"]],
    "headers": [["User-Agent", "bell/1.2.3 node/20.1.1 linux"], ["Content-Type", "text/plain"]],
}


def test_versions_are_no_difference() -> None:
    agent = ["User-Agent", "bell/4.5.6-SNAPSHOT node/22.9.9 linux/6.18"]
    assert differences({**KEPT, "headers": [agent, KEPT["headers"][1]]}, KEPT) == []


def test_each_part_is_compared_and_named() -> None:
    changed = {
        "verb": "GET",
        "authorization": "basic",
        "query": [["pizza", "$pizza"]],
        "form": [["size", "$size"], ["pizza", "$pizza"]],
        "json": "{}",
        "headers": [["Content-Type", "text/plain"]],
    }
    for part, value in changed.items():
        (found,) = differences({**KEPT, part: value}, KEPT)
        assert found.startswith(f"{part} is ")


def test_a_part_that_is_left_out_is_a_difference() -> None:
    without = {name: value for name, value in KEPT.items() if name != "authorization"}
    assert len(differences(without, KEPT)) == len(differences(KEPT, without)) == 1


def test_the_nearest_fixture_counts() -> None:
    far = {**KEPT, "verb": "GET", "form": []}
    assert nearest(KEPT, [far, KEPT]) == []
    assert len(nearest({**KEPT, "verb": "GET"}, [KEPT, far])) == 1
    assert len(nearest(KEPT, [])) == 1
