"""Make the values that a sandbox mints the same in every process, so that recorded requests can be replayed."""

from __future__ import annotations

from unittest import mock


def fix_what_is_minted() -> None:
    """Replace the random prefix of the sandboxes' values in this process by a fixed one."""
    mock.patch("secrets.token_hex", return_value="bec0bec0").start()
