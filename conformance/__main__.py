"""The command as a process: `python -m slack_conformance`, or the script of the package."""

from __future__ import annotations

import sys


def main() -> int:
    """Load the command and run it; an interrupt while it is loaded is an interrupt like any other."""
    try:
        from .cli import main as command  # noqa: PLC0415 - loading it takes a moment, and may be interrupted

        return command()
    except KeyboardInterrupt:
        sys.stderr.write("slack-conformance: interrupted\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
