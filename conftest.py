"""Loads the plugin in a checkout that is not installed."""

pytest_plugins = ["conformance.plugin"]
