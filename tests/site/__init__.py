"""The site over many results files."""
