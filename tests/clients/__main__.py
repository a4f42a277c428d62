"""`python -m tests.clients` runs every client and writes docs/clients.md; it needs the dependency group `clients`."""

from __future__ import annotations

import sys

from tests.running import ROOT

from .playing import play_all
from .table import made


def main() -> int:
    """Write the page; 1 if a client cannot run here."""
    try:
        text = made(play_all())
    except LookupError as error:
        sys.stderr.write(f"The page was not written, since it would have gaps. {error}\n")
        return 1
    (ROOT / "docs" / "clients.md").write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
