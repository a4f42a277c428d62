"""The reports of pytest and its plugins, beside ours: written as soon as there is something to report, not before."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from conformance.run.options import ALLURE_OF_WORKER, read_options
from conformance.run.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

FILES = ("junit.xml", "pytest.html")
ALLURE = "allure-results"

_OPTIONS = (
    ("xmlpath", "junit.xml", ("--junitxml", "--junit-xml")),
    ("htmlpath", "pytest.html", ("--html",)),
    ("allure_report_dir", ALLURE, ("--alluredir",)),
)
"""Where a plugin looks for what it is to write, and the options by which a user may say otherwise."""

_WRITERS = ("_pytest.junitxml", "pytest_html.")
"""Modules of those who write at the end of every session, even of one in which nothing came to pass."""


class PytestReports:
    """A plugin for `slack-conformance run`; until something is recorded, earlier reports stay as they are."""

    def __init__(self, folder: Path, said: Sequence[str]) -> None:
        """Take the folder, and what the user said to pytest."""
        self._folder, self._said = folder, said
        self._allure = folder / ALLURE
        self._had_allure = self._allure.exists()
        self._stale = set(self._allure.iterdir()) if self._allure.is_dir() else set()
        self._away: list[object] = []
        self.recorded = False
        self.idle = False
        """Whether the session ended well, but nothing was tried at all."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Name our files to the plugins that are there; one that is switched off knows no such option."""
        for name, file, options in _OPTIONS:
            said = any(word == option or word.startswith(f"{option}=") for word in self._said for option in options)
            if hasattr(config.option, name) and not said:
                setattr(config.option, name, str(self._folder / file))
                if name == "htmlpath":
                    config.option.self_contained_html = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - xdist's
        """Tell a worker where Allure's results go: it writes them itself, and sees only what the user said."""
        place = getattr(node.config.option, "allure_report_dir", None)
        if place:
            node.workerinput[ALLURE_OF_WORKER] = str(node.config.invocation_params.dir / place)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Send the writers away where pytest itself is asked something."""
        if _asks_pytest(session.config):
            self._send_away(session.config)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, object, object]:
        """Send the writers away if the collection fails: a name that is misspelt, a profile that cannot be used."""
        try:
            return (yield)
        except BaseException:
            self._send_away(session.config)
            raise

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Send the writers away if nothing was tried."""
        try:
            return (yield)
        finally:
            if not self.recorded:
                self._send_away(session.config)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """With the first outcome, take away what an earlier run left for Allure."""
        if self.recorded or (report.when != "call" and report.passed):
            return
        self.recorded = True
        _remove(self._stale)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Bring the writers back, and see that a run in which nothing was tried does not end as if all were well."""
        try:
            return (yield)
        finally:
            while self._away:
                session.config.pluginmanager.register(self._away.pop())
            if not self.recorded:
                self._undo()
                asked = read_options(session.config).plan or _asks_pytest(session.config)
                self.idle = session.exitstatus == Exit.GOOD and not asked
                if self.idle:
                    session.exitstatus = Exit.NO_TESTS

    def _send_away(self, config: pytest.Config) -> None:
        """Unregister who would replace a report by an empty one; pytest wants them back before its end."""
        for plugin in config.pluginmanager.get_plugins():
            if type(plugin).__module__.startswith(_WRITERS):
                config.pluginmanager.unregister(plugin)
                self._away.append(plugin)

    def _undo(self) -> None:
        """Take away what came into Allure's folder without any outcome."""
        if self._allure.is_dir():
            _remove(set(self._allure.iterdir()) - self._stale)
            if not self._had_allure:
                self._allure.rmdir()


def _asks_pytest(config: pytest.Config) -> bool:
    option: Any = config.option
    return bool(option.showfixtures or option.show_fixtures_per_test)


def _remove(paths: set[Path]) -> None:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
