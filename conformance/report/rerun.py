"""Format the command that runs one case again against the same target."""

from __future__ import annotations

import shlex


def rerun_command(case: str, profile: str | None, target: str | None) -> str:
    """Return the command; without profile and target it runs against the embedded sandbox."""
    command = ["slack-conformance", "run", "-k", f"[{case}]"]
    if profile is not None:
        command += ["--profile", profile]
    elif target is not None:
        command += ["--target", target]
    return shlex.join(command)
