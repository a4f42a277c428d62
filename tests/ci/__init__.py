"""Tests of what a CI system takes from this repository: the GitHub action and the GitLab template."""
