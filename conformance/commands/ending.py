"""How the commands on results files end: what cannot be written, and what is said of a run that was cut off."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from conformance.catalog.datafile import DataError
from conformance.run.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def unwritable() -> Iterator[None]:
    """Turn the system's error about a file into a message. Raises `DataError`."""
    try:
        yield
    except OSError as error:
        raise DataError(str(error.filename), "", f"{error.strerror}.") from None


def report_cut(*messages: str) -> int:
    """Print the messages that are not empty; return the exit code that they deserve."""
    said = [message for message in messages if message]
    sys.stderr.writelines(f"slack-conformance: {message}\n" for message in said)
    return Exit.USAGE if said else Exit.GOOD
