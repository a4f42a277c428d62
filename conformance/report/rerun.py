"""The command that runs one case again against the same target, as the terminal and every report print it."""

from __future__ import annotations

import shlex


def rerun_command(case: str, profile: str | None, target: str | None) -> str:
    """Return the command; without profile and target it is the embedded sandbox that is asked again."""
    command = ["slack-conformance", "run", "-k", f"[{case}]"]
    if profile is not None:
        command += ["--profile", profile]
    elif target is not None:
        command += ["--target", target]
    return shlex.join(command)
