"""The `dopusk` command: one module a command, heavy things imported only when they run.

Importing the package makes the suite (mocks, steps, reports …) importable for its modules.
"""

from __future__ import annotations

from dopusk import suite

suite.activate()


def main() -> None:
    """Run the command line."""
    from dopusk.cli.app import app

    app()
