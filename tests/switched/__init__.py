"""Targets that are put into states by commands of their owner."""
