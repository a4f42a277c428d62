"""Tests of the commands, as a user calls them."""
