"""What a sandbox mints, made the same in every process: the floor's answers as the run's did."""

from __future__ import annotations

from unittest import mock


def fix_what_is_minted() -> None:
    """Let every sandbox of this process begin its values alike, and not at random."""
    mock.patch("secrets.token_hex", return_value="bec0bec0").start()
