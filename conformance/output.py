"""The standard streams, made so that no output ends a command: not a closed pipe, a full disk or a small alphabet."""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import ReadableBuffer

_FIRST_OWN = 3
"""The lowest descriptor that is no standard stream."""


class UnfailingStream(io.FileIO):
    """A stream whose writes never fail; `problem` is the first error that kept something from being written."""

    problem: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        """Write; what nobody reads any more is dropped, and so is all that follows an error."""
        if self.problem is None:
            try:
                return super().write(data) or 0
            except BrokenPipeError:
                # Whoever reads our output, `head` for one, has had enough of it. That says nothing about the command.
                pass
            except OSError as error:
                self.problem = error
        return memoryview(data).nbytes


@contextmanager
def unfailing_streams() -> Iterator[list[UnfailingStream]]:
    """Replace standard output and standard error meanwhile; yields what is behind them."""
    _open_closed_ones()
    before = sys.stdout, sys.stderr
    files: list[UnfailingStream] = []
    # The types do not say so, but a stream that was closed when we were started is `None`.
    sys.stdout, sys.stderr = _unfailing(before[0], 1, files), _unfailing(before[1], 2, files)
    try:
        yield files
    finally:
        flush()
        sys.stdout, sys.stderr = before


def flush() -> None:
    """Hand everything to the system that is still held back."""
    sys.stdout.flush()
    sys.stderr.flush()


def forget_interrupt() -> None:
    """Let the interpreter end with the code that it is given.

    Where an interrupt hits code that is made from text, such as a dataclass, the interpreter notes it as unhandled, and
    ends by the signal whatever becomes of the exception. It forgets this with the next such code.
    """
    exec("")  # noqa: S102 - nothing is executed


def _unfailing(stream: TextIO | None, number: int, files: list[UnfailingStream]) -> TextIO:
    """Return the stream as it is if it is not the process's own, such as a test's."""
    if stream is None:
        return io.TextIOWrapper(io.BufferedWriter(io.FileIO(os.devnull, "w")), encoding="utf-8")
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.reconfigure(errors="backslashreplace")
    if not isinstance(getattr(stream.buffer, "raw", stream.buffer), io.FileIO) or stream.fileno() != number:
        return stream
    stream.flush()
    files.append(UnfailingStream(number, "w", closefd=False))
    return io.TextIOWrapper(
        io.BufferedWriter(files[-1]),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def _open_closed_ones() -> None:
    """Open the null device in place of closed standard streams, lest a report of ours gets their numbers."""
    number = os.open(os.devnull, os.O_RDWR)
    while number < _FIRST_OWN:
        number = os.open(os.devnull, os.O_RDWR)
    os.close(number)
