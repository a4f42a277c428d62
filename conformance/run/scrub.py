"""Remove secrets from what pytest itself shows of a case: exceptions, captured output, logs and warnings."""

from __future__ import annotations

import contextlib
import logging
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from .outcome import EngineError, NotExercised, Violation

if TYPE_CHECKING:
    import warnings
    from collections.abc import Iterator

    from ..secrecy.secrets import Secrets


@contextlib.contextmanager
def logs_without(secrets: Secrets) -> Iterator[None]:
    """Redact log records that contain a secret before any handler gets them."""
    make = logging.getLogRecordFactory()

    def scrubbed(*args: Any, **options: Any) -> logging.LogRecord:  # noqa: ANN401 - passed on as they come
        record = make(*args, **options)
        said = record.getMessage()
        shown = secrets.hidden_in_prose(said)
        if shown != said:
            record.msg, record.args = shown, ()
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = secrets.hidden_in_prose("".join(traceback.format_exception(record.exc_info[1])))
        return record

    logging.setLogRecordFactory(scrubbed)
    try:
        yield
    finally:
        logging.setLogRecordFactory(make)


def scrub_traceback(shown: Any, secrets: Secrets) -> None:  # noqa: ANN401 - pytest does not make its class public
    """Remove arguments, variables and secrets from the traceback of a failed hook."""
    # A traceback in Python's own style, which pytest shows of a failed hook, has no chain.
    parts = [part[0] for part in shown.chain] if hasattr(shown, "chain") else [shown.reprtraceback]
    for entry in (entry for part in parts for entry in part.reprentries):
        entry.lines[:] = [secrets.hidden_in_prose(line) for line in entry.lines]
        entry.reprfuncargs = entry.reprlocals = None


def scrub_warning(warned: warnings.WarningMessage, secrets: Secrets) -> None:
    """Rewrite a warning that contains a secret."""
    text = str(warned.message)
    shown = secrets.hidden_in_prose(text)
    if shown != text:
        warned.message = warned.category(shown)


def without_arguments(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """Leave only places and source lines in a traceback, without chained exceptions."""
    excinfo.value.__cause__ = excinfo.value.__context__ = None
    entries = [entry.with_repr_style("short") for entry in excinfo.traceback]
    excinfo.traceback = type(excinfo.traceback)(entries)


def harmless(raised: pytest.ExceptionInfo[BaseException], secrets: Secrets) -> pytest.ExceptionInfo[BaseException]:
    """Return the exception; one that is not ours is replaced by its text without secrets and without variables."""
    if not isinstance(raised.value, Exception) or isinstance(raised.value, Violation | NotExercised | EngineError):
        return raised
    return _raised(secrets.hidden_in_prose("".join(traceback.format_exception(raised.value))))


def _raised(text: str) -> pytest.ExceptionInfo[Any]:
    """Return an exception with this text, and frames without other variables."""
    try:
        raise EngineError(text)  # noqa: TRY301 - raised only to have frames of its own
    except EngineError as error:
        return pytest.ExceptionInfo.from_exception(error)
