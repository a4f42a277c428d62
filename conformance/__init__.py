"""A conformance test suite for two methods of the Slack Web API."""

__version__ = "0.2.0"
