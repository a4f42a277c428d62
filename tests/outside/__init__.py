"""Servers by another hand, from the two pages alone, to try the command on.

Within a process: `with serving(Service().handler()) as address:`.
"""
