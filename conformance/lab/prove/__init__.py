"""Mutation tests of the suite itself: each deliberate fault of the sandbox must be found by a case of the rule."""
