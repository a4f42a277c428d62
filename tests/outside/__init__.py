"""Servers by another hand: written from the two pages alone, to try the suite's command on."""
