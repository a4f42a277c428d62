"""Render results files as HTML and Markdown, and compare two runs."""
