"""Servers by another hand, from the two pages alone, to try the command on: `with serving(Service().handler()) as url:`."""
