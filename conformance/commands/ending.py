"""Shared endings of the commands on results files: write errors, and messages about runs that were cut off."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError
from ..run.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def unwritable() -> Iterator[None]:
    """Turn an `OSError` raised in this context into a `DataError`."""
    try:
        yield
    except OSError as error:
        raise DataError(str(error.filename), "", f"cannot be written ({error.strerror}).") from None


def report_cut(*messages: str) -> int:
    """Print the messages that are not empty. Return `Exit.USAGE` if there was any, else `Exit.GOOD`."""
    said = [message for message in messages if message]
    sys.stderr.writelines(f"slack-conformance: {message}\n" for message in said)
    return Exit.USAGE if said else Exit.GOOD
