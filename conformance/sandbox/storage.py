"""Where facts are kept, which can fail as a real store does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sandbox.facts import Failure

if TYPE_CHECKING:
    from collections.abc import Callable


class StorageError(Exception):
    """The store did not do what it was asked to, or cannot say whether it did."""


class Storage:
    """The store of one world, for the time of one request."""

    def __init__(self, failure: Failure) -> None:
        """Take from the world's facts when it fails, if it does."""
        self._failure = failure

    def read(self) -> None:
        """Read the stored facts; raises `StorageError`."""
        if self._failure is Failure.AT_READ:
            raise StorageError

    def commit(self, change: Callable[[], None]) -> None:
        """Make the change; raises `StorageError` if something fails after it was made."""
        change()
        if self._failure is Failure.AFTER_COMMIT:
            raise StorageError
