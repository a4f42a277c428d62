"""What is worth a look: rules by who breaks them, and places that are read differently."""

from __future__ import annotations

import pytest

from slack_conformance.site.model import Compared
from slack_conformance.site.ranking import Group, group_of


@pytest.mark.parametrize(
    ("failed", "warned", "passed", "group"),
    [
        ("ab", "", "", Group.ALL),
        ("a", "", "b", Group.ONE),
        ("a", "", "", Group.ONE),
        ("ab", "", "c", Group.SOME),
        ("ab", "c", "", Group.SOME),
        ("", "a", "b", Group.WARNED),
        ("", "", "ab", Group.AGREED),
        ("", "", "", Group.UNTESTED),
    ],
)
def test_a_rule_has_one_group(failed: str, warned: str, passed: str, group: Group) -> None:
    assert group_of(Compared(tuple(failed), tuple(warned), tuple(passed))) is group
