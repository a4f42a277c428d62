"""Standard streams that never raise: a closed pipe, a full disk or a limited encoding does not end a command."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import ReadableBuffer

_FIRST_OWN = 3
"""The lowest file descriptor that is not a standard stream."""


class UnfailingStream(io.FileIO):
    """A stream whose writes never raise; `problem` is the first error that was suppressed."""

    problem: OSError | None = None
    was_terminal = False
    """Whether it led to a terminal at first; one that is hung up answers with an input/output error."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Write the data and return its length; after an error or a closed pipe the data is dropped."""
        if self.problem is None:
            try:
                return super().write(data) or 0
            except BrokenPipeError:
                # The reader, such as `head`, closed the pipe. That is not a failure of the command.
                pass
            except OSError as error:
                if not (self.was_terminal and error.errno == errno.EIO):
                    self.problem = error
        return memoryview(data).nbytes


@contextmanager
def unfailing_streams() -> Iterator[list[UnfailingStream]]:
    """Replace standard output and standard error in this context; yields the raw streams."""
    _open_closed_ones()
    before = sys.stdout, sys.stderr
    files: list[UnfailingStream] = []
    # Contrary to its type, a stream that was closed when the process started is `None`.
    sys.stdout, sys.stderr = _unfailing(before[0], 1, files), _unfailing(before[1], 2, files)
    try:
        yield files
    finally:
        flush()
        sys.stdout, sys.stderr = before


_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33}


def painted(text: str, look: str, stream: TextIO | None = None) -> str:
    """Return the text in bold, dim, red, green or yellow if the stream, by default standard output, shows colours.

    A terminal does; NO_COLOR turns them off, FORCE_COLOR on, as everywhere else (https://no-color.org).
    """
    stream = stream or sys.stdout
    wanted = bool(os.environ.get("FORCE_COLOR")) or (not stream.closed and stream.isatty())
    if os.environ.get("NO_COLOR") or not wanted or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{_CODES[look]}m{text}\x1b[0m"


def flush() -> None:
    """Flush standard output and standard error."""
    sys.stdout.flush()
    sys.stderr.flush()


def forget_interrupt() -> None:
    """Make the interpreter exit with our exit code after an interrupt.

    If an interrupt hits code that is compiled from text, such as that of a dataclass, the interpreter marks it as
    unhandled and ends by the signal, even if the exception is caught. The next `exec` clears the mark.
    """
    exec("")  # noqa: S102 - nothing is executed


def _unfailing(stream: TextIO | None, number: int, files: list[UnfailingStream]) -> TextIO:
    """Return a wrapper whose writes never raise; a stream that is not the process's own is returned unchanged."""
    if stream is None:
        return io.TextIOWrapper(io.BufferedWriter(io.FileIO(os.devnull, "w")), encoding="utf-8")
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.reconfigure(errors="backslashreplace")
    if not isinstance(getattr(stream.buffer, "raw", stream.buffer), io.FileIO) or stream.fileno() != number:
        return stream
    stream.flush()
    files.append(UnfailingStream(number, "w", closefd=False))
    files[-1].was_terminal = files[-1].isatty()
    return io.TextIOWrapper(
        io.BufferedWriter(files[-1]),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def _open_closed_ones() -> None:
    """Open the null device for closed standard streams, or a report would get their descriptor."""
    number = os.open(os.devnull, os.O_RDWR)
    while number < _FIRST_OWN:
        number = os.open(os.devnull, os.O_RDWR)
    os.close(number)
