"""Explanations of refused calls."""
