"""Tests of the engine: cases run without pytest, against targets of many kinds."""
