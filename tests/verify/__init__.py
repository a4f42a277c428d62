"""Tests of verifying results files: files of real runs verify, and forged ones do not."""
