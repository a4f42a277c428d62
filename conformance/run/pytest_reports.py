"""Reports by pytest and its plugins (JUnit, pytest-html, Allure), written only if at least one case was tried."""

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
"""The attribute in which a plugin finds its output file, our file, and the options by which a user names another."""

_WRITERS = ("_pytest.junitxml", "pytest_html.")
"""Modules of plugins that write at the end of every session, even if no test ran."""


class PytestReports:
    """A plugin for `slack-conformance run`; keeps earlier reports until the first outcome is recorded."""

    def __init__(self, folder: Path, said: Sequence[str]) -> None:
        """Write into this folder; `said` are the arguments that the user passed on to pytest."""
        self._folder, self._said = folder, said
        self._allure = folder / ALLURE
        self._had_allure = self._allure.exists()
        self._stale = set(self._allure.iterdir()) if self._allure.is_dir() else set()
        self._unregistered: list[object] = []
        self.recorded = False
        self.idle = False
        """Whether the session ended well, but nothing was tried at all."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Set the plugins' output files, unless the user did or the plugin is switched off."""
        for name, file, options in _OPTIONS:
            said = any(word == option or word.startswith(f"{option}=") for word in self._said for option in options)
            if hasattr(config.option, name) and not said:
                setattr(config.option, name, str(self._folder / file))
                if name == "htmlpath":
                    config.option.self_contained_html = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - xdist's
        """Send the folder of Allure's results to a worker, which writes them itself and has only the user's options."""
        place = getattr(node.config.option, "allure_report_dir", None)
        if place:
            node.workerinput[ALLURE_OF_WORKER] = str(node.config.invocation_params.dir / place)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Unregister the writers if pytest only lists fixtures."""
        if _asks_pytest(session.config):
            self._unregister_writers(session.config)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, object, object]:
        """Unregister the writers if the collection fails, such as for a misspelt name or an unusable profile."""
        try:
            return (yield)
        except BaseException:
            self._unregister_writers(session.config)
            raise

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Unregister the writers if nothing was tried."""
        try:
            return (yield)
        finally:
            if not self.recorded:
                self._unregister_writers(session.config)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """With the first outcome, delete the results that an earlier run left for Allure."""
        if self.recorded or (report.when != "call" and report.passed):
            return
        self.recorded = True
        _remove(self._stale)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Register the writers again, and change the exit code of a run in which nothing was tried from 0 to 5."""
        try:
            return (yield)
        finally:
            while self._unregistered:
                session.config.pluginmanager.register(self._unregistered.pop())
            if not self.recorded:
                self._undo()
                asked = read_options(session.config).plan or _asks_pytest(session.config)
                self.idle = session.exitstatus == Exit.GOOD and not asked
                if self.idle:
                    session.exitstatus = Exit.NO_TESTS

    def _unregister_writers(self, config: pytest.Config) -> None:
        """Unregister plugins that would replace a report by an empty one, until the session ends."""
        for plugin in config.pluginmanager.get_plugins():
            if type(plugin).__module__.startswith(_WRITERS):
                config.pluginmanager.unregister(plugin)
                self._unregistered.append(plugin)

    def _undo(self) -> None:
        """Delete what was added to Allure's folder without any outcome."""
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
