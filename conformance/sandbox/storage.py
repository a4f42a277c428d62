"""A stand-in for the storage of facts, which can fail as a real one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sandbox.facts import Failure

if TYPE_CHECKING:
    from collections.abc import Callable


class StorageError(Exception):
    """The storage did not carry out an operation, or cannot tell whether it did."""


class Storage:
    """The storage of one world for the duration of one request."""

    def __init__(self, failure: Failure) -> None:
        """Take the point at which it fails, if at all, from the facts of the world."""
        self._failure = failure

    def read(self) -> None:
        """Read the facts. Raises `StorageError` if that fails."""
        if self._failure is Failure.AT_READ:
            raise StorageError

    def commit(self, change: Callable[[], None]) -> None:
        """Make the change. Raises `StorageError` if something fails after it was made."""
        change()
        if self._failure is Failure.AFTER_COMMIT:
            raise StorageError
