"""The `dopusk` command: one module a command, heavy things imported only when they run."""

from __future__ import annotations

from dopusk.cli.app import app, main

__all__ = ["app", "main"]
