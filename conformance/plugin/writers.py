"""Plugins of others that write reports: an `OSError` of theirs, such as that of a full disk, does not end the run.

It is noted, and the report is deleted, since part of it may be missing. pytest would call it an internal error, or an
error of the test that happened to run, and would not ask the other plugins for their reports.
"""

from __future__ import annotations

import os
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import allure_commons

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import pytest

    from ..run.unwritten import Unwritten

OPTIONS = {
    "junit.xml": ("xmlpath", ("--junitxml", "--junit-xml")),
    "pytest.html": ("htmlpath", ("--html",)),
    "allure-results": ("allure_report_dir", ("--alluredir",)),
}
"""For each report of a plugin the attribute in which it finds its output, and the options that name another one."""

WRITERS = {"_pytest.junitxml": "junit.xml", "pytest_html.": "pytest.html"}
"""How the modules of plugins begin that write at the end of every session, even if no test ran, and print where."""

_ALLURE = "allure-results"

_HOOKS = ("pytest_runtest_logreport", "pytest_runtest_logfinish", "pytest_sessionfinish")
"""The hooks in which plugins write reports."""


def junit_plugins(config: pytest.Config) -> list[Any]:
    """Return pytest's own plugin that writes JUnit, if it is asked for."""
    return [one for one in config.pluginmanager.get_plugins() if type(one).__module__ == "_pytest.junitxml"]


def guard(config: pytest.Config, unwritten: Unwritten) -> None:
    """Have whatever writes reports note an `OSError` instead. Call it once, when all plugins are registered."""
    for name in _HOOKS:
        for one in getattr(config.hook, name).get_hookimpls():
            if not (one.wrapper or one.hookwrapper):
                one.function = _noting(one.function, type(one.plugin).__module__, config, unwritten)
    if getattr(config.option, OPTIONS[_ALLURE][0], None):
        allure = AllureGuard(unwritten)
        allure_commons.plugin_manager.register(allure)
        config.add_cleanup(lambda: allure_commons.plugin_manager.unregister(allure))


def _noting(
    function: Callable[..., object], module: str, config: pytest.Config, unwritten: Unwritten
) -> Callable[..., object]:
    @wraps(function)
    def noting(*arguments: object) -> object:
        try:
            return function(*arguments)
        except OSError as error:
            unwritten.note(error)
            report = next((name for begin, name in WRITERS.items() if module.startswith(begin)), "")
            place = getattr(config.option, OPTIONS[report][0], None) if report else None
            if place and (path := Path(os.path.expandvars(place)).expanduser()).is_file():
                path.unlink()
            return None

    return noting


class AllureGuard:
    """A plugin of Allure's own plugin manager, whose hooks write one file each."""

    def __init__(self, unwritten: Unwritten) -> None:
        """Keep where problems are noted."""
        self._unwritten = unwritten

    @allure_commons.hookimpl(wrapper=True)
    def report_result(self) -> Generator[None, Any, Any]:
        """Note an error in writing a file: the result of a test, what fixtures did, or an attachment."""
        try:
            return (yield)
        except OSError as error:
            self._unwritten.note(error)
            self._unwritten.incomplete.append(_ALLURE)
            return []

    report_container = report_attached_data = report_attached_file = report_result
