"""The command as a process: `python -m slack_conformance`, or the script of the package."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from .signals import catch_for_good


def main() -> int:
    """Load the command, run it and return its exit code.

    An interrupt while it is loaded is an interrupt like any other. An exception that nothing else catches is a fault of
    the suite: it ends with 3 and one sentence, since Python's own exit code, 1, would say that the target deviates.
    """
    try:
        if sys.argv[1:2] == ["run"]:
            catch_for_good()
        from .cli import main as command  # noqa: PLC0415 - loading it takes a moment, and may be interrupted

        return command()
    except KeyboardInterrupt:
        sys.stderr.write("slack-conformance: interrupted\n")
        return 2
    except Exception as failure:  # noqa: BLE001 - whatever it is, the code must not be that of a FAIL
        # The exception's text is left out: it may quote a value of the profile.
        sys.stderr.write(
            f"slack-conformance: it failed by a fault of its own, not of the target: {type(failure).__name__} in "
            f"{_place(failure)}. Nothing is known of what it had not reported yet. Please report it with this line.\n"
        )
        return 3


def _place(failure: Exception) -> str:
    """Return the innermost line of ours in the traceback, as `engine/engine.py, line 12`."""
    ours = Path(__file__).parent
    frames = [
        frame for frame in traceback.extract_tb(failure.__traceback__) if Path(frame.filename).is_relative_to(ours)
    ]
    last = frames[-1]
    return f"{Path(last.filename).relative_to(ours).as_posix()}, line {last.lineno}"


if __name__ == "__main__":
    sys.exit(main())
