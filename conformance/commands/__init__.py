"""The subcommands, one module each: `add` declares the options, `main` does the work and returns the exit code."""
