"""Lets `python -m conformance` stand for the command, where scripts are not on the path."""

import sys

from conformance.cli import main

sys.exit(main())
