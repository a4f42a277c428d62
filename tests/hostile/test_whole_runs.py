"""The worst of the battery met by whole runs as a user starts them: exit code, readable reports, a quiet terminal."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.sandbox.server import Sandbox
from tests.hostile.behaviours import BATTERY
from tests.hostile.target import BadTarget

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Finished, Runner

CHOSEN = "oauth.access and (via-post-form.accepted or missing_post_type.form or half-a-form)"
FAILED, INCONCLUSIVE = 1, 10


def run(
    bad: BadTarget,
    sandbox: Sandbox,
    suite: Runner,
    folder: Path,
    limit_s: float,
) -> Finished:
    """Run a handful of cases against the target."""
    profile = folder / "bad.toml"
    limit = f"limit_s = {limit_s}"
    lines = [f'url = "{bad.url}"', f'control = "{sandbox.control}"', limit, 'methods = ["oauth.access"]']
    profile.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return suite("-p", "no:cacheprovider", f"--conformance-profile={profile}", "-k", CHOSEN, "-vv")


@pytest.mark.parametrize(
    ("name", "malformed", "code", "limit_s"),
    [
        ("hostile-everywhere", True, FAILED, 60),
        ("hostile-everywhere", False, INCONCLUSIVE, 60),
        ("endless-body", True, FAILED, 60),
        # The only one that ends by the limit; no answer of this target is a good one that could come too late.
        ("drips-a-byte-at-a-time", False, INCONCLUSIVE, 0.5),
    ],
)
def test_a_whole_run(  # noqa: PLR0917 - pytest gives them by name
    name: str,
    malformed: bool,  # noqa: FBT001 - a column of the table
    code: int,
    limit_s: float,
    suite: Runner,
    tmp_path: Path,
) -> None:
    with Sandbox(load_catalog()) as sandbox, BadTarget(sandbox.url, BATTERY[name].act, malformed=malformed) as bad:
        finished = run(bad, sandbox, suite, tmp_path, limit_s)
    assert finished.code == code, finished.text
    assert {character for character in finished.text if unicodedata.category(character) in {"Cc", "Cf"}} <= {"\n"}
    assert "INTERNALERROR" not in finished.text
    assert "Traceback" not in finished.text
    assert finished.footer["exit"] == code
    verdicts = set(finished.verdicts.values())
    assert verdicts == ({"PASS", "FAIL"} if malformed else {"INCONCLUSIVE"})
    page = (tmp_path / "reports/conformance.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "\u202e" not in page
