"""Remove secrets from what pytest itself shows of a case: exceptions, captured output, logs and warnings."""

from __future__ import annotations

import contextlib
import logging
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from conformance.run.cases import case_of
from conformance.run.leaks import SECRETS
from conformance.run.outcome import EngineError, NotExercised, Violation

if TYPE_CHECKING:
    import warnings
    from collections.abc import Generator, Iterator

    from conformance.secrecy.secrets import Secrets


class Scrub:
    """One per process; idle until secrets are known."""

    def __init__(self, config: pytest.Config) -> None:
        """Keep the configuration, in whose stash the secrets will be."""
        self._config = config

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Replace an exception that is not ours, with its variables, and rewrite captured output.

        Allure reads the exception, the others the report; both are clean when they come to it.
        """
        secrets = self._config.stash.get(SECRETS, None) if case_of(item) is not None else None
        if secrets is not None and call.excinfo is not None:
            call.excinfo = _harmless(call.excinfo, secrets)
        report = yield
        if secrets is not None:
            report.sections = [(title, secrets.hidden_in_prose(text)) for title, text in report.sections]
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remove arguments from an interrupt's traceback, which `--full-trace` shows."""
        if SECRETS in self._config.stash:
            _without_arguments(excinfo)

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any) -> None:  # noqa: ANN401 - pytest does not make its class public
        """Remove arguments, variables and secrets from the traceback of a failed hook."""
        secrets = self._config.stash.get(SECRETS, None)
        if secrets is not None:
            for entry in (entry for part in excrepr.chain for entry in part[0].reprentries):
                entry.lines[:] = [secrets.hidden_in_prose(line) for line in entry.lines]
                entry.reprfuncargs = entry.reprlocals = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Rewrite a warning that contains a secret, before it is shown or sent to another process."""
        secrets = self._config.stash.get(SECRETS, None)
        if secrets is not None:
            said = str(warning_message.message)
            shown = secrets.hidden_in_prose(said)
            if shown != said:
                warning_message.message = warning_message.category(shown)


@contextlib.contextmanager
def logs_without(secrets: Secrets) -> Iterator[None]:
    """Rewrite log records that contain a secret before any handler gets them."""
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


def _without_arguments(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """Show only places and source lines, without chained exceptions."""
    excinfo.value.__cause__ = excinfo.value.__context__ = None
    entries = [entry.with_repr_style("short") for entry in excinfo.traceback]
    excinfo.traceback = type(excinfo.traceback)(entries)


def _harmless(raised: pytest.ExceptionInfo[BaseException], secrets: Secrets) -> pytest.ExceptionInfo[BaseException]:
    if not isinstance(raised.value, Exception) or isinstance(raised.value, Violation | NotExercised | EngineError):
        return raised
    return _raised(secrets.hidden_in_prose("".join(traceback.format_exception(raised.value))))


def _raised(text: str) -> pytest.ExceptionInfo[Any]:
    """Return an exception with this text, and frames without other variables."""
    try:
        raise EngineError(text)  # noqa: TRY301 - raised only to have frames of its own
    except EngineError as error:
        return pytest.ExceptionInfo.from_exception(error)
