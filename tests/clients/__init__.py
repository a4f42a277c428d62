"""Real clients against the sandbox: what each sends, and what its caller sees. `tox run -e clients` runs them.

A *client* is one way to call a method by a package, as an app does it. For each, method and *situation*, one *run*
says what the sandbox received and what the caller saw; docs/clients.md shows them all.
"""
