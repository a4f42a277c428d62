"""How `slack-conformance run` has pytest's plugins write their reports into its folder, or keeps them from it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ..run.folder import FOREIGN, unfinished
from ..run.outcome import Exit
from . import load
from .state import RUN, RunState
from .writers import OPTIONS, WRITERS

if TYPE_CHECKING:
    from collections.abc import Sequence


class CommandReports:
    """The plugin by which `slack-conformance run` has pytest's plugins write reports into its folder.

    They write into the folder of unfinished reports. The reports are moved to their place, which the user may have
    named, if there was an outcome; so a run that tries nothing overwrites nothing.
    """

    run: RunState
    """The state of the run, as soon as pytest is configured."""

    def __init__(self, folder: Path, arguments: Sequence[str], *, regression: bool = False) -> None:
        """Write into this folder; `arguments` are those that the user passed on to pytest.

        With `regression`, the run is compared with an earlier one, so it needs one, and draws what that one drew.
        """
        self._folder, self._arguments, self.regression = folder, arguments, regression
        self._unregistered: list[object] = []
        self.places: dict[str, Path] = {}
        """Where each report belongs, without those that the user switched off."""
        self.idle = False
        """Whether the session ended well, but nothing was tried at all."""
        self.recorded = False
        """Whether the folder has results of this run."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Set the plugins' output before they read it, and load the hooks, also for a run that collects nothing."""
        for name in FOREIGN:
            attribute, options = OPTIONS[name]
            if not hasattr(config.option, attribute):
                continue
            place = self._folder / name
            if any(word == one or word.startswith(f"{one}=") for word in self._arguments for one in options):
                named = getattr(config.option, attribute)
                place = Path(os.path.expandvars(named or "")).expanduser().resolve()
                # Allure adds to its folder. A device, such as the terminal, cannot be replaced.
                if not named or name == "allure-results" or (place.exists() and not place.is_file()):
                    continue
            setattr(config.option, attribute, str(unfinished(self._folder) / name))
            self.places[name] = place
            if name == "pytest.html":
                config.option.self_contained_html = True
        load(config)
        self.run = config.stash[RUN]
        self.run.command = self
        if self.regression and self.run.options.previous is None:
            raise pytest.UsageError("--gate regression needs an earlier run. Name its results file with --previous.")
        if self.run.quiet:
            config.option.tbstyle, config.option.reportchars = "no", "N"

    def end(self, session: pytest.Session, *, tried: bool, recorded: bool) -> None:
        """Keep the writers from printing where they wrote. A run that tried nothing, and was to, is not good."""
        for plugin in session.config.pluginmanager.get_plugins():
            if type(plugin).__module__.startswith(tuple(WRITERS)):
                session.config.pluginmanager.unregister(plugin)
                self._unregistered.append(plugin)
        option = session.config.option
        for name, place in self.places.items():  # the search for secrets looks where the options say
            setattr(option, OPTIONS[name][0], str(place))
        only_shows = option.conformance_plan or option.showfixtures or option.show_fixtures_per_test
        self.recorded = recorded
        self.idle = not tried and session.exitstatus == Exit.GOOD and not only_shows
        if self.idle:
            session.exitstatus = Exit.NO_TESTS

    @pytest.hookimpl(tryfirst=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Register the writers again, since they unregister themselves now."""
        while self._unregistered:
            config.pluginmanager.register(self._unregistered.pop())


class WithoutReports:
    """The plugin by which `slack-conformance run --plan` keeps pytest's plugins from writing reports about nothing."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Take back the user's options before the plugins read them."""
        for attribute, _ in OPTIONS.values():
            if hasattr(config.option, attribute):
                setattr(config.option, attribute, None)
